import { describe, expect, it } from 'vitest';
import type { ComparedNumber, Comparison } from '../../src/measure/comparison/comparison-result.js';
import { applyGate } from '../../src/measure/gate/apply-gate.js';
import type { ResultFile } from '../../src/measure/result.js';
import { gatesOfRun, isDecisive, mergeVariants, seededGates } from '../../src/report/gates.js';
import { gatesSentence } from '../../src/report/verdict.js';
import { judged, story } from '../measure/gate/judged.js';

const EXPECTATION = `  budgets: { start_timeouts: 0.1%, gave_up: 14% }
  exercised: { start_timeouts: ">= 1" }
  thresholds:
    queue_latency:
      - p(95) < 1ms
      - p(95) < 4s @ 95%
      - { threshold: max < 1ms, level: warn }
      - { threshold: min < 0, level: off }
      - p(95) < 1h
`;
const QUARANTINE = [{ scenario: 'small', variant: undefined, check: 'start_timeouts >= 1', owner: 'team', reason: 'known', until: '2027-01-15', issue: '7' }];

function gated(more: Partial<ResultFile> = {}, expectation = EXPECTATION): ResultFile {
  return applyGate({ ...judged(story(expectation), 20), ...more }, { baseline: undefined, quarantine: QUARANTINE, today: '2026-01-01' });
}

const result = gated();
const gates = seededGates(result);
const gateOf = (scope: string, expression: string) => gates.find((gate) => gate.scope === scope && gate.expression === expression);

describe('the gates of a result', () => {
  it('come failures first, then the undecided, warnings, what is in quarantine, and what passed or is off', () => {
    const named = gates.filter(({ kind }) => kind !== 'invariant').map(({ scope, expression }) => `${scope} ${expression}`);
    expect(named).toEqual([
      'queue_latency p(95) < 1ms',
      'queue_latency p(95) < 4s @ 95%',
      'start_timeouts 0.1%',
      'queue_latency max < 1ms',
      'start_timeouts >= 1',
      'queue_latency min < 0',
      'queue_latency p(95) < 1h',
      'gave_up 14%',
      'start_timeouts >= 1 in quarantine until 2027-01-15',
    ]);
    expect(gates.filter(isDecisive)).toHaveLength(3);
  });

  it('over seeds are one row with how many of them fail, never a row of a seed', () => {
    expect(gateOf('queue_latency', 'p(95) < 4s @ 95%')).toMatchObject({
      verdict: 'fail',
      seeds: 20,
      seedsFailing: 3,
      limit: '4s',
      note: '17 of 20 seeds meet it, 19 must',
    });
    expect(result.runs.flatMap((run) => gatesOfRun(run)).filter(({ expression }) => expression.includes('@'))).toEqual([]);
    const { seed } = gateOf('queue_latency', 'p(95) < 4s @ 95%') ?? {};
    expect(result.runs.find((run) => run.seed === seed)?.thresholds[1]).toMatchObject({ verdict: 'fail' });
  });

  it('show budgets with their interval', () => {
    expect(gateOf('start_timeouts', '0.1%')).toMatchObject({ kind: 'budget', actual: '0 % (0 % to 13.9 %)', limit: '0.1 %', verdict: 'undecided' });
    expect(gateOf('gave_up', '14%')).toMatchObject({ verdict: 'pass', margin: expect.closeTo(0.006, 3) });
  });

  it('know their level, their line, and who has put them into quarantine', () => {
    expect(gateOf('queue_latency', 'max < 1ms')).toMatchObject({ verdict: 'fail', level: 'warn', seedsFailing: 20, place: { line: 17, column: 9 } });
    expect(gateOf('queue_latency', 'p(95) < 1ms')).toMatchObject({ place: { line: 15, column: 9 } });
    expect(gateOf('queue_latency', 'p(95) < 1ms')).not.toHaveProperty('level');
    expect(gateOf('start_timeouts', '0.1%')).toMatchObject({ place: { line: 11 } });
    expect(gateOf('start_timeouts', '>= 1')).toMatchObject({
      verdict: 'fail',
      place: { line: 12 },
      quarantine: { owner: 'team', until: '2027-01-15', issue: '7' },
    });
    expect(gateOf('start_timeouts >= 1', 'in quarantine until 2027-01-15')).toMatchObject({ kind: 'quarantine', verdict: 'pass', actual: 'covers a failure' });
  });

  it('show the seed that is furthest beyond its limit where no share of it can be told', () => {
    const values = [1, 7, 3];
    const [run] = result.runs;
    if (run === undefined) throw new Error('no run');
    const worst = (expression: string, limit: number, verdict: 'fail' | 'pass'): number | undefined => {
      const threshold = { metric: 'leaked_slots', expression, limit, unit: 'slots', n: 5, verdict } as const;
      const runs = values.map((actual, at) => ({ ...run, seed: at + 1, invariants: [], exercised: [], thresholds: [{ ...threshold, actual }] }));
      return seededGates({ ...result, runs, gate: undefined })[0]?.seed;
    };
    expect(worst('value == 0', 0, 'fail')).toBe(2);
    expect(worst('value < 0', 0, 'fail')).toBe(2);
    expect(worst('value > 0', 0, 'pass')).toBe(1);
    expect(worst('value != 0', 0, 'pass')).toBe(1);
    const broken = values.map((violations, at) => {
      const invariants = run.invariants.slice(0, 1).map((law) => ({ ...law, verdict: 'fail' as const, state: 'violated' as const, violations }));
      return { ...run, seed: at + 1, exercised: [], thresholds: [], invariants };
    });
    expect(seededGates({ ...result, runs: broken, gate: undefined })[0]).toMatchObject({ seed: 2, actual: '7 violations' });
  });

  it('of several variants show the one with the least room, also where the limit is zero', () => {
    const [gate] = gates;
    if (gate === undefined) throw new Error('no gate');
    const room = (variant: string, excess: number) => ({ ...gate, variant, margin: undefined, excess, actual: String(excess) });
    expect(mergeVariants([room('a', -5), room('b', -1), room('c', -3)])).toMatchObject([{ variant: '3 variants', actual: '-1' }]);
  });

  it('survive their way through a file', () => {
    expect(seededGates(JSON.parse(JSON.stringify(result)) as ResultFile).map(({ scope, verdict, actual }) => [scope, verdict, actual])).toEqual(
      gates.map(({ scope, verdict, actual }) => [scope, verdict, actual]),
    );
  });

  it('say in one sentence what failed, and what did not pass and does not count', () => {
    expect(gatesSentence(gates)).toMatch(
      /^2 of \d+ checks failed, 1 could not be decided; 1 warning, 1 in quarantine\. First: queue_latency p\(95\) < 1ms, was /,
    );
    expect(gatesSentence(gates.filter((gate) => !isDecisive(gate)))).toBe('No check failed that counts; 1 warning, 1 in quarantine.');
  });

  it('say of an entry that has expired whose it is, as a failure', () => {
    const late = applyGate(result, { baseline: undefined, quarantine: QUARANTINE, today: '2028-01-01' });
    const row = seededGates(late).find(({ kind }) => kind === 'quarantine');
    expect(row).toMatchObject({ verdict: 'fail', note: 'team: known (7)', actual: 'has expired: mend the check, or say anew until when' });
  });
});

