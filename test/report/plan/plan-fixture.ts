import {
  type Estimate,
  type GhostCost,
  type HeatMap,
  type InverseAnswer,
  type PieceAnswer,
  PLAN_SCHEMA_VERSION,
  type PlanResult,
  type PointEvidence,
  type SensitivityRow,
  type WhatIf,
} from '../../../src/measure/capacity/plan-result.js';
import type { Verdict } from '../../../src/measure/result.js';

const SLO_MS = 2_000;
const SERVICE_SECONDS = 12;
const RATE = 5;
const SEEDS = 8;
const REQUESTS = 22_000;

/** Made up, near what Erlang C says: 5/s of 12 s jobs, p95 of the wait below 2 s, answer 69. Complete: every part is there. */
export function planFixture(changes: Partial<PlanResult> = {}): PlanResult {
  return { ...COMPLETE, ...changes };
}

/** A plan from a trace of a few days: one recorded history, so no intervals. */
export function tracePlanFixture(changes: Partial<PlanResult> = {}): PlanResult {
  return {
    ...COMPLETE,
    command: 'npx slotstorm plan --trace requests.csv --arrival-column gmt_create --service-column exec_time_seconds --slo "p(95)<5s"',
    load: {
      source: 'trace',
      text: 'requests.csv: 26,823 rows over 23d 3h, one account',
      ratePerSecond: 0.0134,
      meanServiceMs: 31_200,
      offeredSlots: 0.418,
      arrivalScv: 9.7,
      serviceScv: 1.9,
      trace: {
        file: 'requests.csv',
        sha256: 'c'.repeat(64),
        rows: 26_823,
        used: 26_390,
        skipped: [{ reason: '"exec_time_seconds" is missing or empty', count: 433, firstLine: 12, kind: 'unusable' }],
        spanMs: 1_998_000_000,
        tenants: 112,
        endpoints: 7,
        peakInFlight: 63,
      },
    },
    days: DAYS,
    tenants: [piece('acme', 4_012, 0.09, 11, 8), piece('tenant "b" | <i>', 1_201, 0.03, 6, 5)],
    ...changes,
  };
}

/** What `plan --quick` says: the answer, and nothing else. */
export function quickPlanFixture(changes: Partial<PlanResult> = {}): PlanResult {
  const { frontier: _1, heatMap: _2, sensitivity: _3, whatIfs: _4, ghosts: _5, inverse: _6, gate: _7, comparison: _8, ...quick } = COMPLETE;
  return { ...quick, verdict: 'pass', exitCode: 0, ...changes };
}

/** No limit can meet the objectives. */
export function hopelessPlanFixture(): PlanResult {
  return quickPlanFixture({
    question: { ...COMPLETE.question, slos: ['time_to_result p(99) < 30s'] },
    answer: {
      mostTried: 10_000,
      why: 'no limit meets time_to_result p(99) < 30s: even with a slot for everybody it is 55.3s',
      evidence: [
        { ...pointEvidence(10_000), checks: [{ slo: 'time_to_result p(99) < 30s', unit: 'ms', actual: estimate(55_300), verdict: 'fail' }], verdict: 'fail' },
      ],
      exceptions: [],
    },
    tiers: { ...COMPLETE.tiers, slack: undefined, ratePerSecondAtLargest: undefined, serviceMsAtLargest: undefined, text: 'no tier helps' },
    verdict: 'fail',
    exitCode: 99,
  });
}

export function estimate(mean: number, share = 0.03, seeds = SEEDS): Estimate {
  return { mean, low: mean * (1 - share), high: mean * (1 + share), seeds };
}

/** One setting, with what Erlang C says of it in place of a simulation. */
export function pointEvidence(limit: number, rate = RATE, serviceSeconds = SERVICE_SECONDS): PointEvidence {
  const offered = rate * serviceSeconds;
  if (offered >= limit) {
    return {
      limit,
      ratePerSecond: rate,
      checks: [{ slo: 'queue_latency p(95) < 2s', unit: 'ms', verdict: 'fail' }],
      verdict: 'fail',
      seeds: 0,
      requests: 0,
      events: 0,
      broken: [],
      unstable: { offeredSlots: offered, limit, mostPerSecond: limit / serviceSeconds },
    };
  }
  const p95 = estimate(waitMs(limit, rate, serviceSeconds, 0.95));
  const verdict: Verdict = p95.high < SLO_MS ? 'pass' : p95.low >= SLO_MS ? 'fail' : 'undecided';
  return {
    limit,
    ratePerSecond: rate,
    checks: [{ slo: 'queue_latency p(95) < 2s', unit: 'ms', actual: p95, verdict }],
    verdict,
    seeds: SEEDS,
    requests: SEEDS * REQUESTS,
    events: SEEDS * REQUESTS * 4,
    utilisation: offered / limit,
    queueLatency: {
      p50: estimate(waitMs(limit, rate, serviceSeconds, 0.5)),
      p95,
      p99: estimate(waitMs(limit, rate, serviceSeconds, 0.99), 0.06),
    },
    broken: [],
  };
}

