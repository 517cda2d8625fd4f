import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../src/measure/comparison/baseline-of.js';
import type { ComparedNumber, Comparison } from '../../../src/measure/comparison/comparison-result.js';
import { reportOnlyExitCode, worstExitCode } from '../../../src/measure/exit-codes.js';
import { applyGate, type GateTerms } from '../../../src/measure/gate/apply-gate.js';
import { entriesOfNone, type QuarantineEntry } from '../../../src/measure/gate/quarantine.js';
import { warningsAsErrors } from '../../../src/measure/gate/warnings-as-errors.js';
import type { LiveRun } from '../../../src/measure/live-result.js';
import type { ResultFile } from '../../../src/measure/result.js';
import { resultJson } from '../../../src/result-file.js';
import { judged, story } from './judged.js';

const TERMS: GateTerms = { baseline: undefined, quarantine: [], today: '2026-06-01' };
const REVOCATION = 'steps: [{ at: 20s, do: revoke-key, key: acme/old }]\n';

function entry(check: string, more: Partial<QuarantineEntry> = {}): QuarantineEntry {
  return { scenario: 'small', variant: undefined, check, owner: 'team', reason: 'known', until: '2026-12-31', issue: undefined, ...more };
}

const states = (result: ResultFile) => result.gate?.quarantine.map(({ state }) => state);

