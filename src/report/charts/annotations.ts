import type { Mark, RunResult } from '../../measure/result.js';
import { cutText, formatNumber, formatSeconds } from '../format.js';
import { groupMarks } from '../runs.js';
import type { ChartTheme } from './theme.js';

/** What a chart over time tells of its variant. */
export interface TimeChart {
  readonly title: string;
  readonly marks: readonly Mark[];
  /** Where the metrics begin, µs. */
  readonly warmupUs: number;
  /** Which time the axis counts: `virtual time`. */
  readonly timeName: string;
}

/** Which time the numbers of a run count. Virtual time and wall time are never mixed on one axis. */
export function timeNameOf(run: RunResult): string {
  if (run.live == null) return 'virtual time';
  return run.live.speed === 1 ? 'wall time since the start' : `virtual time, ${formatNumber(run.live.speed)} times as fast as the wall clock`;
}

/** The stretch of a step that holds for a time, within the run; undefined for a step of one instant. */
export function windowOf({ atUs, toUs }: Mark, endUs: number): { readonly fromUs: number; readonly toUs: number } | undefined {
  if (toUs == null || atUs >= endUs) return undefined;
  // "For ever" is a word in a result.
  return { fromUs: atUs, toUs: typeof toUs === 'number' ? Math.min(toUs, endUs) : endUs };
}

/** The plugin's own types cannot be resolved by Node's module rules. */
export type Annotations = Record<string, { readonly type: 'box' | 'line' | 'label'; readonly [option: string]: unknown }>;

/** The plugin's part of a chart's options. */
export function annotated(annotations: Annotations) {
  return { annotation: { clip: false, annotations } };
}

/** The steps of the scenario as numbered dashed lines; what metrics leave out and the phase after the load as shaded boxes. */
export function timeAnnotations(run: RunResult, { marks, warmupUs }: TimeChart, theme: ChartTheme): Annotations {
  return {
    ...(warmupUs > 0 ? { warmup: phaseBox(0, warmupUs, 'warm-up', 'start', theme) } : {}),
    ...(run.endUs > run.loadEndUs ? { recovery: phaseBox(run.loadEndUs, run.endUs, 'recovery: no new load', 'end', theme) } : {}),
    ...faultWindows(run, marks, theme),
    ...markLines(run, marks, theme),
  };
}

/** Stretches in which a step holds, shaded; the dashed line at the start of each carries its number. */
function faultWindows(run: RunResult, marks: readonly Mark[], theme: ChartTheme): Annotations {
  const boxes: Annotations = {};
  for (const mark of marks) {
    const held = windowOf(mark, run.endUs);
    if (held === undefined) continue;
    boxes[`window${mark.number}`] = {
      type: 'box',
      xMin: held.fromUs / 1_000_000,
      xMax: held.toUs / 1_000_000,
      backgroundColor: theme.window,
      borderWidth: 0,
      drawTime: 'beforeDatasetsDraw',
    };
  }
  return boxes;
}

function phaseBox(fromUs: number, toUs: number, content: string, side: 'start' | 'end', theme: ChartTheme): Annotations[string] {
  return {
    type: 'box',
    xMin: fromUs / 1_000_000,
    xMax: toUs / 1_000_000,
    backgroundColor: theme.recovery,
    borderWidth: 0,
    drawTime: 'beforeDatasetsDraw',
    label: {
      display: true,
      content,
      position: { x: side, y: 'start' },
      color: theme.muted,
      font: { size: 11, weight: 'normal' },
      padding: 4,
    },
  };
}

function markLines(run: RunResult, marks: readonly Mark[], theme: ChartTheme): Annotations {
  const lines: Annotations = {};
  for (const [at, group] of groupMarks(marks, run.endUs).entries()) {
    lines[`mark${at}`] = {
      type: 'line',
      scaleID: 'x',
      value: group.atUs / 1_000_000,
      borderColor: theme.mark,
      borderWidth: 1.5,
      borderDash: [5, 4],
      label: {
        display: true,
        content: group.label,
        position: 'start',
        backgroundColor: theme.text,
        color: theme.surface,
        font: { size: 11, weight: 'bold' },
        padding: { x: 6, y: 3 },
        borderRadius: 9,
      },
    };
  }
  return lines;
}

const LONGEST_STEP = 60;

/** `1 revoke-key acme/old at 4s`, for a picture without a table under it. */
export function marksText(marks: readonly Mark[]): string {
  const shown = marks.slice(0, 4).map((mark) => `${mark.number}: ${cutText(mark.label, LONGEST_STEP)}, at ${formatSeconds(mark.atUs / 1_000_000)}`);
  return [...shown, ...(marks.length > 4 ? [`and ${marks.length - 4} more steps`] : [])].join('   ');
}
