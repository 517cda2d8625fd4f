import { describe, expect, it, test } from 'vitest';
import type { PlanResult } from '../../../src/measure/capacity/plan-result.js';
import type { Verdict } from '../../../src/measure/result.js';
import { renderPlanJUnit } from '../../../src/report/plan/junit.js';
import { ALL_HOSTILE } from '../hostile-names.js';
import { elementsNamed, parseXml, type XmlElement } from '../xml.js';
import { hopelessPlanFixture, planFixture, pointEvidence, quickPlanFixture, tracePlanFixture } from './plan-fixture.js';

const casesOf = (plan: PlanResult): XmlElement[] => elementsNamed(parseXml(renderPlanJUnit(plan, 'shop')), 'testcase');
const outcomeOf = (testCase: XmlElement): string => testCase.children.find(({ name }) => name !== 'properties')?.name ?? 'pass';
const outcomes = (plan: PlanResult): Record<string, string> =>
  Object.fromEntries(casesOf(plan).map((testCase) => [testCase.attributes['name'], outcomeOf(testCase)]));

/** A quick plan whose gate is this limit. */
function gated(limit: number, exitCode: number, changes: Partial<PlanResult> = {}): PlanResult {
  const evidence = pointEvidence(limit);
  const gate = { limit, evidence, verdict: evidence.verdict, text: `limit ${limit} is what the gate asks about` };
  return quickPlanFixture({ gate, exitCode, verdict: exitCode === 0 ? 'pass' : 'fail', ...changes });
}

const ANOTHER_LOAD = { file: 'kept.json', differences: ['the load is another'], moves: [], verdict: 'undecided' as const, text: 'not compared' };

/** An answer whose next smaller limit passed, in runs that are too short to believe it. */
function undecidedBelow(): PlanResult {
  const short = { ...pointEvidence(70), limit: 68, verdict: 'undecided' as const, tooShort: { runMs: 1, neededMs: 2 } };
  return quickPlanFixture({ answer: { limit: 69, mostTried: 70, evidence: [short, pointEvidence(69), pointEvidence(70)], exceptions: [] }, ...UNDECIDED });
}

function nothingDecided(): PlanResult {
  const largest = pointEvidence(138);
  const open = { ...largest, verdict: 'undecided' as const, checks: largest.checks.map((check) => ({ ...check, verdict: 'undecided' as const })) };
  return quickPlanFixture({ answer: { mostTried: 138, evidence: [open], exceptions: [] }, ...UNDECIDED });
}

const UNDECIDED = { exitCode: 96, verdict: 'undecided' } as const;

