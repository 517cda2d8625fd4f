import { Purpose, RandomStream } from '../core/random.js';
import { US_PER_SECOND } from '../core/time.js';
import { formatDurationUs } from '../core/units.js';
import type { FitCheck } from '../measure/capacity/fit-result.js';
import type { DurationSpec } from '../scenario/durations.js';
import { durationLaw } from '../sim/duration-laws.js';
import type { ArrivalModel } from './arrival-models.js';
import { type Looking, statisticsOf } from './arrival-statistics.js';
import { arrivalsBy } from './judge-arrivals.js';
import { FAR_MEAN } from './service-laws.js';

/** What lies outside of all of them happens by chance once in twenty times, on either side; in one of several checks more often. */
const SEEDS = 39;
/** So many times more or less at once: closer limits come out alike, whatever chance says. */
const FAR = 1.25;

/** In words, for whoever reads a fit. */
export const CHECK_RULE = `A fitted load may stand for the trace in a plan where none of these lies outside of what it makes with ${SEEDS} seeds, and further from their mean than ${FAR} times (of a dispersion, which is a square, ${FAR * FAR} times; of the mean service time ${FAR_MEAN} times).`;

/** What the requests of a trace took, and the law that stands for it. */
export interface FittedService {
  /** One for each arrival. */
  readonly serviceUs: Float64Array;
  readonly duration: DurationSpec;
}

interface Measure {
  readonly what: string;
  readonly value: number;
  readonly far: number;
}

/**
 * Holds what decides a limit, how much comes together and how much is in progress at once, against what a model and a law make.
 * @param service undefined: the trace has none
 */
export function checkLoad(model: ArrivalModel, atUs: Float64Array, service: FittedService | undefined, looking: Looking): readonly FitCheck[] {
  const made = Array.from({ length: SEEDS }, (_, n) => {
    const instants = arrivalsBy(model.simulated, n + 1, looking);
    return measuresOf(instants, service === undefined ? undefined : drawnFrom(service.duration, instants.length, n + 1), looking);
  });
  return measuresOf(atUs, service?.serviceUs, looking).map(({ what, value, far }, place) => {
    const values = made.map((one) => one[place]?.value ?? 0);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const mean = values.reduce((sum, one) => sum + one, 0) / SEEDS;
    const verdict = value > high && value > mean * far ? 'calmer' : value < low && value * far < mean ? 'wilder' : 'alike';
    return { what, trace: value, low, high, verdict };
  });
}

export function isAlike(checks: readonly FitCheck[]): boolean {
  return checks.every(({ verdict }) => verdict === 'alike');
}

function measuresOf(atUs: Float64Array, serviceUs: Float64Array | undefined, looking: Looking): Measure[] {
  const { dispersion, peakPerSecond } = statisticsOf(atUs, looking);
  return [
    ...dispersion.map(({ windowUs, index }) => ({ what: `dispersion over ${formatDurationUs(windowUs)}`, value: index, far: FAR * FAR })),
    { what: `requests a second in the busiest ${formatDurationUs(looking.peakWindowUs)}`, value: peakPerSecond, far: FAR },
    ...(serviceUs === undefined
      ? []
      : [{ what: 'mean service time, in seconds', value: meanSeconds(serviceUs), far: FAR_MEAN }, ...inProgress(atUs, serviceUs)]),
  ];
}

function meanSeconds(serviceUs: Float64Array): number {
  return serviceUs.reduce((sum, us) => sum + us, 0) / serviceUs.length / US_PER_SECOND;
}

/** What arrivals would find in progress without any limit. */
function inProgress(atUs: Float64Array, serviceUs: Float64Array): Measure[] {
  const endsUs = atUs.map((us, n) => us + (serviceUs[n] as number)).sort();
  let ended = 0;
  const found = atUs.map((us, n) => {
    while ((endsUs[ended] as number) <= us) ended++;
    return n + 1 - ended;
  });
  found.sort();
  // The very most is one moment, and says little of the next recording.
  return [
    { share: 0.95, of: '19 of 20' },
    { share: 0.99, of: '99 of 100' },
  ].map(({ share, of }) => ({
    what: `in progress at once, for ${of} arrivals at most`,
    value: found[Math.ceil(share * found.length) - 1] as number,
    far: FAR,
  }));
}

/** Of the law that a scenario holds, each by itself: what follows what is no part of it. */
function drawnFrom(duration: DurationSpec, count: number, seed: number): Float64Array {
  const random = new RandomStream(seed, Purpose.service, 0);
  const law = durationLaw(duration, () => []);
  return Float64Array.from({ length: count }, () => law.drawUs(random));
}