describe('the gates of a comparison', () => {
  const number = (metric: string, verdict: ComparedNumber['verdict'], gates = true): ComparedNumber => ({
    ...{ variant: undefined, metric, number: 'p95', unit: 'ms', gates, baseline: 1000, candidate: 1800, shift: 800, low: 700, high: 900, shiftShare: 0.8 },
    ...{ margin: 50, misrate: 0.01, verdict, note: '', seeds: 20, seedsWorse: 19, worstSeed: 7, pairs: [] },
  });
  const comparison = (numbers: readonly ComparedNumber[], obstacles: readonly string[] = []): Comparison => ({
    ...{ baseline: { source: 'b.json', tool: '1', sha256: '', reason: undefined, updated: undefined }, rule: 'paired', obstacles, allowed: [] },
    ...{ numbers, behaviour: [], latencyCurves: {}, exitCode: 0 },
  });
  const rows = (held: Comparison | undefined) =>
    seededGates(gated(held === undefined ? {} : { comparison: held }, '  regression: true\n')).filter(({ kind }) => kind === 'regression');

  it('are the gated numbers, with the seeds that got worse', () => {
    expect(rows(comparison([number('queue_latency', 'worse'), number('time_to_result', 'worse', false), number('slot_hold', 'better')]))).toMatchObject([
      {
        scope: 'queue_latency',
        expression: 'p95',
        actual: '1.8s',
        limit: '1s + 50ms',
        verdict: 'fail',
        seeds: 20,
        seedsFailing: 19,
        seed: 7,
        note: 'worse: +800ms (+700ms to +900ms), up to 50ms is the same',
      },
      { scope: 'slot_hold', verdict: 'pass' },
    ]);
  });

  it('are undecided where there is no baseline, or it is another scenario’s', () => {
    expect(rows(undefined)).toMatchObject([{ scope: 'baseline', verdict: 'undecided', note: expect.stringContaining('slotstorm baseline update') }]);
    expect(rows(comparison([], ['its seeds differ']))).toMatchObject([{ verdict: 'undecided', note: 'its seeds differ' }]);
  });
});
