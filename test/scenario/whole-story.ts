import { applySettings } from '../../src/scenario/set-path.js';

/** A scenario with nothing wrong, with something of every part. */
const WHOLE = {
  name: 'whole',
  platform: {
    policy: { preset: 'fal-documented', onRevoke: 'strand' },
    accounts: [
      { id: 'acme', limit: 10, keys: ['old', 'new'] },
      { id: 'beta', limit: 5, invoices: [{ at: '-10d', usd: 100 }] },
    ],
    endpoints: [
      { id: 'flux', service: { lognormal: { mean: '12s', cv: 0.25 } }, runners: 12 },
      { id: 'sdxl', service: '4s', owner: 'beta' },
    ],
  },
  workload: [
    { as: 'acme/old', endpoint: 'flux', call: 'submit', startTimeout: '10m', arrivals: { poisson: '0.3/s', from: '0s', to: '10m' } },
    { as: 'beta', endpoint: 'sdxl', call: 'subscribe', patience: '5m', arrivals: { burst: 6 } },
    { as: 'acme/new', endpoint: 'flux', sdk: 'python', arrivals: { stages: [{ duration: '5m', target: '2/s' }], startRate: '1/s' } },
  ],
  steps: [
    { at: '4s', do: 'revoke-key', key: 'acme/old' },
    { at: '10s', do: 'set-limit', account: 'acme', limit: 8 },
    { at: '20s', do: 'crash-runner', endpoint: 'flux' },
    { at: '30s', do: 'disturb', link: 'runner-dispatcher', drop: 0.2, for: '10s' },
    { at: '40s', do: 'burst', count: 3, as: 'beta', endpoint: 'sdxl' },
  ],
  recovery: '15m',
  warmup: '1m',
  expect: {
    exercised: { revoked_in_progress: '>= 1', requeued_at_limit: '>= 1' },
    thresholds: {
      leaked_slots: ['value == 0 within 30s of revoke-key', { threshold: 'max < 3', level: 'warn' }],
      queue_latency: ['p(95) < 5s', 'p(99) < 20s'],
      time_to_result: ['avg < 1m'],
      'queue_latency{endpoint:sdxl}': ['p(50) < 5s'],
      slots_in_use: ['max <= 20'],
    },
    invariants: { 'L-REL': 'off' },
    budgets: { start_timeouts: '1%' },
    regression: { gate: ['queue_latency p95'], margin: '5%' },
  },
  variants: [
    { name: 'as-it-is', expect: { thresholds: { leaked_slots: ['value >= 0'] } } },
    { name: 'cured', set: { 'platform.policy': 'reference' } },
    { name: 'narrow', set: { 'platform.accounts.acme.limit': 2, 'workload.0.arrivals.poisson': '1/s' } },
  ],
};

/** Values by path, as in a variant's `set`; undefined takes a key away. */
export type Changes = Readonly<Record<string, unknown>>;

export function wholeStory(...changes: readonly Changes[]): unknown {
  const settings = changes.flatMap((some) => Object.entries(some)).map(([path, value]) => ({ path, value }));
  return JSON.parse(JSON.stringify(applySettings(WHOLE, settings).data));
}

/** What the story says there. */
export const WHOLE_WORKLOAD = WHOLE.workload;
export const WHOLE_PLATFORM = WHOLE.platform;
export const WHOLE_STEPS = WHOLE.steps;

/** One mistake: wherever else something is wrong, it is one problem at `path`. */
export interface Mistake {
  readonly path: string;
  readonly planted: Changes;
  /** On the command line. */
  readonly setting?: { readonly path: string; readonly value: unknown };
}

const THRESHOLDS = 'expect.thresholds';

