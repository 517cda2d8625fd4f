import type { Setting } from '../../src/plan/setting.js';

/** 5 requests a second of 12 s: the reference's first question. */
export const FIVE_A_SECOND: Setting = {
  limit: 69,
  ratePerSecond: 5,
  batchMean: 1,
  service: { law: 'exponential', meanMs: 12_000, cv: 1 },
  ghosts: 0,
  policy: 'fal-documented',
  waiting: 'fifo',
  startTimeoutMs: Number.POSITIVE_INFINITY,
  requests: 20_000,
  seed: 1,
};

/** A load that takes an instant to simulate: 4 slots' worth of work. */
export const SMALL: Setting = { ...FIVE_A_SECOND, limit: 8, ratePerSecond: 2, service: { law: 'exponential', meanMs: 2_000, cv: 1 }, requests: 500 };
