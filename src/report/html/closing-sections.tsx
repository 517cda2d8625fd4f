import type { ComponentChildren } from 'preact';
import type { ResultFile, ResultMeta, RunResult, ScenarioParts } from '../../measure/result.js';
import { formatMs, formatNumber, formatSeconds, formatUsd, plural } from '../format.js';
import { liveRuns } from '../live/live-runs.js';
import { loadText } from '../live/setup.js';
import { seedListText, shownVariants } from '../runs.js';
import { listedRuns } from '../seed-strips.js';
import { warmupLines } from '../warmup-lines.js';
import { Command, Facts, Section, Table, type TableColumn } from './parts.js';

/** Every switch of every policy; those in which the variants differ come first. */
export function PolicySection({ result }: { result: ResultFile }) {
  const variants = shownVariants(result);
  const names = [...new Set(variants.flatMap(({ info }) => Object.keys(info.switches)))];
  const differs = (name: string): boolean => new Set(variants.map(({ info }) => info.switches[name])).size > 1;
  const rows = [...names.filter(differs), ...names.filter((name) => !differs(name))];
  const columns: TableColumn<string>[] = [
    { heading: 'Switch', names: true, cell: (name) => <code>{name}</code> },
    ...variants.map(({ info, title }): TableColumn<string> => ({ heading: title, cell: (name) => info.switches[name] ?? '–' })),
    ...(variants.length > 1 ? [{ heading: 'Differs', cell: (name: string) => (differs(name) ? '≠ yes' : '') }] : []),
  ];
  return (
    <Section id="policy" title="Policy switches" lead={variants.map(({ info, title }) => `${title}: policy ${info.policy}.`).join(' ')}>
      <Table
        caption="Switches, differing ones first"
        columns={columns}
        rows={rows}
        rowClass={(name) => (variants.length > 1 && differs(name) ? 'differs' : '')}
      />
    </Section>
  );
}

/** All it takes to see the same run again. */
export function ReproductionSection({ result }: { result: ResultFile }) {
  const { scenario, tool, meta } = result;
  const listed = listedRuns(result);
  const live = liveRuns(result).length === 0 ? undefined : `live: ${loadText(result)}`;
  const prices = [...new Map(result.variants.flatMap(({ prices: own }) => own).map((price) => [`${price.endpoint} ${price.usd}`, price])).values()];
  return (
    <Section
      id="reproduce"
      title="Environment and reproduction"
      lead={
        live === undefined
          ? 'The same scenario, seed and version give the same hash and the same result, on any machine.'
          : 'The same scenario and seed send the same calls at the same times. What comes of them depends on the machine, the network and the server.'
      }
    >
      <Command text={scenario.rerun} />
      <Facts
        facts={[
          ['Tool', `${tool.name} ${tool.version}`],
          ['Random scheme', String(result.randomScheme)],
          ['Scenario file', scenario.file],
          ['SHA-256 of the resolved scenario', <code class="hash">{scenario.sha256}</code>],
          ...partFacts(result),
          ['Seeds', seedListText(result.seeds)],
          ['Mode', live ?? 'simulation in virtual time'],
          ...harnessFacts(result),
          ...(meta.repeated === true
            ? [['Repeatable', 'yes: the first seed of each variant, run twice, wrote the same history both times'] as [string, string]]
            : []),
          ...warmupLines(result).map(({ text }): [string, string] => ['Warm-up', text]),
        ]}
      />
      {scenario.notes.length === 0 ? null : (
        <ul class="notes">
          {scenario.notes.map((note) => (
            <li>{note}</li>
          ))}
        </ul>
      )}
      <Table<RunResult>
        caption="Runs"
        rows={listed}
        columns={[
          { heading: 'Variant', names: true, cell: (run) => run.variant ?? scenario.name },
          { heading: 'Seed', numeric: true, cell: (run) => run.seed },
          { heading: 'Hash', cell: (run) => <code class="hash">{run.hash}</code> },
          { heading: 'Events', numeric: true, cell: (run) => formatNumber(run.events) },
          { heading: 'Load ends', numeric: true, cell: (run) => formatSeconds(run.loadEndUs / 1e6) },
          { heading: 'Run ends', numeric: true, cell: (run) => formatSeconds(run.endUs / 1e6) },
        ]}
      />
      {listed.length < result.runs.length ? <p class="muted">{plural(result.runs.length - listed.length, 'more run')} in result.json.</p> : null}
      <Table
        caption="Prices used"
        rows={prices}
        columns={[
          { heading: 'Endpoint', names: true, cell: (price) => price.endpoint },
          { heading: 'Price a request', numeric: true, cell: (price) => formatUsd(price.usd) },
          { heading: 'Source', cell: (price) => price.source },
        ]}
      />
      <h3>This run</h3>
      <p class="muted">What differs between two identical runs. Comparisons ignore it.</p>
      <Facts
        facts={[
          ['Date', meta.date],
          ['Host', meta.host],
          ['Platform', meta.platform],
          ['Node', meta.node],
          ['CPU', meta.cpu ?? 'not said'],
          ['Revision', revisionText(meta)],
          ['Took (wall time)', formatSeconds(meta.durationMs / 1000)],
        ]}
      />
    </Section>
  );
}

const PART_WORDS: Readonly<Record<keyof ScenarioParts, string>> = {
  load: 'Load (arrivals, clients, service times, steps)',
  platform: 'Platform (accounts, limits, endpoints)',
  policy: 'Policy',
  expectations: 'Expectations',
};

/** Sums of the parts: which of them differ between two results says whether those can be compared. */
function partFacts({ scenario }: ResultFile): [string, ComponentChildren][] {
  const { parts } = scenario;
  if (parts == null) return [];
  return Object.entries(PART_WORDS).flatMap(([part, word]): [string, ComponentChildren][] => {
    const sum = parts[part as keyof ScenarioParts];
    return sum == null ? [] : [[word, <code class="hash">{sum}</code>]];
  });
}

/** How well this machine kept up: what a live run says rests on it. */
function harnessFacts(result: ResultFile): [string, string][] {
  const pacings = liveRuns(result).map(({ live }) => live.pacing);
  if (pacings.length === 0) return [];
  const lags = pacings.flatMap(({ loopLagMs }) => (loopLagMs == null ? [] : [loopLagMs]));
  const dropped = pacings.reduce((sum, pacing) => sum + pacing.dropped, 0);
  const lag =
    lags.length === 0
      ? 'the tool does not say'
      : `p99 ${formatMs(Math.max(...lags.map(({ p99 }) => p99)))}, at most ${formatMs(Math.max(...lags.map(({ max }) => max)))}`;
  return [
    ['Lag of the event loop (wall time)', lag],
    ['Arrivals dropped by the harness', formatNumber(dropped)],
  ];
}

function revisionText({ revision }: ResultMeta): string {
  if (revision == null) return 'not in a git repository, or not said';
  return `${revision.sha}${revision.dirty ? ', with changes that are not committed' : ''}`;
}
