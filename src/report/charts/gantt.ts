import type { ChartConfiguration } from 'chart.js';
import type { SlotHold } from '../../measure/lease-log.js';
import type { RunResult } from '../../measure/result.js';
import { cutText, formatSeconds, plural } from '../format.js';
import { annotated, marksText, type TimeChart, timeAnnotations } from './annotations.js';
import { axisTitle, baseOptions, timeAxis } from './axes.js';
import { type GanttPlan, type GanttRows, planGantt } from './gantt-plan.js';
import type { ChartTheme } from './theme.js';

const KEYS_SHOWN = 3;
const ROW_PX = 18;
/** In characters: whole names stand in tooltips and tables. */
const LONGEST_LABEL = 40;
const BAR_PX = ROW_PX * 0.62;
/** On a runner's row a ghost lies over whatever the runner does next. */
const GHOST_OF_RUNNER_PX = 5;

export function ganttHeightPx(plan: GanttPlan): number {
  return Math.max(6, plan.rows.length) * ROW_PX + 110;
}

/** One bar: whoever draws the chart finds the hold in it. */
export interface GanttBar {
  x: [number, number];
  y: string;
  hold: SlotHold;
}

/** Who held which slot when, or which runner worked for whom. A ghost begins where the work ended and the slot was not given back. */
export function ganttChart(run: RunResult, rows: GanttRows, about: TimeChart, theme: ChartTheme): ChartConfiguration<'bar', GanttBar[], string> {
  const plan = planGantt(run, rows);
  const base = baseOptions({ title: about.title, subtitle: marksText(about.marks) }, theme);
  return {
    type: 'bar',
    data: { labels: [...plan.rows], datasets: ganttDatasets(run, rows, plan, theme) },
    options: {
      ...base,
      indexAxis: 'y',
      interaction: { mode: 'nearest', intersect: true },
      scales: {
        x: timeAxis(run.endUs, theme, about.timeName),
        y: {
          type: 'category',
          grid: { display: false },
          ticks: { color: theme.muted, autoSkip: false, font: { size: 11 }, callback: (value) => cutText(plan.rows[Number(value)] ?? '', LONGEST_LABEL) },
          title: axisTitle(hiddenText(plan, rows), theme),
        },
      },
      plugins: {
        ...base.plugins,
        tooltip: { ...base.plugins.tooltip, callbacks: { title: () => '', label: (item) => holdText((item.raw as GanttBar).hold, run.endUs) } },
        ...annotated(timeAnnotations(run, about, theme)),
      },
    },
  };
}

function ganttDatasets(
  run: RunResult,
  rows: GanttRows,
  { holds, rowOf }: GanttPlan,
  theme: ChartTheme,
): ChartConfiguration<'bar', GanttBar[], string>['data']['datasets'] {
  const keys = [...new Set(holds.toSorted((a, b) => a.fromUs - b.fromUs).map((hold) => hold.key))];
  const groups = keys.slice(0, KEYS_SHOWN).map((key) => ({ label: `working, key ${cutText(key, LONGEST_LABEL)}`, has: (hold: SlotHold) => hold.key === key }));
  if (keys.length > KEYS_SHOWN) {
    const named = new Set(keys.slice(0, KEYS_SHOWN));
    groups.push({ label: `working, ${plural(keys.length - KEYS_SHOWN, 'other key')}`, has: (hold) => !named.has(hold.key) });
  }
  const bar = { grouped: false, barThickness: BAR_PX, borderSkipped: false as const, minBarLength: 1 };
  const live = groups.map((group, at) => {
    const [fill, edge] = theme.bars[at] as readonly [string, string];
    return {
      label: group.label,
      data: holds
        .filter(group.has)
        .map((hold): GanttBar => ({ x: [hold.fromUs / 1e6, (hold.ghostFromUs ?? hold.toUs ?? run.endUs) / 1e6], y: rowOf(hold), hold })),
      backgroundColor: fill,
      borderColor: edge,
      borderWidth: 0.75,
      ...bar,
    };
  });
  const ghosts = holds.flatMap((hold): GanttBar[] =>
    hold.ghostFromUs == null ? [] : [{ x: [hold.ghostFromUs / 1e6, (hold.toUs ?? run.endUs) / 1e6], y: rowOf(hold), hold }],
  );
  if (ghosts.length === 0) return live;
  const thickness = rows === 'runners' ? { barThickness: GHOST_OF_RUNNER_PX } : {};
  const look = { backgroundColor: theme.ghost as string, borderColor: theme.ghostEdge, borderWidth: 1.5, ...bar, ...thickness };
  return [...live, { label: rows === 'runners' ? 'ghost: its slot is still held' : 'ghost: no live work', data: ghosts, ...look }];
}

function hiddenText({ hiddenRows, hiddenHolds }: GanttPlan, rows: GanttRows): string {
  const row = rows === 'runners' ? 'runner' : 'slot';
  const hidden = [...(hiddenRows > 0 ? [plural(hiddenRows, row)] : []), ...(hiddenHolds > 0 ? [plural(hiddenHolds, 'hold')] : [])];
  return hidden.length === 0 ? `${row}s` : `${row}s (not drawn: ${hidden.join(', ')})`;
}

function holdText(hold: SlotHold, endUs: number): string[] {
  const at = (us: number): string => formatSeconds(us / 1e6);
  const ghost = hold.ghostFromUs == null ? [] : [`ghost from ${at(hold.ghostFromUs)}, for ${at((hold.toUs ?? endUs) - hold.ghostFromUs)}`];
  const runner = hold.runner == null ? [] : [`runner ${hold.runner}`];
  return [`${hold.request}, key ${hold.key}`, hold.endpoint, ...runner, `${at(hold.fromUs)} to ${hold.toUs == null ? 'the end' : at(hold.toUs)}`, ...ghost];
}
