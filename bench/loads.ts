import type { ScenarioInput } from '../src/scenario/schema.js';

/** The loads that are measured, as a user would write them in a scenario file. */

const LIMITS = [2, 4, 10, 20, 40];
const SERVICE_SECONDS = 5;
/** With these four a quarter of each limit's accounts, and so of all requests, has each of them. */
const START_TIMEOUTS = ['60s', '120s', '300s', '600s'];
const ENDPOINT = 'model';

export const PRODUCT_ACCOUNTS = 200;
export const PRODUCT_RUNNERS = 2_700;
export const PRODUCT_LOAD = 0.85;
export const SHORT_ACCOUNTS = 10;
export const SHORT_RUNNERS = 140;
export const SHORT_LOAD = 0.95;
export const MMC_SERVERS = 40;
export const MMC_LOAD = 0.9;

/**
 * The product-shaped load: accounts with limits of 2 to 40, exponential service, requeue after 1, 2, 4 .. 60 s. One Poisson
 * stream an account at a rate in proportion to its limit is the same as one stream whose requests draw their account.
 * @param requests how many come on average
 */
export function productShaped(requests: number): ScenarioInput {
  return shared('product-shaped', { accounts: PRODUCT_ACCOUNTS, runners: PRODUCT_RUNNERS, load: PRODUCT_LOAD, requests });
}

/** A short run of ten accounts that is nearly overloaded: what a search over thousands of seeds is made of. */
export function shortRun(requests: number): ScenarioInput {
  return shared('short-run', { accounts: SHORT_ACCOUNTS, runners: SHORT_RUNNERS, load: SHORT_LOAD, requests });
}

/** M/M/40: one account with 40 slots, waiters woken in order, no timeouts. */
export function mm40(customers: number): ScenarioInput {
  const perSecond = (MMC_LOAD * MMC_SERVERS) / SERVICE_SECONDS;
  return {
    name: 'mm40',
    platform: {
      policy: { preset: 'fal-documented', waiting: 'fifo' },
      accounts: [{ id: 'all', limit: MMC_SERVERS }],
      endpoints: [endpoint('unlimited')],
    },
    workload: [{ as: 'all', call: 'submit', sdk: 'none', arrivals: poisson(perSecond, customers / perSecond) }],
    recovery: '30m',
  };
}

function shared(name: string, { accounts, runners, load, requests }: { accounts: number; runners: number; load: number; requests: number }): ScenarioInput {
  const limits = Array.from({ length: accounts }, (_, n) => LIMITS[n % LIMITS.length] as number);
  const perSecondAndSlot = load / SERVICE_SECONDS;
  const seconds = requests / (perSecondAndSlot * limits.reduce((sum, limit) => sum + limit, 0));
  return {
    name,
    platform: {
      policy: 'fal-documented',
      accounts: limits.map((limit, n) => ({ id: `a${n}`, limit })),
      endpoints: [endpoint(runners)],
    },
    workload: limits.map((limit, n) => ({
      as: `a${n}`,
      call: 'submit',
      sdk: 'none',
      arrivals: poisson(perSecondAndSlot * limit, seconds),
      startTimeout: START_TIMEOUTS[n % START_TIMEOUTS.length] as string,
    })),
    recovery: '30m',
  };
}

function endpoint(runners: number | 'unlimited') {
  return { id: ENDPOINT, service: { exponential: { mean: `${SERVICE_SECONDS}s` } }, runners };
}

function poisson(perSecond: number, seconds: number) {
  return { poisson: `${perSecond}/s`, to: `${Math.round(seconds * 1000)}ms` };
}

const REVOKED_LIMIT = 100;
const REVOKED_SERVICE_SECONDS = 1.5;
const REVOKED_LOAD = 0.9;

/** One account under fal-939, one of whose keys is revoked half-way: some slots leak, the queue grows. @param requests how many come on average */
export function revokedHalfWay(requests: number): ScenarioInput {
  const perSecond = (REVOKED_LIMIT * REVOKED_LOAD) / REVOKED_SERVICE_SECONDS;
  const seconds = requests / perSecond;
  const flow = (key: string, endpoint: string) =>
    ({ as: `all/${key}`, endpoint, call: 'submit', arrivals: { poisson: `${perSecond / 4}/s`, from: '0s', to: `${seconds}s` } }) as const;
  const service = { lognormal: { mean: `${REVOKED_SERVICE_SECONDS}s`, cv: 0.8 } } as const;
  return {
    name: 'revoked-half-way',
    platform: {
      policy: { preset: 'fal-939', waiting: 'fifo' },
      accounts: [{ id: 'all', limit: REVOKED_LIMIT, keys: ['old', 'new'] }],
      endpoints: ['fast', 'large'].map((id) => ({ id, service, runners: 'unlimited' as const })),
    },
    workload: [flow('old', 'fast'), flow('new', 'fast'), flow('old', 'large'), flow('new', 'large')],
    steps: [{ at: `${seconds / 2}s`, do: 'revoke-key', key: 'all/old' }],
    recovery: '5m',
    expect: { invariants: { 'L-REL': 'violated' } },
  };
}