describe('the JUnit file of a plan', () => {
  it('has a case for each promise at the limit of the gate, with its measured bound, and one for the gate', () => {
    const failed = gated(68, 99);
    expect(outcomes(failed)).toEqual({ 'queue_latency p(95) < 2s': 'failure', 'the limit keeps every promise': 'failure', 'no invariant breaks': 'pass' });
    const [slo, gate] = casesOf(failed);
    expect(slo!.attributes['classname']).toBe('plan-shop.limit-68');
    expect(slo!.children[0]!.attributes['type']).toBe('slo');
    expect(slo!.children[0]!.attributes['message']).toMatch(/^actual [\d.]+s \[[\d.]+s, [\d.]+s\] at limit 68; 8 seeds, 176,000 requests$/);
    expect(slo!.children[0]!.text).toContain('Ask again: npx slotstorm plan');
    expect(gate!.children[0]!.attributes).toEqual({ type: 'gate', message: 'limit 68 is what the gate asks about' });
  });

  it('asks without a gate whether some limit is enough, under a class that stays where the answer moves', () => {
    const plan = quickPlanFixture();
    expect(Object.values(outcomes(plan))).toEqual(['pass', 'pass', 'pass']);
    expect(casesOf(plan)[0]!.attributes['classname']).toBe('plan-shop.answer');
    expect(outcomes(hopelessPlanFixture())).toMatchObject({ 'some limit keeps every promise': 'failure' });
  });

  it('counts what is undecided as an error, never as a pass', () => {
    const undecided = gated(68, 96);
    const verdict: Verdict = 'undecided';
    const evidence = { ...undecided.gate!.evidence, verdict, checks: undecided.gate!.evidence.checks.map((check) => ({ ...check, verdict })) };
    const plan = { ...undecided, gate: { ...undecided.gate!, verdict, evidence } };
    expect(parseXml(renderPlanJUnit(plan, 'shop')).attributes).toMatchObject({ tests: '3', failures: '0', errors: '2' });
  });

  it('says of runs that are too short that the gate is undecided, though every promise was kept', () => {
    const plan = gated(72, 96);
    const evidence = { ...plan.gate!.evidence, verdict: 'undecided' as const, tooShort: { runMs: 1, neededMs: 2 } };
    expect(outcomes({ ...plan, gate: { ...plan.gate!, verdict: 'undecided', evidence } })).toEqual({
      'queue_latency p(95) < 2s': 'pass',
      'the limit keeps every promise': 'error',
      'no invariant breaks': 'pass',
    });
  });

  it('fails where an invariant broke, or the baseline was better, though every promise is kept', () => {
    const plan = gated(72, 98);
    const broken = { ...plan, gate: { ...plan.gate!, evidence: { ...plan.gate!.evidence, broken: ['L-REL'] } } };
    expect(
      casesOf(broken)
        .filter((one) => outcomeOf(one) !== 'pass')
        .map(({ children }) => children[0]!.attributes),
    ).toEqual([{ type: 'invariant', message: 'broken: L-REL' }]);
    const comparison = { file: 'plan-shop.json', differences: [], moves: [], verdict: 'fail' as const, text: 'two slots more than the baseline' };
    expect(outcomes(gated(72, 97, { comparison }))).toMatchObject({ 'no worse than the baseline': 'failure' });
  });

  it('fails every promise of what cannot carry the load, by its name, and says by how much', () => {
    const plan = gated(60, 99);
    const overload = { ...plan, gate: { ...plan.gate!, evidence: { ...plan.gate!.evidence, checks: [] } } };
    expect(outcomes(overload)).toEqual({ 'queue_latency p(95) < 2s': 'failure', 'the limit keeps every promise': 'failure', 'no invariant breaks': 'pass' });
    expect(casesOf(overload)[0]!.children[0]!.attributes['message']).toMatch(/at limit 60$/);
  });

  test.each([
    ['runs that are too short', undecidedBelow()],
    ['no limit that is decided', nothingDecided()],
    ['a baseline that is another', quickPlanFixture({ exitCode: 96, verdict: 'undecided', comparison: ANOTHER_LOAD })],
    ['a gate that fails', gated(68, 99)],
    ['a gate that passes', gated(72, 0)],
    ['an overload', gated(60, 99)],
    ['an answer', quickPlanFixture()],
    ['no answer', hopelessPlanFixture()],
    ['a complete plan', planFixture()],
    ['a recorded trace', tracePlanFixture()],
  ])('passes where, and only where, the exit code is 0: %s', (_name, plan) => {
    const { failures, errors } = parseXml(renderPlanJUnit(plan, 'shop')).attributes;
    expect(Number(failures) + Number(errors) === 0).toBe(plan.exitCode === 0);
  });

  it('stays well-formed whatever the names are', () => {
    const plan = gated(68, 99, { command: ALL_HOSTILE, load: { ...quickPlanFixture().load, text: ALL_HOSTILE } });
    const checks = plan.gate!.evidence.checks.map((check) => ({ ...check, slo: ALL_HOSTILE }));
    const hostile = { ...plan, gate: { ...plan.gate!, text: ALL_HOSTILE, evidence: { ...plan.gate!.evidence, checks, broken: [ALL_HOSTILE] } } };
    const suites = parseXml(renderPlanJUnit(hostile, ALL_HOSTILE));
    expect(suites.children).toHaveLength(1);
    expect(elementsNamed(suites, 'testcase')).toHaveLength(3);
    expect(elementsNamed(suites, 'evil')).toEqual([]);
    expect(suites.attributes['name']?.replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
  });
});
