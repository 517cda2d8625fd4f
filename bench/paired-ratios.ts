/** The middle value; of an even number, the mean of the two in the middle. @throws RangeError for none */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('expected at least one value to take the median of, got none');
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[upper] as number) : ((sorted[upper - 1] as number) + (sorted[upper] as number)) / 2;
}

/**
 * The ratio of two programs, round by round: both figures of a ratio come from the same minute of a machine that others use,
 * so that what slowed one slowed the other.
 * @throws RangeError unless both have a figure for every round
 */
export function pairedRatios(of: readonly number[], to: readonly number[]): number[] {
  if (of.length !== to.length) throw new RangeError(`expected as many figures on both sides, got ${of.length} and ${to.length}`);
  return of.map((figure, round) => figure / (to[round] as number));
}