describe('a gate', () => {
  it('says nothing about a result of which each seed says all', () => {
    const result = judged(story('  thresholds: { leaked_slots: value == 0 }\n'), 3);
    expect(result).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(result).not.toHaveProperty('gate');
    expect(result.variants[0]).not.toHaveProperty('gate');
    expect(result.runs[0]?.thresholds[0]).not.toHaveProperty('level');
  });

  it('applied twice gives the same bytes, whatever it had to judge', () => {
    const expectation = `  preset: strict
  budgets: { failed_seeds: 20%, http_429: 1% }
  regression: true
  thresholds: { queue_latency: ["p(95) < 4s @ median", "p(95) <= baseline", { threshold: max < 1s, level: warn }] }
`;
    const result = judged(story(expectation), 6);
    const baseline = baselineOf(result, { reason: 'test', updated: '2026-01-01' });
    for (const terms of [
      TERMS,
      { ...TERMS, baseline, quarantine: [entry('queue_latency max < 1s'), entry('nothing'), entry('L-REL', { until: '2020-01-01' })] },
    ]) {
      const once = applyGate(result, terms);
      expect(resultJson(applyGate(once, terms))).toBe(resultJson(once));
      expect(applyGate(JSON.parse(resultJson(once)) as ResultFile, terms).exitCode).toBe(once.exitCode);
    }
  });

  it('takes thresholds over seeds from the seeds: the median, and a share of them', () => {
    const result = judged(story('  thresholds: { queue_latency: [p(95) < 4s @ median, p(95) < 4s @ 95%, p(95) < 4s @ 85%] }\n'), 20);
    expect(result.gate?.acrossSeeds).toMatchObject([
      { expression: 'p(95) < 4s @ median', seeds: 20, seedsFailing: 3, verdict: 'pass', note: '17 of 20 seeds meet it, 11 must' },
      { expression: 'p(95) < 4s @ 95%', seedsFailing: 3, verdict: 'fail', note: '17 of 20 seeds meet it, 19 must' },
      { expression: 'p(95) < 4s @ 85%', verdict: 'pass', note: '17 of 20 seeds meet it, 17 must' },
    ]);
    const [median, share] = result.gate?.acrossSeeds ?? [];
    const values = result.runs.map((run) => run.thresholds[0]?.actual as number).toSorted((a, b) => a - b);
    expect(median?.actual).toBe(values[10]);
    expect(share?.actual).toBe(values[18]);
    expect(result).toMatchObject({ exitCode: 99, verdict: 'fail' });
    expect(result.runs.every((run) => run.exitCode === 0)).toBe(true);
  });

  it('is undecided over seeds when it depends on those without samples', () => {
    const late = story('  thresholds: { "requests{key:acme/new}": count > 0 @ 100%, time_to_heal: value < 1s @ median }\n');
    expect(judged(late, 4).gate?.acrossSeeds).toMatchObject([
      { verdict: 'pass' },
      { verdict: 'undecided', actual: undefined, note: '0 of 4 seeds meet it, 3 must; 4 cannot be decided' },
    ]);
  });

  it('holds each seed against the same seed of the baseline', () => {
    const text = story('  thresholds: { queue_latency: [p(95) <= baseline + 1ms, p(95) < baseline*0.5, med <= 2*baseline @ median] }\n');
    const result = judged(text, 6);
    expect(result.exitCode).toBe(96);
    const baseline = baselineOf(result, { reason: 'test', updated: '2026-01-01' });
    const held = applyGate(result, { ...TERMS, baseline });
    expect(held.runs.map(({ thresholds }) => thresholds.map(({ verdict }) => verdict))).toEqual(result.runs.map(() => ['pass', 'fail', 'pass']));
    expect(held.runs.map(({ thresholds }) => (thresholds[0]?.limit as number) - (thresholds[0]?.actual as number))).toEqual(
      result.runs.map(() => expect.closeTo(1, 6)),
    );
    expect(held).toMatchObject({ exitCode: 99, gate: { acrossSeeds: [{ verdict: 'pass', seeds: 6 }] } });
    expect(held.variants[0]?.acrossSeeds).toMatchObject({ failed: { k: 6, n: 6 } });
  });

  it('is undecided against a baseline of something else, and says why', () => {
    const text = story('  thresholds: { queue_latency: [p(95) <= 2*baseline, p(95) <= 2*baseline @ median] }\n');
    const result = judged(text, 2);
    const held = (changed: string, more: Partial<GateTerms> = {}) =>
      applyGate(result, { ...TERMS, baseline: baselineOf(judged(changed, 2), { reason: 'test', updated: '2026-01-01' }), ...more });
    expect(held(text).exitCode).toBe(0);
    for (const [changed, words] of [
      [text.replace('limit: 2', 'limit: 1'), 'the platform'],
      [text.replace('name: small', 'name: other'), 'the scenario "other"'],
    ] as const) {
      const other = held(changed);
      expect(other.exitCode).toBe(96);
      expect(other.runs[0]?.thresholds[0]).toMatchObject({ verdict: 'undecided', note: expect.stringContaining(words) });
      expect(other.gate?.acrossSeeds[0]?.note).toContain('not comparable with the baseline');
    }
    expect(held(text.replace('limit: 2', 'limit: 1'), { allow: ['platform'] }).exitCode).toBe(0);
  });

  it('wants as many samples of a threshold against a baseline as the scenario does', () => {
    const of = (minSamples: number) => {
      const result = judged(story(`  thresholds: { queue_latency: [{ threshold: p(95) <= baseline*1.05, minSamples: ${minSamples} }] }\n`));
      return applyGate(result, { ...TERMS, baseline: baselineOf(result, { reason: 'test', updated: '2026-01-01' }) });
    };
    expect(of(20).exitCode).toBe(0);
    expect(of(100_000)).toMatchObject({ exitCode: 96, runs: [{ thresholds: [{ verdict: 'undecided', minSamples: 100_000 }] }] });
  });

  it('needs one seed at least, however small the share is', () => {
    const result = judged(story('  thresholds: { queue_latency: p(95) < 1ms @ 0.000000001% }\n'), 3);
    expect(result).toMatchObject({ exitCode: 99, gate: { acrossSeeds: [{ note: '0 of 3 seeds meet it, 1 must' }] } });
  });

  it('is undecided where nothing ran', () => {
    expect(judged(story('  thresholds: { leaked_slots: value == 0 }\n'), 0)).toMatchObject({ exitCode: 96, verdict: 'undecided' });
  });

  it('blames a live run for a load that broke or could not be sent as planned', () => {
    const result = judged(story('  thresholds: { leaked_slots: value == 0 }\n  budgets: { failed_seeds: 99% }\n'), 6);
    const live = (broken: readonly string[], undecided: readonly string[]) =>
      applyGate({ ...result, runs: result.runs.map((run) => ({ ...run, live: { broken, undecided } as unknown as LiveRun })) }, TERMS);
    expect(live([], []).exitCode).toBe(0);
    expect(live(['the script threw'], [])).toMatchObject({ exitCode: 107, runs: result.runs.map(() => ({ exitCode: 107, verdict: 'fail' })) });
    expect(live([], ['calls were late'])).toMatchObject({ exitCode: 96, runs: result.runs.map(() => ({ exitCode: 96, verdict: 'undecided' })) });
  });

  it('is undecided about seeds that the baseline does not have', () => {
    const text = story('  thresholds: { queue_latency: p(95) <= baseline + 1ms }\n');
    const baseline = baselineOf(judged(text, 2), { reason: 'test', updated: '2026-01-01' });
    expect(applyGate(judged(text, 3), { ...TERMS, baseline }).runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 96]);
  });
});

