import type { MetricValue } from '../../src/measure/metrics.js';
import { type LatencyBuckets, RESULT_SCHEMA_VERSION, type ResultFile, type RunEvidence, type RunResult, type VariantInfo } from '../../src/measure/result.js';
import type { Timeline } from '../../src/measure/timeline.js';

/** A name that tries to break out of every format. */
export const HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)> | `tick` @everyone \u0007\u001b[31mred\u001b[0m ]]> {{x}}\nnext --> \u202Eevil';

const S = 1_000_000;
const END_US = 200 * S;
const LOAD_END_US = 100 * S;

const trend = (n: number, p95: number): MetricValue => ({
  type: 'trend',
  n,
  avg: p95 / 3,
  min: 0,
  med: p95 / 4,
  max: p95 * 2,
  p90: p95 / 1.2,
  p95,
  p99: p95 * 1.5,
});
const counter = (count: number): MetricValue => ({ type: 'counter', n: 50, count, rate: count / 200 });
const gauge = (value: number): MetricValue => ({ type: 'gauge', n: 50, value, min: 0, max: 4, avg: 2 });
const buckets = (...filled: (readonly [number, number])[]): LatencyBuckets => ({ buckets: filled, relativeError: 0.00390625 });

function timeline(ghost: number): Timeline {
  const points = Array.from({ length: 100 }, (_, at) => ({
    atUs: at * 2 * S,
    live: at < 50 ? 4 - (at > 10 ? ghost : 0) : 0,
    ghost: at > 10 ? ghost : 0,
    queued: at > 10 && at < 60 ? ghost * 3 : 0,
    limit: 4,
  }));
  return { binUs: 2 * S, points };
}

export interface FixtureNames {
  readonly scenario?: string;
  readonly key?: string;
  readonly endpoint?: string;
  readonly account?: string;
  readonly variant?: string;
}

function evidence(ghost: number, names: Required<FixtureNames>): RunEvidence {
  const { account, key, endpoint } = names;
  const hold = { account, key, endpoint };
  const ghosts = Array.from({ length: ghost }, (_, slot) => ({ ...hold, slot, request: `req-${slot}`, fromUs: 10 * S, ghostFromUs: 22 * S, toUs: undefined }));
  return {
    timeline: timeline(ghost),
    accountTimelines: { [account]: timeline(ghost), other: timeline(0) },
    queueLatency: buckets([0, 20], [900, 15], [7000, 10], [40_000, 5]),
    attemptsPerCall: buckets([1, 40], [2, 7], [5, 3]),
    requeuesPerRequest: buckets([0, 30], [1, 12], [9, 8]),
    holds: [
      ...ghosts,
      { ...hold, slot: 3, request: 'req-90', fromUs: 12 * S, ghostFromUs: undefined, toUs: 30 * S },
      { ...hold, account: 'other', key: 'k2', slot: 0, request: 'req-91', fromUs: 12 * S, ghostFromUs: undefined, toUs: 90 * S },
    ],
    holdsHidden: 7,
    leaks: ghosts.map(({ request }) => ({
      ...hold,
      request,
      cause: `its completion was dropped: ${key}`,
      takenUs: 10 * S,
      ghostFromUs: 22 * S,
      toUs: undefined,
      slotSeconds: 178,
      recovered: 'never',
    })),
    leaksHidden: 0,
    accounts: [{ account, limit: 4, paidUsd: 20, live: 2, peak: 4, days: [{ day: 0, peak: 4 }] }],
    accountsHidden: 3,
    traces: [{ rows: 100, used: 90, outside: 8, reordered: 3, accounts: 2, endpoints: 1, skipped: [{ reason: `bad time ${key}`, rows: 2, firstLine: 17 }] }],
  };
}

function run(variant: string | undefined, seed: number, ghost: number, names: Required<FixtureNames>, withEvidence: boolean): RunResult {
  const broken = ghost > 0;
  const { account, key } = names;
  const example = { atUs: END_US, event: 1234, request: 'req-0', account, key, message: `still holds a slot of ${key}` };
  return {
    variant,
    seed,
    hash: `00000000000000${seed}${ghost}`,
    events: 1234,
    loadEndUs: LOAD_END_US,
    endUs: END_US,
    verdict: broken ? 'fail' : 'pass',
    exitCode: broken ? 98 : 0,
    thresholds: [
      {
        metric: `queue_latency{key:${key}}`,
        expression: 'p(95) < 5s',
        actual: broken ? 40_000 + seed : 900,
        limit: 5000,
        unit: 'ms',
        n: 50,
        verdict: broken ? 'fail' : 'pass',
      },
      { metric: 'time_to_heal', expression: 'value < 1m', actual: undefined, limit: 60_000, unit: 'ms', n: 0, verdict: 'undecided' },
    ],
    invariants: [
      { id: 'S-CAP', state: 'held', examined: 50, violations: 0, examples: [], reason: undefined, expected: 'held', verdict: 'pass' },
      { id: 'S-KEY', state: 'idle', examined: 0, violations: 0, examples: [], reason: undefined, expected: 'held', verdict: 'pass' },
      {
        id: 'L-QUIET',
        state: broken ? 'violated' : 'held',
        examined: 50,
        violations: broken ? ghost : 0,
        examples: broken ? [example] : [],
        reason: undefined,
        expected: 'held',
        verdict: broken ? 'fail' : 'pass',
      },
      {
        id: 'L-REL',
        state: broken ? 'violated' : 'held',
        examined: 50,
        violations: broken ? ghost : 0,
        examples: broken ? [example] : [],
        reason: undefined,
        expected: broken ? 'violated' : 'held',
        verdict: 'pass',
      },
    ],
    exercised: [{ name: 'revoked_in_progress', expression: '>= 2', actual: 2, verdict: 'pass' }],
    exercise: { revoked_in_progress: 2 },
    metrics: {
      queue_latency: trend(50, broken ? 40_000 + 900 * seed : 900),
      time_to_result: trend(50, broken ? 52_000 : 13_000),
      leaked_slots: gauge(ghost),
      effective_limit: gauge(4 - ghost),
      leaked_slot_seconds: counter(ghost * 178),
      client_retries: counter(13),
      server_requeues: counter(20),
      start_timeouts: counter(0),
      gave_up: counter(0),
      http_429: counter(0),
      cost_usd: counter(1.5),
      requests: counter(50),
      'requests{outcome:waiting}': counter(ghost),
      time_to_heal: { type: 'gauge', n: 0, value: 0, min: 0, max: 0, avg: 0 },
      [`queue_latency{key:${key}}`]: trend(25, 900),
    },
    evidence: withEvidence ? evidence(ghost, names) : undefined,
  };
}

