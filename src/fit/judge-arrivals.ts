import { formatDurationUs } from '../core/units.js';
import type { FittedArrivals } from '../measure/capacity/fit-result.js';
import type { SyntheticArrivals } from '../scenario/arrival-types.js';
import { arrivalProcess } from '../sim/arrivals.js';
import type { ArrivalModel } from './arrival-models.js';
import { type ArrivalStatistics, type Looking, statisticsOf } from './arrival-statistics.js';

/** Seeds with which a model is simulated: chance should weigh little, and the same every time. */
const SEEDS = [1, 2, 3];
/** A model that makes far more than the trace has is no match: what comes beyond is not looked at. */
const MOST_ARRIVALS = 2_000_000;

/** A model held against the trace. */
export interface JudgedArrivals extends FittedArrivals, ArrivalModel {
  /** Over the measures, the root of the mean square of the logarithm of how many times off the model is; 0: like the trace. */
  readonly off: number;
}

/** In words, for whoever reads a fit. */
export const ARRIVAL_RULE =
  'Each model is simulated as long as the trace is, three times, rounded to the resolution of the trace, and measured as the trace is. How far it is off is the root mean square, over the measures, of the logarithm of model over trace. Of the models that come within 0.15 of the closest, the one with the fewest parameters is taken. Where that one may not be planned with, the rate as it was recorded is taken, if it comes closer.';

const CLOSE = 0.15;

/** Indices of dispersion near 0 would be infinitely off by a ratio. */
const EPSILON = 0.05;

export function judgeArrivals(model: ArrivalModel, trace: ArrivalStatistics, looking: Looking): JudgedArrivals {
  const made = SEEDS.map((seed) => statisticsOf(arrivalsBy(model.simulated, seed, looking), looking));
  const fit = measuresOf(trace, looking).map(({ what, value }, place) => ({
    what,
    trace: value,
    model: made.reduce((sum, one) => sum + (measuresOf(one, looking)[place]?.value ?? 0), 0) / made.length,
  }));
  const squares = fit.reduce((sum, measure) => sum + squareOf(Math.log((measure.model + EPSILON) / (measure.trace + EPSILON))), 0);
  const off = Math.sqrt(squares / fit.length);
  return { ...model, fit, off };
}

function squareOf(value: number): number {
  return value * value;
}

/** @returns the place of the model that is taken */
export function chooseArrivals(models: readonly JudgedArrivals[]): number {
  const closest = Math.min(...models.map(({ off }) => off));
  const close = models.filter(({ off }) => off <= closest + CLOSE);
  const [best] = close.sort((one, other) => one.parameters - other.parameters || one.off - other.off);
  return models.indexOf(best as JudgedArrivals);
}

function measuresOf(statistics: ArrivalStatistics, { peakWindowUs }: Looking): { readonly what: string; readonly value: number }[] {
  return [
    ...statistics.dispersion.map(({ windowUs, index }) => ({ what: `dispersion over ${formatDurationUs(windowUs)}`, value: index })),
    { what: 'squared variation of gaps', value: statistics.gapScv },
    { what: 'arrivals at one instant', value: statistics.meanBatch },
    ...(statistics.byTimeOfDay === undefined ? [] : [{ what: 'share of the hourly variation that goes with the time of day', value: statistics.byTimeOfDay }]),
    { what: `requests a second in the busiest ${formatDurationUs(peakWindowUs)}`, value: statistics.peakPerSecond },
  ];
}

/** What a model makes in the span of the trace, as a recording with its resolution would hold it. */
export function arrivalsBy(spec: SyntheticArrivals, seed: number, { resolutionUs, firstUs }: Looking): Float64Array {
  const process = arrivalProcess(spec, seed, 0);
  const atUs: number[] = [];
  let nowUs = 0;
  for (let gapUs = process.nextGapUs(); gapUs >= 0 && atUs.length < MOST_ARRIVALS; gapUs = process.nextGapUs()) {
    nowUs += gapUs;
    atUs.push(firstUs + Math.floor(nowUs / resolutionUs) * resolutionUs);
  }
  // Without two instants nothing can be measured: a model that makes none is far off.
  return atUs.length >= 2 && atUs[0] !== atUs.at(-1) ? Float64Array.from(atUs) : Float64Array.of(firstUs, firstUs + resolutionUs);
}
