/** A number of requests, `factor` times as many: at least one. */
export function scaledCount(count: number, factor: number): number {
  return Math.max(1, Math.round(count * factor));
}

/**
 * A whole number shared out by weights: what is left over goes to the largest remainders, of equal ones to the first.
 * @param least for each, even where there is less
 */
export function sharedOut(total: number, weights: readonly number[], least = 0): number[] {
  const all = weights.reduce((sum, one) => sum + one, 0);
  const exact = weights.map((one) => (total * one) / all);
  const parts = exact.map((one) => Math.max(least, Math.floor(one)));
  const byRemainder = exact.map((one, at) => ({ at, rest: one - Math.floor(one) })).sort((a, b) => b.rest - a.rest);
  let left = total - parts.reduce((sum, one) => sum + one, 0);
  for (const { at } of byRemainder) if (left-- > 0) parts[at] = (parts[at] as number) + 1;
  return parts;
}