function variantInfo(name: string | undefined, onRevoke: string, names: Required<FixtureNames>): VariantInfo {
  return {
    name,
    description: `A revocation does this: ${onRevoke}.`,
    policy: 'fal-documented',
    switches: { onRevoke, waiting: 'backoff' },
    marks: [
      { number: 1, atUs: 20 * S, label: `revoke-key ${names.key}` },
      { number: 2, atUs: 60 * S, label: 'burst of 20' },
    ],
    prices: [{ endpoint: names.endpoint, usd: 0.03, source: 'made up' }],
    meanServiceUs: 12 * S,
  };
}

/** Two variants with two seeds each: the first leaks two of four slots, the second none. */
export function fixture(given: FixtureNames = {}): ResultFile {
  const names = { scenario: 'a-story', key: 'old', endpoint: 'fal-ai/flux/dev', account: 'acme', variant: 'leaky', ...given };
  return {
    schemaVersion: RESULT_SCHEMA_VERSION,
    tool: { name: 'slotstorm', version: '0.1.0' },
    randomScheme: 1,
    scenario: {
      name: names.scenario,
      description: 'A key is revoked while its requests run.',
      file: 'scenarios/a-story.yaml',
      sha256: 'ab'.repeat(32),
      rerun: 'slotstorm run scenarios/a-story.yaml --seeds 1..2',
      notes: ['The service times are made up.'],
    },
    seeds: [1, 2],
    verdict: 'fail',
    exitCode: 98,
    variants: [variantInfo(names.variant, 'strand', names), variantInfo('clean', 'cancel', names)],
    runs: [run(names.variant, 1, 2, names, true), run(names.variant, 2, 2, names, false), run('clean', 1, 0, names, true), run('clean', 2, 0, names, false)],
    meta: { date: '2026-01-02T03:04:05Z', host: 'machine', platform: 'linux x64', node: 'v20.20.2', durationMs: 41 },
  };
}

/** A share from 0 to 1 that looks like chance and is the same every time. */
const scattered = (n: number): number => (n * 0.6180339887498949) % 1;

/**
 * Two variants over many seeds: `leaky` waits 4 s to 6 s and one seed in ten fails its threshold of 5.8 s, `clean`
 * waits as long in every seed.
 */
export function seededFixture(seeds: number, given: FixtureNames = {}): ResultFile {
  const base = fixture(given);
  const [leaky, clean] = [base.runs[0], base.runs[2]] as [RunResult, RunResult];
  const numbers = Array.from({ length: seeds }, (_, at) => at + 1);
  const seeded = (run: RunResult, seed: number, p95: number): RunResult => {
    const crossed = p95 >= 5800;
    const threshold = { metric: 'queue_latency', expression: 'p(95) < 5.8s', actual: p95, limit: 5800, unit: 'ms', n: 50 } as const;
    return {
      ...run,
      seed,
      verdict: crossed ? 'fail' : 'pass',
      exitCode: crossed ? 99 : 0,
      thresholds: [{ ...threshold, verdict: crossed ? 'fail' : 'pass' }],
      invariants: run.invariants.map((invariant) => ({ ...invariant, verdict: 'pass', expected: invariant.state === 'violated' ? 'violated' : 'held' })),
      metrics: { ...run.metrics, queue_latency: trend(50, p95) },
      evidence: seed === 1 ? run.evidence : undefined,
    };
  };
  const runs = [...numbers.map((seed) => seeded(leaky, seed, 4000 + 2000 * scattered(seed))), ...numbers.map((seed) => seeded(clean, seed, 900))];
  const failed = runs.some((run) => run.verdict === 'fail');
  return { ...base, seeds: numbers, runs, verdict: failed ? 'fail' : 'pass', exitCode: failed ? 99 : 0 };
}

/** One variant without a name, one seed, no evidence and no expectation: the least a result can hold. */
export function bareFixture(): ResultFile {
  const full = fixture();
  const [first] = full.runs;
  const [info] = full.variants;
  if (first === undefined || info === undefined) throw new Error('the fixture has runs and variants');
  return {
    ...full,
    seeds: [1],
    verdict: 'pass',
    exitCode: 0,
    variants: [{ ...info, name: undefined, marks: [], prices: [], switches: {} }],
    runs: [
      {
        ...first,
        variant: undefined,
        verdict: 'pass',
        exitCode: 0,
        thresholds: [],
        invariants: [],
        exercised: [],
        exercise: {},
        metrics: {},
        evidence: undefined,
      },
    ],
  };
}
