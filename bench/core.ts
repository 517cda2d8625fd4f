import { EventCalendar } from '../src/core/calendar.js';
import { PRESETS } from '../src/core/policy.js';
import { RandomStream } from '../src/core/random.js';
import { ILLUSTRATIVE_TIERS } from '../src/core/tiers.js';
import { US_PER_SECOND } from '../src/core/time.js';
import { planExpectations } from '../src/measure/expectations.js';
import { ScenarioRun } from '../src/run.js';
import type { Scenario } from '../src/scenario/types.js';

/**
 * Requests per CPU-second of the whole simulated path (arrivals, platform, metrics, checkers, hash) on a product-shaped
 * load: 200 accounts of limits 2 to 40 at 85 % of capacity, exponential service of 5 s, 2,700 runners, backoff from 1 s
 * to 60 s, start timeouts of 1 to 10 minutes. Beside it, in turns, a bare loop over the calendar, so that the figure
 * can be read as a ratio where the machine is shared.
 */
const LIMITS = [2, 4, 10, 20, 40];
const TIMEOUTS_S = [60, 120, 300, 600];
const ACCOUNTS = 200;
const SERVICE_S = 5;
const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const LOAD_S = 4_000;

function productShaped(): Scenario {
  const accounts = Array.from({ length: ACCOUNTS }, (_, n) => ({ id: `a${n}`, limit: LIMITS[n % 5] as number, keys: ['k'], invoices: [], endpointLimits: {} }));
  const policy = PRESETS['fal-documented'].policy;
  return {
    name: 'product-shaped',
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
      arrivals: { kind: 'poisson', perSecond: (0.85 * account.limit) / SERVICE_S, fromUs: 0, toUs: LOAD_S * US_PER_SECOND },
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

function simulateAll(): number {
  const { plan } = planExpectations({ exercised: {}, thresholds: {}, invariants: {} });
  const run = new ScenarioRun(productShaped(), plan, { seed: 1, variant: undefined, evidence: false, traceSource: () => [] });
  while (!run.advance(1_000_000));
  const result = run.result();
  if (result.verdict !== 'pass') throw new Error(`the benchmark's own run did not pass: exit code ${result.exitCode}`);
  hash = result.hash;
  const requests = result.metrics['requests'];
  return requests?.type === 'counter' ? requests.count : 0;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const million = (perSecond: number): string => `${(perSecond / 1e6).toFixed(2)} M`;

let hash = '';
const rates: number[] = [];
const ratios: number[] = [];
let requests = 0;
simulateAll(); // warm-up: the first run is compiled on the way
for (let round = 0; round < ROUNDS; round++) {
  const bare = cpuSeconds(() => bareCalendar(3_000_000));
  const full = cpuSeconds(simulateAll);
  requests = full.done;
  rates.push(full.done / full.seconds);
  ratios.push(full.done / full.seconds / (bare.done / bare.seconds));
}
console.log(
  `platform in virtual time, metrics, checkers and hash on: ${ACCOUNTS} accounts, ${requests} requests a run, ${ROUNDS} rounds, hash ${hash}, node ${process.version}`,
);
console.log(`requests per CPU-second: median ${million(median(rates))} (${million(Math.min(...rates))} to ${million(Math.max(...rates))})`);
console.log(`ratio to a bare loop over the calendar (events per CPU-second): median ${median(ratios).toFixed(2)}`);
