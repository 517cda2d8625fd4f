import { findLostCall, withLoss } from '../replications/lost-call.js';
import type { Failure } from './failure.js';
import { LostRun } from './jobs.js';

/**
 * What a lost run comes to. Where a limiter of one's own decided, the same run as far as a call of it says which call it was.
 * @param again runs it up to that call, and answers what was found
 */
export async function lookInto(seed: number, lost: LostRun, again: (stuckAt: number) => Promise<Failure | undefined>): Promise<Failure> {
  const { failure, lastBeat, loss } = lost;
  if (lastBeat === undefined || (lastBeat.call === 0 && loss === undefined)) return failure;
  const found = await findLostCall(lastBeat, (call) => unlessLost(again(call)));
  if (found?.kind === 'limiter') return { kind: 'limiter', message: withLoss(found.message, loss), losesThread: true };
  return failure.kind === 'limiter' ? { ...failure, message: `${failure.message} (seed ${seed})` } : failure;
}

async function unlessLost(run: Promise<Failure | undefined>): Promise<Failure | undefined> {
  try {
    return await run;
  } catch (error) {
    if (error instanceof LostRun) return undefined;
    throw error;
  }
}
