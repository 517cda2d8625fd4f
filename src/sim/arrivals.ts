import type { RandomStream } from '../core/random.js';
import { US_PER_SECOND } from '../core/time.js';
import type { ArrivalSpec } from '../scenario/types.js';

/** When requests come: a sequence of times in µs that never goes backwards. */
export interface ArrivalProcess {
  /** The next arrival, or Infinity after the last. */
  nextUs(): number;
}

/** `count` requests at one instant. */
class Burst implements ArrivalProcess {
  private sent = 0;
  constructor(
    private readonly count: number,
    private readonly atUs: number,
  ) {}

  nextUs(): number {
    return this.sent++ < this.count ? this.atUs : Number.POSITIVE_INFINITY;
  }
}

/** Evenly spaced, the first at `fromUs`; none at or after `toUs`. Computed from the number, so that rounding does not add up. */
class Constant implements ArrivalProcess {
  private sent = 0;
  constructor(
    private readonly perSecond: number,
    private readonly fromUs: number,
    private readonly toUs: number,
  ) {}

  nextUs(): number {
    const atUs = this.fromUs + Math.round((this.sent++ * US_PER_SECOND) / this.perSecond);
    return atUs < this.toUs ? atUs : Number.POSITIVE_INFINITY;
  }
}

/** Exponential gaps; none at or after `toUs`. */
class Poisson implements ArrivalProcess {
  private atUs: number;
  constructor(
    private readonly perSecond: number,
    fromUs: number,
    private readonly toUs: number,
    private readonly random: RandomStream,
  ) {
    this.atUs = fromUs;
  }

  nextUs(): number {
    this.atUs += Math.round((US_PER_SECOND / this.perSecond) * this.random.exponential());
    return this.atUs < this.toUs ? this.atUs : Number.POSITIVE_INFINITY;
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
