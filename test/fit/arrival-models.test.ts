import { describe, expect, it } from 'vitest';
import { parseDurationUs, parseRatePerSecond } from '../../src/core/units.js';
import { arrivalModelsOf } from '../../src/fit/arrival-models.js';
import { lookingAt } from '../../src/fit/arrival-statistics.js';
import { chooseArrivals, type JudgedArrivals } from '../../src/fit/judge-arrivals.js';
import type { FitResult, FittedArrivals } from '../../src/measure/capacity/fit-result.js';
import { DAY, HOUR, MINUTE, S } from '../helpers/world.js';
import { arrivalsOf, fitOf, MONDAY_US } from './samples.js';

function taken({ arrivalModels, chosen }: FitResult): FittedArrivals {
  return arrivalModels[chosen.arrivals] as FittedArrivals;
}

const rate = (text: unknown): number => parseRatePerSecond(String(text)) as number;
const seconds = (text: unknown): number => (parseDurationUs(String(text)) as number) / S;
const span = { fromUs: 0, toUs: 2 * HOUR };

describe('arrivals of a known process come back', () => {
  it('Poisson', () => {
    const model = taken(fitOf(arrivalsOf({ kind: 'poisson', perSecond: 0.8, ...span })));
    expect(model.model).toBe('poisson');
    // 5,760 are expected: a standard error of 1.3 %.
    expect(Math.abs(rate((model.spec as { poisson: string }).poisson) / 0.8 - 1)).toBeLessThan(0.05);
  });

  it('Poisson recorded to whole seconds: the ties that chance makes are no batches', () => {
    const fit = fitOf(arrivalsOf({ kind: 'poisson', perSecond: 0.8, ...span }, 7, S));
    expect(taken(fit).model).toBe('poisson');
    expect(fit.meanBatch).toBeGreaterThan(1.3);
    expect(fit.notes.join()).toContain('Arrivals are recorded to 1s');
  });

  it.each([1, S])('batches of mean 4, recorded to %d µs', (resolutionUs) => {
    const spec = { kind: 'batches', process: 'poisson', perSecond: 0.2, size: { kind: 'geometric', mean: 4 }, ...span } as const;
    const model = taken(fitOf(arrivalsOf(spec, 7, resolutionUs)));
    expect(model.model).toBe('batches');
    const { batches } = model.spec as { batches: { poisson: string; size: { geometric: { mean: number } } } };
    expect(Math.abs(batches.size.geometric.mean - 4)).toBeLessThan(0.5);
    expect(Math.abs(rate(batches.poisson) / 0.2 - 1)).toBeLessThan(0.12);
  });

  it('on and off', () => {
    const spec = { kind: 'onOff', onPerSecond: 4, offPerSecond: 0.2, meanOnUs: 60 * S, meanOffUs: 180 * S, fromUs: 0, toUs: 12 * HOUR } as const;
    const model = taken(fitOf(arrivalsOf(spec)));
    expect(model.model).toBe('onOff');
    const { onOff } = model.spec as { onOff: Record<string, string> };
    expect(Math.abs(rate(onOff['onRate']) / 4 - 1)).toBeLessThan(0.1);
    expect(Math.abs(rate(onOff['offRate']) / 0.2 - 1)).toBeLessThan(0.25);
    expect(Math.abs(seconds(onOff['meanOn']) / 60 - 1)).toBeLessThan(0.25);
    expect(Math.abs(seconds(onOff['meanOff']) / 180 - 1)).toBeLessThan(0.25);
  });

  it('a rate that changes with the time of day', () => {
    const day = [
      { durationUs: 0, perSecond: 0.02 },
      { durationUs: 8 * HOUR, perSecond: 0.02 },
      { durationUs: 0, perSecond: 0.5 },
      { durationUs: 10 * HOUR, perSecond: 0.5 },
      { durationUs: 0, perSecond: 0.1 },
      { durationUs: 6 * HOUR, perSecond: 0.1 },
    ];
    const spec = { kind: 'stages', startPerSecond: 0, stages: [...day, ...day, ...day, ...day], process: 'poisson', fromUs: 0, toUs: 4 * DAY } as const;
    const fit = fitOf(arrivalsOf(spec));
    const model = taken(fit);
    expect(model.model).toBe('stages');
    const { stages } = model.spec as { stages: { duration: string; target: string }[] };
    expect(stages).toHaveLength(48);
    const atNoon = stages[2 * 12 + 1] as { duration: string; target: string };
    expect(atNoon.duration).toBe('1h');
    expect(Math.abs(rate(atNoon.target) / 0.5 - 1)).toBeLessThan(0.1);
    expect(fit.hours).toHaveLength(24);
    expect((fit.hours[12] as number) / (fit.hours[3] as number)).toBeGreaterThan(15);
  });

  it('evenly spaced', () => {
    const fit = fitOf(arrivalsOf({ kind: 'constant', perSecond: 0.5, fromUs: 0, toUs: HOUR }));
    expect(taken(fit)).toMatchObject({ model: 'constant', spec: { rate: '0.5/s' } });
    expect(fit.gapScv).toBe(0);
  });
});

