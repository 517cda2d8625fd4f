/** The load of a queue in three numbers. */
export interface QueueLoad {
  /** λ, requests a second. */
  readonly ratePerSecond: number;
  /** S, ms. */
  readonly meanServiceMs: number;
}

/** a = λS, in erlangs: the mean number of slots in use (Little's law). It is the mean in flight, not a limit that keeps waits short. */
export function offeredSlots({ ratePerSecond, meanServiceMs }: QueueLoad): number {
  return (ratePerSecond * meanServiceMs) / 1000;
}

/** The smallest limit under which the queue does not grow without end: the first whole number above the offered slots. */
export function stableFrom(offered: number): number {
  return Math.floor(offered) + 1;
}

/** The highest rate that a limit could ever carry, requests a second: c/S. */
export function mostPerSecond(limit: number, meanServiceMs: number): number {
  return (limit * 1000) / meanServiceMs;
}