/** Each in another place, so that any of them go together. */
export const MISTAKES: readonly Mistake[] = [
  // Of shape.
  { path: 'platform.policy.onRevoke', planted: { 'platform.policy.onRevoke': 'strnad' } },
  { path: 'platform.accounts[0].limit', planted: { 'platform.accounts.0.limit': 'ten' } },
  { path: 'platform.accounts[1].id', planted: { 'platform.accounts.1.id': 5 } },
  { path: 'platform.accounts[1].invoices[0].at', planted: { 'platform.accounts.1.invoices.0.at': '10d' } },
  { path: 'platform.endpoints[0].service.lognormal.cv', planted: { 'platform.endpoints.0.service': { lognormal: { mean: '12s' } } } },
  { path: 'platform.endpoints[1].service', planted: { 'platform.endpoints.1.service': '4 parsecs' } },
  { path: 'workload[0].arrivals.poisson', planted: { 'workload.0.arrivals.poisson': '0.3' } },
  { path: 'workload[1].patience', planted: { 'workload.1.patience': 300 } },
  { path: 'workload[1].arrivals.burst', planted: { 'workload.1.arrivals.burst': 0.5 } },
  { path: 'workload[2].clint', planted: { 'workload.2.clint': 'python' } },
  { path: 'steps[1].limit', planted: { 'steps.1.limit': '8' } },
  { path: 'steps[2].at', planted: { 'steps.2.at': 'soon' } },
  { path: 'recoverey', planted: { recoverey: '1m' } },
  { path: `${THRESHOLDS}.slots_in_use[0]`, planted: { [`${THRESHOLDS}.slots_in_use.0`]: 20 } },
  { path: `${THRESHOLDS}.leaked_slots[1].level`, planted: { [`${THRESHOLDS}.leaked_slots.1.level`]: 'wran' } },
  { path: 'variants[1].description', planted: { 'variants.1.description': 7 } },
  // Of names, and of what goes together.
  { path: 'platform.accounts[0].keys[1]', planted: { 'platform.accounts.0.keys': ['old', 'old', 'new'] } },
  { path: 'platform.accounts[0].endpointLimits.fluxx', planted: { 'platform.accounts.0.endpointLimits': { fluxx: 3 } } },
  { path: 'workload[0].endpoint', planted: { 'workload.0.endpoint': 'fulx' } },
  { path: 'workload[0].startTimeout', planted: { 'workload.0.startTimeout': '500ms' } },
  { path: 'workload[1].clientTimeout', planted: { 'workload.1.call': 'submit', 'workload.1.clientTimeout': '1m' } },
  { path: 'workload[2].webhook', planted: { 'workload.2.call': 'run', 'workload.2.webhook': true } },
  { path: 'workload[2].arrivals.to', planted: { 'workload.2.arrivals.to': '1m' } },
  { path: 'steps[2].endpoint', planted: { 'steps.2.endpoint': 'flxu' } },
  { path: 'steps[3].message', planted: { 'steps.3.message': 'dispatch' } },
  { path: 'steps[4].endpoint', planted: { 'steps.4.endpoint': 'slxd' } },
  // Of expectations.
  { path: 'expect.exercised.revoked_in_progres', planted: { 'expect.exercised.revoked_in_progres': '>= 1' } },
  { path: 'expect.exercised.requeued_at_limit', planted: { 'expect.exercised.requeued_at_limit': 'many' } },
  { path: `${THRESHOLDS}.leaked_slot`, planted: { [`${THRESHOLDS}.leaked_slot`]: ['value == 0'] } },
  { path: `${THRESHOLDS}.leaked_slots[0]`, planted: { [`${THRESHOLDS}.leaked_slots.0`]: 'value == 0 within 30s of revoke-kye' } },
  { path: `${THRESHOLDS}.queue_latency[0]`, planted: { [`${THRESHOLDS}.queue_latency.0`]: 'p95 < 5s' } },
  { path: `${THRESHOLDS}.queue_latency[1]`, planted: { [`${THRESHOLDS}.queue_latency.1`]: 'p(99) < 5 kg' } },
  { path: `${THRESHOLDS}.time_to_result[0]`, planted: { [`${THRESHOLDS}.time_to_result.0`]: 'value < 1m' } },
  { path: `${THRESHOLDS}.time_to_result{endpoint:vdieo}`, planted: { [`${THRESHOLDS}."time_to_result{endpoint:vdieo}"`]: ['avg < 1m'] } },
  { path: 'expect.invariants.L-RLE', planted: { 'expect.invariants.L-RLE': 'held' } },
  { path: 'expect.budgets.start_timeouts', planted: { 'expect.budgets.start_timeouts': 'few' } },
  { path: 'expect.regression.gate[1]', planted: { 'expect.regression.gate': ['queue_latency p95', 'queue_latency p 95 percent'] } },
  // Of variants, and on the command line.
  { path: 'variants[0].expect.thresholds.leaked_slots[0]', planted: { 'variants.0.expect.thresholds.leaked_slots.0': 'value is 0' } },
  { path: 'variants[1]', planted: { 'variants.1.set': { 'platform.policy': 'referense' } } },
  { path: 'variants[2].set', planted: { 'variants.2.set': { 'workload.7.endpoint': 'flux' } } },
  { path: 'variants[2].name', planted: { 'variants.2.name': 'cured' } },
  { path: 'seed', planted: {}, setting: { path: 'seed', value: 'lucky' } },
  { path: '', planted: {}, setting: { path: 'steps.9.factor', value: 2 } },
];