describe('a fit of arrivals', () => {
  it('knows the index of dispersion of Poisson batches: 2 × mean − 1', () => {
    const spec = { kind: 'batches', process: 'poisson', perSecond: 0.2, size: { kind: 'geometric', mean: 4 }, fromUs: 0, toUs: DAY } as const;
    for (const { index } of fitOf(arrivalsOf(spec)).dispersion.slice(0, 3)) expect(Math.abs(index / 7 - 1)).toBeLessThan(0.2);
  });

  it('holds every model against the trace by the same measures', () => {
    const { arrivalModels, dispersion } = fitOf(arrivalsOf({ kind: 'poisson', perSecond: 0.8, ...span }));
    for (const { fit } of arrivalModels) {
      expect(fit.map(({ what }) => what)).toEqual(arrivalModels[0]?.fit.map(({ what }) => what));
      expect(fit).toHaveLength(dispersion.length + 3);
    }
  });

  it('is the same for the same rows', () => {
    const rows = arrivalsOf({ kind: 'poisson', perSecond: 0.8, fromUs: 0, toUs: HOUR });
    expect(JSON.stringify(fitOf(rows))).toBe(JSON.stringify(fitOf(rows)));
  });

  it('takes the model with fewer numbers only where it comes within 0.15 of the closest', () => {
    const judged = (model: string, parameters: number, off: number) => ({ model, parameters, off }) as JudgedArrivals;
    const place = (off: number): number => chooseArrivals([judged('onOff', 4, 0.3), judged('poisson', 1, off)]);
    expect(place(0.449)).toBe(1);
    expect(place(0.451)).toBe(0);
  });
});

describe('the clock of a recording is that of nearly all rows', () => {
  const poisson = arrivalsOf({ kind: 'poisson', perSecond: 0.8, ...span }, 7, S);

  it('one row with a finer clock does not make batches of the ties of all others', () => {
    for (const odd of [1, 500_000, 123_457]) {
      const rows = [...poisson, MONDAY_US + HOUR + odd].sort((one, other) => one - other);
      const fit = fitOf(rows);
      expect(fit.notes.join()).toContain('Arrivals are recorded to 1s');
      expect(taken(fit).model).toBe('poisson');
    }
  });

  it.each([
    [0.02, true],
    [0.1, false],
    [0.7, false],
  ])('of which a share of %d is finer: of whole seconds %s', (share, isCoarse) => {
    const fine = arrivalsOf({ kind: 'poisson', perSecond: (0.55 * share) / (1 - share), ...span }, 8);
    const notes = fitOf([...poisson, ...fine].sort((one, other) => one - other)).notes.join();
    expect(notes.includes('Arrivals are recorded to 1s')).toBe(isCoarse);
  });

  it('what a schedule asks for on whole minutes does not make a clock of minutes', () => {
    const users = arrivalsOf({ kind: 'poisson', perSecond: 1_000 / (2 * 86_400), fromUs: 0, toUs: 2 * DAY }, 8, 1_000);
    const scheduled = new Set(arrivalsOf({ kind: 'poisson', perSecond: 0.5 / 60, fromUs: 0, toUs: 2 * DAY }, 10, MINUTE));
    expect(scheduled.size).toBeGreaterThan(users.length);
    const atUs = [...users, ...scheduled].sort((one, other) => one - other);
    const fit = fitOf(
      atUs,
      atUs.map(() => 5 * S),
    );
    expect(fit.notes.join()).not.toContain('Arrivals are recorded to 1m:');
    expect(fit.verdict).toBe('alike');
  });
});