/** The quantile of the wait, ms, by Erlang C; the load must fit. */
function waitMs(limit: number, rate: number, serviceSeconds: number, quantile: number): number {
  const offered = rate * serviceSeconds;
  let b = 1;
  for (let n = 1; n <= limit; n++) b = (offered * b) / (n + offered * b);
  const wait = b / (1 - (offered / limit) * (1 - b));
  const seconds = Math.max(0, Math.log(wait / (1 - quantile)) / (limit / serviceSeconds - rate));
  return Math.round(seconds * 1_000);
}

function erlangMs(limit: number): number | null {
  return limit <= RATE * SERVICE_SECONDS ? null : waitMs(limit, RATE, SERVICE_SECONDS, 0.95);
}

function sensitivityRow(factor: string, change: string, limit: number | undefined, rate: number, serviceSeconds: number): SensitivityRow {
  const atAnswer = pointEvidence(69, rate, serviceSeconds);
  const ratio = atAnswer.queueLatency === undefined ? undefined : atAnswer.queueLatency.p95.mean / waitMs(69, RATE, SERVICE_SECONDS, 0.95);
  return { what: `${factor} ${change}`, factor, change, limit, atAnswer, p95Ratio: ratio };
}

const SENSITIVITY: SensitivityRow[] = [
  sensitivityRow('rate', '+20 %', 82, 6, 12),
  sensitivityRow('rate', '−20 %', 56, 4, 12),
  sensitivityRow('service', '+20 %', 82, 5, 14.4),
  sensitivityRow('service', '−20 %', 56, 5, 9.6),
  { ...sensitivityRow('burstiness', 'batches of 10 on average', 106, 5, 12), atAnswer: { ...pointEvidence(64), limit: 69 }, p95Ratio: 4.02 },
  { ...sensitivityRow('ghost slots', '6', 75, 5, 12), atAnswer: { ...pointEvidence(63), limit: 69 }, p95Ratio: 5.72 },
];

const HEAT_LIMITS = [40, 60, 64, 69, 74, 80];
const HEAT_RATES = [3, 4, 5, 6];
const HEAT_POINTS = HEAT_LIMITS.map((limit) => HEAT_RATES.map((rate) => pointEvidence(limit, rate)));
const HEAT_MAP: HeatMap = {
  ratesPerSecond: HEAT_RATES,
  limits: HEAT_LIMITS,
  p95Ms: HEAT_POINTS.map((row) => row.map((point) => point.queueLatency?.p95.mean ?? null)),
  verdicts: HEAT_POINTS.map((row) => row.map(({ verdict }) => verdict)),
  here: { ratePerSecond: RATE, limit: 69 },
};

const WHAT_IFS: WhatIf[] = [
  { question: 'and with backoff instead of order of arrival?', answer: 'limit 72: three slots more', limit: 72, evidence: pointEvidence(72) },
  { question: 'with the largest self-service tier?', answer: 'at 40 the queue grows as long as the load lasts', evidence: pointEvidence(40) },
  { question: 'with a start_timeout of 30s?', answer: 'nothing is lost at limit 69', limit: 69 },
];

const GHOSTS: GhostCost[] = [1, 6].map((ghosts) => ({
  ghosts,
  heldMs: 2_592_000_000,
  limit: 69,
  slotSeconds: ghosts * 2_592_000,
  shareOfLimit: ghosts / 69,
  lostJobs: ghosts * 216_000,
  ratePerSecond: {
    without: { mean: 5.07, low: 5.07, high: 5.12, seeds: 32 },
    with: ghosts === 1 ? { mean: 4.98, low: 4.98, high: 5.04, seeds: 32 } : { mean: 4.55, low: 4.55, high: 4.6, seeds: 32 },
  },
  lostRateShare: ghosts === 1 ? 0.0178 : 0.1026,
  limitToRestore: 69 + ghosts,
  atLimit: { ...pointEvidence(69 - ghosts), limit: 69 },
  text: [
    `${ghosts} ${ghosts === 1 ? 'ghost' : 'ghosts'} held for 30 days ${ghosts === 1 ? 'is' : 'are'} ${ghosts * 216_000} jobs of 12s that never ran`,
    'what stuck requests are charged is unknown: no price was given',
  ],
}));

