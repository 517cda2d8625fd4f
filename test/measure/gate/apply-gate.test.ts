import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../src/measure/comparison/baseline-of.js';
import type { ComparedNumber, Comparison } from '../../../src/measure/comparison/comparison-result.js';
import { reportOnlyExitCode } from '../../../src/measure/exit-codes.js';
import { applyGate, type GateTerms } from '../../../src/measure/gate/apply-gate.js';
import { exitCodeWithWarnings } from '../../../src/measure/gate/gate-exit-code.js';
import type { QuarantineEntry } from '../../../src/measure/gate/quarantine.js';
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
    const late = story('  thresholds: { "requests{key:acme/new}": count > 0 @ 100%, "queue_latency{key:nobody}": max < 1s @ median }\n');
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

  it('is undecided about seeds that the baseline does not have', () => {
    const text = story('  thresholds: { queue_latency: p(95) <= baseline + 1ms }\n');
    const baseline = baselineOf(judged(text, 2), { reason: 'test', updated: '2026-01-01' });
    expect(applyGate(judged(text, 3), { ...TERMS, baseline }).runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 96]);
  });
});

describe('a budget', () => {
  const of = (budgets: string, seeds: number, more = '') => judged(story(`${more}  budgets: { ${budgets} }\n`), seeds);

  it('passes when the upper bound is within it, and is undecided below that', () => {
    const [passed] = of('start_timeouts: 1%', 20).gate?.acrossSeeds ?? [];
    expect(passed).toMatchObject({ kind: 'budget', verdict: 'pass', actual: 0, low: 0, unit: 'ratio', limit: 0.01, note: '0 of 752 in 20 seeds' });
    expect(of('start_timeouts: 0.1%', 20)).toMatchObject({ exitCode: 96, gate: { acrossSeeds: [{ verdict: 'undecided' }] } });
    expect(of('start_timeouts: 1%', 4).gate?.acrossSeeds[0]?.note).toContain('fewer than 5 seeds');
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
    expect(gated(comparison([number('worse')]), '{ gate: [{ number: queue_latency p95, level: warn }] }').exitCode).toBe(0);
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
    expect(exitCodeWithWarnings(warned)).toBe(99);
  });

  it('in quarantine do not count even then', () => {
    const quarantine = [entry('queue_latency max < 1ms'), entry('requests{outcome:ok} 1%')];
    expect(exitCodeWithWarnings(applyGate(warned, { ...TERMS, quarantine }))).toBe(0);
  });

  it('become errors with the preset strict', () => {
    expect(judged(story('  preset: strict\n  thresholds: { queue_latency: { threshold: max < 1ms, level: warn } }\n'), 6).exitCode).toBe(99);
  });

  it('and all else that is a verdict are forgiven by --exit-zero, mistakes and crashes are not', () => {
    expect([0, 96, 97, 98, 99].map(reportOnlyExitCode)).toEqual([0, 0, 0, 0, 0]);
    expect([1, 104, 105, 107].map(reportOnlyExitCode)).toEqual([1, 104, 105, 107]);
  });
});
