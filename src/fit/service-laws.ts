import type { FittedLaw } from '../measure/capacity/fit-result.js';
import { normalTail } from '../measure/comparison/normal-tail.js';
import { logGamma } from '../measure/gate/beta.js';
import { type DurationSpec, meanOfLawUs, type QuantilePoint } from '../scenario/durations.js';
import { firstFrom } from '../sim/trace-columns.js';
import { gammaBelow, gammaShape } from './gamma-function.js';
import type { Sample } from './sample.js';
import { rounded, roundedUs, writtenDuration } from './written-numbers.js';

/** A law with its parameters as a scenario writes them. */
interface Law {
  readonly law: string;
  readonly spec: unknown;
  readonly text: string;
  /** As it is simulated. */
  readonly duration: DurationSpec;
  /** How many numbers were fitted. */
  readonly parameters: number;
  readonly distance: number;
  /** undefined: it has no density. */
  readonly logDensity?: ((us: number) => number) | undefined;
}

/** A law that was held against the sample. */
export interface JudgedLaw extends FittedLaw {
  readonly parameters: number;
  readonly duration: DurationSpec;
  /** Its mean over that of the sample, or the other way round: at least 1. */
  readonly meanOff: number;
}

/** Below this a law is as good as constant, and the others have no parameters for it. */
const LEAST_CV = 1e-4;
const MOST_CV = 100;
const SHAPES = { least: 0.1, most: 100 };

/** From fewest parameters to most; the empirical one last. */
export function fitLaws(sample: Sample): readonly JudgedLaw[] {
  const varies = sample.cv >= LEAST_CV;
  const laws = [constant(sample), ...(varies ? [exponential(sample), lognormal(sample), gamma(sample), pareto(sample), empirical(sample)] : [])];
  return laws.map((law) => judged(law, sample));
}

/** A law that is further off than this is another one; or than chance alone would make one sample in a hundred. */
const FAR = 0.05;
const ONE_IN_A_HUNDRED = 1.63;
/** A law whose mean is so many times off asks for other limits, however close it comes: rare long work may be most of all work. */
export const FAR_MEAN = 1.1;
/** So much closer must a law with more parameters come. */
const WORTH_A_PARAMETER = 0.02;

/** In words, for whoever reads a fit. */
export const SERVICE_RULE =
  'A law fits when its distribution function is nowhere further from the sample than 0.05 (or 1.63/√n, if that is more), and its mean within 1.1 times of that of the sample. Of those that fit and come within 0.02 of the closest, the one with the fewest parameters is taken, of equal ones that with the smaller AIC; if none fits, the quantiles of the sample.';

/** @returns the place of the law that is taken */
export function chooseLaw(laws: readonly JudgedLaw[], count: number): number {
  const far = Math.max(FAR, ONE_IN_A_HUNDRED / Math.sqrt(count));
  const fitting = laws.filter(({ law, distance, meanOff }) => law !== 'empirical' && distance <= far && meanOff <= FAR_MEAN);
  const closest = Math.min(...fitting.map(({ distance }) => distance));
  const close = fitting.filter(({ distance }) => distance <= closest + WORTH_A_PARAMETER);
  const [best] = close.sort((one, other) => one.parameters - other.parameters || (one.aic ?? 0) - (other.aic ?? 0));
  return best === undefined ? laws.length - 1 : laws.indexOf(best);
}

function judged({ logDensity, ...law }: Law, sample: Sample): JudgedLaw {
  let aic: number | undefined;
  if (logDensity !== undefined) {
    let logLikelihood = 0;
    for (const us of sample.sortedUs) logLikelihood += logDensity(us);
    aic = 2 * law.parameters - 2 * logLikelihood;
  }
  const times = (meanOfLawUs(law.duration) as number) / sample.meanUs;
  return { ...law, meanOff: Math.max(times, 1 / times), ...(aic === undefined || !Number.isFinite(aic) ? {} : { aic }) };
}

/** What four digits cannot tell apart. */
const SAME = 1e-3;

function constant({ meanUs, sortedUs, count }: Sample): Law {
  const us = roundedUs(meanUs);
  const duration = writtenDuration(us);
  const below = firstFrom(sortedUs, us * (1 - SAME));
  const above = count - firstFrom(sortedUs, us * (1 + SAME));
  return {
    law: 'constant',
    spec: duration,
    text: `constant ${duration}`,
    duration: { kind: 'constant', us },
    parameters: 1,
    distance: Math.max(below, above) / count,
  };
}

function exponential(sample: Sample): Law {
  const { meanUs } = sample;
  const mean = roundedUs(meanUs);
  return {
    law: 'exponential',
    spec: { exponential: { mean: writtenDuration(mean) } },
    text: `exponential, mean ${writtenDuration(mean)}`,
    duration: { kind: 'exponential', meanUs: mean },
    parameters: 1,
    distance: sample.distanceTo((us) => (us <= 0 ? 0 : -Math.expm1(-us / mean))),
    logDensity: (us) => -us / mean - Math.log(mean),
  };
}

/** By maximum likelihood: mean and deviation of the logarithms. */
function lognormal(sample: Sample): Law {
  const { meanLog, sdLog } = sample;
  const variance = sdLog * sdLog;
  const mean = roundedUs(Math.exp(meanLog + variance / 2));
  const cv = Math.min(MOST_CV, rounded(Math.sqrt(Math.expm1(variance))));
  const spread = Math.log1p(cv * cv);
  const sd = Math.sqrt(spread);
  const middle = Math.log(mean) - spread / 2;
  return {
    law: 'lognormal',
    spec: { lognormal: { mean: writtenDuration(mean), cv } },
    text: `lognormal, mean ${writtenDuration(mean)}, cv ${cv}`,
    duration: { kind: 'lognormal', meanUs: mean, cv },
    parameters: 2,
    distance: sample.distanceTo((us) => (us <= 0 ? 0 : normalBelow((Math.log(us) - middle) / sd))),
    logDensity: (us) => {
      const z = (Math.log(us) - middle) / sd;
      return -(z * z) / 2 - Math.log(us * sd) - 0.5 * Math.log(2 * Math.PI);
    },
  };
}

