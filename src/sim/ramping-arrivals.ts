import type { RandomStream } from '../core/random.js';
import { US_PER_SECOND } from '../core/time.js';
import type { StagesSpec } from '../scenario/arrival-types.js';
import type { ArrivalProcess } from './arrival-process.js';

/** One straight piece of a rate. */
interface Ramp {
  readonly startUs: number;
  readonly durationUs: number;
  /** Requests a µs at its start. */
  readonly rate: number;
  /** Change of that rate a µs. */
  readonly slope: number;
  /** Area under the rate before it, and at its end: requests. */
  readonly areaBefore: number;
  readonly areaAfter: number;
}

/**
 * A rate that moves in straight lines. The area under it is the number of requests expected so far; the inverse of that
 * area turns a clock that ticks once a request into times.
 */
export class RateProfile {
  readonly area: number;
  private readonly ramps: Ramp[] = [];
  private current = 0;

  constructor(private readonly spec: StagesSpec) {
    let startUs = spec.fromUs;
    let from = spec.startPerSecond / US_PER_SECOND;
    let area = 0;
    for (const { durationUs, perSecond } of spec.stages) {
      const to = perSecond / US_PER_SECOND;
      const areaAfter = area + ((from + to) / 2) * durationUs;
      // A stage without duration is a jump.
      if (durationUs > 0) this.ramps.push({ startUs, durationUs, rate: from, slope: (to - from) / durationUs, areaBefore: area, areaAfter });
      startUs += durationUs;
      area = areaAfter;
      from = to;
    }
    this.area = area;
  }

  /** The whole µs at which the area reaches `area`, which must not fall from call to call; the last µs at the latest. */
  timeOfUs(area: number): number {
    while (this.current < this.ramps.length - 1 && area > (this.ramps[this.current] as Ramp).areaAfter) this.current++;
    const { startUs, durationUs, rate, slope, areaBefore } = this.ramps[this.current] as Ramp;
    const missing = Math.max(0, area - areaBefore);
    // The root of rate·x + slope·x²/2 = missing, in the form that loses no digits when the slope is small.
    const sum = rate + Math.sqrt(Math.max(0, rate * rate + 2 * slope * missing));
    const sinceUs = missing === 0 ? 0 : Math.min(durationUs, (2 * missing) / sum);
    return Math.min(Math.round(startUs + sinceUs), this.spec.toUs - 1);
  }
}

/** How far a sum of areas may be off a whole number by rounding alone. */
const ROUNDING = 1e-12;

/** The n-th request comes when the area under the rate reaches n (as k6 does it): ⌊area⌋ requests in all. */
export class EvenlyRamping implements ArrivalProcess {
  private readonly count: number;
  private sent = 0;
  private lastUs = 0;
  constructor(private readonly profile: RateProfile) {
    this.count = Math.floor(profile.area * (1 + ROUNDING) + 1e-9);
  }

  nextGapUs(): number {
    if (this.sent >= this.count) return -1;
    const atUs = this.profile.timeOfUs(++this.sent);
    const gapUs = atUs - this.lastUs;
    this.lastUs = atUs;
    return gapUs;
  }
}

/** A Poisson process of that rate: exponential steps along the area. Nothing is thinned out, so no draw is thrown away. */
export class PoissonRamping implements ArrivalProcess {
  private reached = 0;
  private lastUs = 0;
  constructor(
    private readonly profile: RateProfile,
    private readonly random: RandomStream,
  ) {}

  nextGapUs(): number {
    this.reached += this.random.exponential();
    if (this.reached >= this.profile.area) return -1;
    const atUs = this.profile.timeOfUs(this.reached);
    const gapUs = atUs - this.lastUs;
    this.lastUs = atUs;
    return gapUs;
  }
}
