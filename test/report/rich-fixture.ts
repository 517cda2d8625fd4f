import type { ComparedNumber, Comparison } from '../../src/measure/comparison/comparison-result.js';
import type { MinimalTrace } from '../../src/measure/minimal-trace.js';
import type { RequestStories, RequestStory } from '../../src/measure/request-story.js';
import type { ResultFile } from '../../src/measure/result.js';
import { type FixtureNames, fixture } from './fixture.js';

const S = 1_000_000;

export function story(request: string, overrides: Partial<RequestStory> = {}): RequestStory {
  return {
    request,
    account: 'acme',
    key: 'old',
    endpoint: 'fal-ai/flux/dev',
    mode: 'submit',
    reasons: ['slow'],
    calledUs: 2 * S,
    startedUs: 12 * S,
    endedUs: 24 * S,
    outcome: 'ok',
    attempts: 1,
    requeues: 1,
    spans: [
      { kind: 'requeued', fromUs: 2 * S, toUs: 12 * S },
      { kind: 'working', fromUs: 12 * S, toUs: 24 * S },
    ],
    spansHidden: 0,
    ...overrides,
  };
}

/** One that was slow, one whose slot never came back, one that failed and one that is still open. */
export function stories(names: FixtureNames = {}): RequestStories {
  const own = { account: names.account ?? 'acme', key: names.key ?? 'old', endpoint: names.endpoint ?? 'fal-ai/flux/dev' };
  const list = [
    story('req-7', own),
    story('req-0', {
      ...own,
      reasons: ['ghost', 'open'],
      outcome: 'lost',
      startedUs: 10 * S,
      endedUs: undefined,
      spans: [
        { kind: 'queued', fromUs: 2 * S, toUs: 10 * S },
        { kind: 'working', fromUs: 10 * S, toUs: 22 * S },
        { kind: 'ghost', fromUs: 22 * S, toUs: undefined },
      ],
    }),
    story('req-9', {
      ...own,
      reasons: ['failed'],
      outcome: 'start_timeout',
      startedUs: undefined,
      endedUs: 32 * S,
      spans: [{ kind: 'queued', fromUs: 2 * S, toUs: 32 * S }],
    }),
    story('req-8', {
      ...own,
      key: 'k2',
      reasons: ['open'],
      outcome: 'waiting',
      startedUs: undefined,
      endedUs: undefined,
      spans: [{ kind: 'queued', fromUs: 2 * S, toUs: undefined }],
    }),
  ];
  return { stories: list, total: 50, counts: { slow: 1, failed: 1, ghost: 1, open: 2 } };
}

export function minimalTrace(names: FixtureNames = {}): MinimalTrace {
  const key = names.key ?? 'old';
  return {
    invariant: 'L-QUIET',
    seed: 1,
    requests: 1,
    steps: 1,
    scenario: `name: minimal\nsteps:\n  - { at: 4s, do: revoke-key, key: ${JSON.stringify(key)} }\n`,
    command: 'slotstorm run minimal.yaml --seed 1',
    finished: true,
    events: [
      { number: 1, atUs: 0, text: 'req-1 is submitted', lanes: ['req-1', key], violates: false },
      { number: 2, atUs: 4 * S, text: `${key} is revoked`, lanes: [key], violates: false },
      { number: 3, atUs: 20 * S, text: 'req-1 still holds its slot', lanes: ['req-1', 'slot 1'], violates: true },
    ],
    eventsHidden: 0,
  };
}

export function comparedNumber(overrides: Partial<ComparedNumber> = {}): ComparedNumber {
  return {
    variant: 'leaky',
    metric: 'queue_latency',
    number: 'p95',
    unit: 'ms',
    gates: true,
    baseline: 30_000,
    candidate: 40_900,
    shift: 10_900,
    low: 9_000,
    high: 12_000,
    shiftShare: 0.36,
    margin: 1_500,
    misrate: 0.01,
    verdict: 'worse',
    note: '',
    seeds: 2,
    seedsWorse: 2,
    worstSeed: 2,
    pairs: [
      [1, 30_000, 40_900],
      [2, 30_500, 41_800],
    ],
    ...overrides,
  };
}

export function comparison(overrides: Partial<Comparison> = {}): Comparison {
  return {
    baseline: { source: 'reports/baselines/a-story.json', tool: '0.1.0', sha256: 'cd'.repeat(32), reason: 'the queue became fair', updated: '2026-01-01' },
    rule: 'paired',
    obstacles: [],
    allowed: [],
    numbers: [
      comparedNumber({
        variant: 'clean',
        verdict: 'same',
        shift: 0,
        low: 0,
        high: 0,
        shiftShare: 0,
        baseline: 900,
        candidate: 900,
        seedsWorse: 0,
        worstSeed: undefined,
        pairs: [
          [1, 900, 900],
          [2, 900, 900],
        ],
      }),
      comparedNumber(),
      comparedNumber({
        metric: 'gave_up',
        number: 'count',
        unit: 'requests',
        gates: false,
        verdict: 'better',
        baseline: 3,
        candidate: 0,
        shift: -3,
        low: -4,
        high: -1,
        shiftShare: -1,
        margin: 1,
        pairs: [],
      }),
    ],
    behaviour: [
      {
        variant: 'leaky',
        seedsCompared: 2,
        seedsChanged: [2],
        first: { seed: 2, event: 41, atUs: 4 * S, baseline: 'req-3 is dispatched', candidate: 'req-4 is dispatched' },
      },
      { variant: 'clean', seedsCompared: 2, seedsChanged: [], first: undefined },
    ],
    latencyCurves: {},
    exitCode: 97,
    ...overrides,
  };
}

/** The fixture with everything that a newer result may hold. */
export function richFixture(names: FixtureNames = {}): ResultFile {
  const base = fixture(names);
  const [first] = base.runs;
  if (first?.evidence == null) throw new Error('the first run of the fixture has evidence');
  const evidence = { ...first.evidence, stories: stories(names), minimalTraces: [minimalTrace(names)] };
  return {
    ...base,
    scenario: { ...base.scenario, parts: { load: 'a'.repeat(16), platform: 'b'.repeat(16), policy: 'c'.repeat(16), expectations: 'd'.repeat(16) } },
    variants: base.variants.map((info) => ({ ...info, replay: 'slotstorm replay scenarios/a-story.yaml' })),
    runs: [{ ...first, evidence }, ...base.runs.slice(1)],
    comparison: comparison(),
    meta: { ...base.meta, cpu: 'made up, 2 cores', revision: { sha: 'ef'.repeat(20), dirty: true } },
  };
}
