import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Exit } from './exit-codes.js';
import type { SampleFold } from './fold.js';
import { SampleReader } from './samples.js';

/** What a k6 that is gone has left behind. */
export interface Remains {
  readonly exit: Exit;
  /** Its CSV. */
  readonly csv: string;
  /** It has said that it could not write all of it. */
  readonly couldNotWrite: boolean;
}

/** Reads the samples of one process. @returns why they are not all there: a sentence each */
export async function readSamples({ exit, csv, couldNotWrite }: Remains, fold: SampleFold): Promise<readonly string[]> {
  const reasons = couldNotWrite ? ['k6 could not write its samples: is the disk full?'] : [];
  const endsBefore = fold.ends;
  const reader = new SampleReader();
  const input = createReadStream(csv, { encoding: 'utf8' });
  let lines = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      lines++;
      const sample = reader.read(line);
      if (sample !== undefined) fold.take(sample);
    }
  } catch (error) {
    return [...reasons, `the samples of k6 cannot be read: ${messageOf(error)}`];
  } finally {
    input.destroy();
  }
  if (lines === 0) reasons.push('k6 left no samples');
  else if (reader.unreadable > 0) reasons.push(`${reader.unreadable} of the samples of k6 cannot be read: its CSV is cut off`);
  else if (tellsItsEnd(exit) && fold.ends === endsBefore) reasons.push('the samples of k6 do not go to its end: calls may be missing');
  return reasons;
}

/** k6 runs the teardown of its script after a run, crossed thresholds and an interrupt; whatever else has ended it is told anyway. */
function tellsItsEnd({ code }: Exit): boolean {
  return code === 0 || code === 99 || code === 105;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.code === 'ENOENT' ? 'there is no file' : error.message;
}
