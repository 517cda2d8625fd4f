import { Outcome } from '../../core/history.js';
import type { CallMode } from '../../measure/client-calls.js';
import { endOfRun, errorTypeOf, type HttpAnswer, TURNED_AWAY, workWasLost } from '../engine/answer.js';

/** What a direct call came to by the last answer that it got, once its client tries no more. */
export function outcomeOfRun(answer: HttpAnswer): Outcome {
  return endOfRun(answer) ?? (TURNED_AWAY.has(answer.status) && !workWasLost(answer) ? Outcome.gaveUp : Outcome.failed);
}

/** What a call came to by the last answer that it got, once its client tries no more. */
export function outcomeOfLast(answer: HttpAnswer): Outcome {
  return endOfRun(answer) ?? (isRefusal(answer) ? Outcome.gaveUp : Outcome.failed);
}

/** What a call came to whose work was never accepted. */
export function outcomeOfRefusal(mode: CallMode, answer: HttpAnswer): Outcome {
  if (answer.status === 401) return Outcome.unauthorized;
  return mode === 'run' ? Outcome.gaveUp : Outcome.failed;
}

/** Turned away at the gateway: no work has begun. */
export function isRefusal(answer: HttpAnswer): boolean {
  return answer.status === 429 || answer.status === 401 || errorTypeOf(answer) === 'runner_scheduling_failure';
}
