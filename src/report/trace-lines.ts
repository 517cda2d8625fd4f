import { fromLineText } from '../measure/capacity/recorded-rows.js';
import type { ResultFile, TraceSummary } from '../measure/result.js';
import { formatNumber, plural } from './format.js';
import { type ShownVariant, shownVariants } from './runs.js';
import { linesFor } from './seed-lines.js';

/** How much of each recorded trace was replayed, and what became of the other rows, a line each. Empty without traces. */
export function traceLines(result: ResultFile): string[] {
  const variants = shownVariants(result);
  const ofVariant = new Map(variants.map((variant) => [variant, linesOf(variant)]));
  const most = Math.max(0, ...variants.map((variant) => ofVariant.get(variant)?.length ?? 0));
  return Array.from({ length: most }, (_, at) => at).flatMap((at) => linesFor(variants, (variant) => ofVariant.get(variant)?.[at]));
}

function linesOf({ shown }: ShownVariant): string[] {
  return (shown.evidence?.traces ?? []).flatMap((trace) => [usedText(trace), ...skippedTexts(trace)]);
}

/** `90 of 100 rows used · 8 outside the slice · 2 accounts` */
function usedText({ rows, used, outside = 0, reordered = 0, accounts, endpoints }: TraceSummary): string {
  const parts = [`${formatNumber(used)} of ${plural(rows, 'row')} used`];
  if (outside > 0) parts.push(`${formatNumber(outside)} outside the slice`);
  if (reordered > 0) parts.push(`${formatNumber(reordered)} put in order`);
  if (accounts > 1) parts.push(plural(accounts, 'account'));
  if (endpoints > 1) parts.push(plural(endpoints, 'endpoint'));
  return parts.join(' · ');
}

function skippedTexts({ skipped }: TraceSummary): string[] {
  return skipped.map(({ reason, rows, firstLine }) => `not used: ${plural(rows, 'row')}${fromLineText(firstLine)}: ${reason}`);
}
