import type { SlotHold } from '../../measure/lease-log.js';
import type { RunResult } from '../../measure/result.js';
import type { Timeline, TimelinePoint } from '../../measure/timeline.js';
import type { GanttPlan } from '../charts/gantt-plan.js';
import { rounded, stretchTime } from '../charts/leak-brackets.js';
import { formatNumber, formatSeconds, plural } from '../format.js';
import type { ShownVariant } from '../runs.js';
import { coarse, type GhostStretch, ghostStretches, hasStarting, type Level, leakGrowth, ledgerOf, levelOf } from '../timeline-series.js';
import { Table, type TableColumn } from './parts.js';
import { requestAnchor } from './request-anchor.js';

const ROWS = 40;
const HOLDS = 120;
const LEVEL_DIGITS = 3;
const LEVEL_NAMES: Readonly<Record<Level, string>> = {
  live: 'Live',
  starting: 'Cold start',
  ghost: 'Ghost',
  queued: 'Waiting',
  limit: 'Limit',
  effective: 'Effective limit',
};

/** The numbers behind the charts over time. A long timeline is averaged for the table, which says so; the file has every point. */
export function TimelineTable({ timeline, levels, caption }: { timeline: Timeline; levels: readonly Level[]; caption: string }) {
  const table = coarse(timeline, ROWS);
  const finer = table === timeline ? '' : `; the chart draws averages over ${formatSeconds(timeline.binUs / 1e6)}, which are in result.json`;
  const shown = levels.filter((level) => level !== 'starting' || hasStarting(timeline));
  return (
    <Table<TimelinePoint>
      caption={`${caption}: averages over ${formatSeconds(table.binUs / 1e6)} each${finer}`}
      rows={table.points}
      columns={[
        { heading: 'From', numeric: true, names: true, cell: (point) => formatSeconds(point.atUs / 1e6) },
        ...shown.map(
          (level): TableColumn<TimelinePoint> => ({
            heading: LEVEL_NAMES[level],
            numeric: true,
            cell: (point) => formatNumber(Number(levelOf(point, level).toFixed(LEVEL_DIGITS))),
          }),
        ),
      ]}
    />
  );
}

/** The stretches that the chart puts brackets over, the costliest first. */
export function StretchesTable({ timeline, run, account }: { timeline: Timeline; run: RunResult; account?: string }) {
  const { endUs } = run;
  const stretches = ghostStretches(timeline, endUs, ledgerOf(run, account)).toSorted((a, b) => b.slotSeconds - a.slotSeconds);
  if (stretches.length === 0) return null;
  const left = stretches.length - ROWS;
  return (
    <Table<GhostStretch>
      caption={`Stretches of time with ghost slots${left > 0 ? `, the costliest ${ROWS} of ${formatNumber(stretches.length)}` : ''}`}
      rows={stretches.slice(0, ROWS)}
      columns={[
        { heading: 'When', names: true, cell: (stretch) => stretchTime(stretch, endUs) },
        { heading: 'Most ghosts', numeric: true, cell: (stretch) => formatNumber(rounded(stretch.mostGhosts)) },
        { heading: 'Slot-seconds lost', numeric: true, cell: (stretch) => formatNumber(rounded(stretch.slotSeconds)) },
      ]}
    />
  );
}

/** The holds of the Gantt chart, ghosts first. @param listed requests that have a row of their own on the page */
export function HoldsTable(props: { plan: GanttPlan; rowHeading: string; variant: string | null | undefined; listed: ReadonlySet<string> }) {
  const { plan, rowHeading, variant, listed } = props;
  const at = (us: number | undefined | null, missing: string): string => (us == null ? missing : formatSeconds(us / 1e6));
  const rows = plan.holds.toSorted((a, b) => Number(a.ghostFromUs == null) - Number(b.ghostFromUs == null) || a.fromUs - b.fromUs);
  const left = Math.max(0, rows.length - HOLDS) + plan.hiddenHolds;
  const request = (hold: SlotHold) => (listed.has(hold.request) ? <a href={`#${requestAnchor(hold.request, variant)}`}>{hold.request}</a> : hold.request);
  return (
    <>
      <Table<SlotHold>
        caption="Holds, ghosts first"
        rows={rows.slice(0, HOLDS)}
        columns={[
          { heading: rowHeading, names: true, cell: plan.rowOf },
          { heading: 'Request', cell: request },
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

const TENTHS = 10;

/** Leaked slot-seconds at each tenth of the run. */
export function LeakGrowthTable({ variants }: { variants: readonly ShownVariant[] }) {
  const rows = Array.from({ length: TENTHS }, (_, at) => (at + 1) / TENTHS);
  const growths = new Map(variants.map(({ shown }) => [shown, shown.evidence == null ? [] : leakGrowth(shown.evidence.timeline, shown.endUs)]));
  const lostBy = ({ shown }: ShownVariant, share: number): number => {
    const growth = growths.get(shown) ?? [];
    const atUs = share * shown.endUs;
    const after = growth.findIndex((point) => point.atUs >= atUs);
    const [before, next] = [growth[after - 1], growth[after]];
    if (before === undefined || next === undefined) return growth.at(-1)?.slotSeconds ?? 0;
    return before.slotSeconds + ((next.slotSeconds - before.slotSeconds) * (atUs - before.atUs)) / (next.atUs - before.atUs);
  };
  return (
    <Table<number>
      caption="Leaked slot-seconds so far, at each tenth of the run; the chart draws every step, from the timeline in result.json"
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
