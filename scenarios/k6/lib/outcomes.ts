import { Outcome } from '../../../src/core/history.ts';
import { endOfRun, type HttpAnswer, workWasLost } from '../../../src/load/engine/answer.ts';
import { outcomeOfRun as outcomeOf } from '../../../src/load/sdk/answer-outcome.ts';
import type { SdkModel } from '../../../src/sim/sdks.ts';
import type { FalAnswer } from './fal.ts';

/**
 * Whether an SDK makes a direct call again after this answer. What its own work or the caller's deadline has ended, none does;
 * after a broken connection every one does that tries again at all.
 */
export function mayRepeat(answer: FalAnswer, sdk: SdkModel, attempts: number): boolean {
  const { status } = answer;
  return attempts < sdk.runAttempts && (status === 0 || sdk.retriesOn.has(status)) && endOfRun(asHeard(answer)) === undefined;
}

/** Whether work had begun and was lost: the next request of the call is no first start. */
export function lostWork(answer: FalAnswer): boolean {
  return workWasLost(asHeard(answer));
}

/** What a direct call comes to whose last answer this is. */
export function outcomeOfRun(answer: FalAnswer): Outcome {
  return outcomeOf(asHeard(answer));
}

/** As the engine hears it: one judgement for both. */
function asHeard({ status, body, errorType }: FalAnswer): HttpAnswer {
  return { status, text: JSON.stringify(body ?? null), headers: { 'x-fal-error-type': errorType } };
}

/** What a queued request came to. @param errorType fal's word @param error its text */
export function outcomeOfError(errorType: string | undefined, error: string): Outcome {
  switch (errorType) {
    case 'startup_timeout':
      return Outcome.startTimeout;
    case 'client_cancelled':
      return /revoked/i.test(error) ? Outcome.revoked : Outcome.cancelled;
    case 'runner_scheduling_failure':
      return Outcome.gaveUp;
    default:
      return Outcome.failed;
  }
}
