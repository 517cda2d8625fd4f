import { createHash } from 'node:crypto';
import type { ScenarioInput } from '../scenario/schema.js';
import { type Failure, nameOfFailure, signatureOf } from './failure.js';
import type { FoundFailure, ShrinkDone } from './jobs.js';

export interface ShrunkFailure extends FoundFailure {
  /** undefined: it could not be shrunk, or there was no time to. */
  shrunk: ShrinkDone | undefined;
}

/** Something that is broken, with the simplest story that shows it. Plain data. */
export interface Discovery {
  /** The same for the same cause: what is broken, the message without its numbers, and the kinds of steps that it takes. */
  readonly fingerprint: string;
  /** `S-ORPH` */
  readonly name: string;
  /** The first seed that showed it. */
  readonly seed: number;
  /** As the simplest story shows it, where there is one. */
  readonly failure: Failure;
  /** How many runs failed so. */
  readonly times: number;
  readonly shrunk: ShrinkDone | undefined;
}

/** Ways to fail whose simplest stories are alike are one discovery: the one of the first seed. */
export function discoveriesOf(failures: readonly ShrunkFailure[]): Discovery[] {
  const discoveries = new Map<string, Discovery>();
  for (const { seed, failure, times, shrunk } of failures) {
    const shown = shrunk?.failure ?? failure;
    const fingerprint = fingerprintOf(shown, shrunk?.story);
    const known = discoveries.get(fingerprint);
    if (known === undefined) discoveries.set(fingerprint, { fingerprint, name: nameOfFailure(shown), seed, failure: shown, times, shrunk });
    else discoveries.set(fingerprint, { ...known, times: known.times + times });
  }
  return [...discoveries.values()];
}

export function fingerprintOf(failure: Failure, story: ScenarioInput | undefined): string {
  const steps = (story?.steps ?? []).map((step) => step.do).sort();
  return createHash('sha256')
    .update(JSON.stringify([signatureOf(failure), steps]))
    .digest('hex')
    .slice(0, 8);
}
