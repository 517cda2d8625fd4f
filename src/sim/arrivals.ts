import type { RandomStream } from '../core/random.js';
import { US_PER_SECOND } from '../core/time.js';
import type { ArrivalSpec } from '../scenario/types.js';

/** When requests come: a sequence of gaps in whole µs, the first one counted from the start of the run. */
export interface ArrivalProcess {
  /** From the last arrival to the next; -1 after the last. */
  nextGapUs(): number;
}

/** `count` requests at one instant. */
class Burst implements ArrivalProcess {
  private sent = 0;
  constructor(
    private readonly count: number,
    private readonly atUs: number,
  ) {}

  nextGapUs(): number {
    const nth = this.sent++;
    if (nth >= this.count) return -1;
    return nth === 0 ? this.atUs : 0;
  }
}

/** Evenly spaced, the first at `fromUs`; none at or after `toUs`. Computed from the number, so that rounding does not add up. */
class Constant implements ArrivalProcess {
  private sent = 0;
  private lastUs = 0;
  constructor(
    private readonly perSecond: number,
    private readonly fromUs: number,
    private readonly toUs: number,
  ) {}

  nextGapUs(): number {
    const atUs = this.fromUs + Math.round((this.sent++ * US_PER_SECOND) / this.perSecond);
    if (atUs >= this.toUs) return -1;
    const gapUs = atUs - this.lastUs;
    this.lastUs = atUs;
    return gapUs;
  }
}

/** Exponential gaps; none at or after `toUs`. */
class Poisson implements ArrivalProcess {
  private readonly meanGapUs: number;
  private leftUs: number;
  private startUs: number;
  constructor(
    perSecond: number,
    fromUs: number,
    toUs: number,
    private readonly random: RandomStream,
  ) {
    this.meanGapUs = US_PER_SECOND / perSecond;
    this.leftUs = toUs - fromUs;
    this.startUs = fromUs;
  }

  nextGapUs(): number {
    const gapUs = Math.round(this.meanGapUs * this.random.exponential());
    this.leftUs -= gapUs;
    if (this.leftUs <= 0) return -1;
    const sinceLastUs = this.startUs + gapUs;
    this.startUs = 0;
    return sinceLastUs;
  }
}

export function arrivalProcess(spec: Exclude<ArrivalSpec, { kind: 'trace' }>, random: RandomStream): ArrivalProcess {
  switch (spec.kind) {
    case 'burst':
      return new Burst(spec.count, spec.atUs);
    case 'constant':
      return new Constant(spec.perSecond, spec.fromUs, spec.toUs);
    case 'poisson':
      return new Poisson(spec.perSecond, spec.fromUs, spec.toUs, random);
  }
}

/** When the last request of a workload may come. */
export function lastArrivalUs(spec: Exclude<ArrivalSpec, { kind: 'trace' }>): number {
  return spec.kind === 'burst' ? spec.atUs : spec.toUs;
}
