import { describe, expect, it, test } from 'vitest';
import { compareWithBaseline } from '../../../src/measure/comparison/compare-with-baseline.js';
import type { ComparedNumber, Comparison } from '../../../src/measure/comparison/comparison-result.js';
import { directionOf } from '../../../src/measure/comparison/directions.js';
import type { LiveRun } from '../../../src/measure/live-result.js';
import { METRICS, OUTCOME_TAGS } from '../../../src/measure/metrics.js';
import { counted, madeBaseline, madeResult, madeRun, OPTIONS, PARTS, type ResultChanges, waitingRuns, waits } from './results.js';

const TWENTY = Array.from({ length: 20 }, (_, at) => 10_000 + at * 100);

function compared(from: readonly number[], to: readonly number[], options: Partial<Parameters<typeof compareWithBaseline>[2]> = {}): Comparison {
  return compareWithBaseline(madeResult(waitingRuns(to)), madeBaseline(waitingRuns(from)), { ...OPTIONS, terms: ONE, ...options });
}

const ONE = { gated: [{ metric: 'queue_latency', number: 'p95', level: 'error' as const }] };

function gatedOf(comparison: Comparison): ComparedNumber {
  const [first] = comparison.numbers.filter(({ gates }) => gates);
  return first as ComparedNumber;
}

