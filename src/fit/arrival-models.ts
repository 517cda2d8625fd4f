import { US_PER_DAY, US_PER_HOUR, US_PER_SECOND } from '../core/time.js';
import { formatDurationUs } from '../core/units.js';
import type { SyntheticArrivals } from '../scenario/arrival-types.js';
import { MAX_RATE } from '../scenario/schema/words.js';
import { countsIn, instantsIn, type Looking } from './arrival-statistics.js';
import { twoPhasesOf } from './two-phases.js';
import { rateAsWritten, rounded, roundedUs, writtenDuration, writtenRate } from './written-numbers.js';

/** A model of arrivals: as a scenario writes it, and as it is simulated to be held against the trace. */
export interface ArrivalModel {
  readonly model: string;
  readonly spec: unknown;
  readonly text: string;
  /** How many numbers were fitted. */
  readonly parameters: number;
  /** As long as the trace. */
  readonly simulated: SyntheticArrivals;
}

/**
 * Everything that may fit and that a scenario can say, from fewest parameters to most. Empty: they come faster than that.
 * @param atUs in order of time, not all at one instant
 */
export function arrivalModelsOf(atUs: Float64Array, looking: Looking): readonly ArrivalModel[] {
  const { spanUs } = looking;
  const perSecond = rateAsWritten(((atUs.length - 1) * US_PER_SECOND) / spanUs);
  const models = [evenly(perSecond, spanUs), poisson(perSecond, spanUs), ...batches(atUs, looking), ...onOff(atUs, looking), byTimeOfDay(atUs, spanUs)];
  return models.filter(isWritable);
}

/** A scenario refuses rates above that. */
export function isWritable({ simulated }: ArrivalModel): boolean {
  switch (simulated.kind) {
    case 'onOff':
      return simulated.onPerSecond <= MAX_RATE;
    case 'stages':
      return simulated.stages.every(({ perSecond }) => perSecond <= MAX_RATE);
    case 'burst':
      return true;
    default:
      return simulated.perSecond <= MAX_RATE;
  }
}

function evenly(perSecond: number, spanUs: number): ArrivalModel {
  return {
    model: 'constant',
    spec: { rate: writtenRate(perSecond), ...spanText(spanUs) },
    text: `evenly spaced, ${writtenRate(perSecond)}`,
    parameters: 1,
    simulated: { kind: 'constant', perSecond, fromUs: 0, toUs: spanUs },
  };
}

function poisson(perSecond: number, spanUs: number): ArrivalModel {
  return {
    model: 'poisson',
    spec: { poisson: writtenRate(perSecond), ...spanText(spanUs) },
    text: `Poisson, ${writtenRate(perSecond)}`,
    parameters: 1,
    simulated: { kind: 'poisson', perSecond, fromUs: 0, toUs: spanUs },
  };
}

/** Fewer in a batch are as good as none. */
const LEAST_BATCH = 1.01;

/** Geometric batches at one instant. Ties that chance makes, at the resolution of the recording and the rate of their hour, are none. */
function batches(atUs: Float64Array, looking: Looking): ArrivalModel[] {
  const { spanUs } = looking;
  const mean = rounded(meanBatchOf(atUs, looking));
  if (mean < LEAST_BATCH) return [];
  const perSecond = rateAsWritten(((atUs.length - 1) * US_PER_SECOND) / spanUs / mean);
  const size = { geometric: { mean } };
  return [
    {
      model: 'batches',
      spec: { batches: { poisson: writtenRate(perSecond), size }, ...spanText(spanUs) },
      text: `batches of mean ${mean}, ${writtenRate(perSecond)}`,
      parameters: 2,
      simulated: { kind: 'batches', process: 'poisson', perSecond, size: { kind: 'geometric', mean }, fromUs: 0, toUs: spanUs },
    },
  ];
}

/** Pieces within which the rate counts as even when ties are judged. */
const MOST_PIECES = 2_000;

/** The mean batch that, with the rate of each piece of the trace, gives as many different instants as there are. */
function meanBatchOf(atUs: Float64Array, looking: Looking): number {
  const { spanUs, resolutionUs } = looking;
  const pieceUs = Math.max(resolutionUs, Math.min(US_PER_HOUR, spanUs / 24), spanUs / MOST_PIECES);
  const counts = countsIn(atUs, pieceUs, spanUs + pieceUs);
  const places = pieceUs / resolutionUs;
  const instants = instantsIn(atUs, looking);
  const expected = (batch: number): number => counts.reduce((sum, count) => sum - places * Math.expm1(-count / (batch * places)), 0);
  let low = 1;
  let high = atUs.length;
  for (let n = 0; n < 100; n++) {
    const middle = (low + high) / 2;
    if (expected(middle) > instants) low = middle;
    else high = middle;
  }
  return high;
}

/** Windows in which the phases are looked for: short ones for short bursts, long ones for long. */
const PHASE_WINDOWS = [20_000, 4_000, 800, 160];
/** In fewer arrivals a window nothing shows. */
const LEAST_IN_WINDOW = 0.2;

