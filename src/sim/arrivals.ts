import { Purpose, RandomStream } from '../core/random.js';
import { US_PER_SECOND } from '../core/time.js';
import type { BatchesSpec, StagesSpec, SyntheticArrivals } from '../scenario/arrival-types.js';
import type { ArrivalProcess } from './arrival-process.js';
import { Batches, batchSizes } from './batch-arrivals.js';
import { OnOff } from './on-off-arrivals.js';
import { EvenlyRamping, PoissonRamping, RateProfile } from './ramping-arrivals.js';

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

/** @param flow its number: each flow has streams of its own */
export function arrivalProcess(spec: SyntheticArrivals, seed: number, flow: number): ArrivalProcess {
  const random = new RandomStream(seed, Purpose.arrivals, flow);
  switch (spec.kind) {
    case 'burst':
      return new Burst(spec.count, spec.atUs);
    case 'constant':
      return new Constant(spec.perSecond, spec.fromUs, spec.toUs);
    case 'poisson':
      return new Poisson(spec.perSecond, spec.fromUs, spec.toUs, random);
    case 'stages':
      return ramping(spec, random);
    case 'onOff':
      return new OnOff(spec, random, new RandomStream(seed, Purpose.phase, flow));
    case 'batches':
      return new Batches(batchTimes(spec, random), batchSizes(spec.size, new RandomStream(seed, Purpose.batchSize, flow)));
  }
}

function ramping(spec: StagesSpec, random: RandomStream): ArrivalProcess {
  const profile = new RateProfile(spec);
  return spec.process === 'poisson' ? new PoissonRamping(profile, random) : new EvenlyRamping(profile);
}

function batchTimes({ process, perSecond, fromUs, toUs }: BatchesSpec, random: RandomStream): ArrivalProcess {
  return process === 'poisson' ? new Poisson(perSecond, fromUs, toUs, random) : new Constant(perSecond, fromUs, toUs);
}