describe('what is held against a baseline', () => {
  it('is the same where every history is, whatever the numbers are, and with one seed too', () => {
    for (const from of [TWENTY, [5_000]]) {
      const comparison = compared(from, from);
      expect(gatedOf(comparison)).toMatchObject({ verdict: 'same', shift: 0, low: 0, high: 0, note: 'identical histories' });
      expect(comparison).toMatchObject({ exitCode: 0, behaviour: [{ seedsCompared: from.length, seedsChanged: [] }] });
    }
  });

  it('is worse when the whole interval lies beyond the margin, and says by how much and where', () => {
    const comparison = compared(
      TWENTY,
      TWENTY.map((ms) => ms * 1.2),
    );
    const number = gatedOf(comparison);
    expect(number).toMatchObject({ verdict: 'worse', seeds: 20, seedsWorse: 20, baseline: 10_900, candidate: 13_080 });
    expect(number.shiftShare).toBeCloseTo(0.2, 9);
    expect(number.shift).toBeCloseTo(2_180, 6);
    expect(comparison.exitCode).toBe(97);
  });

  it('is better, with exit code 0, when it lies below', () => {
    const comparison = compared(
      TWENTY,
      TWENTY.map((ms) => ms * 0.8),
    );
    expect(gatedOf(comparison)).toMatchObject({ verdict: 'better', seedsWorse: 0, worstSeed: undefined });
    expect(comparison.exitCode).toBe(0);
  });

  it('is the same within the margin, however sure the change is', () => {
    const comparison = compared(
      TWENTY,
      TWENTY.map((ms) => ms * 1.03),
    );
    expect(gatedOf(comparison)).toMatchObject({ verdict: 'same', seedsWorse: 20 });
    expect(gatedOf(comparison).low).toBeGreaterThan(0);
    expect(comparison.exitCode).toBe(0);
  });

  it('says of a seed that moved while the centre did not', () => {
    const to = TWENTY.map((ms, at) => (at === 3 ? ms * 2 : ms));
    expect(gatedOf(compared(TWENTY, to))).toMatchObject({ verdict: 'same', note: 'in the centre; 1 of 20 seeds moved by more than the margin', worstSeed: 4 });
  });

  it('takes 50ms for nothing, where 5 % would be less', () => {
    const short = TWENTY.map((_, at) => 100 + at);
    expect(
      gatedOf(
        compared(
          short,
          short.map((ms) => ms + 40),
        ),
      ),
    ).toMatchObject({ verdict: 'same', margin: 50, shift: 40 });
    expect(
      gatedOf(
        compared(
          short,
          short.map((ms) => ms + 60),
        ),
      ),
    ).toMatchObject({ verdict: 'worse' });
  });

  it('is undecided when the interval allows both: exit code 96, never a pass', () => {
    const comparison = compared(
      TWENTY,
      TWENTY.map((ms, at) => ms * (at % 2 === 0 ? 1.3 : 0.95)),
    );
    expect(gatedOf(comparison)).toMatchObject({ verdict: 'undecided' });
    expect(comparison.exitCode).toBe(96);
  });

  it('names the seed that got worst', () => {
    const to = TWENTY.map((ms, at) => ms * (at === 6 ? 3 : 1.2));
    expect(gatedOf(compared(TWENTY, to)).worstSeed).toBe(7);
  });

  it('needs 8 seeds for bounds that miss in 1 %, and says so', () => {
    const seven = TWENTY.slice(0, 7);
    const number = gatedOf(
      compared(
        seven,
        seven.map((ms) => ms * 2),
      ),
    );
    expect(number).toMatchObject({ verdict: 'undecided', low: undefined, high: undefined, note: 'bounds that miss in 1 % need at least 8 seeds, got 7' });
  });

  it('does not take missing values for good ones', () => {
    const from = TWENTY.map((ms, at) => madeRun(at + 1, { queue_latency: waits(ms) }));
    const to = TWENTY.map((ms, at) => madeRun(at + 1, { queue_latency: at < 2 ? waits(0, 0) : waits(ms + 1) }));
    const comparison = compareWithBaseline(madeResult(to), madeBaseline(from), { ...OPTIONS, terms: ONE });
    expect(gatedOf(comparison)).toMatchObject({ verdict: 'undecided', note: '2 seeds have a value in the baseline only' });
  });

  it('says when nothing was measured at all', () => {
    const runs = TWENTY.map((_, at) => madeRun(at + 1, {}, { hash: 'one' }));
    const others = TWENTY.map((_, at) => madeRun(at + 1, {}, { hash: 'other' }));
    const comparison = compareWithBaseline(madeResult(others), madeBaseline(runs), { ...OPTIONS, terms: ONE });
    expect(gatedOf(comparison)).toMatchObject({ verdict: 'undecided', note: 'nothing was measured on either side', baseline: undefined });
    expect(comparison.exitCode).toBe(96);
  });

  it('looks again when histories are the same but were measured otherwise', () => {
    const same = () => ({ hash: 'same' });
    const from = madeBaseline(waitingRuns(TWENTY, same));
    const to = madeResult(
      waitingRuns(
        TWENTY.map((ms) => ms * 2),
        same,
      ),
    );
    const comparison = compareWithBaseline(to, from, { ...OPTIONS, terms: ONE });
    expect(comparison.behaviour).toMatchObject([{ seedsChanged: [] }]);
    expect(gatedOf(comparison).verdict).toBe('worse');
  });

  it('lists the seeds that behave otherwise even where no number does', () => {
    const to = waitingRuns(TWENTY, (seed) => (seed === 4 || seed === 9 ? { hash: 'other' } : {}));
    const { behaviour, exitCode } = compareWithBaseline(madeResult(to), madeBaseline(waitingRuns(TWENTY)), { ...OPTIONS, terms: ONE });
    expect(behaviour).toEqual([
      {
        variant: undefined,
        seedsCompared: 20,
        seedsChanged: [4, 9],
        first: { seed: 4, event: undefined, atUs: undefined, baseline: undefined, candidate: undefined },
      },
    ]);
    expect(exitCode).toBe(0);
  });

  it('shares one misrate among the numbers that gate (Holm), and gives the others one each', () => {
    const make = (by: number) =>
      TWENTY.map((ms, at) => madeRun(at + 1, { queue_latency: waits(ms * by), time_to_result: waits(ms + (by === 1 ? 0 : (at % 5) * 900 - 1_800)) }));
    const gated = ['queue_latency', 'time_to_result'].map((metric) => ({ metric, number: 'p95', level: 'error' as const }));
    const { numbers } = compareWithBaseline(madeResult(make(1.5)), madeBaseline(make(1)), { ...OPTIONS, terms: { gated } });
    // The first is rejected at 1 % / 2, which leaves the whole 1 % to the other.
    expect(numbers.filter(({ gates }) => gates).map(({ metric, misrate, verdict }) => [metric, misrate, verdict])).toEqual([
      ['queue_latency', 0.005, 'worse'],
      ['time_to_result', 0.01, 'undecided'],
    ]);
    expect(numbers.filter(({ gates }) => !gates).every(({ misrate }) => misrate === 0.01)).toBe(true);
  });

  it('fails nothing at level warn, and leaves out level off', () => {
    const terms = (level: 'warn' | 'off') => ({ gated: [{ metric: 'queue_latency', number: 'p95', level }] });
    const twice = TWENTY.map((ms) => ms * 2);
    const warned = compared(TWENTY, twice, { terms: terms('warn') });
    expect(warned.exitCode).toBe(0);
    expect(warned.numbers.find(({ number }) => number === 'p95')).toMatchObject({
      gates: false,
      level: 'warn',
      verdict: 'worse',
      note: 'fails nothing: level warn',
    });
    expect(compared(TWENTY, twice, { terms: terms('off') }).exitCode).toBe(0);
  });

  it('shares one misrate among the numbers that warn, and takes none of it from those that gate', () => {
    const make = (by: number) =>
      TWENTY.map((ms, at) => madeRun(at + 1, { queue_latency: waits(ms * by), time_to_result: waits(ms * by), slot_hold: waits(ms * by) }));
    const gated = (['error', 'warn', 'warn'] as const).map((level, at) => ({
      metric: ['queue_latency', 'time_to_result', 'slot_hold'][at]!,
      number: 'p95',
      level,
    }));
    const { numbers } = compareWithBaseline(madeResult(make(2)), madeBaseline(make(1)), { ...OPTIONS, terms: { gated } });
    expect(numbers.filter(({ number }) => number === 'p95').map(({ metric, misrate }) => [metric, misrate])).toEqual([
      ['queue_latency', 0.01],
      ['time_to_result', 0.005],
      ['slot_hold', 0.005],
    ]);
  });

  it('leaves out information that no seed changed', () => {
    const from = TWENTY.map((ms, at) => madeRun(at + 1, { queue_latency: waits(ms), gave_up: counted(0) }));
    const to = TWENTY.map((ms, at) => madeRun(at + 1, { queue_latency: waits(ms * 2), gave_up: counted(0) }));
    const { numbers } = compareWithBaseline(madeResult(to), madeBaseline(from), { ...OPTIONS, terms: ONE });
    expect(numbers.map(({ metric, number }) => `${metric} ${number}`)).toEqual(['queue_latency p95', 'queue_latency med', 'queue_latency p99']);
  });

  it('keeps at most 200 pairs of a number', () => {
    const many = Array.from({ length: 300 }, (_, at) => 5_000 + at);
    const number = gatedOf(
      compared(
        many,
        many.map((ms) => ms + 1),
      ),
    );
    expect([number.pairs.length, number.seeds]).toEqual([200, 300]);
    expect(number.pairs[0]).toEqual([1, 5_000, 5_001]);
  });

  it('is held to what the scenario asks for, unless the user asks for something else', () => {
    const regression = { gated: [{ metric: 'queue_latency', number: 'med', level: 'error' as const }], marginShare: 0.5, marginMs: 0, misrate: 0.02 };
    const result = madeResult(waitingRuns(TWENTY.map((ms) => ms * 1.2)));
    const asking = { ...result, variants: result.variants.map((variant) => ({ ...variant, gate: { presets: [], budgets: [], regression } })) };
    const baseline = madeBaseline(waitingRuns(TWENTY));
    expect(gatedOf(compareWithBaseline(asking, baseline, OPTIONS))).toMatchObject({ number: 'med', verdict: 'same', margin: 5_450, misrate: 0.02 });
    expect(gatedOf(compareWithBaseline(asking, baseline, { ...OPTIONS, terms: { marginShare: 0.1 } }))).toMatchObject({ verdict: 'worse' });
  });
});

