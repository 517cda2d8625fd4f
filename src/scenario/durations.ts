/** How long something takes: a law of chance. All times in µs; draws are whole and at least 1. */
export type DurationSpec =
  | { readonly kind: 'constant'; readonly us: number }
  | { readonly kind: 'uniform'; readonly minUs: number; readonly maxUs: number }
  | { readonly kind: 'exponential'; readonly meanUs: number }
  /** cv: standard deviation / mean */
  | { readonly kind: 'lognormal'; readonly meanUs: number; readonly cv: number }
  /** cv = 1 / √shape; a whole shape is Erlang's law with so many stages. */
  | { readonly kind: 'gamma'; readonly meanUs: number; readonly shape: number }
  /** P(longer than x) = (minUs / x)^shape, cut off and scaled up again at `maxUs`; Infinity: not cut off. */
  | { readonly kind: 'pareto'; readonly minUs: number; readonly maxUs: number; readonly shape: number }
  /** One of these values, as often as its weight says; no values between them. */
  | { readonly kind: 'values'; readonly valuesUs: readonly number[]; readonly weights: readonly number[] | undefined }
  /** A share `p` is at most `us`; straight lines between the points. From p 0 to p 1. */
  | { readonly kind: 'quantiles'; readonly points: readonly QuantilePoint[] }
  /** One of the values of a column, each as often as any other. */
  | SamplesSpec;

export interface QuantilePoint {
  readonly p: number;
  readonly us: number;
}

export interface SamplesSpec {
  readonly kind: 'samples';
  /** As written; the loader resolves it. */
  readonly file: string;
  readonly column: string;
  /** µs in one unit of the column. */
  readonly unitUs: number;
}

/** The mean of a law in µs; undefined where only a file knows it. */
export function meanOfLawUs(spec: DurationSpec): number | undefined {
  switch (spec.kind) {
    case 'constant':
      return spec.us;
    case 'uniform':
      return (spec.minUs + spec.maxUs) / 2;
    case 'pareto':
      return paretoMean(spec.minUs, spec.maxUs, spec.shape);
    case 'values':
      return weightedMean(spec.valuesUs, spec.weights);
    case 'quantiles':
      return meanBetween(spec.points);
    case 'samples':
      return undefined;
    default:
      return spec.meanUs;
  }
}

/** The mean of a Pareto law between `min` and `max`. @param max Infinity with a shape above 1 only: otherwise there is no mean */
export function paretoMean(min: number, max: number, shape: number): number {
  if (max === Number.POSITIVE_INFINITY) return (shape * min) / (shape - 1);
  const ratio = Math.log(min / max);
  // Near shape 1 both differences vanish; their quotient is the logarithm.
  if (Math.abs(shape - 1) < 1e-9) return (-ratio * min) / -Math.expm1(ratio);
  return (shape * min * Math.expm1((shape - 1) * ratio)) / ((shape - 1) * Math.expm1(shape * ratio));
}

/** The lower bound that gives a bounded Pareto law this mean. @param mean below max */
export function paretoMinOf(mean: number, max: number, shape: number): number {
  let low = 0;
  let high = mean;
  // The mean grows with the lower bound. Halving a double's range 200 times leaves nothing to halve.
  for (let n = 0; n < 200 && low < high; n++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (paretoMean(middle, max, shape) < mean) low = middle;
    else high = middle;
  }
  return high;
}

function weightedMean(values: readonly number[], weights: readonly number[] | undefined): number {
  let sum = 0;
  let total = 0;
  for (const [n, value] of values.entries()) {
    const weight = weights?.[n] ?? 1;
    sum += value * weight;
    total += weight;
  }
  return sum / total;
}

function meanBetween(points: readonly QuantilePoint[]): number {
  let sum = 0;
  for (let n = 1; n < points.length; n++) {
    const [from, to] = [points[n - 1] as QuantilePoint, points[n] as QuantilePoint];
    sum += ((from.us + to.us) / 2) * (to.p - from.p);
  }
  return sum;
}
