import { describe, expect, it } from 'vitest';
import { Purpose, RandomStream } from '../../src/core/random.js';
import type { Timeline } from '../../src/measure/timeline.js';
import { mser5, type PilotLevels, type Truncation, warmupCut } from '../../src/measure/warmup.js';

const LENGTH = 600;
const SEEDS = Array.from({ length: 200 }, (_, n) => n + 1);

const stream = (seed: number): RandomStream => new RandomStream(seed, Purpose.fault, 7);
const series = (value: (at: number) => number): number[] => Array.from({ length: LENGTH }, (_, at) => value(at));
const cutOf = (values: readonly number[]): Truncation => mser5(values) as Truncation;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const quantile = (values: readonly number[], share: number): number => values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] as number;

/** x(n) = 0.9 x(n-1) + noise: settles around zero from wherever it starts. */
function autoregressive(seed: number, start: number): number[] {
  const random = stream(seed);
  let value = start;
  return series(() => {
    value = 0.9 * value + random.normal();
    return value;
  });
}

/** Number in an M/M/1 system at load 0.9 that starts empty, averaged over each mean service time. In the long run it is 9. */
function numberInQueue(seed: number): number[] {
  const random = stream(seed);
  const area = new Array<number>(LENGTH).fill(0);
  let now = 0;
  let inSystem = 0;
  while (now < LENGTH) {
    const rate = 0.9 + (inSystem > 0 ? 1 : 0);
    const next = Math.min(LENGTH, now + random.exponential() / rate);
    for (let bin = Math.floor(now); bin < Math.min(LENGTH, Math.ceil(next)); bin++) {
      area[bin] = (area[bin] as number) + inSystem * (Math.min(next, bin + 1) - Math.max(now, bin));
    }
    now = next;
    inSystem += random.uniform() < 0.9 / rate ? 1 : -1;
  }
  return area;
}

describe('MSER-5', () => {
  it('cuts a ramp where it ends', () => {
    expect(cutOf(series((at) => Math.min(10, at / 5)))).toMatchObject({ cut: 50, batches: 120, statistic: 0, isSteady: true });
    const cuts = SEEDS.map((seed) => {
      const random = stream(seed);
      return cutOf(series((at) => Math.min(10, at / 5) + random.normal())).cut;
    });
    expect([quantile(cuts, 0.1), quantile(cuts, 0.5), quantile(cuts, 0.9)]).toEqual([45, 50, 65]);
  });

  it('leaves white noise alone, and all that is constant', () => {
    const cuts = SEEDS.map((seed) => {
      const random = stream(seed);
      return cutOf(series(() => random.normal())).cut;
    });
    expect(quantile(cuts, 0.5)).toBe(0);
    expect(quantile(cuts, 0.9)).toBeLessThanOrEqual(15);
    expect(cutOf(series(() => 3))).toMatchObject({ cut: 0, isSteady: true });
  });

  it('takes most of the bias from a series that starts far from where it settles', () => {
    const runs = SEEDS.map((seed) => autoregressive(seed, 20));
    const kept = runs.map((values) => values.slice(cutOf(values).cut));
    expect(mean(runs.map(mean))).toBeGreaterThan(0.3);
    expect(Math.abs(mean(kept.map(mean)))).toBeLessThan(0.1);
  });

  it('takes a third of the bias from a short run of a queue at load 0.9 that starts empty, judged by runs it has not seen', () => {
    const average = averageOf(Array.from({ length: 1000 }, (_, n) => numberInQueue(10_000 + n)));
    const bias = (cut: number): number => mean(average.slice(cut)) - 9;
    const cuts = Array.from({ length: 100 }, (_, pilot) => cutOf(averageOf([1, 2, 3, 4, 5].map((n) => numberInQueue(pilot * 5 + n)))).cut);
    expect(bias(0)).toBeLessThan(-1);
    expect(Math.abs(mean(cuts.map(bias)))).toBeLessThan((2 / 3) * Math.abs(bias(0)));
  });

  it('does not call a series steady that grows to its end', () => {
    expect(cutOf(series((at) => at))).toMatchObject({ cut: 300, isSteady: false });
  });

  it('looks for the cut in the first half only: what changes later is not warm-up', () => {
    const random = stream(1);
    expect(cutOf(series((at) => (at > 400 ? 10 : 0) + random.normal())).cut).toBeLessThanOrEqual(300);
  });

  it('leaves out what does not fill a batch, and refuses to judge a short series', () => {
    expect(cutOf([...series(() => 1), 99, 99])).toMatchObject({ batches: 120, statistic: 0 });
    expect(mser5(Array(99).fill(1))).toBeUndefined();
    expect(mser5(Array(100).fill(1))).toMatchObject({ cut: 0, batches: 20 });
  });
});

describe('the cut of a variant', () => {
  const timeline = (levels: readonly number[]): Timeline => ({
    binUs: 1000,
    points: levels.map((level, at) => ({ atUs: at * 1000, live: Math.min(level, 1), ghost: 0, queued: Math.max(0, level - 1), limit: 1 })),
  });
  const pilot = (levels: readonly number[], loadEndUs = levels.length * 1000): PilotLevels => ({ timeline: timeline(levels), loadEndUs });

  it('is where the number waiting and in progress has settled, all pilots together', () => {
    const fast = series((at) => Math.min(4, at / 10));
    const slow = series((at) => Math.min(4, at / 20));
    expect(warmupCut([pilot(fast)])).toEqual({ cutUs: 40_000, kind: 'found' });
    expect(warmupCut([pilot(fast), pilot(slow)])).toEqual({ cutUs: 80_000, kind: 'found' });
  });

  it('looks at the load only: recovery empties every system', () => {
    const levels = series((at) => (at < 400 ? Math.min(4, at / 10) : 0));
    expect(warmupCut([pilot(levels, 400_000)])).toEqual({ cutUs: 40_000, kind: 'found' });
    expect(warmupCut([pilot(levels, 399_999)]).cutUs).toBe(40_000);
  });

  it('deletes nothing where no cut was found', () => {
    expect(warmupCut([pilot(series((at) => at))])).toEqual({ cutUs: 0, kind: 'not-steady' });
    expect(
      warmupCut([
        pilot(
          series(() => 1),
          99_000,
        ),
      ]),
    ).toEqual({ cutUs: 0, kind: 'too-short' });
  });
});

function averageOf(runs: readonly (readonly number[])[]): number[] {
  return series((at) => mean(runs.map((run) => run[at] as number)));
}