describe('a budget', () => {
  const of = (budgets: string, seeds: number, more = '') => judged(story(`${more}  budgets: { ${budgets} }\n`), seeds);

  it('passes when the upper bound is within it, and is undecided below that', () => {
    const [passed] = of('start_timeouts: 1%', 60).gate?.acrossSeeds ?? [];
    expect(passed).toMatchObject({ kind: 'budget', verdict: 'pass', actual: 0, low: 0, unit: 'ratio', limit: 0.01 });
    expect(passed?.note).toBe('0 of 2328 in 60 seeds: at most 4.87 % of seeds have any, at most 0.129 % of requests if they are independent');
    expect(of('start_timeouts: 0.1%', 20)).toMatchObject({ exitCode: 96, gate: { acrossSeeds: [{ verdict: 'undecided' }] } });
    const few = of('start_timeouts: 1%', 20).gate?.acrossSeeds[0];
    expect(few).toMatchObject({ verdict: 'undecided', high: expect.closeTo(0.139, 3) });
    expect(few?.note).toBe('0 of 752 in 20 seeds: at most 13.9 % of seeds have any; it takes 59 seeds without one; run more seeds');
    expect(of('start_timeouts: 14%', 20).gate?.acrossSeeds[0]?.verdict).toBe('pass');
    expect(of('"requests{outcome:ok}": 99%', 4).gate?.acrossSeeds[0]?.note).toContain('fewer than 5 seeds');
  });

  it('fails when the lower bound is beyond it', () => {
    const result = of('"requests{outcome:ok}": 50%', 6);
    expect(result).toMatchObject({ exitCode: 99, gate: { acrossSeeds: [{ verdict: 'fail', actual: 1, seedsFailing: 6 }] } });
  });

  it('as a warning decides nothing', () => {
    expect(of('"requests{outcome:ok}": { is: 50%, level: warn }', 6)).toMatchObject({ exitCode: 0, verdict: 'pass' });
  });

  it('of failed seeds decides instead of the seeds, but about no broken invariant', () => {
    const slow = '  thresholds: { queue_latency: p(95) < 4s }\n';
    expect(judged(story(slow), 20)).toMatchObject({ exitCode: 99 });
    const result = of('failed_seeds: 40%', 20, slow);
    expect(result).toMatchObject({ exitCode: 0, gate: { acrossSeeds: [{ scope: 'failed_seeds', actual: 0.15, verdict: 'pass', seedsFailing: 3 }] } });
    expect(result.runs.filter(({ verdict }) => verdict === 'fail')).toHaveLength(3);
    expect(of('failed_seeds: 20%', 20, slow)).toMatchObject({ exitCode: 96 });
    expect(of('failed_seeds: 1%', 20, slow)).toMatchObject({ exitCode: 99 });
    const broken = story('  budgets: { failed_seeds: 99% }\n', REVOCATION).replace('policy: reference', 'policy: fal-939').replace('at: 20s', 'at: 1s');
    expect(judged(broken, 6).exitCode).toBe(98);
  });
});