/** Poisson arrivals whose rate switches between two phases, one model for each length of window. */
function onOff(atUs: Float64Array, { spanUs, resolutionUs }: Looking): ArrivalModel[] {
  return PHASE_WINDOWS.flatMap((windows) => {
    const windowUs = Math.max(resolutionUs, Math.ceil(spanUs / windows));
    if (atUs.length / (spanUs / windowUs) < LEAST_IN_WINDOW || spanUs / windowUs < 50) return [];
    const phases = twoPhasesOf(countsIn(atUs, windowUs, spanUs));
    if (phases === undefined) return [];
    const rateOf = (count: number): number => rateAsWritten((count * US_PER_SECOND) / windowUs);
    const onPerSecond = rateOf(phases.busy);
    const offPerSecond = rateOf(phases.quiet);
    const meanOnUs = roundedUs(windowUs / phases.leaveBusy);
    const meanOffUs = roundedUs(windowUs / phases.leaveQuiet);
    const spec = {
      onRate: writtenRate(onPerSecond),
      offRate: writtenRate(offPerSecond),
      meanOn: writtenDuration(meanOnUs),
      meanOff: writtenDuration(meanOffUs),
    };
    return [
      {
        model: 'onOff',
        spec: { onOff: spec, ...spanText(spanUs) },
        text: `on and off: ${spec.onRate} for ${formatDurationUs(meanOnUs)}, then ${spec.offRate} for ${formatDurationUs(meanOffUs)}, on average`,
        parameters: 4,
        simulated: { kind: 'onOff', onPerSecond, offPerSecond, meanOnUs, meanOffUs, fromUs: 0, toUs: spanUs } as const,
      },
    ];
  });
}

const HOURS = 24;

/** A Poisson rate for each hour of the day, averaged over the days; of less than a day one for each of 24 pieces. */
function byTimeOfDay(atUs: Float64Array, spanUs: number): ArrivalModel {
  const isDaily = spanUs >= US_PER_DAY;
  const pieceUs = isDaily ? US_PER_HOUR : Math.max(1, Math.ceil(spanUs / HOURS));
  const firstUs = atUs[0] as number;
  const startUs = isDaily ? Math.floor(firstUs / US_PER_DAY) * US_PER_DAY : firstUs;
  const pieces = Array.from({ length: HOURS }, () => ({ count: 0, us: 0 }));
  const pieceAt = (us: number) => pieces[Math.floor((us - startUs) / pieceUs) % HOURS] as { count: number; us: number };
  for (const us of atUs) pieceAt(us).count++;
  // The first and the last day may be there in part.
  for (let us = firstUs; us < firstUs + spanUs; ) {
    const nextUs = Math.min(firstUs + spanUs, startUs + (Math.floor((us - startUs) / pieceUs) + 1) * pieceUs);
    pieceAt(us).us += nextUs - us;
    us = nextUs;
  }
  const rates = pieces.map(({ count, us }) => (us === 0 ? 0 : rateAsWritten((count * US_PER_SECOND) / us)));
  const stages = rates.flatMap((perSecond) => [
    { durationUs: 0, perSecond },
    { durationUs: pieceUs, perSecond },
  ]);
  return {
    model: 'stages',
    spec: { stages: stages.map((stage) => ({ duration: writtenDuration(stage.durationUs), target: writtenRate(stage.perSecond) })), process: 'poisson' },
    text: isDaily ? 'Poisson with a rate for each hour of the day' : `Poisson with a rate for each of ${HOURS} pieces of the trace`,
    parameters: HOURS,
    simulated: {
      kind: 'stages',
      startPerSecond: 0,
      stages: isDaily ? repeated(rates, firstUs - startUs, spanUs, pieceUs) : stages,
      process: 'poisson',
      fromUs: 0,
      toUs: isDaily ? spanUs : pieceUs * HOURS,
    },
  };
}

/** The day over and over, from the time of day at which the trace begins until it ends. */
function repeated(rates: readonly number[], sinceMidnightUs: number, spanUs: number, pieceUs: number) {
  const stages: { readonly durationUs: number; readonly perSecond: number }[] = [];
  for (let us = 0; us < spanUs; ) {
    const piece = Math.floor((sinceMidnightUs + us) / pieceUs);
    const nextUs = Math.min(spanUs, (piece + 1) * pieceUs - sinceMidnightUs);
    const perSecond = rates[piece % HOURS] as number;
    stages.push({ durationUs: 0, perSecond }, { durationUs: nextUs - us, perSecond });
    us = nextUs;
  }
  return stages;
}

/** To a second, where that makes no difference. */
function spanText(spanUs: number): { readonly from: string; readonly to: string } {
  const stepUs = spanUs >= 1000 * US_PER_SECOND ? US_PER_SECOND : 1;
  return { from: '0s', to: writtenDuration(Math.ceil(spanUs / stepUs) * stepUs) };
}