it('no model has a rate that a scenario refuses', () => {
  // A hundred requests a microsecond apart, every tenth of a second: looked at closely, on and off, with more than a scenario can say.
  const atUs = Float64Array.from({ length: 10_000 }, (_, n) => MONDAY_US + Math.floor(n / 100) * 100_000 + (n % 100));
  const models = arrivalModelsOf(atUs, lookingAt(atUs));
  expect(models.map(({ model }) => model)).toContain('poisson');
  for (const { simulated } of models) if (simulated.kind === 'onOff') expect(simulated.onPerSecond).toBeLessThanOrEqual(100_000);
});

it('nor has the rate as it was recorded, though no other model has that crowd', () => {
  const calm = arrivalsOf({ kind: 'poisson', perSecond: 0.5, fromUs: 0, toUs: 1_000 * S });
  const crowd = Array.from({ length: 300 }, (_, n) => MONDAY_US + 500 * S + n);
  const { arrivalModels, verdict } = fitOf([...calm, ...crowd].sort((one, other) => one - other));
  expect(verdict).toBe('unlike');
  for (const { spec } of arrivalModels)
    for (const { target } of (spec as { stages?: readonly { readonly target: string }[] }).stages ?? []) expect(rate(target)).toBeLessThanOrEqual(100_000);
});

describe('a recording of which little can be said', () => {
  it('of one instant is a burst', () => {
    const fit = fitOf(new Array<number>(40).fill(MONDAY_US), new Array<number>(40).fill(5 * S));
    expect(taken(fit)).toMatchObject({ model: 'burst', spec: { burst: 40, at: '0s' } });
    expect(fit).toMatchObject({ spanMs: 0, ratePerSecond: 0, meanBatch: 40 });
    expect(fit.notes.join()).toContain('All requests came at one instant');
  });

  it('of one row is refused', () => {
    expect(() => fitOf([MONDAY_US])).toThrow('trace made.csv: expected at least two usable rows to fit anything to, got 1');
  });

  it('of two rows, or two instants, is answered with a warning', () => {
    for (const rows of [
      [0, MINUTE],
      [0, 0, 0, 1],
    ]) {
      const fit = fitOf(rows.map((us) => MONDAY_US + us));
      expect(fit.notes[0]).toBe(`${rows.length} rows are few: every figure here may be far off.`);
      expect(fit).toMatchObject({ verdict: 'tooFewRows', checks: [] });
      expect(fit.arrivalModels.length).toBeGreaterThan(0);
      for (const { fit: measures } of fit.arrivalModels) for (const { trace, model } of measures) expect(Number.isFinite(trace + model)).toBe(true);
    }
  });

  it('without service times says that no law was fitted', () => {
    const fit = fitOf(arrivalsOf({ kind: 'poisson', perSecond: 0.8, fromUs: 0, toUs: HOUR }));
    expect(fit).toMatchObject({ service: undefined, serviceLaws: [], chosen: { service: undefined }, verdict: 'arrivalsAlike' });
    expect(fit.notes).toContain('Without service times no law of service was fitted.');
  });
});
