import { manyServers } from '../formulas/erlang.js';
import { constantGap, generalArrivals, kingmanBound, pollaczekKhinchine } from '../formulas/single-server.js';
import type { QueueSetting } from '../setting.js';

const LOAD = 0.8;

/** A queue on whose mean wait there is a bound. */
export interface BoundedQueue {
  readonly model: string;
  readonly parameters: string;
  readonly setting: QueueSetting;
  /** Requests a seed. */
  readonly requests: number;
  readonly bound: number;
  /** Where it is known as well. */
  readonly exact: number | undefined;
}

/** Squared coefficients of variation of the gaps. */
const ARRIVAL_VARIATION = { constant: 0, 'two-part': 0.5, poisson: 1 };

function bounded(model: string, law: keyof typeof ARRIVAL_VARIATION, serviceVariation: number, exact?: number): BoundedQueue {
  return {
    model,
    parameters: `ρ = ${LOAD}, ca² = ${ARRIVAL_VARIATION[law]}, cs² = ${serviceVariation}`,
    setting: { arrivals: { law, rate: LOAD }, service: { law: 'gamma', mean: 1, cv: Math.sqrt(serviceVariation) }, servers: 1 },
    requests: 40_000,
    bound: kingmanBound(LOAD, ARRIVAL_VARIATION[law], 1, serviceVariation),
    exact,
  };
}

export const BOUNDED_QUEUES: readonly BoundedQueue[] = [
  bounded('D/M/1', 'constant', 1, generalArrivals(constantGap(1 / LOAD), 1).meanWait),
  bounded('D/E₂/1', 'constant', 0.5),
  bounded('E₂/E₂/1', 'two-part', 0.5),
  bounded('M/E₂/1', 'poisson', 0.5, pollaczekKhinchine(LOAD, 1, 0.5)),
];

/** Two moments of the service law do not give the mean wait at many servers; this scaling comes near it. */
export const LEE_LONGTON = {
  setting: { arrivals: { law: 'poisson', rate: 9 }, service: { law: 'constant', mean: 1 }, servers: 10 } satisfies QueueSetting,
  requests: 40_000,
  approximation: manyServers(9, 1, 10).meanWait / 2,
  /** How near, as a share of it. */
  within: 0.1,
};
