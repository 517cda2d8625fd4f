import { US_PER_SECOND } from '../core/time.js';
import { meanOfLawUs } from '../scenario/durations.js';
import type { Scenario } from '../scenario/types.js';
import { requestsOf } from './story.js';

const ROUND_TO_US = 10 * US_PER_SECOND;
const MARGIN_US = 60 * US_PER_SECOND;
/** Beyond this many means a random service time is rare enough to leave a run undecided. */
const MEANS = 4;
/** Of requests that the same hung runner holds up, one after the other: with more, a run may stay undecided. */
const MOST_HOLDS = 10;

/**
 * How long a story must go on after its faults so that every deadline, lease and bound on holds has passed, and all work
 * is done even if one slot does it all. Virtual time in which nothing happens costs nothing. @returns µs, a round number
 */
export function recoveryOf(scenario: Scenario): number {
  const { policy } = scenario.platform;
  const requests = requestsOf(scenario);
  const leaseUs = policy.lease === undefined ? 0 : policy.lease.ttlUs + policy.lease.reapEveryUs;
  const waitUs = policy.waiting === 'backoff' ? policy.requeueBackoff.capUs : (policy.wakeEveryUs ?? 0);
  const perRequestUs = longestServiceUs(scenario) + waitUs + policy.stopDelayUs + policy.releaseLatencyUs + policy.dispatchLatencyUs;
  const holdsUs = (policy.maxHoldUs ?? 0) * (1 + foreverBroken(scenario) * Math.min(requests, MOST_HOLDS));
  const retriesUs = policy.maxAttempts * policy.retryBackoff.capUs;
  const redeliveryUs = policy.redeliverAfterUs ?? 0;
  const recoveryUs = MARGIN_US + requests * perRequestUs + 3 * leaseUs + holdsUs + retriesUs + redeliveryUs;
  return Math.ceil(recoveryUs / ROUND_TO_US) * ROUND_TO_US;
}

function longestServiceUs({ platform, steps }: Scenario): number {
  let slowest = 1;
  for (const step of steps) if (step.do === 'slow-runner') slowest = Math.max(slowest, step.factor);
  let longestUs = 0;
  for (const { service, coldStart, runners } of platform.endpoints) {
    const bootUs = coldStart === undefined ? runners.coldStartUs : boundOf(coldStart);
    longestUs = Math.max(longestUs, boundOf(service) * slowest + bootUs);
  }
  return longestUs;
}

function boundOf(law: Parameters<typeof meanOfLawUs>[0]): number {
  const meanUs = meanOfLawUs(law) ?? 0;
  return law.kind === 'constant' ? meanUs : MEANS * meanUs;
}

/** Runners that hang for good: each may cost several requests, one after the other, a hold as long as there may be. */
function foreverBroken({ steps }: Scenario): number {
  let hung = 0;
  for (const step of steps) if (step.do === 'hang-runner') hung += step.count;
  return hung;
}
