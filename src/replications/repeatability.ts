import { eventInWords } from '../history/describe-event.js';
import type { SeenEvent } from '../history/event-window.js';
import { type EventRange, firstDifferingRange } from '../history/hash-checkpoints.js';
import type { EventsSeen, Testimony } from './jobs.js';

/** Somebody who can run the same seed again. */
export interface Witness {
  /** `this process`, `a worker thread` */
  readonly where: string;
  testify(): Promise<Testimony>;
  events(range: EventRange): Promise<EventsSeen>;
}

/** The same seed gave another history: the simulator's promise is broken. */
export class NotRepeatable extends Error {
  override readonly name = 'NotRepeatable';
}

/**
 * Runs a seed a second time and holds it against the first time: hash and result must be the same.
 * @param what which run this is
 * @param first what the first time gave, and who can run it again
 * @throws NotRepeatable that names the first event that differs
 */
export async function holdAgainstSecondRun(what: string, first: Testimony, again: Witness, second: Witness): Promise<void> {
  const other = await second.testify();
  const hashes = `in ${again.where} ${first.result.hash} (${first.result.events} events), in ${second.where} ${other.result.hash} (${other.result.events} events)`;
  if (first.result.hash === other.result.hash) {
    const path = firstDifference(JSON.parse(JSON.stringify(first.result)), JSON.parse(JSON.stringify(other.result)));
    if (path === undefined) return;
    throw new NotRepeatable(`same seed and same history, but another result: ${what}: hash ${hashes}; the results first differ in ${path}`);
  }
  const range = firstDifferingRange(first.checkpoints, other.checkpoints);
  const parting = firstParting(await again.events(range), await second.events(range));
  throw new NotRepeatable(`same seed, other history: ${what}: hash ${hashes}; ${describe(parting, range, again, second)}`);
}

interface Parting {
  readonly here: SeenEvent | undefined;
  readonly there: SeenEvent | undefined;
}

/** @returns undefined when the two are the same */
function firstParting(here: EventsSeen, there: EventsSeen): Parting | undefined {
  for (let n = 0; n < Math.max(here.length, there.length); n++) {
    if (here[n]?.raw !== there[n]?.raw) return { here: here[n], there: there[n] };
  }
  return undefined;
}

function describe(parting: Parting | undefined, range: EventRange, again: Witness, second: Witness): string {
  if (parting === undefined) {
    return `the histories parted between events ${range.from} and ${range.to}, and were the same there when both were run once more`;
  }
  const number = parting.here?.number ?? parting.there?.number;
  const words = (seen: SeenEvent | undefined): string => (seen === undefined ? 'the history has ended' : eventInWords(seen.record));
  return `the first event that differs is number ${number}\n  in ${again.where}: ${words(parting.here)}\n  in ${second.where}: ${words(parting.there)}`;
}

/** The path of the first field in which two pieces of plain data differ, with both values; undefined when they are the same. */
function firstDifference(one: unknown, other: unknown, path = ''): string | undefined {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return Object.is(one, other) ? undefined : `${path}: ${JSON.stringify(one)} and ${JSON.stringify(other)}`;
  }
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const inner = firstDifference((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name], path === '' ? name : `${path}.${name}`);
    if (inner !== undefined) return inner;
  }
  return undefined;
}
