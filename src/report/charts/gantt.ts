import type { ChartConfiguration } from 'chart.js';
import type { SlotHold } from '../../measure/lease-log.js';
import type { RunResult } from '../../measure/result.js';
import { formatSeconds, plural } from '../format.js';
import { annotated, marksText, type TimeChart, timeAnnotations } from './annotations.js';
import { axisTitle, baseOptions, timeAxis } from './axes.js';
import type { ChartTheme } from './theme.js';

export interface GanttPlan {
  /** Names of the slots, top to bottom. */
  readonly rows: readonly string[];
  readonly holds: readonly SlotHold[];
  readonly hiddenRows: number;
  readonly hiddenHolds: number;
  /** Of the hidden holds. */
  readonly hiddenGhosts: number;
}

const MAX_ROWS = 40;
const MAX_HAUNTED_ROWS = 120;
const MAX_HOLDS = 2_000;
const KEYS_SHOWN = 3;
const ROW_PX = 18;

/** Which slots and holds are drawn. Slots with ghosts come first, then the others in order; of too many holds ghosts, then the longest. */
export function planGantt(run: RunResult): GanttPlan {
  const { holds, holdsHidden } = run.evidence ?? { holds: [], holdsHidden: 0 };
  const name = rowNamer(holds);
  const isGhost = (hold: SlotHold): boolean => hold.ghostFromUs != null;
  const inOrder = holds.toSorted((a, b) => (a.account < b.account ? -1 : a.account > b.account ? 1 : a.slot - b.slot));
  const rows = [...new Set(inOrder.map(name))];
  const haunted = new Set(inOrder.filter(isGhost).map(name));
  const chosen = new Set([...new Set([...haunted, ...rows])].slice(0, Math.max(MAX_ROWS, Math.min(MAX_HAUNTED_ROWS, haunted.size))));
  const onRows = inOrder.filter((hold) => chosen.has(name(hold)));
  const lengthUs = (hold: SlotHold): number => (hold.toUs ?? run.endUs) - hold.fromUs;
  const kept =
    onRows.length <= MAX_HOLDS ? onRows : onRows.toSorted((a, b) => Number(isGhost(b)) - Number(isGhost(a)) || lengthUs(b) - lengthUs(a)).slice(0, MAX_HOLDS);
  return {
    rows: rows.filter((row) => chosen.has(row)),
    holds: kept,
    hiddenRows: rows.length - chosen.size,
    hiddenHolds: holds.length - kept.length + holdsHidden,
    hiddenGhosts: holds.filter(isGhost).length - kept.filter(isGhost).length,
  };
}

/** `slot 3`, or `acme slot 3` where there are several accounts. Slots have no numbers on the platform; people count from 1. */
export function rowNamer(holds: readonly SlotHold[]): (hold: SlotHold) => string {
  const several = new Set(holds.map((hold) => hold.account)).size > 1;
  return (hold) => `${several ? `${hold.account} ` : ''}slot ${hold.slot + 1}`;
}

export function ganttHeightPx(plan: GanttPlan): number {
  return Math.max(6, plan.rows.length) * ROW_PX + 110;
}

interface Bar {
  x: [number, number];
  y: string;
  hold: SlotHold;
}

/** Who held which slot when. A ghost begins where the work ended and the slot was not given back. */
export function ganttChart(run: RunResult, about: TimeChart, theme: ChartTheme): ChartConfiguration<'bar', Bar[], string> {
  const plan = planGantt(run);
  const base = baseOptions({ title: about.title, subtitle: marksText(about.marks) }, theme);
  return {
    type: 'bar',
    data: { labels: [...plan.rows], datasets: ganttDatasets(run, plan, theme) },
    options: {
      ...base,
      indexAxis: 'y',
      interaction: { mode: 'nearest', intersect: true },
      scales: {
        x: timeAxis(run.endUs, theme),
        y: {
          type: 'category',
          grid: { display: false },
          ticks: { color: theme.muted, autoSkip: false, font: { size: 11 } },
          title: axisTitle(hiddenText(plan), theme),
        },
      },
      plugins: {
        ...base.plugins,
        tooltip: { ...base.plugins.tooltip, callbacks: { title: () => '', label: (item) => holdText((item.raw as Bar).hold, run.endUs) } },
        ...annotated(timeAnnotations(run, about, theme)),
      },
    },
  };
}

function ganttDatasets(run: RunResult, plan: GanttPlan, theme: ChartTheme): ChartConfiguration<'bar', Bar[], string>['data']['datasets'] {
  const name = rowNamer(run.evidence?.holds ?? []);
  const keys = [...new Set(plan.holds.toSorted((a, b) => a.fromUs - b.fromUs).map((hold) => hold.key))];
  const groups = keys.slice(0, KEYS_SHOWN).map((key) => ({ label: `working, key ${key}`, has: (hold: SlotHold) => hold.key === key }));
  if (keys.length > KEYS_SHOWN)
    groups.push({ label: `working, ${plural(keys.length - KEYS_SHOWN, 'other key')}`, has: (hold) => keys.indexOf(hold.key) >= KEYS_SHOWN });
  const bar = { grouped: false, barThickness: ROW_PX * 0.62, borderSkipped: false as const, minBarLength: 1 };
  const live = groups.map((group, at) => {
    const [fill, edge] = theme.bars[at] as readonly [string, string];
    return {
      label: group.label,
      data: plan.holds
        .filter(group.has)
        .map((hold): Bar => ({ x: [hold.fromUs / 1e6, (hold.ghostFromUs ?? hold.toUs ?? run.endUs) / 1e6], y: name(hold), hold })),
      backgroundColor: fill,
      borderColor: edge,
      borderWidth: 0.75,
      ...bar,
    };
  });
  const ghosts = plan.holds.flatMap((hold): Bar[] =>
    hold.ghostFromUs == null ? [] : [{ x: [hold.ghostFromUs / 1e6, (hold.toUs ?? run.endUs) / 1e6], y: name(hold), hold }],
  );
  if (ghosts.length === 0) return live;
  return [
    ...live,
    { label: 'ghost: no live work', data: ghosts, backgroundColor: theme.ghost as string, borderColor: theme.ghostEdge, borderWidth: 1.5, ...bar },
  ];
}

function hiddenText(plan: GanttPlan): string {
  const hidden = [...(plan.hiddenRows > 0 ? [plural(plan.hiddenRows, 'slot')] : []), ...(plan.hiddenHolds > 0 ? [plural(plan.hiddenHolds, 'hold')] : [])];
  return hidden.length === 0 ? 'slots' : `slots (not drawn: ${hidden.join(', ')})`;
}

function holdText(hold: SlotHold, endUs: number): string[] {
  const at = (us: number): string => formatSeconds(us / 1e6);
  const ghost = hold.ghostFromUs == null ? [] : [`ghost from ${at(hold.ghostFromUs)}, for ${at((hold.toUs ?? endUs) - hold.ghostFromUs)}`];
  return [`${hold.request}, key ${hold.key}`, hold.endpoint, `${at(hold.fromUs)} to ${hold.toUs == null ? 'the end' : at(hold.toUs)}`, ...ghost];
}