describe('what cannot be compared has obstacles and exit code 96', () => {
  const runs = waitingRuns(TWENTY);
  const OBSTACLES: readonly (readonly [string, ResultChanges, RegExp])[] = [
    ['another scenario', { scenario: { name: 'other' } }, /of the scenario "other", the result of "made"/],
    ['another random scheme', { randomScheme: 1 }, /random scheme is 2, the baseline's 1/],
    ['another load', { scenario: { parts: { ...PARTS, load: 'x' } } }, /^the load .* differs; .*--allow load/],
    ['another platform', { scenario: { parts: { ...PARTS, platform: 'x' } } }, /^the platform .* differs; .*--allow platform/],
    ['another policy', { scenario: { parts: { ...PARTS, policy: 'x' } } }, /^the policy differs; .*--allow policy/],
    ['a variant that is gone', { variants: [...madeResult(runs).variants, { ...madeResult(runs).variants[0]!, name: 'fifo' }] }, /lacks the variant "fifo"/],
    ['an older result of another scenario', { scenario: { parts: undefined as never, sha256: 'x' } }, /an older result does not say in which part/],
  ];
  test.each(OBSTACLES)('%s', (_, changes, words) => {
    const comparison = compareWithBaseline(madeResult(runs), madeBaseline(runs, changes), OPTIONS);
    expect(comparison.obstacles.join('\n')).toMatch(words);
    expect(comparison).toMatchObject({ exitCode: 96, numbers: [], behaviour: [] });
  });

  it('fewer than 6 seeds in common, naming those that are missing', () => {
    const some = waitingRuns(TWENTY.map((ms) => ms * 2)).slice(0, 4);
    const { obstacles } = compareWithBaseline(madeResult(some), madeBaseline(runs), OPTIONS);
    expect(obstacles).toEqual(["expected at least 6 seeds in common, got 4; the result lacks 5–20; run the baseline's seeds (1–20)"]);
  });

  it('no seed in common', () => {
    const others = TWENTY.map((ms, at) => madeRun(at + 101, { queue_latency: waits(ms) }));
    expect(compareWithBaseline(madeResult(others), madeBaseline(runs), OPTIONS).obstacles).toEqual([
      "the result has seeds 101–120, the baseline 1–20: none in common; run the baseline's",
    ]);
  });

  it('but expectations may differ, some seeds may be missing, and what is allowed may differ', () => {
    const parts = { ...PARTS, expectations: 'x', policy: 'x' };
    const result = madeResult(runs.slice(0, 12), { scenario: { parts } });
    const { obstacles, allowed } = compareWithBaseline(result, madeBaseline(runs), { ...OPTIONS, allow: ['policy'] });
    expect(obstacles).toEqual([]);
    expect(allowed).toEqual(['the policy differs', "12 of the baseline's 20 seeds are compared; the result lacks 13–20"]);
  });
});

describe('live runs have their own rule', () => {
  const live = (ms: readonly number[], driver = 'engine') =>
    waitingRuns(ms, () => ({ live: { driver, follow: 'stream', speed: 1, judgedBy: 'server' } as LiveRun }));
  const TEN = [1_000, 1_010, 1_020, 1_030, 1_040, 1_050, 1_060, 1_070, 1_080, 1_090];
  const against = (to: ReturnType<typeof live>, from: ReturnType<typeof live>, today = '2027-01-15') =>
    compareWithBaseline(madeResult(to), madeBaseline(from), { ...OPTIONS, today, terms: ONE });

  it('compares runs that are not paired, with a margin of 10 %', () => {
    const worse = against(live(TEN.toReversed().map((ms) => ms * 1.3)), live(TEN));
    expect(worse).toMatchObject({ rule: 'shift', exitCode: 97, behaviour: [] });
    expect(gatedOf(worse)).toMatchObject({ verdict: 'worse', pairs: [] });
    expect(gatedOf(worse).margin).toBeCloseTo(104, 6);
    expect(gatedOf(against(live(TEN.map((ms) => ms * 1.02)), live(TEN))).verdict).toBe('same');
  });

  it('decides with 4 runs a side, and refuses 3', () => {
    const four = TEN.slice(0, 4);
    expect(gatedOf(against(live(four.map((ms) => ms * 2)), live(four))).verdict).toBe('worse');
    expect(against(live(four.slice(0, 3)), live(four)).obstacles).toEqual(['expected at least 4 live runs a side, but the result has 3; run more seeds']);
  });

  it('needs the same machine, unless that is allowed, the same driver, and a baseline that has not expired', () => {
    const elsewhere = madeResult(live(TEN), { meta: { ...madeResult([]).meta, host: 'ci-2' } });
    const from = madeBaseline(live(TEN));
    expect(compareWithBaseline(elsewhere, from, OPTIONS).obstacles[0]).toMatch(
      /^the machine is "ci-2, linux x64, test", the baseline's "ci-1, linux x64, test".*--allow machine/,
    );
    expect(compareWithBaseline(elsewhere, from, { ...OPTIONS, allow: ['machine'] }).obstacles).toEqual([]);
    expect(against(live(TEN, 'k6'), live(TEN)).obstacles[0]).toMatch(/^the load came from "k6, .*in the baseline from "engine, /);
    expect(against(live(TEN), live(TEN), '2027-02-01').obstacles).toEqual([
      'the baseline expired on 2027-01-31: a live baseline holds for a while only; set it anew',
    ]);
  });

  it('is never held against virtual time', () => {
    const { obstacles } = compareWithBaseline(madeResult(live(TEN)), madeBaseline(waitingRuns(TEN)), OPTIONS);
    expect(obstacles).toContain('the baseline is simulated, the result live: virtual time and the wall clock are never mixed');
  });
});

describe('which way is better', () => {
  it('is known of every metric and every outcome', () => {
    for (const metric of Object.keys(METRICS)) expect(['low', 'high', 'neither']).toContain(directionOf(metric));
    for (const outcome of OUTCOME_TAGS) expect(directionOf(`requests{key:new,outcome:${outcome}}`)).toBe(outcome === 'ok' ? 'high' : 'low');
    expect(directionOf('effective_limit')).toBe('high');
    expect(directionOf('something_newer')).toBe('neither');
  });

  it('fewer good answers are worse', () => {
    const make = (by: number) => TWENTY.map((_, at) => madeRun(at + 1, { 'requests{outcome:ok}': counted(100 + at - by) }));
    const terms = { gated: [{ metric: 'requests{outcome:ok}', number: 'count', level: 'error' as const }] };
    expect(gatedOf(compareWithBaseline(madeResult(make(20)), madeBaseline(make(0)), { ...OPTIONS, terms }))).toMatchObject({ verdict: 'worse', shift: -20 });
  });
});
