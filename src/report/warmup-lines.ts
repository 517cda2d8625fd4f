import { formatDurationUs } from '../core/units.js';
import type { ResultFile, VariantInfo } from '../measure/result.js';
import { shownVariants } from './runs.js';
import { linesFor } from './seed-lines.js';

export interface WarmupLine {
  readonly text: string;
  /** false: a warm-up was looked for and not found. */
  readonly found: boolean;
}

/** What the metrics leave out, a line for variants that leave out the same. Empty where nothing was to be left out. */
export function warmupLines(result: ResultFile): WarmupLine[] {
  const variants = shownVariants(result);
  const texts = (found: boolean): WarmupLine[] =>
    linesFor(variants, ({ info }) => ((info.warmupFound !== false) === found ? warmupText(info) : undefined)).map((text) => ({ text, found }));
  return [...texts(true), ...texts(false)];
}

/** `metrics begin at 2m (fixed: 2m)`; undefined without a warm-up. */
export function warmupText({ warmupUs, warmupRule, warmupFound }: VariantInfo): string | undefined {
  if (warmupRule === undefined || warmupRule === 'none') return undefined;
  const what =
    warmupFound === false
      ? 'none found, so nothing is left out and no metric is that of a steady state'
      : `metrics begin at ${formatDurationUs(warmupUs ?? 0)}`;
  return `${what} (${warmupRule})`;
}
