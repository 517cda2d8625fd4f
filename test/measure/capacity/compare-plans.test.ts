import { describe, expect, it } from 'vitest';
import { comparePlans, noPlanBaseline, type PlanAllowable } from '../../../src/measure/capacity/compare-plans.js';
import type { PlanComparison } from '../../../src/measure/capacity/plan-comparison.js';
import type { Estimate, PlanResult, PointEvidence, QuestionParts } from '../../../src/measure/capacity/plan-result.js';
import { estimate, planFixture, pointEvidence, tracePlanFixture } from '../../report/plan/plan-fixture.js';

const FILE = 'reports/baselines/plan-load.json';
const PARTS: QuestionParts = { load: 'l', platform: 'p', slos: 's' };

function held(plan: PlanResult, baseline: PlanResult, allow: readonly PlanAllowable[] = []): PlanComparison {
  return comparePlans(plan, baseline, { file: FILE, allow });
}

function withAnswer(limit: number | undefined, evidence = [67, 68, 69, 70, 71].map((one) => pointEvidence(one))): PlanResult {
  return planFixture({ answer: { limit, mostTried: 138, evidence, exceptions: [] }, gate: undefined, frontier: undefined, inverse: [] });
}

/** A point whose wait was seen as this. */
function pointWith(limit: number, actual: Estimate): PointEvidence {
  return { ...pointEvidence(limit), checks: [{ slo: 'queue_latency p(95) < 2s', unit: 'ms', actual, verdict: 'pass' }] };
}

function verdictOf(comparison: PlanComparison, what: RegExp): string | undefined {
  return comparison.moves.find((move) => what.test(move.what))?.verdict;
}

describe('a plan against an earlier one of the same question', () => {
  it('is no worse than itself', () => {
    const comparison = held(planFixture(), planFixture());
    expect(comparison).toMatchObject({ verdict: 'pass', differences: [], text: `no worse than ${FILE}` });
    expect(comparison.moves.map(({ verdict }) => verdict)).not.toContain('worse');
    expect(comparison.moves.length).toBeGreaterThanOrEqual(3);
  });

  it('is worse when it needs one slot more, better when it needs one less', () => {
    expect(held(withAnswer(70), withAnswer(69))).toMatchObject({ verdict: 'fail', text: `worse than ${FILE}: smallest limit` });
    expect(held(withAnswer(68), withAnswer(69))).toMatchObject({ verdict: 'pass', text: `no worse than ${FILE}; better: smallest limit` });
  });

  it('is worse when no limit does any more, and better when one does at last', () => {
    const none = withAnswer(undefined, [{ ...pointEvidence(138), verdict: 'fail' }]);
    expect(held(none, withAnswer(69)).verdict).toBe('fail');
    expect(held(withAnswer(69), none).verdict).toBe('pass');
    expect(held(none, none).verdict).toBe('pass');
  });

  it('is undecided when it found no limit for want of seeds', () => {
    const unsure = withAnswer(undefined, [{ ...pointEvidence(138), verdict: 'undecided' }]);
    expect(held(unsure, withAnswer(69))).toMatchObject({ verdict: 'undecided' });
  });

  it('is worse when it falls out of the tier', () => {
    const tiers = { ...planFixture().tiers, tiers: [{ limit: 70 }], tier: { limit: 70 }, slack: 1 };
    const [inside, outside] = [
      { ...withAnswer(69), tiers },
      { ...withAnswer(69), tiers: { ...tiers, tier: undefined } },
    ];
    expect(verdictOf(held(outside, inside), /^tier$/)).toBe('worse');
    expect(verdictOf(held(inside, outside), /^tier$/)).toBe('better');
    expect(verdictOf(held(outside, outside), /^tier$/)).toBeUndefined();
  });

  it('is worse when the wait at the same limit rose by more than chance and the margin', () => {
    const at = (actual: Estimate): PlanResult => withAnswer(69, [pointWith(69, actual)]);
    const before = at(estimate(1_700, 0.01));
    expect(verdictOf(held(at(estimate(1_900, 0.01)), before), /at limit 69/)).toBe('worse');
    expect(verdictOf(held(at(estimate(1_500, 0.01)), before), /at limit 69/)).toBe('better');
    // Intervals overlap: chance may have done it.
    expect(verdictOf(held(at(estimate(1_900, 0.2)), before), /at limit 69/)).toBe('same');
    // Apart, but by less than 50 ms: too little to matter.
    expect(verdictOf(held(at(estimate(1_740, 0.001)), at(estimate(1_700, 0.001))), /at limit 69/)).toBe('same');
  });

  it('looks at the limit of the gate where there is one', () => {
    const gated = (mean: number): PlanResult => ({
      ...withAnswer(69),
      gate: { limit: 75, evidence: pointWith(75, estimate(mean, 0.01)), verdict: 'pass', text: '' },
    });
    expect(verdictOf(held(gated(900), gated(500)), /at limit 75/)).toBe('worse');
  });

  it('knows that more is better of an SLO that asks for much', () => {
    const at = (mean: number): PlanResult =>
      withAnswer(69, [
        { ...pointEvidence(69), checks: [{ slo: 'requests{outcome:ok} count > 100', unit: 'requests', actual: estimate(mean, 0.01), verdict: 'pass' }] },
      ]);
    expect(verdictOf(held(at(800), at(1_000)), /outcome:ok/)).toBe('worse');
  });

  it('is worse when the limit sustains a lower rate', () => {
    const sustaining = (mean: number): PlanResult =>
      planFixture({
        inverse: [
          {
            question: 'highest-rate',
            title: 'Limit 69 sustains',
            answer: '',
            value: { estimate: estimate(mean, 0.01), unit: '/s' },
            columns: [],
            rows: [],
            notes: [],
          },
        ],
      });
    expect(verdictOf(held(sustaining(4), sustaining(5)), /sustains/)).toBe('worse');
    expect(verdictOf(held(sustaining(6), sustaining(5)), /sustains/)).toBe('better');
  });

  it('names the days that need another limit, and only those', () => {
    const [day, ...rest] = tracePlanFixture().days ?? [];
    const before = tracePlanFixture();
    const after = tracePlanFixture({ days: [{ ...(day as NonNullable<typeof day>), limit: ((day?.limit ?? 0) as number) + 1 }, ...rest] });
    const comparison = held(after, before);
    expect(comparison.moves.filter(({ what }) => what.startsWith('limit of ')).map(({ what }) => what)).toEqual([`limit of ${day?.name}`]);
    expect(comparison.verdict).toBe('fail');
  });
});

