import { LoadError } from '../../load/driver.js';
import type { WireSession } from './session.js';
import { timeWork, type WorkTime } from './work-time.js';

/**
 * One request that nothing is done to, before any experiment: a queue may take what no endpoint will ever answer, and then every experiment
 * would be about that.
 * @returns how long its work took; undefined on an emulator of our own, which needs no proof
 * @throws LoadError where the endpoint does not answer
 */
export async function probe(session: WireSession): Promise<WorkTime | undefined> {
  const { isOwn, quick, target } = session.provider;
  if (isOwn) return undefined;
  const { answer, ...work } = await timeWork(session);
  if (answer === undefined || (work.isOver && answer.status < 400)) return work;
  const { origin } = new URL(target.queueUrl);
  throw new LoadError(
    `--endpoint: expected ${JSON.stringify(quick.endpoint)} of ${origin} to answer ${JSON.stringify(session.provider.input)}, got ${answer.status}: ${session.log.words(answer.text)}. Nothing else was tried. Give an endpoint that is there and takes such an input, with work of some seconds`,
  );
}
