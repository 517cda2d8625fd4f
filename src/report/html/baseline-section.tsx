import { type BehaviourChange, type ComparedNumber, type Comparison, isAskedFor } from '../../measure/comparison/comparison-result.js';
import type { ResultFile } from '../../measure/result.js';
import { COMPARED_LOOKS, comparedValue, marginText, numberTitle, sortedNumbers } from '../baseline/compared-words.js';
import { methodWords } from '../comparison-text/terminal.js';
import { behaviourWords, comparisonSentence, numberCells, verdictWords } from '../comparison-text/words.js';
import { formatNumber, listOf, plural } from '../format.js';
import { replayOf } from '../runs.js';
import { Command, Facts, Fold, Section, Table, type TableColumn } from './parts.js';
import { SlopeChart } from './slope-chart.js';

const MOST_SLOPES = 8;
const MOST_ROWS = 200;
const MOST_COMMANDS = 5;

/** What changed against the baseline: numbers with their bounds, and histories. */
export function BaselineSection({ result }: { result: ResultFile }) {
  const { comparison } = result;
  if (comparison == null) return null;
  return (
    <Section id="baseline" title="Comparison with the baseline" lead={leadText(comparison)}>
      <Obstacles comparison={comparison} />
      <Origin comparison={comparison} />
      {comparison.numbers.length === 0 ? null : <Numbers comparison={comparison} result={result} />}
      <BehaviourTable changes={comparison.behaviour} />
    </Section>
  );
}