describe('a budget of failed seeds', () => {
  const slow = '  thresholds: { queue_latency: p(95) < 4s }\n';
  const gate = (budget: string, thresholds: string, more = '') => judged(story(`  budgets: { failed_seeds: ${budget} }\n${thresholds}${more}`), 20);

  it('leaves what else is wrong with the same seed: undecided checks, and a load that was not sent', () => {
    const both = '  thresholds: { queue_latency: [p(95) < 4s, { threshold: max < 1h, minSamples: 100000 }] }\n';
    expect(gate('99%', both).exitCode).toBe(96);
    const result = gate('40%', slow);
    const late = result.runs.map((run) => (run.exitCode === 99 ? { ...run, live: { broken: [], undecided: ['late'] } as unknown as LiveRun } : run));
    expect(applyGate({ ...result, runs: late }, TERMS).exitCode).toBe(96);
  });

  it('excuses nothing as a warning, and nothing more once warnings are errors', () => {
    const warned = gate('{ is: 40%, level: warn }', slow);
    expect(warned.exitCode).toBe(99);
    expect(applyGate(warningsAsErrors(warned), TERMS).exitCode).toBe(99);
    expect(gate('{ is: 40%, level: warn }', slow, '  preset: strict\n').exitCode).toBe(99);
  });

  it('excuses errors, not the warnings that --fail-on warn counts', () => {
    const warned = gate('15%', '  thresholds: { queue_latency: { threshold: p(95) < 1ms, level: warn } }\n');
    expect(applyGate(warningsAsErrors(warned), TERMS).exitCode).toBe(99);
  });

  it('in quarantine excuses no seed', () => {
    const result = gate('5%', '  thresholds: { queue_latency: p(95) < 1ms }\n');
    expect(applyGate(result, { ...TERMS, quarantine: [entry('failed_seeds 5%')] })).toMatchObject({
      exitCode: 99,
      gate: { quarantine: [{ state: 'used' }] },
    });
  });
});

describe('a budget of what can happen more than once', () => {
  it('counts it once for each that could', () => {
    const result = judged(story('  budgets: { http_429: 50% }\n'), 6);
    const often = { type: 'counter', n: 30, count: 90, rate: 1 } as const;
    const runs = result.runs.map((run) => ({ ...run, metrics: { ...run.metrics, http_429: often } }));
    expect(applyGate({ ...result, runs }, TERMS).gate?.acrossSeeds).toMatchObject([{ actual: 1, high: 1, n: 180, verdict: 'fail' }]);
  });
});

describe('a percentile', () => {
  const run = (threshold: string, more = '') => judged(story(`  thresholds: { queue_latency: "${threshold}" }\n${more}`));
  it('of too few samples says so where it passes, and with strict does not pass', () => {
    const { n } = run('p(99.9) < 100s').runs[0]?.thresholds[0] ?? {};
    const note = `${n} samples say nothing of p99.9: 2,995 would`;
    expect(run('p(99.9) < 100s')).toMatchObject({ exitCode: 0, runs: [{ thresholds: [{ verdict: 'pass', note }] }] });
    const strict = run('p(99.9) < 100s', '  preset: strict\n').runs[0];
    expect(strict?.exitCode).toBe(96);
    expect(strict?.thresholds[0]).toMatchObject({ verdict: 'undecided', note });
    expect(run('p(99.9) < 1ms').runs[0]?.thresholds[0]).toMatchObject({ verdict: 'fail' });
  });

  it('needs no remark with enough samples, from below, over seeds, or as the greatest value', () => {
    for (const threshold of ['p(50) < 100s', 'p(99.9) > 0', 'p(99.9) < 100s @ median', 'p(100) < 100s', 'max < 100s'])
      expect(run(threshold).runs[0]?.thresholds[0]).not.toHaveProperty('note');
  });
});

