import { describe, expect, it } from 'vitest';
import { agreement } from '../../src/measure/agreement.js';
import type { AgreementLine } from '../../src/measure/live-result.js';
import type { MetricValue } from '../../src/measure/metrics.js';
import type { RunResult } from '../../src/measure/result.js';
import { burst, runsOf } from '../helpers/seeds.js';

describe('agreement of simulated and live runs', () => {
  it('is the mean of the differences by seed with Student’s interval', () => {
    // Differences 10, 20, 30: mean 20, sd 10, t(2) = 4.302653, half width 24.84138.
    const line = lineOf(latencies([1000, 2000, 3000]), latencies([1010, 2020, 3030]), 'queue_latency', 'p50');
    expect(line).toMatchObject({ pairs: 3, simulated: 2000, live: 2020, difference: 20, tolerance: 100, unit: 'ms' });
    expect(line?.lower).toBeCloseTo(-4.84138, 4);
    expect(line?.upper).toBeCloseTo(44.84138, 4);
    expect(line?.verdict).toBe('agrees');
  });

  it('pairs runs by their seed, whatever their order', () => {
    const simulated = [run(1, { queue_latency: trend(100) }), run(2, { queue_latency: trend(900) })];
    const live = [run(2, { queue_latency: trend(905) }), run(1, { queue_latency: trend(105) }), run(3, { queue_latency: trend(5000) })];
    expect(lineOf(simulated, live, 'queue_latency', 'p50')).toMatchObject({ pairs: 2, difference: 5, lower: 5, upper: 5, verdict: 'agrees' });
  });

  it('lets one simulation stand for all live runs of its seed', () => {
    const live = [1, 1, 1].map((seed) => run(seed, { queue_latency: trend(110) }));
    expect(lineOf([run(1, { queue_latency: trend(100) })], live, 'queue_latency', 'p50')).toMatchObject({ pairs: 3, difference: 10, verdict: 'agrees' });
  });

  it('takes the larger of 5 % and 20 ms for latencies, and of 5 % and 1 for counts', () => {
    expect(lineOf(latencies([100, 100]), latencies([119, 119]), 'queue_latency', 'p50')).toMatchObject({ tolerance: 20, verdict: 'agrees' });
    expect(lineOf(latencies([100, 100]), latencies([121, 121]), 'queue_latency', 'p50')?.verdict).toBe('differs');
    expect(lineOf(refusals([10, 10]), refusals([11, 11]), 'http_429', 'count')).toMatchObject({ tolerance: 1, verdict: 'agrees' });
    expect(lineOf(refusals([100, 100]), refusals([105, 105]), 'http_429', 'count')).toMatchObject({ tolerance: 5, verdict: 'agrees' });
    expect(lineOf(refusals([100, 100]), refusals([106, 106]), 'http_429', 'count')?.verdict).toBe('differs');
  });

  it('takes another tolerance where it is told one', () => {
    const lines = agreement(latencies([100, 100]), latencies([140, 140]), { latencyMs: 50 });
    expect(lines.find(({ statistic }) => statistic === 'p50')).toMatchObject({ tolerance: 50, verdict: 'agrees' });
  });

  it('is undecided where the interval reaches over the tolerance, and for a single pair', () => {
    expect(lineOf(latencies([100, 100, 100]), latencies([100, 118, 136]), 'queue_latency', 'p50')?.verdict).toBe('undecided');
    expect(lineOf(latencies([100]), latencies([100]), 'queue_latency', 'p50')).toMatchObject({
      pairs: 1,
      lower: undefined,
      upper: undefined,
      verdict: 'undecided',
    });
  });

  it('compares six ghost slots in each of both worlds', () => {
    const ghosts = [1, 2].map((seed) => run(seed, { leaked_slots: gauge(6) }));
    expect(lineOf(ghosts, ghosts, 'leaked_slots', 'value')).toMatchObject({ simulated: 6, live: 6, difference: 0, verdict: 'agrees' });
    const healed = [1, 2].map((seed) => run(seed, { leaked_slots: gauge(0) }));
    expect(lineOf(ghosts, healed, 'leaked_slots', 'value')).toMatchObject({ difference: -6, verdict: 'differs' });
  });

  it('leaves out what neither world has, and outcomes that never came', () => {
    const runs = [1, 2].map((seed) =>
      run(seed, { queue_latency: { ...trend(0), n: 0 }, 'requests{outcome:failed}': counter(0), 'requests{outcome:ok}': counter(0) }),
    );
    expect(agreement(runs, runs).map(({ metric }) => metric)).toEqual(['requests{outcome:ok}']);
  });

  it('is undecided about what only one world has, and says what that is', () => {
    const line = lineOf(latencies([100, 300]), [run(1, {}), run(2, {})], 'queue_latency', 'p50');
    expect(line).toMatchObject({ pairs: 0, simulated: 200, live: Number.NaN, difference: Number.NaN, verdict: 'undecided' });
  });

  it('does not take a counter that clients could not see for zero', () => {
    const unseen = [1, 2].map((seed) => ({ ...run(seed, { server_requeues: { ...counter(0), n: 0 } }), live: { judgedBy: 'client' } }) as RunResult);
    const simulated = [1, 2].map((seed) => run(seed, { server_requeues: counter(50) }));
    expect(lineOf(simulated, unseen, 'server_requeues', 'count')).toMatchObject({ pairs: 0, verdict: 'undecided' });
  });

  it('passes over numbers that are none', () => {
    const broken = run(1, { queue_latency: { ...trend(100), med: Number.NaN } });
    const live = latencies([100, 100]);
    expect(lineOf([broken, run(2, { queue_latency: trend(100) })], live, 'queue_latency', 'p50')?.pairs).toBe(1);
  });

  it('keeps variants apart', () => {
    const simulated = latencies([100, 100]).map((one) => ({ ...one, variant: 'fal-939' }));
    const lines = agreement([...simulated, ...latencies([500, 500])], [...simulated, ...latencies([500, 500])]);
    expect(lines.filter(({ statistic }) => statistic === 'p50').map(({ variant, live }) => [variant, live])).toEqual([
      ['fal-939', 100],
      [undefined, 500],
    ]);
  });

  it('is complete where both worlds did the same', () => {
    const runs = runsOf(burst('fal-939'), [1, 2, 3]);
    const lines = agreement(runs, runs);
    expect(lines.map(({ metric, statistic }) => `${metric} ${statistic}`)).toEqual(
      expect.arrayContaining(['queue_latency p50', 'queue_latency p95', 'leaked_slots value', 'requests{outcome:ok} count', 'server_requeues count']),
    );
    for (const { difference, lower, upper, verdict } of lines)
      expect({ difference, lower, upper, verdict }).toEqual({ difference: 0, lower: 0, upper: 0, verdict: 'agrees' });
  });

  it('has nothing to say of no runs', () => {
    expect(agreement([], [])).toEqual([]);
  });
});

function lineOf(simulated: readonly RunResult[], live: readonly RunResult[], metric: string, statistic: string): AgreementLine | undefined {
  return agreement(simulated, live).find((line) => line.metric === metric && line.statistic === statistic);
}

function latencies(ms: readonly number[]): RunResult[] {
  return ms.map((value, index) => run(index + 1, { queue_latency: trend(value) }));
}

function refusals(counts: readonly number[]): RunResult[] {
  return counts.map((count, index) => run(index + 1, { http_429: counter(count) }));
}

function run(seed: number, metrics: Readonly<Record<string, MetricValue>>): RunResult {
  return { variant: undefined, seed, metrics } as RunResult;
}

function trend(value: number): Extract<MetricValue, { type: 'trend' }> {
  return { type: 'trend', n: 10, avg: value, min: value, med: value, max: value, p90: value, p95: value, p99: value };
}

function counter(count: number): Extract<MetricValue, { type: 'counter' }> {
  return { type: 'counter', n: 100, count, rate: 0 };
}

function gauge(value: number): MetricValue {
  return { type: 'gauge', n: 10, value, min: 0, max: value, avg: value };
}
