import type { Comparison } from '../../../src/measure/comparison/comparison-result.js';
import type { QuarantineOutcome } from '../../../src/measure/gate/gate-result.js';
import type { MinimalTrace } from '../../../src/measure/minimal-trace.js';
import type { ResultFile } from '../../../src/measure/result.js';
import { fixture } from '../fixture.js';

export const MINIMAL: MinimalTrace = {
  invariant: 'L-QUIET',
  seed: 1,
  requests: 1,
  steps: 1,
  scenario: 'name: minimal\n# `a` ``` b\nplatform: {}\n',
  command: 'npx slotstorm run minimal.yaml --seed 1',
  finished: true,
  events: [
    { number: 1, atUs: 0, text: 'req-1 is submitted', lanes: ['req-1'], violates: false },
    { number: 2, atUs: 4_000_000, text: 'the completion of req-1 is dropped', lanes: ['req-1'], violates: true },
  ],
  eventsHidden: 0,
};

export function comparison(changes: Partial<Comparison> = {}): Comparison {
  const number = {
    variant: 'leaky',
    unit: 'ms',
    gates: true,
    baseline: 4_000,
    candidate: 5_000,
    shift: 1_000,
    low: 800,
    high: 1_200,
    shiftShare: 0.25,
    margin: 200,
    misrate: 0.01,
    note: '',
    seeds: 20,
    seedsWorse: 19,
    worstSeed: 7,
    pairs: [[7, 4_000, 5_000]],
  } as const;
  return {
    baseline: { source: 'reports/baselines/a-story.json', tool: '0.1.0', sha256: 'cd'.repeat(32), reason: 'the new limiter', updated: '2026-01-01' },
    rule: 'paired',
    obstacles: [],
    allowed: ['policy'],
    numbers: [
      { ...number, metric: 'queue_latency', number: 'p95', verdict: 'worse' },
      { ...number, metric: 'time_to_result', number: 'p95', verdict: 'same', shift: 0, low: -1, high: 1, shiftShare: 0, seedsWorse: 0, worstSeed: undefined },
      { ...number, metric: 'slot_hold', number: 'avg', verdict: 'better', gates: false, shift: -900, shiftShare: -0.3 },
    ],
    behaviour: [
      {
        variant: 'leaky',
        seedsCompared: 20,
        seedsChanged: [3, 4],
        first: { seed: 3, event: 17, atUs: 2_000_000, baseline: 'req-1 starts', candidate: undefined },
      },
    ],
    latencyCurves: {},
    exitCode: 97,
    ...changes,
  };
}

/** Names every check of the fixture's runs, so that levels and places can be given to them. */
export function withLevels(level: 'warn' | 'off', result: ResultFile = fixture()): ResultFile {
  return {
    ...result,
    runs: result.runs.map((run) => ({
      ...run,
      thresholds: run.thresholds.map((threshold) => ({ ...threshold, level })),
      invariants: run.invariants.map((invariant) => ({ ...invariant, level })),
    })),
  };
}

export function withMinimal(result: ResultFile = fixture()): ResultFile {
  return { ...result, runs: result.runs.map((run) => (run.evidence == null ? run : { ...run, evidence: { ...run.evidence, minimalTraces: [MINIMAL] } })) };
}

export function quarantined(state: QuarantineOutcome['state'], changes: Partial<QuarantineOutcome> = {}): QuarantineOutcome {
  return {
    scenario: 'a-story',
    variant: 'leaky',
    check: 'L-QUIET',
    owner: 'team-queue',
    reason: 'the limiter is being rewritten',
    until: '2027-01-15',
    issue: '#123',
    state,
    ...changes,
  };
}

export function withQuarantine(entry: QuarantineOutcome, result: ResultFile = fixture()): ResultFile {
  return { ...result, gate: { acrossSeeds: [], presets: [], quarantine: [entry] } };
}
