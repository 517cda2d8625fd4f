import { Outcome } from '../../../src/core/history.ts';
import type { SdkModel } from '../../../src/sim/sdks.ts';
import type { FalAnswer } from './fal.ts';

/** Statuses with which the platform turns a direct call away before any work. */
const TURNED_AWAY: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Whether an SDK makes a direct call again after this answer. What its own work or a deadline has ended, none does. */
export function mayRepeat({ status, errorType }: FalAnswer, sdk: SdkModel, attempts: number): boolean {
  return attempts < sdk.runAttempts && sdk.retriesOn.has(status) && errorType !== 'startup_timeout' && errorType !== 'request_timeout';
}

/** What a direct call comes to whose last answer this is. */
export function outcomeOfRun(answer: FalAnswer): Outcome {
  const { status, errorType } = answer;
  if (status >= 200 && status < 300) return Outcome.ok;
  if (status === 401) return Outcome.unauthorized;
  if (errorType !== undefined) return outcomeOfError(errorType, answer.trouble ?? '');
  return TURNED_AWAY.has(status) ? Outcome.gaveUp : Outcome.failed;
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
