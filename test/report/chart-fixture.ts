import type { Comparison } from '../../src/measure/comparison/comparison-result.js';
import type { FlowTimeline } from '../../src/measure/flow-timeline.js';
import type { RequestStories } from '../../src/measure/request-story.js';
import type { Mark, ResultFile, RunEvidence, RunResult } from '../../src/measure/result.js';
import type { Timeline } from '../../src/measure/timeline.js';
import { type FixtureNames, fixture } from './fixture.js';

const S = 1_000_000;
const END_US = 200 * S;

/** Ten stretches of 20 s: 400, 40 and 3 requests start in the first three, then two expire. */
const flow: FlowTimeline = {
  binUs: 20 * S,
  points: Array.from({ length: 10 }, (_, at) => {
    const started = [400, 40, 3][at] ?? 0;
    return {
      atUs: at * 20 * S,
      started,
      p50: started > 0 ? 100 + at : undefined,
      p95: started > 0 ? 1900 + at : undefined,
      p99: started > 0 ? 2500 + at : undefined,
      max: started > 0 ? 3100 + at : undefined,
      expired: at === 3 ? 2 : 0,
      oldestWaitMs: at < 4 ? 1000 * at : 0,
      refusedByAccount: at === 1 ? 7 : 0,
      refusedByEndpoint: at === 2 ? 5 : 0,
      clientRetries: at < 2 ? 11 : 0,
      requeues: at === 5 ? 13 : 0,
    };
  }),
};

const story = { account: 'acme', key: 'old', endpoint: 'fal-ai/flux/dev', mode: 'submit', requeues: 0, spansHidden: 0, attempts: 2 };
const stories: RequestStories = {
  total: 443,
  counts: { slow: 1, failed: 1, ghost: 1, open: 0 },
  stories: [
    {
      ...story,
      request: 'req-90',
      reasons: ['slow'],
      calledUs: 2 * S,
      startedUs: 12 * S,
      endedUs: 30 * S,
      outcome: 'ok',
      spans: [
        { kind: 'client-backoff', fromUs: 2 * S, toUs: 4 * S },
        { kind: 'queued', fromUs: 4 * S, toUs: 12 * S },
        { kind: 'working', fromUs: 12 * S, toUs: 30 * S },
      ],
    },
  ],
};

/** Thirty points: short enough for a table with all of them. The limit rises, leaks come and partly heal. */
const short: Timeline = {
  binUs: END_US / 30,
  points: Array.from({ length: 30 }, (_, at) => ({
    atUs: Math.round((at * END_US) / 30),
    live: at % 3,
    ghost: at > 20 ? 2 : at > 5 && at < 12 ? 1 : 0,
    queued: at % 7,
    limit: at < 15 ? 4 : 6,
  })),
};

const comparison: Comparison = {
  baseline: { source: 'reports/baselines/a-story.json', tool: '0.1.0', sha256: 'cd'.repeat(32), reason: 'first', updated: '2026-01-01' },
  rule: 'paired',
  obstacles: [],
  allowed: [],
  numbers: [],
  behaviour: [],
  latencyCurves: {
    leaky: [
      [0, 0.5],
      [650, 0.8],
      [5200, 1],
    ],
  },
  exitCode: 0,
};

/** The fixture with all that charts draw: flows, runners, stories, steps that hold for a time, a baseline. The second variant's timeline is short. */
export function chartFixture(given: FixtureNames = {}): ResultFile {
  const base = fixture(given);
  const marks: Mark[] = [
    { number: 1, atUs: 20 * S, label: 'cut runner-dispatcher for 30s', toUs: 50 * S },
    { number: 2, atUs: 60 * S, label: 'burst of 20' },
    { number: 3, atUs: 180 * S, label: 'webhook-down acme for 1h', toUs: 3780 * S },
  ];
  return {
    ...base,
    comparison,
    variants: base.variants.map((info) => ({ ...info, marks })),
    runs: base.runs.map((run): RunResult => (run.evidence === undefined ? run : { ...run, evidence: withMore(run, run.evidence) })),
  };
}

function withMore(run: RunResult, evidence: RunEvidence): RunEvidence {
  const holds = evidence.holds.map((hold, at) => ({ ...hold, runner: `flux/dev ${at < 2 ? 2 : 10}` }));
  const timeline = run.variant === 'clean' ? short : evidence.timeline;
  return { ...evidence, timeline, flow, stories, holds };
}
