import type { FlowSpec, Scenario } from '../../scenario/types.js';
import { scaledCount, sharedOut } from '../whole-numbers.js';

/**
 * How many come in each burst of some flows, by place: all that comes at one instant is scaled as a whole, and shared out, for
 * six bursts of one are no six whole numbers of 1.5. 0: the instant has fewer requests than bursts.
 * @param places in the scenario's resolved workload
 */
export function scaledBursts({ workload }: Pick<Scenario, 'workload'>, places: readonly number[], factor: number): ReadonlyMap<number, number> {
  const instants = new Map<number, { readonly place: number; readonly count: number }[]>();
  for (const place of places) {
    const { arrivals } = workload[place] as FlowSpec;
    if (arrivals.kind !== 'burst') continue;
    const { atUs, count } = arrivals;
    instants.set(atUs, [...(instants.get(atUs) ?? []), { place, count }]);
  }
  return new Map([...instants.values()].flatMap((bursts) => scaledInstant(bursts, factor)));
}

function scaledInstant(bursts: readonly { readonly place: number; readonly count: number }[], factor: number): [number, number][] {
  const counts = bursts.map(({ count }) => count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const scaled = sharedOut(scaledCount(total, factor), counts);
  return bursts.map(({ place }, at) => [place, scaled[at] as number]);
}
