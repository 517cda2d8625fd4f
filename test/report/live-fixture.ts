import { Outcome } from '../../src/core/history.js';
import type { CallRecord } from '../../src/measure/client-calls.js';
import type { AgreementLine, Finding, LiveRun, Spread } from '../../src/measure/live-result.js';
import type { MetricValue } from '../../src/measure/metrics.js';
import type { ResultFile, RunResult } from '../../src/measure/result.js';
import { type FixtureNames, fixture } from './fixture.js';

const S = 1_000_000;

const spread = (p99: number): Spread => ({ n: 50, p50: p99 / 4, p95: p99 / 2, p99, max: 2 * p99 });
const counter = (count: number): MetricValue => ({ type: 'counter', n: 50, count, rate: count / 200 });
const trend = (p95: number): MetricValue => ({ type: 'trend', n: 50, avg: p95 / 3, min: 0, med: p95 / 4, max: 2 * p95, p90: p95 / 2, p95, p99: p95 });

export function call(over: Partial<CallRecord> = {}): CallRecord {
  return {
    account: 'acme',
    key: 'old',
    endpoint: 'fal-ai/flux/dev',
    mode: 'submit',
    plannedUs: 10 * S,
    sentUs: 10 * S + 2000,
    acceptedUs: 10_000,
    attempts: 1,
    refusals: 0,
    polls: 7,
    queueLatencyUs: 3 * S,
    elapsedUs: 15 * S,
    outcome: Outcome.ok,
    requestId: '11111111-2222',
    trouble: undefined,
    ...over,
  };
}

export const LOST_REQUESTS: Finding = {
  what: 'requests{outcome:ok}',
  client: '44 requests',
  server: '50 requests',
  explanation: 'Six clients never heard that their work was done.',
};

/** What a live run adds to a simulated one: a run in which all went as planned, unless told. */
export function liveRun(over: Partial<LiveRun> = {}): LiveRun {
  return {
    driver: 'engine',
    target: { kind: 'own', url: 'http://127.0.0.1:40001' },
    speed: 10,
    follow: 'stream',
    judgedBy: 'server',
    pacing: {
      planned: 50,
      sent: 50,
      dropped: 0,
      httpRequests: 400,
      sendErrorMs: spread(1.2),
      loopLagMs: spread(3),
      httpMs: spread(8),
      cpuMs: 40,
      wallMs: 20_300,
      processes: 1,
    },
    tool: undefined,
    broken: [],
    undecided: [],
    notes: [],
    clientMetrics: { queue_latency: trend(950), requests: counter(50), 'requests{outcome:ok}': counter(50), client_retries: counter(13) },
    findings: [],
    steps: [
      { number: 1, plannedUs: 20 * S, performedUs: 20 * S + 50_000, trouble: undefined },
      { number: 2, plannedUs: 60 * S, performedUs: 60 * S + 50_000, trouble: undefined },
    ],
    skippedUs: 90 * S,
    slowest: [call()],
    troubled: [],
    troubledHidden: 0,
    ...over,
  };
}

/** The fixture's runs, all made live. @param over for each run, by its place in the result */
export function liveFixture(over: (run: RunResult, at: number) => Partial<LiveRun> = () => ({}), names: FixtureNames = {}): ResultFile {
  const base = fixture(names);
  return { ...base, runs: base.runs.map((run, at) => ({ ...run, live: liveRun(over(run, at)) })) };
}

/** The clean variant alone, one seed: everything passes, but for the threshold without samples. */
export function oneLiveRun(over: Partial<LiveRun> = {}): ResultFile {
  const base = fixture();
  const run = base.runs[2] as RunResult;
  const passing = { ...run, variant: undefined, thresholds: run.thresholds.filter(({ verdict }) => verdict === 'pass') };
  return {
    ...base,
    seeds: [1],
    verdict: 'pass',
    exitCode: 0,
    variants: base.variants.slice(1).map((info) => ({ ...info, name: undefined, replay: 'npx slotstorm replay scenarios/a-story.yaml' })),
    runs: [{ ...passing, live: liveRun(over) }],
  };
}

export function agreementLine(over: Partial<AgreementLine> = {}): AgreementLine {
  return {
    variant: 'leaky',
    metric: 'queue_latency',
    statistic: 'p95',
    unit: 'ms',
    pairs: 10,
    simulated: 4200,
    live: 4250,
    difference: 50,
    lower: -20,
    upper: 120,
    tolerance: 210,
    verdict: 'agrees',
    ...over,
  };
}

export const AGREEMENT: readonly AgreementLine[] = [
  agreementLine(),
  agreementLine({ statistic: 'p50', difference: 900, lower: 800, upper: 1000, live: 5100, verdict: 'differs' }),
  agreementLine({
    metric: 'requests',
    statistic: 'count',
    unit: 'requests',
    pairs: 1,
    simulated: 50,
    live: 49,
    difference: -1,
    lower: undefined,
    upper: undefined,
    tolerance: 2.5,
    verdict: 'undecided',
  }),
];
