import type { Mark, RunResult } from '../../measure/result.js';
import { formatSeconds } from '../format.js';
import { groupMarks } from '../runs.js';
import type { ChartTheme } from './theme.js';

/** What a chart over time tells of its variant. */
export interface TimeChart {
  readonly title: string;
  readonly marks: readonly Mark[];
  /** Where the metrics begin, µs. */
  readonly warmupUs: number;
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
    ...markLines(run, marks, theme),
  };
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

/** `1 revoke-key acme/old at 4s`, for a picture without a table under it. */
export function marksText(marks: readonly Mark[]): string {
  const shown = marks.slice(0, 4).map((mark) => `${mark.number}: ${mark.label}, at ${formatSeconds(mark.atUs / 1_000_000)}`);
  return [...shown, ...(marks.length > 4 ? [`and ${marks.length - 4} more steps`] : [])].join('   ');
}
