import type { Mark, RunResult } from '../../measure/result.js';
import { formatSeconds } from '../format.js';
import { groupMarks } from '../runs.js';
import type { ChartTheme } from './theme.js';

/** The plugin's own types cannot be resolved by Node's module rules. */
export type Annotations = Record<string, { readonly type: 'box' | 'line' | 'label'; readonly [option: string]: unknown }>;

/** The plugin's part of a chart's options. */
export function annotated(annotations: Annotations) {
  return { annotation: { clip: false, annotations } };
}

/** The steps of the scenario as numbered dashed lines, and the phase after the load as a shaded box. */
export function timeAnnotations(run: RunResult, marks: readonly Mark[], theme: ChartTheme): Annotations {
  return { ...recoveryBox(run, theme), ...markLines(run, marks, theme) };
}

function recoveryBox(run: RunResult, theme: ChartTheme): Annotations {
  if (run.endUs <= run.loadEndUs) return {};
  return {
    recovery: {
      type: 'box',
      xMin: run.loadEndUs / 1_000_000,
      xMax: run.endUs / 1_000_000,
      backgroundColor: theme.recovery,
      borderWidth: 0,
      drawTime: 'beforeDatasetsDraw',
      label: {
        display: true,
        content: 'recovery: no new load',
        position: { x: 'end', y: 'start' },
        color: theme.muted,
        font: { size: 11, weight: 'normal' },
        padding: 4,
      },
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
