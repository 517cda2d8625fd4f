/** One server, whatever the service or the arrivals. ρ: load. cs², ca²: squared coefficients of variation. */

/** Pollaczek–Khinchine: mean wait of M/G/1. */
export function pollaczekKhinchine(load: number, meanService: number, serviceVariation: number): number {
  return (load * meanService * (1 + serviceVariation)) / (2 * (1 - load));
}

/** Beyond this many service times the alternating sum below has lost too many digits at high loads. */
const LONGEST_IN_SERVICE_TIMES = 15;

/**
 * P(wait ≤ t) of M/D/1 (Erlang 1909). The absolute error of the sum at a load of 0.9 is 1e-12 at 10 service times and
 * 1e-9 at 15. @throws RangeError beyond
 */
export function constantServiceWithin(t: number, arrivalRate: number, service: number): number {
  const whole = Math.floor(t / service);
  if (whole > LONGEST_IN_SERVICE_TIMES) throw new RangeError(`expected a wait of at most ${LONGEST_IN_SERVICE_TIMES} service times, got ${t / service}`);
  let sum = 0;
  let factorial = 1;
  for (let k = 0; k <= whole; k++) {
    if (k > 0) factorial *= k;
    const x = arrivalRate * (t - k * service);
    sum += (power(-x, k) / factorial) * Math.exp(x);
  }
  return (1 - arrivalRate * service) * sum;
}

/** By multiplication: `**` differs in its last digit between lines of Node. */
function power(base: number, exponent: number): number {
  let product = 1;
  for (let n = 0; n < exponent; n++) product *= base;
  return product;
}

export interface GeneralArrivals {
  readonly shareWaiting: number;
  readonly meanWait: number;
  /** P(wait > t) */
  tail(t: number): number;
}

/**
 * GI/M/1: any gaps between arrivals, exponential service. Arrivals find n requests with probability (1 − σ)σⁿ, where σ
 * solves σ = E[e^(−μ(1−σ)·gap)].
 * @param transform E[e^(−s·gap)] as a function of s
 */
export function generalArrivals(transform: (s: number) => number, serviceRate: number): GeneralArrivals {
  let low = 0;
  let high = 1 - 1e-9;
  // The difference changes its sign once below 1, for 1 itself is a solution as well.
  for (let n = 0; n < 200; n++) {
    const middle = (low + high) / 2;
    if (transform(serviceRate * (1 - middle)) > middle) low = middle;
    else high = middle;
  }
  const sigma = (low + high) / 2;
  return {
    shareWaiting: sigma,
    meanWait: sigma / (serviceRate * (1 - sigma)),
    tail: (t) => sigma * Math.exp(-serviceRate * (1 - sigma) * t),
  };
}

/** E[e^(−s·gap)] for a constant gap. */
export function constantGap(gap: number): (s: number) => number {
  return (s) => Math.exp(-s * gap);
}

/** E[e^(−s·gap)] for a gap of two exponential parts: Erlang's law of order 2. */
export function twoPartGap(mean: number): (s: number) => number {
  return (s) => {
    const part = 1 / (1 + (s * mean) / 2);
    return part * part;
  };
}

/** Kingman's upper bound (1962) on the mean wait of GI/G/1. */
export function kingmanBound(arrivalRate: number, arrivalVariation: number, meanService: number, serviceVariation: number): number {
  const gapVariance = arrivalVariation / (arrivalRate * arrivalRate);
  const serviceVariance = serviceVariation * meanService * meanService;
  return (arrivalRate * (gapVariance + serviceVariance)) / (2 * (1 - arrivalRate * meanService));
}

/** The approximation that is often called Kingman's formula. It is no bound; for Poisson arrivals it is exact. */
export function variabilityApproximation(load: number, meanService: number, arrivalVariation: number, serviceVariation: number): number {
  return ((load / (1 - load)) * (arrivalVariation + serviceVariation) * meanService) / 2;
}
