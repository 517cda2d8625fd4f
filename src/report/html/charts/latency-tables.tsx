import { enoughFor, samplesFor } from '../../../measure/percentile-samples.js';
import { shareBeyond, shareWithin, tableWaits, valueAt, type WaitCurve } from '../../charts/wait-curves.js';
import { formatMs, formatNumber, formatShare, formatValue } from '../../format.js';
import { type Field, metricOf, type ShownVariant } from '../../runs.js';
import { Table, type TableColumn } from '../parts.js';

const SHARES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];
const PART_FIELDS: readonly (readonly [heading: string, field: Field, share: number])[] = [
  ['p50', 'med', 0.5],
  ['p90', 'p90', 0.9],
  ['p95', 'p95', 0.95],
  ['p99', 'p99', 0.99],
];

/** Percentiles of all requests, of the baseline, and of the parts that have a metric of their own. */
export function PercentileTable({ variant, curve, baseline }: { variant: ShownVariant; curve: WaitCurve | undefined; baseline: WaitCurve | undefined }) {
  const { shown: run } = variant;
  const parts = Object.keys(run.metrics).filter((name) => name.startsWith('queue_latency{'));
  const samples = (name: string): number => run.metrics[name]?.n ?? 0;
  return (
    <>
      {curve === undefined ? null : <CurvePercentiles curve={curve} baseline={baseline} relativeError={run.evidence?.queueLatency.relativeError ?? 0} />}
      <Table<string>
        caption="By account, key, endpoint and mode, where there are few enough"
        rows={parts}
        empty="No part of the traffic has a line of its own."
        columns={[
          { heading: 'Requests', names: true, cell: (name) => <code>{name}</code> },
          { heading: 'n', numeric: true, cell: (name) => formatNumber(samples(name)) },
          ...PART_FIELDS.map(
            ([heading, field, share]): TableColumn<string> => ({
              heading,
              numeric: true,
              cell: (name) => (samples(name) > 0 && !enoughFor(share, samples(name)) ? tooFew(share) : formatValue(metricOf(run, name, field), 'ms')),
            }),
          ),
          { heading: 'max', numeric: true, cell: (name) => formatValue(metricOf(run, name, 'max'), 'ms') },
        ]}
      />
    </>
  );
}

function CurvePercentiles({ curve, baseline, relativeError }: { curve: WaitCurve; baseline: WaitCurve | undefined; relativeError: number }) {
  // How many requests a baseline's curve stands for was not kept; it is the same scenario, so as many are taken to be there.
  const n = curve.n ?? 0;
  const ofBaseline = baseline === undefined ? '' : ' The baseline is of its first seed, read off at most 60 points of its curve.';
  return (
    <Table<WaitCurve>
      caption={`All requests that started, in one run; a value is off by at most ${formatNumber(relativeError * 100)} %. A percentile of too few requests is not printed.${ofBaseline}`}
      rows={baseline === undefined ? [curve] : [curve, baseline]}
      columns={[
        { heading: 'Of', names: true, cell: (row) => row.title },
        { heading: 'n', numeric: true, cell: (row) => (row.n === undefined ? 'not kept' : formatNumber(row.n)) },
        ...SHARES.map(
          (share): TableColumn<WaitCurve> => ({
            heading: `p${share * 100}`,
            numeric: true,
            cell: (row) => (enoughFor(share, n) ? formatMs(valueAt(row, share) ?? 0) : tooFew(share)),
          }),
        ),
        { heading: 'max', numeric: true, cell: (row) => formatMs(row.points.at(-1)?.value ?? 0) },
      ]}
    />
  );
}

function tooFew(share: number): string {
  return `needs n ≥ ${formatNumber(samplesFor(share))}`;
}

/** A curve and its baseline at up to 40 waits of each: the share that waited at most so long, or the share that waited longer. */
export function CurvesTable({ curve, baseline, show }: { curve: WaitCurve | undefined; baseline: WaitCurve | undefined; show: 'within' | 'longer' }) {
  if (curve === undefined) return null;
  const curves = baseline === undefined ? [curve] : [curve, baseline];
  const waits = [...new Set(curves.flatMap(tableWaits))].sort((a, b) => a - b);
  const share = (of: WaitCurve, ms: number): string => formatShare(show === 'within' ? shareWithin(of, ms) : shareBeyond(of, ms));
  const what = show === 'within' ? 'Share that waited at most so long' : 'Share that waited longer';
  return (
    <Table<number>
      caption={`${what}, at points of the curve; other variants have theirs in their own panels, and result.json has all buckets`}
      rows={waits}
      columns={[
        { heading: 'Wait', numeric: true, names: true, cell: (ms) => formatMs(ms) },
        ...curves.map((of): TableColumn<number> => ({ heading: of.title, numeric: true, cell: (ms) => share(of, ms) })),
      ]}
    />
  );
}
