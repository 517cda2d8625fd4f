import type { Violation } from '../../measure/invariants/checker.js';
import { INVARIANTS } from '../../measure/invariants/registry.js';
import type { InvariantVerdict, ResultFile } from '../../measure/result.js';
import { formatNumber, formatSeconds, listOf, plural } from '../format.js';
import { replayOf, runLabel } from '../runs.js';
import { concernsText, remedyText, violationText } from '../violation-text.js';
import { Command, Fold, Section, Table } from './parts.js';

interface Broken {
  readonly invariant: InvariantVerdict;
  readonly label: string | undefined;
  /** The command that shows the run event by event. */
  readonly replay: string | undefined;
  /** How many seeds broke it. */
  readonly seeds: number;
}

const MAX_SHOWN = 24;

/** Broken invariants with their first examples. Those that a scenario expects are folded: they are its story, not its failure. */
export function ViolationsSection({ result }: { result: ResultFile }) {
  const all = brokenInvariants(result);
  const unexpected = all.filter(({ invariant }) => invariant.expected === 'held');
  const expected = all.filter(({ invariant }) => invariant.expected !== 'held');
  if (all.length === 0) {
    return (
      <Section id="violations" title="Violated invariants">
        <p class="empty">No invariant was violated.</p>
      </Section>
    );
  }
  return (
    <Section id="violations" title="Violated invariants">
      {unexpected.slice(0, MAX_SHOWN).map((broken) => (
        <BrokenInvariant broken={broken} rerun={result.scenario.rerun} />
      ))}
      {unexpected.length > MAX_SHOWN ? <p>{plural(unexpected.length - MAX_SHOWN, 'more violated invariant')} in result.json.</p> : null}
      {expected.length === 0 ? null : (
        <Fold
          summary={`${plural(expected.length, 'invariant')} violated as the scenario expects, or not judged: ${listOf([...new Set(expected.map(({ invariant }) => invariant.id))])}`}
        >
          {expected.slice(0, MAX_SHOWN).map((broken) => (
            <BrokenInvariant broken={broken} rerun={undefined} />
          ))}
        </Fold>
      )}
    </Section>
  );
}

/** One entry a variant and invariant: of several seeds the first that shows it. */
function brokenInvariants(result: ResultFile): Broken[] {
  const groups = new Map<string, Omit<Broken, 'seeds'>[]>();
  for (const run of result.runs) {
    for (const invariant of run.invariants) {
      if (invariant.state !== 'violated') continue;
      const key = JSON.stringify([run.variant, invariant.id]);
      groups.set(key, [...(groups.get(key) ?? []), { invariant, label: runLabel(result, run), replay: replayOf(result, run) }]);
    }
  }
  return [...groups.values()].map((group) => ({ ...(group[0] as Omit<Broken, 'seeds'>), seeds: group.length }));
}

function BrokenInvariant({ broken, rerun }: { broken: Broken; rerun: string | undefined }) {
  const { invariant, label } = broken;
  const { statement } = INVARIANTS[invariant.id] ?? { statement: 'This version does not know this invariant.' };
  const first = invariant.examples[0];
  const judged = { held: 'must hold', violated: 'violated, as expected', off: 'not judged' }[invariant.expected];
  return (
    <article class={`violation ${invariant.verdict}`}>
      <h3>
        <code>{invariant.id}</code> {label === undefined ? null : <span class="muted">in {label}</span>} <span class="pill">{judged}</span>{' '}
        {broken.seeds > 1 ? <span class="pill">in {plural(broken.seeds, 'seed')}</span> : null}
      </h3>
      <p>{statement}</p>
      <p>
        <strong>{plural(invariant.violations, 'violation')}</strong> in {formatNumber(invariant.examined)} examined.
        {first === undefined
          ? null
          : ` First at ${formatSeconds(first.atUs / 1e6)} of virtual time, event ${formatNumber(first.event)}: ${violationText(first)}.`}
      </p>
      <p class="remedy">
        <strong>What to do next:</strong> {remedyText(invariant)}
      </p>
      {rerun === undefined ? null : <Command text={rerun} />}
      {broken.replay === undefined ? null : <Command text={broken.replay} />}
      <Fold summary={`First ${plural(invariant.examples.length, 'example')}`}>
        <Table<Violation>
          caption={`Violations of ${invariant.id}${label === undefined ? '' : ` in ${label}`}`}
          rows={invariant.examples}
          columns={[
            { heading: 'Virtual time', numeric: true, cell: (example) => formatSeconds(example.atUs / 1e6) },
            { heading: 'Event', numeric: true, cell: (example) => formatNumber(example.event) },
            { heading: 'Request', names: true, cell: (example) => example.request },
            { heading: 'Account', cell: (example) => example.account },
            { heading: 'Key', cell: (example) => example.key },
            { heading: 'What happened', cell: (example) => example.message },
            { heading: 'Also concerned', cell: concernsText },
          ]}
        />
      </Fold>
    </article>
  );
}
