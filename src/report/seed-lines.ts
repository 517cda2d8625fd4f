import type { ResultFile } from '../measure/result.js';
import type { SeedShare } from '../measure/seed-statistics.js';
import { MIN_SEEDS_FOR_INTERVAL, type SeedStatistics } from '../measure/seed-values.js';
import { formatNumber, formatShare, plural } from './format.js';
import { type ShownVariant, shownVariants } from './runs.js';
import { acrossSeedsOf, formatSeries, type SeedSeries, seedSeries, seriesStatistics, seriesTitle } from './seed-series.js';

/** How sure the result is of what it says about another seed, a line each. Empty for a single seed. */
export function seedLines(result: ResultFile): string[] {
  const seeds = result.seeds.length;
  if (seeds < 2) return [];
  const lines = [...(seeds < MIN_SEEDS_FOR_INTERVAL ? [] : intervalLines(result)), ...shareLines(result)];
  return seeds < MIN_SEEDS_FOR_INTERVAL ? [...lines, `no intervals of means: ${seeds} seeds, and fewer than ${MIN_SEEDS_FOR_INTERVAL} say too little`] : lines;
}

/** Series that are the same in all seeds have no line: the table of variants has them. */
function intervalLines(result: ResultFile): string[] {
  const variants = shownVariants(result);
  return seedSeries(result).flatMap((series) =>
    linesFor(variants, (variant) => {
      const across = acrossSeedsOf(variant);
      const statistics = across && seriesStatistics(across, series);
      return across === undefined || statistics?.low == null ? undefined : `${seriesTitle(series)}: ${meanText(statistics, series, across.seeds)}`;
    }),
  );
}

function shareLines(result: ResultFile): string[] {
  return linesFor(shownVariants(result), (variant) => {
    const across = acrossSeedsOf(variant);
    return across && failedText(across.failed);
  });
}

/** One line for the variants of which the same is to be said; none for those of which there is nothing. */
export function linesFor(variants: readonly ShownVariant[], say: (variant: ShownVariant) => string | undefined): string[] {
  const groups = new Map<string, string[]>();
  for (const variant of variants) {
    const text = say(variant);
    if (text !== undefined) groups.set(text, [...(groups.get(text) ?? []), variant.title]);
  }
  return [...groups].map(([text, titles]) => {
    if (variants.length === 1) return text;
    return `${titles.length === 1 ? titles[0] : plural(titles.length, 'variant')}: ${text}`;
  });
}

/** `mean 4.21s [4.05s, 4.37s] over 20 seeds, 95 % t` */
function meanText(statistics: SeedStatistics, series: SeedSeries, seeds: number): string {
  const over = statistics.n === seeds ? plural(seeds, 'seed') : `the ${statistics.n} of ${seeds} seeds with samples`;
  return `mean ${formatSeries(statistics.mean, series)} ${intervalText(statistics, series)} over ${over}, 95 % t`;
}

/** `[4.05s, 4.37s]`, or why there is none. */
export function intervalText({ n, low, high, sd }: SeedStatistics, series: SeedSeries): string {
  if (low != null && high != null) return `[${formatSeries(low, series)}, ${formatSeries(high, series)}]`;
  if (sd === 0) return 'same in all';
  return `needs ${MIN_SEEDS_FOR_INTERVAL} seeds, has ${n}`;
}

function failedText(failed: SeedShare): string {
  return `failed in ${formatNumber(failed.k)} of ${plural(failed.n, 'seed')}: ${boundsText(failed)} of all seeds would (95 %)`;
}

/** `at most 13.9 %`, `3.21 % to 37.9 %` */
export function boundsText({ k, n, low, high }: SeedShare): string {
  if (k === 0) return `at most ${formatShare(high)}`;
  return k === n ? `at least ${formatShare(low)}` : `${formatShare(low)} to ${formatShare(high)}`;
}
