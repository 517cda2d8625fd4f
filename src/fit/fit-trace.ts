import { US_PER_DAY, US_PER_MS, US_PER_SECOND } from '../core/time.js';
import { formatDurationUs } from '../core/units.js';
import { FEW_ROWS, type FitCheck, type FitResult, type FittedArrivals, type FittedLaw } from '../measure/capacity/fit-result.js';
import { leftOut } from '../measure/capacity/recorded-rows.js';
import { type TraceColumns, TraceError } from '../sim/trace.js';
import { type ArrivalModel, arrivalModelsOf, isWritable } from './arrival-models.js';
import { type ArrivalStatistics, hoursOf, instantsIn, type Looking, lookingAt, statisticsOf } from './arrival-statistics.js';
import { checkLoad, type FittedService, isAlike } from './check-load.js';
import { chooseArrivals, type JudgedArrivals, judgeArrivals } from './judge-arrivals.js';
import { recordedRate } from './recorded-rate.js';
import { Sample } from './sample.js';
import { chooseLaw, fitLaws, type JudgedLaw } from './service-laws.js';

/** Rows of a trace, as they were read. */
export interface FitRows {
  readonly file: string;
  readonly columns: TraceColumns;
  /** Usable rows outside the slice. */
  readonly outside?: number;
  readonly hasService: boolean;
}

/**
 * What a trace looks like, and the models that come closest. The same result for the same rows.
 * @throws TraceError for fewer than two rows
 */
export function fitTrace({ file, columns, outside = 0, hasService }: FitRows): FitResult {
  const { atUs, count, reading } = columns;
  if (count < 2) throw new TraceError(`trace ${file}: expected at least two usable rows to fit anything to, got ${count}`);
  const service = hasService ? fitService(columns.serviceUs) : undefined;
  const arrivals = fitArrivals(atUs, service);
  return {
    file,
    rows: reading.rows,
    used: count,
    skipped: leftOut(reading.skipped, outside),
    ...arrivals.facts,
    hours: hoursOf(atUs),
    service: service?.facts,
    serviceLaws: service?.laws ?? [],
    arrivalModels: arrivals.models,
    chosen: { service: service?.chosen, arrivals: arrivals.chosen },
    notes: [
      ...(count < FEW_ROWS ? [`${count} rows are few: every figure here may be far off.`] : []),
      ...arrivals.notes,
      ...(hasService ? [] : ['Without service times no law of service was fitted.']),
    ],
    verdict: verdictOf(count, arrivals.checks, hasService),
    checks: arrivals.checks,
  };
}

function verdictOf(count: number, checks: readonly FitCheck[], hasService: boolean): FitResult['verdict'] {
  if (count < FEW_ROWS) return 'tooFewRows';
  if (checks.length === 0) return 'notChecked';
  if (!isAlike(checks)) return 'unlike';
  return hasService ? 'alike' : 'arrivalsAlike';
}

type ArrivalFacts = Pick<FitResult, 'spanMs' | 'ratePerSecond' | 'peakPerSecond' | 'dispersion' | 'gapScv' | 'meanBatch'>;

interface ArrivalFit {
  readonly facts: ArrivalFacts;
  readonly models: readonly FittedArrivals[];
  readonly chosen: number;
  readonly checks: readonly FitCheck[];
  readonly notes: readonly string[];
}

/** @param atUs in order of time, at least one @param service undefined: not known */
export function fitArrivals(atUs: Float64Array, service: FittedService | undefined): ArrivalFit {
  const count = atUs.length;
  if (atUs[0] === atUs[count - 1]) return atOneInstant(count, 0);
  const looking = lookingAt(atUs);
  const models = arrivalModelsOf(atUs, looking);
  if (models.length === 0) return atOneInstant(count, looking.spanUs);
  const trace = statisticsOf(atUs, looking);
  const { judged, chosen, checks } = chosenOf(models, trace, { atUs, service, looking });
  return {
    facts: {
      spanMs: looking.spanUs / US_PER_MS,
      ratePerSecond: ((count - 1) * US_PER_SECOND) / looking.spanUs,
      peakPerSecond: trace.peakPerSecond,
      dispersion: trace.dispersion.map(({ windowUs, index }) => ({ windowMs: windowUs / US_PER_MS, index })),
      gapScv: trace.gapScv,
      meanBatch: trace.meanBatch,
    },
    models: judged.map(({ model, spec, text, fit }) => ({ model, spec, text, fit })),
    chosen,
    checks,
    notes: [...notesOn(atUs, looking), ...(judged[chosen]?.model === 'recordedRate' ? [RECORDED_NOTE] : [])],
  };
}

