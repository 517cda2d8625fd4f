import type { Answer, WireSession } from './session.js';

/** Longer work is not waited for, s of the provider's time. */
const PATIENCE_S = 30;

/** How long work takes that nobody disturbs. */
export interface WorkTime {
  /** At least, where it was not over; 0: it was not seen at all. s */
  readonly seconds: number;
  /** Whether it ended by itself. */
  readonly isOver: boolean;
}

interface TimedWork extends WorkTime {
  /** What it came to, or why it was not taken; undefined: it was not over. */
  readonly answer: Answer | undefined;
}

/** One request that nothing is done to. It has ended, or been cancelled, when this resolves. */
export async function timeWork(session: WireSession): Promise<TimedWork> {
  const { request, answer } = await session.trySubmit(session.provider.quick.endpoint);
  if (request === undefined) return { seconds: 0, isOver: false, answer };
  let begunS: number | undefined;
  const over = await session.secondsUntil(PATIENCE_S, async () => {
    const state = await session.stateOf(request);
    // What it waits for a runner is no work.
    if (state === 'IN_PROGRESS') begunS ??= session.nowS;
    return state === 'COMPLETED';
  });
  const workS = begunS === undefined ? 0 : session.nowS - begunS;
  if (over === undefined) await session.cancel(request);
  return { seconds: workS, isOver: over !== undefined, answer: over === undefined ? undefined : await session.resultOf(request) };
}