describe('plans that cannot be held against each other', () => {
  const asking = (sha256: string, parts: QuestionParts | undefined): PlanResult => planFixture({ question: { ...planFixture().question, sha256, parts } });

  it('are of another load, which can be allowed', () => {
    const [before, after] = [asking('1', PARTS), asking('2', { ...PARTS, load: 'another' })];
    expect(held(after, before)).toMatchObject({
      verdict: 'undecided',
      moves: [],
      differences: [
        'the load is another (arrivals, service times, steps or the recorded file); if that is meant, allow it (--allow load), or set the baseline anew',
      ],
    });
    expect(held(after, before, ['load']).differences).toEqual([]);
    expect(held(after, before, ['platform']).verdict).toBe('undecided');
  });

  it('promise something else, which nobody can allow', () => {
    const [before, after] = [asking('1', PARTS), asking('2', { ...PARTS, slos: 'others' })];
    expect(held(after, before, ['load', 'platform']).differences).toEqual(['the SLOs are others; set the baseline anew']);
  });

  it('do not say in which part they differ', () => {
    expect(held(asking('2', undefined), asking('1', PARTS), ['load']).verdict).toBe('undecided');
  });

  it('draw their chance otherwise', () => {
    expect(held(planFixture({ randomScheme: 2 }), planFixture()).differences).toEqual([
      "the random scheme is 2, the baseline's 1: the same seed is another run now; set the baseline anew",
    ]);
  });

  it('have seeds of another length', () => {
    const longer = planFixture({ question: { ...planFixture().question, requestsPerSeed: 50_000 } });
    expect(held(longer, planFixture()).differences[0]).toMatch(/^a seed has 50000 requests, the baseline's 22000/);
  });

  it('are missing: never a silent pass', () => {
    expect(noPlanBaseline(FILE)).toMatchObject({ verdict: 'undecided', text: `not compared: there is no baseline at ${FILE}: keep a plan.json there` });
  });
});
