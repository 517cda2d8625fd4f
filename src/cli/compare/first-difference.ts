import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { type EventRecord, eventInWords } from '../../history/describe-event.js';
import type { BehaviourChange } from '../../measure/comparison/comparison-result.js';
import { reasonOf } from '../../reasons.js';
import { UsageError } from '../failures.js';

/** The history of one run in a trace file. */
export interface TracedRun {
  readonly file: string;
  readonly variant: string | undefined;
}

type FirstChange = NonNullable<BehaviourChange['first']>;

/**
 * Reads two histories side by side, up to the first event that differs.
 * @returns undefined: they are of different seeds, or one of the files does not hold the run
 */
export async function firstDifference(baseline: TracedRun, candidate: TracedRun, seed: number): Promise<FirstChange | undefined> {
  const [before, now] = [eventsOf(baseline, seed), eventsOf(candidate, seed)];
  try {
    for (let event = 0; ; event++) {
      const [one, other] = [(await before.next()).value, (await now.next()).value];
      if (one === undefined && other === undefined) return undefined;
      // The line that opens the run is no event; it is missing where the run is.
      if (event === 0 && (one === undefined || other === undefined)) return undefined;
      if (event === 0 || JSON.stringify(one) === JSON.stringify(other)) continue;
      const atUs = Math.min(...[one, other].flatMap((side) => (side === undefined ? [] : [Number(side['atUs'])])));
      return { seed, event, atUs, baseline: one && eventInWords(one), candidate: other && eventInWords(other) };
    }
  } finally {
    await Promise.all([before.return(undefined), now.return(undefined)]);
  }
}

/** The opening line of a run, then its events. */
async function* eventsOf({ file, variant }: TracedRun, seed: number): AsyncGenerator<EventRecord, undefined> {
  let isInside = false;
  for await (const line of linesOf(file)) {
    const { variant: whose, ...event } = recordOf(line, file);
    if (event['event'] === 'runBegan') isInside = whose === variant && event['seed'] === seed;
    if (!isInside) continue;
    if (event['event'] === 'runEnded') return undefined;
    yield event;
  }
  return undefined;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const stream = createReadStream(file);
  const text = stream.pipe(createGunzip());
  stream.on('error', (error) => text.destroy(error));
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) yield line;
  } catch (error) {
    throw new UsageError(`expected a trace that slotstorm wrote, got ${JSON.stringify(file)}: ${reasonOf(error)}; leave it out, or run again with --trace`);
  } finally {
    stream.destroy();
    text.destroy();
  }
}

function recordOf(line: string, file: string): EventRecord {
  try {
    const record = JSON.parse(line) as unknown;
    if (typeof record === 'object' && record !== null) return record as EventRecord;
  } catch {
    // Said below.
  }
  throw new UsageError(
    `expected a trace that slotstorm wrote, but ${JSON.stringify(file)} holds the line ${JSON.stringify(line.slice(0, 80))}; run again with --trace`,
  );
}