describe('a quarantine', () => {
  const failing = () => judged(story('  thresholds: { queue_latency: p(95) < 1ms }\n  exercised: { start_timeouts: ">= 1" }\n'), 2);
  const held = (...quarantine: QuarantineEntry[]) => applyGate(failing(), { ...TERMS, quarantine });

  it('covers checks that are known to fail: they are shown and do not count', () => {
    const result = held(entry('queue_latency p(95)<1ms'), entry('start_timeouts >= 1'));
    expect(result).toMatchObject({ exitCode: 0, verdict: 'pass' });
    expect(states(result)).toEqual(['used', 'used']);
    expect(result.runs[0]).toMatchObject({ exitCode: 0, thresholds: [{ verdict: 'fail' }], exercised: [{ verdict: 'fail' }] });
    expect(result.variants[0]?.acrossSeeds?.failed).toMatchObject({ k: 0 });
  });

  it('covers nothing else', () => {
    expect(held(entry('queue_latency p(95) < 1ms'))).toMatchObject({ exitCode: 99 });
    expect(held(entry('start_timeouts >= 1', { scenario: 'other' })).gate).toBeUndefined();
  });

  it('that has expired covers nothing and fails, on the day after its last', () => {
    const both = [entry('queue_latency p(95) < 1ms', { until: '2026-06-01' }), entry('start_timeouts >= 1')];
    expect(applyGate(failing(), { ...TERMS, quarantine: both }).exitCode).toBe(0);
    const late = applyGate(failing(), { ...TERMS, quarantine: both, today: '2026-06-02' });
    expect(late.exitCode).toBe(99);
    // In its seeds too: reports show them beside the whole.
    expect(late.runs.every(({ verdict }) => verdict === 'fail')).toBe(true);
    expect(states(late)).toEqual(['expired', 'used']);
  });

  it('is removable when its check passes, and fails when there is no such check', () => {
    expect(states(held(entry('L-REL')))).toEqual(['removable']);
    const passing = judged(story('  thresholds: { leaked_slots: value == 0 }\n'));
    expect(applyGate(passing, { ...TERMS, quarantine: [entry('leaked_slots value == 0')] })).toMatchObject({
      exitCode: 0,
      gate: { quarantine: [{ state: 'removable' }] },
    });
    expect(applyGate(passing, { ...TERMS, quarantine: [entry('leaked_slots value == 1')] })).toMatchObject({
      exitCode: 99,
      gate: { quarantine: [{ state: 'unknown' }] },
    });
    expect(applyGate(passing, { ...TERMS, quarantine: [entry('L-REL', { variant: 'gone' })] }).exitCode).toBe(99);
  });

  it('does not call a check unknown that only another variant may have', () => {
    const passing = judged(story('  thresholds: { leaked_slots: value == 0 }\n'));
    const partial = { ...passing, scenario: { ...passing.scenario, rerun: `${passing.scenario.rerun} --variant one` } };
    expect(applyGate(partial, { ...TERMS, quarantine: [entry('leaked_slots value == 1')] })).toMatchObject({ exitCode: 0 });
  });

  it('says neither pass nor unknown of a number that nothing was held against', () => {
    for (const expectation of ['  regression: true\n', '  thresholds: {}\n']) {
      const result = judged(story(expectation), 2);
      const held = applyGate(result, { ...TERMS, quarantine: [entry('queue_latency p95'), entry('queue_latency p95', { until: '2020-01-01', variant: 'a' })] });
      expect(states(held)).toEqual(['expired']);
      expect(applyGate(result, { ...TERMS, quarantine: [entry('queue_latency p95')] }).exitCode).toBe(result.exitCode);
      expect(states(applyGate(result, { ...TERMS, quarantine: [entry('queue_latency p12')] }))).toEqual(['unknown']);
    }
  });

  it('names its entries about scenarios that there are not', () => {
    const [known, other] = [entry('L-REL'), entry('L-REL', { scenario: 'smal' })];
    expect(entriesOfNone([known, other], ['small', 'large'])).toEqual([other]);
  });

  it('covers what only the seeds together say', () => {
    const result = judged(story('  thresholds: { queue_latency: p(95) < 1ms @ median }\n  budgets: { "requests{outcome:ok}": 50% }\n'), 6);
    const quarantine = [entry('queue_latency p(95) < 1ms @ median'), entry('requests{outcome:ok} 50%')];
    expect(applyGate(result, { ...TERMS, quarantine })).toMatchObject({ exitCode: 0, gate: { quarantine: [{ state: 'used' }, { state: 'used' }] } });
  });
});

