import type { SlotHold } from '../../measure/lease-log.js';
import type { LatencyBuckets } from '../../measure/result.js';
import type { Timeline, TimelinePoint } from '../../measure/timeline.js';
import type { RepeatCounts } from '../charts/retries.js';
import { quantileOf, samplesIn } from '../distribution.js';
import { formatMs, formatNumber, formatSeconds, formatValue, NO_SAMPLES, plural } from '../format.js';
import { metricOf, type ShownVariant } from '../runs.js';
import { coarse, leakGrowth } from '../timeline-series.js';
import { Table, type TableColumn } from './parts.js';

const ROWS = 40;
const HOLDS = 120;
const LEVEL_DIGITS = 3;

/** The numbers behind the charts over time. */
export function TimelineTable({
  timeline,
  levels,
  caption,
}: {
  timeline: Timeline;
  levels: readonly ('live' | 'ghost' | 'queued' | 'limit')[];
  caption: string;
}) {
  const table = coarse(timeline, ROWS);
  const names = { live: 'Live', ghost: 'Ghost', queued: 'Waiting', limit: 'Limit' };
  return (
    <Table<TimelinePoint>
      caption={`${caption}: averages over ${formatSeconds(table.binUs / 1e6)} each`}
      rows={table.points}
      columns={[
        { heading: 'From (virtual time)', numeric: true, names: true, cell: (point) => formatSeconds(point.atUs / 1e6) },
        ...levels.map(
          (level): TableColumn<TimelinePoint> => ({
            heading: names[level],
            numeric: true,
            cell: (point) => formatNumber(Number(point[level].toFixed(LEVEL_DIGITS))),
          }),
        ),
      ]}
    />
  );
}

/** The holds of the Gantt chart, ghosts first. */
export function HoldsTable({ holds, hidden, rowName }: { holds: readonly SlotHold[]; hidden: number; rowName: (hold: SlotHold) => string }) {
  const at = (us: number | undefined | null, missing: string): string => (us == null ? missing : formatSeconds(us / 1e6));
  const rows = holds.toSorted((a, b) => Number(a.ghostFromUs == null) - Number(b.ghostFromUs == null) || a.fromUs - b.fromUs);
  const left = Math.max(0, rows.length - HOLDS) + hidden;
  return (
    <>
      <Table<SlotHold>
        caption="Holds, ghosts first"
        rows={rows.slice(0, HOLDS)}
        columns={[
          { heading: 'Slot', names: true, cell: rowName },
          { heading: 'Request', cell: (hold) => hold.request },
          { heading: 'Key', cell: (hold) => hold.key },
          { heading: 'Endpoint', cell: (hold) => hold.endpoint },
          { heading: 'Taken', numeric: true, cell: (hold) => at(hold.fromUs, '') },
          { heading: 'Ghost from', numeric: true, cell: (hold) => at(hold.ghostFromUs, '–') },
          { heading: 'Given back', numeric: true, cell: (hold) => at(hold.toUs, 'never') },
        ]}
      />
      {left > 0 ? <p class="muted">{plural(left, 'more hold')} not listed; result.json has those that were kept.</p> : null}
    </>
  );
}

const SHARES = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

/** Percentiles of all requests, and of the parts that have a metric of their own. */
export function PercentileTable({ variant }: { variant: ShownVariant }) {
  const { shown: run } = variant;
  const buckets = run.evidence?.queueLatency;
  const parts = Object.keys(run.metrics).filter((name) => name.startsWith('queue_latency{'));
  const read = (name: string, field: 'med' | 'p90' | 'p95' | 'p99' | 'max'): string => formatValue(metricOf(run, name, field), 'ms');
  return (
    <>
      {buckets === undefined ? null : <AllPercentiles buckets={buckets} />}
      <Table<string>
        caption="By account, key, endpoint and mode, where there are few enough"
        rows={parts}
        empty="No part of the traffic has a line of its own."
        columns={[
          { heading: 'Requests', names: true, cell: (name) => <code>{name}</code> },
          { heading: 'n', numeric: true, cell: (name) => formatNumber(run.metrics[name]?.n ?? 0) },
          { heading: 'p50', numeric: true, cell: (name) => read(name, 'med') },
          { heading: 'p90', numeric: true, cell: (name) => read(name, 'p90') },
          { heading: 'p95', numeric: true, cell: (name) => read(name, 'p95') },
          { heading: 'p99', numeric: true, cell: (name) => read(name, 'p99') },
          { heading: 'max', numeric: true, cell: (name) => read(name, 'max') },
        ]}
      />
    </>
  );
}

function AllPercentiles({ buckets }: { buckets: LatencyBuckets }) {
  const value = (share: number): string => {
    const ms = quantileOf(buckets, share);
    return ms === undefined ? NO_SAMPLES : formatMs(ms);
  };
  return (
    <Table<LatencyBuckets>
      caption={`All requests that started; a value is off by at most ${formatNumber(buckets.relativeError * 100)} %`}
      rows={[buckets]}
      columns={[
        { heading: 'n', numeric: true, cell: (row) => formatNumber(samplesIn(row)) },
        ...SHARES.map((share): TableColumn<LatencyBuckets> => ({ heading: `p${share * 100}`, numeric: true, cell: () => value(share) })),
        { heading: 'max', numeric: true, cell: () => value(1) },
      ]}
    />
  );
}

export function RepeatsTable({ counts }: { counts: RepeatCounts }) {
  const rows = counts.labels.map((label, at) => ({ label, client: counts.client[at] ?? 0, server: counts.server[at] ?? 0 }));
  return (
    <Table
      caption="Repeats of one request"
      rows={rows}
      columns={[
        { heading: 'Repeats', numeric: true, names: true, cell: (row) => row.label },
        { heading: 'Calls repeated by their client', numeric: true, cell: (row) => formatNumber(row.client) },
        { heading: 'Requests put back by the server', numeric: true, cell: (row) => formatNumber(row.server) },
      ]}
    />
  );
}

const TENTHS = 10;

/** Leaked slot-seconds at each tenth of the run. */
export function LeakGrowthTable({ variants }: { variants: readonly ShownVariant[] }) {
  const rows = Array.from({ length: TENTHS }, (_, at) => (at + 1) / TENTHS);
  const lostBy = ({ shown }: ShownVariant, share: number): number => {
    const growth = shown.evidence == null ? [] : leakGrowth(shown.evidence.timeline, shown.endUs);
    const atUs = share * shown.endUs;
    const after = growth.findIndex((point) => point.atUs >= atUs);
    const [before, next] = [growth[after - 1], growth[after]];
    if (before === undefined || next === undefined) return growth.at(-1)?.slotSeconds ?? 0;
    return before.slotSeconds + ((next.slotSeconds - before.slotSeconds) * (atUs - before.atUs)) / (next.atUs - before.atUs);
  };
  return (
    <Table<number>
      caption="Leaked slot-seconds so far, at each tenth of the run"
      rows={rows}
      columns={[
        { heading: 'Part of the run', numeric: true, names: true, cell: (share) => `${Math.round(share * 100)} %` },
        ...variants.map(
          (variant): TableColumn<number> => ({ heading: variant.title, numeric: true, cell: (share) => formatNumber(Math.round(lostBy(variant, share))) }),
        ),
      ]}
    />
  );
}