const INVERSE: InverseAnswer[] = [
  {
    question: 'highest-rate',
    title: 'Which rate does limit 69 carry?',
    answer: 'up to 5.07 requests a second',
    value: { estimate: { mean: 5.07, low: 5.07, high: 5.09, seeds: 32 }, unit: '/s' },
    formula: 5.09,
    columns: ['rate', 'p95 wait', 'verdict'],
    rows: [
      ['5.06/s', '1.96s', 'pass'],
      ['5.10/s', '2.08s', 'fail'],
    ],
    notes: [],
  },
  {
    question: 'start-timeout',
    title: 'Which start_timeout loses less than 0.1 %?',
    answer: '10.5s at limit 69',
    value: { estimate: estimate(10_500, 0.05), unit: 'ms' },
    formula: 9_400,
    columns: ['start_timeout', 'lost', 'of'],
    rows: [
      ['8s', '231', '176,000'],
      ['10.5s', '118', '176,000'],
    ],
    notes: ["the platform's clock runs from submit"],
  },
  {
    question: 'burst-drain',
    title: 'How long until a burst of 500 has drained?',
    answer: '3m 4s; at least 1m 36s',
    columns: ['burst', 'lower bound', 'simulated'],
    rows: [['500', '1m 36s', '3m 4s']],
    notes: [],
  },
];

const DAYS: PieceAnswer[] = Array.from({ length: 24 }, (_, n) =>
  piece(`2024-11-${String(n + 7).padStart(2, '0')}`, 700 + ((n * 397) % 900), 0.2 + ((n * 7) % 10) / 20, 12 + ((n * 11) % 51), 6 + ((n * 13) % 33)),
);

function piece(name: string, requests: number, offeredSlots: number, peakInFlight: number, limit: number): PieceAnswer {
  const evidence = pointEvidence(limit, offeredSlots / SERVICE_SECONDS);
  return { name, requests, offeredSlots, peakInFlight, limit, evidence, p95Ms: 4_000 + ((requests * 7) % 950) };
}

const FRONTIER_LIMITS = [61, 62, 64, 66, 67, 68, 69, 70, 72, 75, 80, 100];

const COMPLETE: PlanResult = {
  schemaVersion: PLAN_SCHEMA_VERSION,
  tool: { name: 'slotstorm', version: '0.1.0' },
  randomScheme: 1,
  command: 'npx slotstorm plan --rate 5/s --service 12s --waiting fifo --slo "p(95)<2s" --limit 69 --gate',
  question: {
    slos: ['queue_latency p(95) < 2s'],
    policy: 'fal-documented',
    switches: ['waiting=fifo'],
    sha256: 'a'.repeat(64),
    seed: 1,
    mostSeeds: 128,
    requestsPerSeed: REQUESTS,
    warmupMs: 600_000,
  },
  load: {
    source: 'flags',
    text: '5/s Poisson, 12s exponential',
    ratePerSecond: RATE,
    meanServiceMs: 12_000,
    offeredSlots: 60,
    arrivalScv: 1,
    serviceScv: 1,
  },
  formula: { stableFrom: 61, erlangC: 69, withVariability: 69 },
  answer: { limit: 69, mostTried: 138, evidence: [61, 66, 67, 68, 69, 70, 138].map((limit) => pointEvidence(limit)), exceptions: [] },
  tiers: {
    tiers: [{ limit: 2 }, { limit: 10, usdPerMonth: 50 }, { limit: 20, usdPerMonth: 250 }, { limit: 40 }],
    source: 'illustrative: only 2 and 40 are documented',
    ratePerSecondAtLargest: estimate(2.74, 0.01),
    serviceMsAtLargest: estimate(6_870, 0.01),
    text: 'no self-service tier does: they end at 40. Ask sales for at least 69, or cut the load to 2.71/s, or shorten jobs to 6.8s',
  },
  frontier: {
    points: FRONTIER_LIMITS.map((limit) => pointEvidence(limit)),
    erlangCP95Ms: FRONTIER_LIMITS.map(erlangMs),
    sloMs: SLO_MS,
    sloPercentile: 95,
  },
  heatMap: HEAT_MAP,
  sensitivity: SENSITIVITY,
  whatIfs: WHAT_IFS,
  ghosts: GHOSTS,
  inverse: INVERSE,
  gate: {
    limit: 69,
    evidence: pointEvidence(69),
    verdict: 'pass',
    text: 'limit 69 meets every objective: queue_latency p(95) is 1.73s [1.68s, 1.78s], below 2s',
  },
  comparison: {
    file: 'reports/baselines/plan-checkout.json',
    differences: [],
    moves: [
      { what: 'smallest limit', before: 69, after: 69, unit: 'slots', verdict: 'same' },
      { what: 'queue_latency p(95) at limit 69', before: 1_700, after: 1_731, unit: 'ms', verdict: 'same' },
      { what: 'highest rate', before: 5.06, after: 5.07, unit: '/s', verdict: 'better' },
    ],
    verdict: 'pass',
    text: 'no worse than the baseline',
  },
  notes: [
    'service times are drawn, not measured: give a trace where you have one',
    'tiers are illustrative: only 2 and 40 are documented (https://docs.fal.ai)',
  ],
  verdict: 'pass',
  exitCode: 0,
  meta: {
    date: '2026-01-02T03:04:05.000Z',
    host: 'host',
    node: 'v20.20.2',
    wallMs: 9_300,
    simulatedRequests: 4_400_000,
    workers: '2 threads',
  },
};
