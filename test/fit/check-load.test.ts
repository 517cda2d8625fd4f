import { describe, expect, it } from 'vitest';
import { type ArrivalModel, arrivalModelsOf } from '../../src/fit/arrival-models.js';
import { lookingAt } from '../../src/fit/arrival-statistics.js';
import { checkLoad, isAlike } from '../../src/fit/check-load.js';
import { recordedRate } from '../../src/fit/recorded-rate.js';
import type { FitResult } from '../../src/measure/capacity/fit-result.js';
import type { StagesSpec } from '../../src/scenario/arrival-types.js';
import { DAY, HOUR, MINUTE, S } from '../helpers/world.js';
import { arrivalsOf, durationsOf, fitOf, MONDAY_US } from './samples.js';

const modelOf = ({ arrivalModels, chosen }: FitResult): string => arrivalModels[chosen.arrivals]?.model ?? '';
const verdictsOf = ({ checks = [] }: FitResult) => checks.map(({ verdict }) => verdict);
const sorted = (atUs: readonly number[]): number[] => [...atUs].sort((one, other) => one - other);

/** Calm days, in which a minute has a crowd. */
function withCrowd(count: number): number[] {
  const calm = arrivalsOf({ kind: 'poisson', perSecond: 0.003, fromUs: 0, toUs: 10 * DAY });
  return sorted([...calm, ...Array.from({ length: count }, (_, n) => MONDAY_US + DAY + n * Math.floor(MINUTE / count))]);
}

/** Mostly seconds; of a thousand requests six are worked on for ten minutes. */
function withRareLongWork(count: number): Float64Array {
  return Float64Array.from(durationsOf({ kind: 'lognormal', meanUs: 3.8 * S, cv: 0.8 }, count), (us, n) => (n % 1_000 < 6 ? 600 * S + us : us));
}

