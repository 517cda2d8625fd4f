import { EventCalendar } from '../src/core/calendar.js';
import { PRESETS } from '../src/core/policy.js';
import { RandomStream } from '../src/core/random.js';
import { ILLUSTRATIVE_TIERS } from '../src/core/tiers.js';
import { US_PER_SECOND } from '../src/core/time.js';
import { planExpectations } from '../src/measure/expectations.js';
import { ScenarioRun } from '../src/run.js';
import type { Scenario } from '../src/scenario/types.js';

/**
 * Requests per CPU-second of the whole simulated path (arrivals, platform, metrics, checkers, hash) with 200 accounts of
 * limits 2 to 40, exponential service of 5 s and start timeouts of 1 to 10 minutes, at two loads:
 *
 *   steady          half of the slots are busy: most requests start at once
 *   product-shaped  85 % are busy: every second request sleeps at its limit, 1 s to 60 s, and asks again
 *
 * Beside them, in turns, a bare loop over the calendar, so that the figures can be read as ratios on a shared machine.
 */
const LIMITS = [2, 4, 10, 20, 40];
const TIMEOUTS_S = [60, 120, 300, 600];
const ACCOUNTS = 200;
const SERVICE_S = 5;
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
const LOAD_S = 4_000;

function load(name: string, utilisation: number): Scenario {
  const accounts = Array.from({ length: ACCOUNTS }, (_, n) => ({ id: `a${n}`, limit: LIMITS[n % 5] as number, keys: ['k'], invoices: [], endpointLimits: {} }));
  const policy = PRESETS['fal-documented'].policy;
  return {
    name,
    description: '',
    seed: 1,
    platform: {
      policy,
      tiers: ILLUSTRATIVE_TIERS,
      tiersAreIllustrative: true,
      accounts,
      endpoints: [
        {
          id: 'model',
          owner: undefined,
          service: { kind: 'exponential', meanUs: SERVICE_S * US_PER_SECOND },
          runners: { min: 2_700, max: 2_700, coldStartUs: 0, keepAliveUs: Number.POSITIVE_INFINITY, multiplexing: 1 },
          limit: undefined,
          priceUsd: 0,
          priceSource: 'none',
        },
      ],
    },
    workload: accounts.map((account, n) => ({
      as: { account: account.id, key: 'k' },
      endpoint: 'model',
      call: 'submit',
      sdk: 'none',
      arrivals: { kind: 'poisson', perSecond: (utilisation * account.limit) / SERVICE_S, fromUs: 0, toUs: LOAD_S * US_PER_SECOND },
      startTimeoutUs: (TIMEOUTS_S[n % 4] as number) * US_PER_SECOND,
      clientTimeoutUs: Number.POSITIVE_INFINITY,
    })),
    steps: [],
    recoveryUs: 1_800 * US_PER_SECOND,
    expect: { exercised: {}, thresholds: {}, invariants: {} },
  };
}

function cpuSeconds(work: () => number): { readonly seconds: number; readonly done: number } {
  const before = process.cpuUsage();
  const done = work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, done };
}

/** Take the first of 3,000 pending events, schedule one: the least any simulation of this load has to do. */
function bareCalendar(holds: number): number {
  const calendar = new EventCalendar();
  const random = new RandomStream(1, 1, 1);
  for (let n = 0; n < 3_000; n++) calendar.schedule(Math.round(random.exponential() * US_PER_SECOND), n);
  for (let n = 0; n < holds; n++) {
    const key = calendar.pop();
    calendar.schedule(calendar.nowUs + Math.round(random.exponential() * US_PER_SECOND), key);
  }
  return holds;
}

function simulate(scenario: Scenario): { readonly requests: number; readonly hash: string } {
  const { plan } = planExpectations({ exercised: {}, thresholds: {}, invariants: {} });
  const run = new ScenarioRun(scenario, plan, { seed: 1, variant: undefined, evidence: false, traceSource: () => [] });
  while (!run.advance(1_000_000));
  const result = run.result();
  if (result.verdict !== 'pass') throw new Error(`the benchmark's own run did not pass: exit code ${result.exitCode}`);
  const requests = result.metrics['requests'];
  return { requests: requests?.type === 'counter' ? requests.count : 0, hash: result.hash };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const million = (perSecond: number): string => `${(perSecond / 1e6).toFixed(2)} M`;

const LOADS = [load('steady', 0.5), load('product-shaped', 0.85)];
const seen = LOADS.map((scenario) => ({ scenario, rates: [] as number[], ratios: [] as number[], requests: 0, hash: '' }));
for (const scenario of LOADS) simulate(scenario); // warm-up: the first runs are compiled on the way
for (let round = 0; round < ROUNDS; round++) {
  const bare = cpuSeconds(() => bareCalendar(3_000_000));
  for (const one of seen) {
    const full = cpuSeconds(() => {
      const { requests, hash } = simulate(one.scenario);
      one.hash = hash;
      return requests;
    });
    one.requests = full.done;
    one.rates.push(full.done / full.seconds);
    one.ratios.push(full.done / full.seconds / (bare.done / bare.seconds));
  }
}
console.log(`platform in virtual time with metrics, checkers and hash on: ${ACCOUNTS} accounts, ${ROUNDS} rounds, node ${process.version}`);
for (const { scenario, rates, ratios, requests, hash } of seen) {
  const range = `${million(Math.min(...rates))} to ${million(Math.max(...rates))}`;
  console.log(
    `${scenario.name}: ${million(median(rates))} requests per CPU-second (median; ${range}), ${requests} requests a run, ratio to a bare calendar loop ${median(ratios).toFixed(2)}, hash ${hash}`,
  );
}
