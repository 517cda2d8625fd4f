import type { Submitted, WireSession } from './session.js';

/** For a runner to be found, s of the provider's time. */
const START_WITHIN_S = 60;

/**
 * Hands in so many requests and waits until all of them are in progress.
 * @returns undefined where that did not come about: the queue refused one, or its work was over too soon. What was handed in is cancelled at the end
 */
export async function holdSlots(session: WireSession, count: number, endpoint: string, by = session.main): Promise<readonly Submitted[] | undefined> {
  const requests: Submitted[] = [];
  for (let n = 0; n < count; n++) {
    const submitted = await session.submit(endpoint, by);
    if (submitted === undefined) return undefined;
    requests.push(submitted);
  }
  const began = await session.secondsUntil(START_WITHIN_S, () => session.areAll('IN_PROGRESS', requests));
  return began === undefined ? undefined : requests;
}