const RECORDED_NOTE =
  'No model with few numbers carries what decides a limit here. The rate as it was recorded does so for this recording, and another week will differ.';

interface Recording {
  readonly atUs: Float64Array;
  readonly service: FittedService | undefined;
  readonly looking: Looking;
}

/** The model with few numbers that comes closest; where it may not be planned with, the rate as it was recorded. */
function chosenOf(models: readonly ArrivalModel[], trace: ArrivalStatistics, { atUs, service, looking }: Recording) {
  const judged = closestOfEach(models.map((model) => judgeArrivals(model, trace, looking)));
  const chosen = chooseArrivals(judged);
  const taken = judged[chosen] as JudgedArrivals;
  if (atUs.length < FEW_ROWS) return { judged, chosen, checks: [] };
  const checks = checkLoad(taken, atUs, service, looking);
  const recorded = isAlike(checks) ? undefined : recordedRate(atUs, looking);
  if (recorded === undefined || !isWritable(recorded)) return { judged, chosen, checks };
  const other = judgeArrivals(recorded, trace, looking);
  const all = [...judged, other];
  if (other.off >= taken.off) return { judged: all, chosen, checks };
  return { judged: all, chosen: judged.length, checks: checkLoad(other, atUs, service, looking) };
}

/** Nothing can be said of rates. @param spanUs all came within it, faster than any rate that a scenario may have */
function atOneInstant(count: number, spanUs: number): ArrivalFit {
  const within = spanUs === 0 ? 'at one instant' : `within ${formatDurationUs(spanUs)}, faster than a scenario can say`;
  return {
    facts: { spanMs: spanUs / US_PER_MS, ratePerSecond: 0, peakPerSecond: 0, dispersion: [], gapScv: 0, meanBatch: count },
    models: [{ model: 'burst', spec: { burst: count, at: '0s' }, text: `${count} requests at one instant`, fit: [] }],
    chosen: 0,
    checks: [],
    notes: [`All requests came ${within}: there is no rate, and no model but a burst.`],
  };
}

/** A model may have been fitted in several ways: the closest stands for it. */
function closestOfEach(models: readonly JudgedArrivals[]): JudgedArrivals[] {
  const closest = new Map<string, JudgedArrivals>();
  for (const model of models) {
    const known = closest.get(model.model);
    if (known === undefined || model.off < known.off) closest.set(model.model, model);
  }
  return [...closest.values()];
}

function notesOn(atUs: Float64Array, looking: Looking): string[] {
  const { spanUs, resolutionUs } = looking;
  const ties = atUs.length - instantsIn(atUs, looking);
  const notes: string[] = [];
  if (resolutionUs >= US_PER_MS && ties > 0) {
    const whole = `Arrivals are recorded to ${formatDurationUs(resolutionUs)}: ${ties} of ${atUs.length} share their instant with the one before.`;
    notes.push(`${whole} Ties that chance makes at the rate of their hour do not count as batches.`);
  }
  if (spanUs < US_PER_DAY) notes.push(`The trace covers ${formatDurationUs(spanUs)}: it says nothing of the time of day.`);
  return notes;
}

interface ServiceFit extends FittedService {
  readonly facts: NonNullable<FitResult['service']>;
  readonly laws: readonly FittedLaw[];
  readonly chosen: number;
}

export function fitService(serviceUs: Float64Array): ServiceFit {
  const sample = new Sample(Float64Array.from(serviceUs).sort());
  const laws = fitLaws(sample);
  const chosen = chooseLaw(laws, sample.count);
  const ms = (us: number): number => us / US_PER_MS;
  return {
    facts: {
      meanMs: ms(sample.meanUs),
      cv: sample.cv,
      p50Ms: ms(sample.quantileUs(0.5)),
      p95Ms: ms(sample.quantileUs(0.95)),
      p99Ms: ms(sample.quantileUs(0.99)),
      maxMs: ms(sample.mostUs),
    },
    laws: laws.map(({ law, spec, text, distance, aic }) => ({ law, spec, text, distance, ...(aic === undefined ? {} : { aic }) })),
    chosen,
    serviceUs,
    duration: (laws[chosen] as JudgedLaw).duration,
  };
}