describe('a comparison', () => {
  const number = (verdict: ComparedNumber['verdict'], more: Partial<ComparedNumber> = {}): ComparedNumber => ({
    ...{
      variant: undefined,
      metric: 'queue_latency',
      number: 'p95',
      unit: 'ms',
      gates: true,
      baseline: 1,
      candidate: 2,
      shift: 1,
      low: 1,
      high: 1,
      shiftShare: 1,
    },
    ...{ margin: 0, misrate: 0.01, verdict, note: '', seeds: 6, seedsWorse: 6, worstSeed: 1, pairs: [] },
    ...more,
  });
  const comparison = (numbers: readonly ComparedNumber[], obstacles: readonly string[] = []): Comparison => ({
    ...{ baseline: { source: 'b.json', tool: '1', sha256: '', reason: undefined, updated: undefined }, rule: 'paired', obstacles, allowed: [] },
    ...{ numbers, behaviour: [], latencyCurves: {}, exitCode: 0 },
  });
  const gated = (held: Comparison, regression = 'true') => applyGate({ ...judged(story(`  regression: ${regression}\n`)), comparison: held }, TERMS);

  it('fails with 97 for a gated number that got worse, and only for that', () => {
    expect(gated(comparison([number('worse')]))).toMatchObject({ exitCode: 97, verdict: 'fail' });
    expect(gated(comparison([number('better'), number('same'), number('worse', { gates: false })])).exitCode).toBe(0);
  });

  it('is undecided where nothing can be said', () => {
    expect(gated(comparison([number('undecided')])).exitCode).toBe(96);
    expect(gated(comparison([], ['another scenario'])).exitCode).toBe(96);
    expect(judged(story('  regression: true\n')).exitCode).toBe(96);
    expect(judged(story('  preset: recommended\n')).exitCode).toBe(0);
  });

  it('warns of numbers that are gated as warnings, and leaves out what is in quarantine', () => {
    const warned = number('worse', { gates: false, level: 'warn' });
    expect(gated(comparison([warned]), '{ gate: [{ number: queue_latency p95, level: warn }] }').exitCode).toBe(0);
    const result = { ...judged(story('  regression: true\n')), comparison: comparison([number('worse')]) };
    expect(applyGate(result, { ...TERMS, quarantine: [entry('queue_latency p95')] })).toMatchObject({ exitCode: 0, gate: { quarantine: [{ state: 'used' }] } });
  });
});

describe('warnings', () => {
  const warned = judged(
    story('  thresholds: { queue_latency: { threshold: max < 1ms, level: warn } }\n  budgets: { "requests{outcome:ok}": { is: 1%, level: warn } }\n'),
    6,
  );

  it('count with --fail-on warn', () => {
    expect(warned.exitCode).toBe(0);
    expect(applyGate(warningsAsErrors(warned), TERMS).exitCode).toBe(99);
  });

  it('in quarantine do not count even then', () => {
    const quarantine = [entry('queue_latency max < 1ms'), entry('requests{outcome:ok} 1%')];
    expect(applyGate(warningsAsErrors(warned), { ...TERMS, quarantine }).exitCode).toBe(0);
  });

  it('become errors with the preset strict', () => {
    expect(judged(story('  preset: strict\n  thresholds: { queue_latency: { threshold: max < 1ms, level: warn } }\n'), 6).exitCode).toBe(99);
  });

  it('and all else that is a verdict are forgiven by --exit-zero, mistakes and crashes are not', () => {
    expect([0, 96, 97, 98, 99].map(reportOnlyExitCode)).toEqual([0, 0, 0, 0, 0]);
    expect([1, 104, 105, 107].map(reportOnlyExitCode)).toEqual([1, 104, 105, 107]);
  });
});

describe('the gravest exit code', () => {
  it('of none is a pass, and with one that nobody knows an internal error', () => {
    expect(worstExitCode([])).toBe(0);
    expect(worstExitCode([0, 96, 99])).toBe(99);
    expect([worstExitCode([42]), worstExitCode([0, 42])]).toEqual([1, 1]);
  });
});
