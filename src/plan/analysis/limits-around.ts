/**
 * Whole numbers from `first` to `last` with `wanted` among them: the widest gap, as a ratio, is halved until there are `count`.
 * Numbers of `wanted` outside are left out; more of them than `count` all stay.
 * @returns ascending
 */
export function spread(first: number, last: number, wanted: readonly number[], count: number): number[] {
  const numbers = [...new Set([first, last, ...wanted])].filter((number) => number >= first && number <= last).sort((a, b) => a - b);
  while (numbers.length < count) {
    const after = widestGap(numbers);
    if (after === undefined) break;
    const [low, high] = [numbers[after] as number, numbers[after + 1] as number];
    numbers.splice(after + 1, 0, Math.min(high - 1, Math.max(low + 1, Math.round(Math.sqrt(low * high)))));
  }
  return numbers;
}

/** @returns the place of the number before it; undefined where there is no room between any two */
function widestGap(numbers: readonly number[]): number | undefined {
  let widest: number | undefined;
  let ratio = 0;
  for (let at = 0; at + 1 < numbers.length; at++) {
    const [low, high] = [numbers[at] as number, numbers[at + 1] as number];
    if (high - low < 2 || high / low <= ratio) continue;
    widest = at;
    ratio = high / low;
  }
  return widest;
}
