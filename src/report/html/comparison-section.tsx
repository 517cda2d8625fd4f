import type { ComponentChildren } from 'preact';
import type { ResultFile } from '../../measure/result.js';
import { COLUMNS, type ComparedVariant, compareVariants } from '../comparison.js';
import { formatValue, listOf } from '../format.js';
import { metricOf, shownVariants } from '../runs.js';
import { LeakGrowthTable } from './chart-tables.js';
import { Badge, Figure, Section, Table, type TableColumn } from './parts.js';

/** The variants of the scenario side by side: same arrivals, other rules. One column a variant, so that phones can read it. */
export function ComparisonSection({ result }: { result: ResultFile }) {
  const variants = compareVariants(result);
  const several = variants.length > 1;
  const lead = several ? 'Every variant met the same arrivals and the same service times. ▲ marks the best of a row, ▼ the worst.' : undefined;
  return (
    <Section id="variants" title={several ? 'Variants side by side' : 'Key numbers'} lead={lead}>
      <div class="compared">
        <Table
          caption={result.seeds.length > 1 ? 'Medians over the seeds, with their range' : 'Key numbers of each run'}
          columns={columnsFor(variants)}
          rows={ROWS}
        />
      </div>
      <ComparisonCharts result={result} />
    </Section>
  );
}

interface ComparedRow {
  readonly heading: string;
  readonly cell: (variant: ComparedVariant) => ComponentChildren;
}

const ROWS: readonly ComparedRow[] = [
  { heading: 'Policy', cell: (variant) => variant.policy },
  { heading: 'Verdict', cell: (variant) => <Badge verdict={variant.verdict} /> },
  ...COLUMNS.map((column, at): ComparedRow => ({ heading: column.heading, cell: (variant) => <Compared cell={variant.cells[at]} /> })),
];

function columnsFor(variants: readonly ComparedVariant[]): TableColumn<ComparedRow>[] {
  return [
    { heading: 'Metric', names: true, cell: (row) => row.heading },
    ...variants.map((variant): TableColumn<ComparedRow> => ({ heading: variant.title, numeric: true, cell: (row) => row.cell(variant) })),
  ];
}

function Compared({ cell }: { cell: ComparedVariant['cells'][number] | undefined }) {
  if (cell === undefined) return null;
  return (
    <>
      <span class={cell.place}>
        {cell.place === undefined ? null : (
          <span class="place" role="img" aria-label={cell.place}>
            {cell.place === 'best' ? '▲' : '▼'}
          </span>
        )}{' '}
        {cell.text}
      </span>
      {cell.range === undefined ? null : <span class="range">{cell.range}</span>}
    </>
  );
}

function ComparisonCharts({ result }: { result: ResultFile }) {
  const variants = shownVariants(result).filter(({ shown }) => shown.evidence != null);
  if (variants.length === 0) return <p class="empty">No evidence was kept for charts.</p>;
  const lost = variants.map(({ title, shown }) => `${title} ${formatValue(metricOf(shown, 'leaked_slot_seconds', 'count'), 'slot_seconds')}`);
  const waits = variants.map(({ title, shown }) => `${title} ${formatValue(metricOf(shown, 'queue_latency', 'p95'), 'ms')}`);
  return (
    <div class="charts">
      <Figure
        id="leak"
        kind="leak"
        level={3}
        title="Leak growth"
        summary={`Slot-seconds lost to ghosts by the end of the run: ${listOf(lost, 12)}. A straight rise is a leak that nothing heals.`}
      >
        <LeakGrowthTable variants={variants} />
      </Figure>
      {variants.length > 1 ? (
        <Figure
          id="latencies"
          kind="latencies"
          level={3}
          title="Queue latency"
          summary={`95 % of the requests that started had waited at most: ${listOf(waits, 12)}.`}
        />
      ) : null}
    </div>
  );
}
