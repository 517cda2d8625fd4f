import { EXIT_CODES } from '../measure/exit-codes.js';
import { shortened } from '../reasons.js';
import { JOB_FAILURE, type JobFailure } from './point-job.js';
import { fromJson } from './roster.js';
import { WorkersError } from './workers-error.js';

const TEXT_LOST = 'text lost';

/** As a failed job carries it: BullMQ keeps one text. */
export function failureText({ code, message }: JobFailure): string {
  return JSON.stringify({ code, message });
}

export const TEXT_LOST_FAILURE = failureText({ code: 0, message: TEXT_LOST });

/** @param reason why BullMQ says that a job failed @param what it was about */
export function failureOf(reason: string, what: string): WorkersError | typeof TEXT_LOST {
  if (reason === TEXT_LOST_FAILURE) return TEXT_LOST;
  const failure = JOB_FAILURE.safeParse(fromJson(reason));
  if (failure.success) return new WorkersError(failure.data.message, failure.data.code);
  if (/stalled more than allowable limit/.test(reason))
    return new WorkersError(`${what}: given up, because one worker after the other was lost with it: has each enough memory?`, EXIT_CODES.internal.code);
  return new WorkersError(`${what}: a worker failed: ${shortened(reason)}`, EXIT_CODES.internal.code);
}