function leadText(comparison: Comparison): string {
  const sentence = comparisonSentence(comparison);
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}.`;
}

function Obstacles({ comparison: { obstacles, allowed } }: { comparison: Comparison }) {
  return (
    <>
      {obstacles.length === 0 ? null : (
        <div class="notice">
          <strong>≠ Not comparable</strong>
          <ul>
            {obstacles.map((obstacle) => (
              <li>{obstacle}</li>
            ))}
          </ul>
        </div>
      )}
      {allowed.length === 0 ? null : <p>Different on purpose, and allowed: {listOf(allowed)}.</p>}
    </>
  );
}

function Origin({ comparison: { baseline } }: { comparison: Comparison }) {
  return (
    <Facts
      facts={[
        ['Baseline', baseline.source],
        ['Why it was set', baseline.reason ?? 'not said: it is a run'],
        ['Set on', baseline.updated ?? '–'],
        ['Made by', baseline.tool],
        ['SHA-256 of its scenario', <code class="hash">{baseline.sha256}</code>],
      ]}
    />
  );
}

function Numbers({ comparison, result }: { comparison: Comparison; result: ResultFile }) {
  const sorted = sortedNumbers(comparison);
  const gated = sorted.filter(isAskedFor);
  const others = sorted.filter((compared) => !isAskedFor(compared));
  const drawn = gated.filter(({ pairs }) => pairs.length > 0);
  return (
    <>
      <p class="muted">{`${methodWords(comparison)}.`}</p>
      {gated.length === 0 ? null : <NumbersTable caption="Gated numbers" numbers={gated} />}
      <WorstSeeds numbers={gated} result={result} />
      {drawn.length === 0 ? null : (
        <div class="slopes">
          {drawn.slice(0, MOST_SLOPES).map((number) => (
            <SlopeChart number={number} />
          ))}
        </div>
      )}
      {drawn.length > MOST_SLOPES ? <p class="muted">{plural(drawn.length - MOST_SLOPES, 'more gated number')} not drawn.</p> : null}
      {others.length === 0 ? null : (
        <Fold summary={`${plural(others.length, 'number')} for information: they decide nothing and are not corrected for each other`}>
          <NumbersTable caption="For information" numbers={others.slice(0, MOST_ROWS)} />
          {others.length > MOST_ROWS ? <p class="muted">{plural(others.length - MOST_ROWS, 'more number')} in result.json.</p> : null}
        </Fold>
      )}
    </>
  );
}

function NumbersTable({ caption, numbers }: { caption: string; numbers: readonly ComparedNumber[] }) {
  const variants = numbers.some(({ variant }) => variant != null);
  const columns: TableColumn<ComparedNumber>[] = [
    { heading: 'Verdict', cell: (number) => <ComparedBadge number={number} /> },
    ...(variants ? [{ heading: 'Variant', cell: (number: ComparedNumber) => number.variant ?? '–' }] : []),
    { heading: 'Number', names: true, cell: (number) => <NumberName number={number} /> },
    { heading: 'Baseline', numeric: true, cell: (number) => comparedValue(number.baseline, number) },
    { heading: 'Candidate', numeric: true, cell: (number) => comparedValue(number.candidate, number) },
    { heading: 'Δ', numeric: true, cell: (number) => numberCells(number).change },
    { heading: 'Δ %', numeric: true, cell: (number) => numberCells(number).share },
    { heading: 'Bounds of Δ', numeric: true, wraps: true, cell: (number) => numberCells(number).bounds },
    { heading: 'Margin', numeric: true, wraps: true, cell: marginText },
    { heading: 'Seeds worse', numeric: true, cell: (number) => numberCells(number).seeds },
    { heading: 'Worst seed', numeric: true, cell: ({ worstSeed }) => (worstSeed == null ? '–' : String(worstSeed)) },
  ];
  return <Table caption={caption} look="gates" columns={columns} rows={numbers} rowClass={({ verdict, gates }) => (gates ? COMPARED_LOOKS[verdict] : '')} />;
}

function NumberName({ number }: { number: ComparedNumber }) {
  return (
    <>
      <code>{numberTitle(number)}</code>
      {number.note === '' ? null : <span class="beneath said">{number.note}</span>}
    </>
  );
}

function ComparedBadge({ number: { verdict } }: { number: ComparedNumber }) {
  const words = verdictWords(verdict);
  return (
    <span class={`badge ${COMPARED_LOOKS[verdict]}`}>
      <span aria-hidden="true">{words.slice(0, 1)}</span>
      {words.slice(1)}
    </span>
  );
}

/** The commands that show the seeds in which a gated number got worst. */
function WorstSeeds({ numbers, result }: { numbers: readonly ComparedNumber[]; result: ResultFile }) {
  const commands = numbers.flatMap(({ verdict, variant, worstSeed }) => {
    const run = result.runs.find((candidate) => candidate.seed === worstSeed && (candidate.variant ?? undefined) === (variant ?? undefined));
    const command = verdict === 'worse' && run !== undefined ? replayOf(result, run) : undefined;
    return command === undefined ? [] : [command];
  });
  const shown = [...new Set(commands)].slice(0, MOST_COMMANDS);
  if (shown.length === 0) return null;
  return (
    <>
      <p>{shown.length === 1 ? 'The worst seed, event by event:' : 'The worst seeds, event by event:'}</p>
      {shown.map((text) => (
        <Command text={text} />
      ))}
    </>
  );
}

/** Whether anything happened otherwise, whatever the numbers say. */
function BehaviourTable({ changes }: { changes: readonly BehaviourChange[] }) {
  if (changes.length === 0) return null;
  return (
    <>
      <h3>Behaviour</h3>
      <Table<BehaviourChange>
        caption="Seeds whose histories differ from the baseline's"
        rows={changes}
        rowClass={({ seedsChanged }) => (seedsChanged.length > 0 ? 'differs' : '')}
        columns={[
          { heading: 'Variant', names: true, cell: ({ variant }) => variant ?? 'the scenario' },
          {
            heading: 'Histories that differ',
            numeric: true,
            cell: ({ seedsChanged, seedsCompared }) => `${formatNumber(seedsChanged.length)} of ${formatNumber(seedsCompared)}`,
          },
          { heading: 'What happened otherwise', cell: (change) => behaviourWords({ ...change, variant: undefined }) },
        ]}
      />
    </>
  );
}