describe('whether a fitted load may be planned with', () => {
  it.each([
    ['poisson', { kind: 'poisson', perSecond: 0.8, fromUs: 0, toUs: 6 * HOUR }],
    ['batches', { kind: 'batches', process: 'poisson', perSecond: 0.2, size: { kind: 'geometric', mean: 4 }, fromUs: 0, toUs: 6 * HOUR }],
    ['onOff', { kind: 'onOff', onPerSecond: 4, offPerSecond: 0.2, meanOnUs: 60 * S, meanOffUs: 180 * S, fromUs: 0, toUs: 12 * HOUR }],
  ] as const)('it may where the trace is what the model is: %s', (model, spec) => {
    const atUs = arrivalsOf(spec);
    const fit = fitOf(atUs, durationsOf({ kind: 'exponential', meanUs: 12 * S }, atUs.length));
    expect(modelOf(fit)).toBe(model);
    expect(new Set(verdictsOf(fit))).toEqual(new Set(['alike']));
    expect(fit.checks?.map(({ what }) => what)).toContain('in progress at once, for 19 of 20 arrivals at most');
  });

  it('where no model has the peak of the trace, the rate as it was recorded has it', () => {
    const fit = fitOf(withCrowd(300));
    expect(modelOf(fit)).toBe('recordedRate');
    expect(new Set(verdictsOf(fit))).toEqual(new Set(['alike']));
    const peak = fit.checks?.find(({ what }) => what === 'requests a second in the busiest 1m');
    expect(peak?.trace).toBeGreaterThan(2.5);
    expect(peak?.low).toBeGreaterThan(2);
    expect(fit.notes.join()).toContain('another week will differ');
  });

  it('the rate as it was recorded changes where it did', () => {
    const level = (perSecond: number, fromUs: number, toUs: number) => arrivalsOf({ kind: 'poisson', perSecond, fromUs, toUs });
    const atUs = Float64Array.from([...level(0.1, 0, 61 * MINUTE), ...level(8, 61 * MINUTE, 62 * MINUTE), ...level(0.1, 62 * MINUTE, 3 * HOUR)]);
    const { simulated } = recordedRate(atUs, lookingAt(atUs)) as ArrivalModel;
    const stretches = (simulated as StagesSpec).stages.filter(({ durationUs }) => durationUs > 0);
    expect(stretches.length).toBeLessThanOrEqual(6);
    const busy = stretches.filter(({ perSecond }) => perSecond > 4);
    const busyUs = busy.reduce((sum, { durationUs }) => sum + durationUs, 0);
    expect(Math.abs(busyUs / MINUTE - 1)).toBeLessThan(0.05);
    expect(Math.abs(busy.reduce((sum, { durationUs, perSecond }) => sum + (durationUs * perSecond) / S, 0) / 480 - 1)).toBeLessThan(0.15);
    // Twenty-four in the last minute of three hours that have six a minute.
    const even = Array.from({ length: 1_080 }, (_, n) => MONDAY_US + n * 10 * S);
    const rising = Float64Array.from([...even, ...Array.from({ length: 24 }, (_, n) => MONDAY_US + 3 * HOUR + n * 2.5 * S)]);
    expect(recordedRate(rising, lookingAt(rising))?.text).toContain('in 2 stretches');
    const steady = Float64Array.from(level(0.5, 0, 3 * HOUR));
    expect(recordedRate(steady, lookingAt(steady))).toBeUndefined();
  });

  it('it may not where long work comes together, which no model of arrivals knows', () => {
    const atUs = arrivalsOf({ kind: 'poisson', perSecond: 0.5, fromUs: 0, toUs: 6 * HOUR });
    // Three hours of short work, then three of long work.
    const serviceUs = atUs.map((us) => (us < MONDAY_US + 3 * HOUR ? 2 * S : 60 * S));
    const fit = fitOf(atUs, serviceUs);
    const found = fit.checks?.find(({ what }) => what === 'in progress at once, for 19 of 20 arrivals at most');
    expect(found?.verdict).toBe('calmer');
    expect(found?.trace).toBeGreaterThan((found?.high ?? 0) + 5);
  });

  it('nor is the rate as it was recorded taken then, where another model knows the arrivals better', () => {
    const spec = { kind: 'batches', process: 'poisson', perSecond: 0.2, size: { kind: 'geometric', mean: 4 }, fromUs: 0, toUs: 6 * HOUR } as const;
    const atUs = arrivalsOf(spec);
    const fit = fitOf(
      atUs,
      atUs.map((us) => (us < MONDAY_US + 3 * HOUR ? 2 * S : 60 * S)),
    );
    expect(fit.arrivalModels.map(({ model }) => model)).toContain('recordedRate');
    expect(modelOf(fit)).toBe('batches');
    expect(fit.verdict).toBe('unlike');
  });

  it('it is wilder where the trace keeps its long work apart', () => {
    // Bursts of short work; long work comes one by one.
    const bursts = Array.from({ length: 60 }, (_, burst) => Array.from({ length: 40 }, (_, n) => MONDAY_US + burst * 6 * MINUTE + n * (S / 4))).flat();
    const single = Array.from({ length: 600 }, (_, n) => MONDAY_US + n * 36 * S + 20 * S);
    const atUs = sorted([...bursts, ...single]);
    const isSingle = new Set(single);
    const fit = fitOf(
      atUs,
      atUs.map((us) => (isSingle.has(us) ? 35 * S : S / 10)),
    );
    expect(verdictsOf(fit)).toContain('wilder');
  });

  it('is refused where the law of service leaves out rare long work, that is half of all work', () => {
    const atUs = Float64Array.from(arrivalsOf({ kind: 'poisson', perSecond: 1, fromUs: 0, toUs: 8_000 * S }));
    const serviceUs = withRareLongWork(atUs.length);
    const looking = lookingAt(atUs);
    const poisson = arrivalModelsOf(atUs, looking).find(({ model }) => model === 'poisson') as ArrivalModel;
    const checks = checkLoad(poisson, atUs, { serviceUs, duration: { kind: 'lognormal', meanUs: 4.3 * S, cv: 0.9 } }, looking);
    expect(checks.find(({ what }) => what.startsWith('mean service time'))?.verdict).toBe('calmer');
    expect(checks.find(({ what }) => what.startsWith('in progress at once, for 99'))?.verdict).toBe('calmer');
    // So that it is no law of that fit.
    const fit = fitOf([...atUs], [...serviceUs]);
    expect(fit.serviceLaws[fit.chosen.service as number]?.law).toBe('empirical');
    expect(fit.verdict).toBe('alike');
  });

  it('asks chance often enough: batches that are what the model is are seldom refused', () => {
    let refused = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const spec = { kind: 'batches', process: 'poisson', perSecond: 0.05, size: { kind: 'geometric', mean: 10 }, fromUs: 0, toUs: 3_000 * S } as const;
      const atUs = Float64Array.from(arrivalsOf(spec, seed));
      const looking = lookingAt(atUs);
      const model = arrivalModelsOf(atUs, looking).find((one) => one.model === 'batches') as ArrivalModel;
      if (!isAlike(checkLoad(model, atUs, undefined, looking))) refused++;
    }
    expect(refused).toBeLessThanOrEqual(2);
  });

  it('says nothing of a burst', () => expect(fitOf(new Array<number>(40).fill(MONDAY_US)).checks).toEqual([]));
});
