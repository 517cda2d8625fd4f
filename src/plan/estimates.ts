import type { Estimate } from '../measure/capacity/plan-result.js';
import type { Looks } from './looks.js';

/**
 * The mean of one number of each seed with the interval of a look (Student's t over seeds).
 * @param values one a seed; null: that seed has none
 * @param looks undefined: of one recorded history, in which chance has no part
 * @param floor no interval ends below it
 * @returns undefined without values; what seeds without one would have said, whoever judges must ask
 */
export function estimateOf(values: readonly (number | null | undefined)[], looks: Looks | undefined, floor = 0): Estimate | undefined {
  const known = values.filter((value): value is number => typeof value === 'number');
  const [first] = known;
  if (first === undefined) return undefined;
  const seeds = known.length;
  // What is the same in all seeds has no width of its own: a wait of 0 with slots to spare is 0.
  if (looks === undefined || known.every((value) => value === first)) return { mean: first, low: first, high: first, seeds };
  const mean = known.reduce((sum, value) => sum + value, 0) / seeds;
  const squares = known.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const half = looks.widthAt(seeds) * Math.sqrt(squares / (seeds - 1) / seeds);
  return { mean, low: Math.max(Math.min(floor, mean), mean - half), high: mean + half, seeds };
}
