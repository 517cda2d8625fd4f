import type { ClientRecording } from './client-view.js';
import { exitCodeOfRun, verdictOfCode } from './exit-codes.js';
import type { ExpectationPlan, InvariantExpectation } from './expectations.js';
import { INVARIANT_IDS, type InvariantId } from './invariants/registry.js';
import { judge, judgeExercised } from './judge.js';
import type { InvariantVerdict, RunResult } from './result.js';

const NOT_OBSERVED = 'not observed: clients do not see the platform from inside';

/**
 * Holds what clients saw against what was expected. What they cannot see is undecided: a metric without samples, a counter of
 * the platform's own, and a law that the scenario asks for by name. Laws that it does not name are shown as not observed,
 * and decide nothing.
 */
export function judgeFromOutside(
  recording: ClientRecording,
  plan: ExpectationPlan,
): Pick<RunResult, 'verdict' | 'exitCode' | 'thresholds' | 'invariants' | 'exercised'> {
  const { thresholds } = judge(recording, { ...plan, exercised: [], invariants: {} });
  const invariants = INVARIANT_IDS.map((id) => ({
    ...notObserved(id, plan.invariants[id]),
    ...(plan.invariantLevels?.[id] && { level: plan.invariantLevels[id] }),
  }));
  const exercised = plan.exercised.map((expected) => judgeExercised(expected, recording.exercised[expected.name] ?? Number.NaN));
  const exitCode = exitCodeOfRun({ thresholds, invariants, exercised });
  return { verdict: verdictOfCode(exitCode), exitCode, thresholds, invariants, exercised };
}

function notObserved(id: InvariantId, asked: InvariantExpectation | undefined): InvariantVerdict {
  const isAsked = asked === 'held' || asked === 'violated';
  return {
    id,
    // `idle` is what a law is called that has examined nothing.
    state: isAsked ? 'undecided' : 'idle',
    examined: 0,
    violations: 0,
    examples: [],
    reason: NOT_OBSERVED,
    expected: asked ?? 'held',
    verdict: isAsked ? 'undecided' : 'pass',
  };
}
