import { keyedStream, Purpose } from '../core/random.js';
import type { ColdStarts } from '../core/runners.js';
import type { DurationLaw } from './duration-laws.js';

/** Cold starts by a law: the n-th boot of an endpoint takes the same time whatever the boots before it drew. */
export class DrawnColdStarts implements ColdStarts {
  private boots = 0;

  /** @param endpoint its number */
  constructor(
    private readonly law: DurationLaw,
    private readonly seed: number,
    private readonly endpoint: number,
  ) {}

  nextUs(): number {
    return this.law.drawUs(keyedStream(this.seed, Purpose.coldStart, this.endpoint, this.boots++));
  }
}
