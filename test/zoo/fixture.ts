import type { InvariantState } from '../../src/measure/invariants/checker.js';
import { INVARIANT_IDS, type InvariantId } from '../../src/measure/invariants/registry.js';
import type { InvariantVerdict, RunResult, Verdict } from '../../src/measure/result.js';
import { detect } from '../../src/zoo/detection.js';
import { type DetectionMatrix, matrixOf } from '../../src/zoo/detection-matrix.js';
import type { ZooEntry } from '../../src/zoo/entry.js';

export function entryOf(changes: Partial<ZooEntry> = {}): ZooEntry {
  return {
    name: 'key-revoked',
    file: 'scenarios/zoo/key-revoked.yaml',
    description: 'A key is revoked.',
    faultClass: 'F1a',
    mechanism: 'a credential that can vanish',
    decisive: 'S-CAP',
    lesson: 'Bind the slot to the account.',
    incidents: [{ product: 'fal', refs: ['fal-ai/fal#939'], what: 'requests stay IN_PROGRESS' }],
    differences: [{ path: 'platform.policy.onRevoke', broken: 'strand', cured: 'drain' }],
    victims: [{ name: 'revoked_in_progress', expression: '>= 1' }],
    figures: [{ name: 'leaked_slots', expression: 'value >= 1' }],
    curedFigures: [{ name: 'leaked_slots', expression: 'value == 0' }],
    ...changes,
  };
}

export interface RunFacts {
  readonly seed: number;
  readonly violated?: readonly InvariantId[];
  readonly expected?: readonly InvariantId[];
  readonly victim?: boolean;
  readonly figures?: Verdict;
}

/** A run of which only the verdicts are there. */
export function runOf({ seed, violated = [], expected = [], victim = true, figures = 'pass' }: RunFacts): RunResult {
  const invariants = INVARIANT_IDS.map((id): InvariantVerdict => {
    const isViolated = violated.includes(id);
    const isExpected = expected.includes(id);
    const state: InvariantState = isViolated ? 'violated' : 'held';
    const verdict: Verdict = isViolated === isExpected ? 'pass' : 'fail';
    return { id, state, examined: 1, violations: isViolated ? 1 : 0, examples: [], reason: undefined, expected: isExpected ? 'violated' : 'held', verdict };
  });
  return {
    variant: 'broken',
    seed,
    hash: '',
    events: 0,
    loadEndUs: 0,
    endUs: 0,
    verdict: 'pass',
    exitCode: 0,
    thresholds: [{ metric: 'leaked_slots', expression: 'value >= 1', actual: 3, limit: 1, unit: 'slots', n: 1, verdict: figures }],
    invariants,
    exercised: [{ name: 'revoked_in_progress', expression: '>= 1', actual: victim ? 1 : 0, verdict: victim ? 'pass' : 'fail' }],
    exercise: {},
    metrics: {},
    evidence: undefined,
  };
}

/** One entry that is detected in all seeds, and cured in all. */
export function goodMatrix(entry: ZooEntry = entryOf()): DetectionMatrix {
  const { decisive } = entry;
  const broken = [1, 2].map((seed) => runOf({ seed, violated: [decisive], expected: [decisive] }));
  return matrixOf([entry], [...broken, runOf({ seed: 1 }), runOf({ seed: 2 })], [1, 2]);
}

/** One entry whose decisive checker keeps silent in seed 2, and whose cure does not hold in seed 1. */
export function badMatrix(): DetectionMatrix {
  const entry = entryOf({ name: '<img src=x onerror=alert(1)>\u001b[2J' });
  const broken = [runOf({ seed: 1, violated: ['S-CAP'], expected: ['S-CAP'] }), runOf({ seed: 2, expected: ['S-CAP'] })];
  const row = detect(entry, broken, [runOf({ seed: 1, violated: ['L-REL'] }), runOf({ seed: 2 })]);
  return { seeds: [1, 2], rows: [row], verdict: 'fail', exitCode: 98 };
}
