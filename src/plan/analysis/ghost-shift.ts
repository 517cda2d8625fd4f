import type { Dials, Planning, SeedFigures } from '../point.js';

/**
 * Whether ghost slots do nothing but take slots away: with as many slots more every seed says the same, to the last digit,
 * as without them. Then what is known of the one holds for the other, and need not be simulated with all its seeds.
 * @param dials without ghosts
 */
export async function isShiftedByGhosts(planning: Planning, dials: Dials, ghosts: number): Promise<boolean> {
  const without = await planning.figures(dials, 'look');
  const shifted = await planning.figures({ ...dials, limit: dials.limit + ghosts, ghosts }, 'look');
  const bySeed = new Map(without.map((seed) => [seed.seed, said(seed)]));
  return shifted.length > 0 && shifted.every((seed) => bySeed.get(seed.seed) === said(seed));
}

function said({ actuals, occurrences, metrics }: SeedFigures): string {
  return JSON.stringify([actuals, occurrences, metrics['queue_latency']]);
}
