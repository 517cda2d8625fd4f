import type { RandomStream } from '../core/random.js';
import type { DurationSpec, QuantilePoint } from '../scenario/durations.js';
import { sampledValuesUs } from './samples.js';
import type { TraceSource } from './table.js';

/** A law of durations. It has no state: the caller brings the stream, so that one law serves many flows. */
export interface DurationLaw {
  /** Whole µs, at least 1 (what takes no time at all would hide every overlap) and at most `LONGEST_US`. */
  drawUs(random: RandomStream): number;
}

/** 35 years. Heavy tails end here, so that every sum of times stays a whole number. */
export const LONGEST_US = 2 ** 50;

function wholeUs(us: number): number {
  return Math.max(1, Math.min(LONGEST_US, Math.round(us)));
}

/** @param source reads the file of an empirical law @throws TraceError when that file cannot be used */
export function durationLaw(spec: DurationSpec, source: TraceSource): DurationLaw {
  switch (spec.kind) {
    case 'constant':
      return new ConstantLaw(spec.us);
    case 'uniform':
      return new UniformLaw(spec.minUs, spec.maxUs);
    case 'exponential':
      return new ExponentialLaw(spec.meanUs);
    case 'lognormal':
      return new LognormalLaw(spec.meanUs, spec.cv);
    case 'gamma':
      return new GammaLaw(spec.meanUs, spec.shape);
    case 'pareto':
      return new ParetoLaw(spec.minUs, spec.maxUs, spec.shape);
    case 'values':
      return new ValuesLaw(spec.valuesUs, spec.weights);
    case 'quantiles':
      return new QuantilesLaw(spec.points);
    case 'samples':
      return new ValuesLaw(sampledValuesUs(spec, source), undefined);
  }
}

class ConstantLaw implements DurationLaw {
  private readonly us: number;
  constructor(us: number) {
    this.us = wholeUs(us);
  }

  drawUs(): number {
    return this.us;
  }
}

class UniformLaw implements DurationLaw {
  constructor(
    private readonly minUs: number,
    private readonly maxUs: number,
  ) {}

  drawUs(random: RandomStream): number {
    return wholeUs(this.minUs + (this.maxUs - this.minUs) * random.uniform());
  }
}

class ExponentialLaw implements DurationLaw {
  constructor(private readonly meanUs: number) {}

  drawUs(random: RandomStream): number {
    return wholeUs(this.meanUs * random.exponential());
  }
}

class LognormalLaw implements DurationLaw {
  private readonly logMean: number;
  private readonly logSd: number;
  constructor(meanUs: number, cv: number) {
    const variance = Math.log(1 + cv * cv);
    this.logSd = Math.sqrt(variance);
    this.logMean = Math.log(meanUs) - variance / 2;
  }

  drawUs(random: RandomStream): number {
    return wholeUs(Math.exp(this.logMean + this.logSd * random.normal()));
  }
}

class GammaLaw implements DurationLaw {
  private readonly scaleUs: number;
  constructor(
    meanUs: number,
    private readonly shape: number,
  ) {
    this.scaleUs = meanUs / shape;
  }

  drawUs(random: RandomStream): number {
    return wholeUs(this.scaleUs * random.gamma(this.shape));
  }
}

/** By inversion. The part beyond `maxUs` is cut off: what is left is scaled up, not heaped on the bound. */
class ParetoLaw implements DurationLaw {
  /** P(longer than maxUs) of the law that is not cut off. */
  private readonly beyond: number;
  private readonly exponent: number;
  constructor(
    private readonly minUs: number,
    maxUs: number,
    shape: number,
  ) {
    this.beyond = maxUs === Number.POSITIVE_INFINITY ? 0 : Math.exp(shape * Math.log(minUs / maxUs));
    this.exponent = -1 / shape;
  }

  drawUs(random: RandomStream): number {
    const longer = 1 - random.uniform() * (1 - this.beyond);
    return wholeUs(this.minUs * Math.exp(this.exponent * Math.log(longer)));
  }
}

/** One of the given values as it stands. */
class ValuesLaw implements DurationLaw {
  private readonly values: Float64Array;
  /** Weights added up, the last one 1; empty: all values weigh the same. */
  private readonly upTo: Float64Array;
  constructor(valuesUs: ArrayLike<number>, weights: readonly number[] | undefined) {
    this.values = Float64Array.from(valuesUs, wholeUs);
    this.upTo = new Float64Array(weights?.length ?? 0);
    const total = (weights ?? []).reduce((sum, weight) => sum + weight, 0);
    let sum = 0;
    for (const [n, weight] of (weights ?? []).entries()) {
      sum += weight;
      this.upTo[n] = sum / total;
    }
  }

  drawUs(random: RandomStream): number {
    const { values, upTo } = this;
    const u = random.uniform();
    return values[upTo.length === 0 ? Math.floor(u * values.length) : firstAbove(upTo, u)] as number;
  }
}

/** Straight lines between the points. */
class QuantilesLaw implements DurationLaw {
  private readonly shares: Float64Array;
  private readonly us: Float64Array;
  constructor(points: readonly QuantilePoint[]) {
    this.shares = Float64Array.from(points, (point) => point.p);
    this.us = Float64Array.from(points, (point) => point.us);
  }

  drawUs(random: RandomStream): number {
    const { shares, us } = this;
    const u = random.uniform();
    const to = firstAbove(shares, u);
    const [fromShare, toShare] = [shares[to - 1] as number, shares[to] as number];
    const [fromUs, toUs] = [us[to - 1] as number, us[to] as number];
    return wholeUs(fromUs + ((toUs - fromUs) * (u - fromShare)) / (toShare - fromShare));
  }
}

/** The first place whose entry is above `u`; the entries rise to 1, and `u` is below 1. */
function firstAbove(rising: Float64Array, u: number): number {
  let low = 0;
  let high = rising.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] as number) > u) high = middle;
    else low = middle + 1;
  }
  return low;
}