/** By maximum likelihood. */
function gamma(sample: Sample): Law {
  const { meanUs, meanLog } = sample;
  const mean = roundedUs(meanUs);
  const cv = Math.min(MOST_CV, rounded(1 / Math.sqrt(gammaShape(Math.log(meanUs) - meanLog))));
  const shape = 1 / (cv * cv);
  const scale = mean / shape;
  const constantPart = -shape * Math.log(scale) - logGamma(shape);
  return {
    law: 'gamma',
    spec: { gamma: { mean: writtenDuration(mean), cv } },
    text: `gamma, mean ${writtenDuration(mean)}, cv ${cv}`,
    duration: { kind: 'gamma', meanUs: mean, shape },
    parameters: 2,
    distance: sample.distanceTo((us) => gammaBelow(shape, us / scale)),
    logDensity: (us) => (shape - 1) * Math.log(us) - us / scale + constantPart,
  };
}

/** Between the shortest and the longest that were seen; the shape by maximum likelihood: 1/α − r/(e^(αr) − 1) = mean ln(x/min). */
function pareto(sample: Sample): Law {
  const { leastUs, mostUs, meanLog } = sample;
  const min = roundedUs(leastUs);
  const max = Math.max(min + 1, roundedUs(mostUs));
  const range = Math.log(max / min);
  const wanted = meanLog - Math.log(min);
  let { least: low, most: high } = SHAPES;
  for (let n = 0; n < 100; n++) {
    const middle = (low + high) / 2;
    if (1 / middle - range / Math.expm1(middle * range) > wanted) low = middle;
    else high = middle;
  }
  const shape = Math.min(SHAPES.most, Math.max(SHAPES.least, rounded(high)));
  const whole = -Math.expm1(-shape * range);
  return {
    law: 'pareto',
    spec: { pareto: { shape, min: writtenDuration(min), max: writtenDuration(max) } },
    text: `pareto, shape ${shape}, from ${writtenDuration(min)} to ${writtenDuration(max)}`,
    duration: { kind: 'pareto', minUs: min, maxUs: max, shape },
    parameters: 3,
    distance: sample.distanceTo((us) => (us <= min ? 0 : us >= max ? 1 : -Math.expm1(-shape * Math.log(us / min)) / whole)),
    logDensity: (us) => Math.log(shape / whole) + shape * Math.log(min) - (shape + 1) * Math.log(Math.min(max, Math.max(min, us))),
  };
}

const QUANTILES = [0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999];

/** As closely as straight lines have the mean of the sample, unless that takes more points than anybody reads. */
const CLOSE_MEAN = 1.02;
const MOST_POINTS = 40;

/**
 * Straight lines between quantiles of the sample; those of which fewer than five values lie beyond are left out. Where the lines make more or less
 * work than the sample has, they are halved, the one that is furthest off first.
 */
function empirical(sample: Sample): Law {
  const inner = QUANTILES.filter((p) => Math.min(p, 1 - p) * sample.count >= 5);
  const points = [
    { p: 0, us: roundedUs(sample.leastUs) },
    ...inner.map((p) => ({ p, us: roundedUs(sample.quantileUs(p)) })),
    { p: 1, us: roundedUs(sample.mostUs) },
  ];
  while (points.length < MOST_POINTS && Math.abs(Math.log((meanOfLawUs({ kind: 'quantiles', points }) as number) / sample.meanUs)) > Math.log(CLOSE_MEAN)) {
    const at = worstLine(points, sample);
    const p = Number((((points[at - 1]?.p ?? 0) + (points[at]?.p ?? 0)) / 2).toFixed(6));
    if (points.some((point) => point.p === p)) break;
    points.splice(at, 0, { p, us: roundedUs(sample.quantileUs(p)) });
  }
  return {
    law: 'empirical',
    spec: { empirical: { quantiles: points.map(({ p, us }) => ({ p, is: writtenDuration(us) })) } },
    text: `${points.length} quantiles of the sample`,
    duration: { kind: 'quantiles', points },
    parameters: points.length,
    distance: sample.distanceTo((us) => shareBelow(points, us)),
  };
}

/** The place of the point at the end of the line that makes most more or less work than the values have for which it stands. */
function worstLine(points: readonly QuantilePoint[], { sortedUs, count }: Sample): number {
  let [worst, most] = [1, -1];
  for (let at = 1; at < points.length; at++) {
    const [from, to] = [points[at - 1] as QuantilePoint, points[at] as QuantilePoint];
    const values = sortedUs.subarray(Math.round(from.p * count), Math.round(to.p * count));
    const off = Math.abs((values.length * (from.us + to.us)) / 2 - values.reduce((sum, us) => sum + us, 0));
    if (off > most) [worst, most] = [at, off];
  }
  return worst;
}

function shareBelow(points: readonly QuantilePoint[], us: number): number {
  const after = points.findIndex((point) => point.us > us);
  if (after < 0) return 1;
  const [from, to] = [points[after - 1], points[after]];
  if (from === undefined || to === undefined) return 0;
  return from.p + ((to.p - from.p) * (us - from.us)) / (to.us - from.us);
}

function normalBelow(z: number): number {
  return z < 0 ? normalTail(-z) : 1 - normalTail(z);
}
