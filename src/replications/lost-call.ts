import { reasonOf, shortened, thrownText } from '../reasons.js';
import type { Beat } from './pulse.js';

/** Why a thread is gone, in words that follow the name of a limiter's call. @param error what the thread threw, or what ended it */
export function lossOf(error: unknown): string {
  const code = /^worker exited with code: (\d+)$/.exec(error instanceof Error ? error.message : '')?.[1];
  if (code !== undefined) return exitOf(Number(code));
  if ((error as NodeJS.ErrnoException | null)?.code?.startsWith('ERR_WORKER') === true) return `it broke its thread: ${reasonOf(error)}`;
  return `it broke its thread: ${thrownText(error)}`;
}

/** The same for a thread that has ended itself. */
export function exitOf(code: number): string {
  return `it ended its thread (exit code ${code})`;
}

/** A thread was lost in which no run had begun yet. @param loss undefined: it was given up */
export function lossWhileRead(loss: string | undefined): string {
  return loss === undefined
    ? 'reading the module never ended: expected it to export a limiter at once'
    : `${loss} when the module was read: expected it to do nothing but to export a limiter`;
}

/** What core says of a call that is not made again, for that ended the run. */
const NOT_BACK = 'it had not come back when the run was given up: expected every call to answer at once';

/** A complaint about the call that took a thread along. @param loss how the thread was lost; undefined: it was given up */
export function withLoss(complaint: string, loss: string | undefined): string {
  if (loss === undefined) return complaint;
  return complaint.replace(NOT_BACK, () => `${shortened(loss)}: expected every call to answer, and to leave nothing behind that throws`);
}

/**
 * A run that was lost is run again as far as a call of its limiter, to learn which one it was. What a call leaves behind (a
 * promise, a microtask) breaks the thread only when the run is over: then the calls are halved until one is left.
 * @param stopAt runs it up to that call, from 1, which is not made; undefined: it was lost all the same
 * @returns the answer of the run that stopped at the very call; undefined when no call can be blamed
 */
export async function findLostCall<T>({ call, calls }: Beat, stopAt: (call: number) => Promise<T | undefined>): Promise<T | undefined> {
  if (call > 0) return stopAt(call);
  let innocent: { readonly answer: T } | undefined;
  let good = 0;
  let bad = calls + 1;
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    const answer = await stopAt(middle);
    if (answer === undefined) bad = middle;
    else [good, innocent] = [middle, { answer }];
  }
  return innocent?.answer;
}
