import { describe, expect, it } from 'vitest';
import { compareBaselines, compareWithBaseline } from '../../../src/measure/comparison/compare-with-baseline.js';
import type { ComparedNumber, Comparison } from '../../../src/measure/comparison/comparison-result.js';
import type { LiveRun } from '../../../src/measure/live-result.js';
import type { RunResult } from '../../../src/measure/result.js';
import { counted, madeBaseline, madeResult, madeRun, OPTIONS, waitingRuns, waits } from './results.js';

const TWENTY = Array.from({ length: 20 }, (_, at) => 10_000 + at * 100);

/** Held to these numbers. */
function held(to: readonly RunResult[], from: readonly RunResult[], ...numbers: string[]): Comparison {
  const gated = numbers.map((text) => {
    const [metric = '', number = ''] = text.split(' ');
    return { metric, number, level: 'error' as const };
  });
  return compareWithBaseline(madeResult(to), madeBaseline(from), { ...OPTIONS, terms: { gated } });
}

const gatesOf = ({ numbers }: Comparison): ComparedNumber[] => numbers.filter(({ gates }) => gates);

describe('what was never measured is not the same, even where all histories are', () => {
  const runs = waitingRuns(TWENTY);

  it('says what is missing: a metric, a request with these tags', () => {
    const comparison = held(runs, runs, 'queue_latency p95', 'time_to_heal value', 'queue_latency{key:acme/typo} p95', 'invented count');
    expect(Object.fromEntries(gatesOf(comparison).map(({ metric, verdict, note }) => [metric, `${verdict}: ${note}`]))).toEqual({
      queue_latency: 'same: identical histories',
      time_to_heal: 'undecided: nothing was measured on either side',
      'queue_latency{key:acme/typo}': 'undecided: nothing was measured on either side: no request has the tags {key:acme/typo}, or none got so far',
      invented: 'undecided: this version knows no metric "invented"',
    });
    expect(comparison.exitCode).toBe(96);
  });

  it('is undecided when the baseline holds no numbers', () => {
    const [result, baseline] = [madeBaseline(runs), madeBaseline(runs)];
    const stripped = { ...baseline, variants: baseline.variants.map((variant) => ({ ...variant, metrics: {} })) };
    const comparison = compareBaselines(result, stripped, OPTIONS);
    expect(gatesOf(comparison)).toContainEqual(expect.objectContaining({ verdict: 'undecided', note: 'nothing was measured in the baseline' }));
    expect(comparison.exitCode).toBe(96);
  });

  it('takes histories for identical only when every common seed has one', () => {
    const [result, baseline] = [madeBaseline(runs), madeBaseline(runs)];
    const cut = { ...baseline, variants: baseline.variants.map((variant) => ({ ...variant, hashes: { 1: variant.hashes[1]! } })) };
    // The numbers of all seeds are there, and equal.
    expect(gatesOf(compareBaselines(result, cut, OPTIONS))[0]).toMatchObject({ verdict: 'same', note: '' });
    expect(gatesOf(compareBaselines(result, baseline, OPTIONS))[0]).toMatchObject({ verdict: 'same', note: 'identical histories' });
  });
});

describe('the usual numbers, which nobody chose one by one', () => {
  it('are information where a scenario measures them on neither side', () => {
    const direct = TWENTY.map((ms, at) => madeRun(at + 1, { time_to_result: waits(ms), gave_up: counted(0) }));
    const { numbers, exitCode } = compareWithBaseline(madeResult(direct), madeBaseline(direct), OPTIONS);
    expect(numbers.map(({ metric, gates, verdict }) => [metric, gates, verdict])).toEqual([
      ['time_to_result', true, 'same'],
      ['gave_up', true, 'same'],
      ['queue_latency', false, 'undecided'],
      ['leaked_slot_seconds', false, 'undecided'],
      ['start_timeouts', false, 'undecided'],
    ]);
    expect(exitCode).toBe(0);
  });

  it('are undecided where none of them was measured', () => {
    const empty = TWENTY.map((_, at) => madeRun(at + 1, {}));
    expect(compareWithBaseline(madeResult(empty), madeBaseline(empty), OPTIONS).exitCode).toBe(96);
  });
});

describe('values that are gone are no good news', () => {
  const some = (by: number, missing: number) => TWENTY.map((ms, at) => madeRun(at + 1, { queue_latency: at < missing ? waits(0, 0) : waits(ms * by) }));

  it('what is left cannot be better, but worse', () => {
    expect(gatesOf(held(some(0.5, 5), some(1, 0), 'queue_latency p95'))[0]).toMatchObject({
      verdict: 'undecided',
      note: '5 seeds have a value in the baseline only',
    });
    expect(gatesOf(held(some(2, 5), some(1, 0), 'queue_latency p95'))[0]?.verdict).toBe('worse');
  });

  const live = { driver: 'engine', follow: 'stream', speed: 1, judgedBy: 'server' } as LiveRun;
  /** So many of ten live runs have a value, each `by` times as long. */
  const liveRuns = (measured: number, by = 1) =>
    Array.from({ length: 10 }, (_, at) => madeRun(at + 1, { queue_latency: at < measured ? waits((1_000 + at) * by) : waits(0, 0) }, { live }));

  it('live runs: the same share of both sides must have a value', () => {
    const note = '10 of 10 runs of the baseline have a value, 5 of 10 of the result';
    for (const by of [1, 0.5]) expect(gatesOf(held(liveRuns(5, by), liveRuns(10), 'queue_latency p95'))[0]).toMatchObject({ verdict: 'undecided', note });
    expect(gatesOf(held(liveRuns(5, 2), liveRuns(10), 'queue_latency p95'))[0]).toMatchObject({ verdict: 'worse', note });
    expect(gatesOf(held(liveRuns(8), liveRuns(8), 'queue_latency p95'))[0]?.verdict).toBe('same');
  });
});
