import type { ResultFile, RunResult } from '../../measure/result.js';
import { formatNumber, formatValue } from '../format.js';
import { metricOf, type ShownVariant, shownVariants } from '../runs.js';
import { Badge, Section, Table } from './parts.js';

interface Strip {
  readonly title: string;
  readonly unit: 'ms' | 'slots';
  readonly read: (run: RunResult) => number | undefined;
}

const STRIPS: readonly Strip[] = [
  { title: 'queue_latency p95', unit: 'ms', read: (run) => metricOf(run, 'queue_latency', 'p95') },
  { title: 'leaked_slots at the end', unit: 'slots', read: (run) => metricOf(run, 'leaked_slots', 'value') },
];

/** Every run of every variant. One seed is an anecdote. */
export function SeedsSection({ result }: { result: ResultFile }) {
  if (result.seeds.length < 2) return null;
  const named = result.variants.some((variant) => variant.name != null);
  return (
    <Section id="seeds" title="Across seeds" lead="Each dot is one seed; failed ones are crosses.">
      <div class="strips">
        {STRIPS.map((strip) => (
          <StripPlot strip={strip} variants={shownVariants(result)} />
        ))}
      </div>
      <Table<RunResult>
        caption="Runs"
        rows={result.runs}
        rowClass={(run) => (run.verdict === 'pass' ? '' : run.verdict)}
        columns={[
          { heading: 'Seed', names: true, numeric: true, cell: (run) => run.seed },
          ...(named ? [{ heading: 'Variant', cell: (run: RunResult) => run.variant ?? '–' }] : []),
          { heading: 'Verdict', cell: (run) => <Badge verdict={run.verdict} /> },
          { heading: 'leaked_slots', numeric: true, cell: (run) => formatValue(metricOf(run, 'leaked_slots', 'value'), 'slots') },
          { heading: 'leaked_slot_seconds', numeric: true, cell: (run) => formatValue(metricOf(run, 'leaked_slot_seconds', 'count'), 'slot_seconds') },
          { heading: 'queue_latency p95', numeric: true, cell: (run) => formatValue(metricOf(run, 'queue_latency', 'p95'), 'ms') },
          { heading: 'Events', numeric: true, cell: (run) => formatNumber(run.events) },
          { heading: 'Exit code', numeric: true, cell: (run) => run.exitCode },
        ]}
      />
    </Section>
  );
}

const WIDTH = 600;
const ROW = 26;
const PAD = 12;

/** One row of dots a variant, on one shared scale from zero. The table below holds the numbers. */
function StripPlot({ strip, variants }: { strip: Strip; variants: readonly ShownVariant[] }) {
  const rows = variants.map(({ title, runs }) => ({ title, dots: runs.map((run) => ({ run, value: strip.read(run) })) }));
  const max = Math.max(0, ...rows.flatMap((row) => row.dots.map((dot) => dot.value ?? 0)));
  const x = (value: number): number => Number((PAD + (max === 0 ? 0 : value / max) * (WIDTH - 2 * PAD)).toFixed(1));
  const label = `${strip.title} of every seed, from 0 to ${formatValue(max, strip.unit)}`;
  return (
    <figure class="strip">
      <figcaption>{label}</figcaption>
      {rows.map((row) => (
        <div class="strip-row">
          <span>{row.title}</span>
          <svg viewBox={`0 0 ${WIDTH} ${ROW}`} role="img" aria-label={`${row.title}: ${label}`}>
            <line x1={PAD} x2={WIDTH - PAD} y1={ROW / 2} y2={ROW / 2} class="strip-axis" />
            {row.dots.map(({ run, value }) =>
              value === undefined ? null : <Dot x={x(value)} failed={run.verdict !== 'pass'} text={`seed ${run.seed}: ${formatValue(value, strip.unit)}`} />,
            )}
          </svg>
        </div>
      ))}
    </figure>
  );
}

function Dot({ x, failed, text }: { x: number; failed: boolean; text: string }) {
  const y = ROW / 2;
  if (!failed) {
    return (
      <circle cx={x} cy={y} r={5} class="dot">
        <title>{text}</title>
      </circle>
    );
  }
  return (
    <path d={`M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x + 5} ${y - 5}L${x - 5} ${y + 5}`} class="cross">
      <title>{`${text}, failed`}</title>
    </path>
  );
}
