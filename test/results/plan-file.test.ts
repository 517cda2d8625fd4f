import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanResult, PointEvidence } from '../../src/measure/capacity/plan-result.js';
import { renderPlanCsv } from '../../src/report/plan/csv.js';
import { planJson } from '../../src/report/plan/json.js';
import { renderPlanMarkdown } from '../../src/report/plan/markdown.js';
import { renderPlanTerminal } from '../../src/report/plan/terminal.js';
import { looksLikePlan, readPlan } from '../../src/results/plan-file.js';
import { ResultError } from '../../src/results/result-error.js';
import { holds } from '../helpers/properties.js';
import { hopelessPlanFixture, planFixture, pointEvidence, quickPlanFixture, tracePlanFixture } from '../report/plan/plan-fixture.js';

const FILE = 'plan.json';

/** The fixture as data that may be spoilt. */
function data(): Record<string, unknown> & { answer: Record<string, unknown>; question: Record<string, unknown> } {
  return JSON.parse(planJson(planFixture())) as never;
}

function refusal(content: unknown): string {
  try {
    readPlan(typeof content === 'string' ? content : JSON.stringify(content), FILE);
  } catch (error) {
    expect(error).toBeInstanceOf(ResultError);
    expect((error as ResultError).exitCode).toBe(104);
    return (error as Error).message;
  }
  throw new Error('expected a refusal');
}

describe('plan.json', () => {
  it.each([planFixture(), tracePlanFixture(), quickPlanFixture(), hopelessPlanFixture()])('comes back as it was written', (plan) => {
    expect(readPlan(planJson(plan), FILE)).toEqual(JSON.parse(planJson(plan)));
    expect(planJson(readPlan(planJson(plan), FILE))).toBe(planJson(plan));
  });

  it('is told from other files by its beginning', () => {
    expect(looksLikePlan(planJson(planFixture()).slice(0, 10_000))).toBe(true);
    expect(looksLikePlan('{"schemaVersion": 12, "runs": []}')).toBe(false);
  });
});

describe('a file that is no plan', () => {
  it('is something else of ours', () => {
    expect(refusal({ schemaVersion: 12, tool: { name: 'slotstorm' }, runs: [] })).toBe(
      'plan.json: expected plan.json of slotstorm plan, got the result of a run',
    );
    expect(refusal({ kind: 'slotstorm-baseline' })).toBe('plan.json: expected plan.json of slotstorm plan, got a baseline of runs');
  });

  it.each(['', '{', '[]', 'null', '"x"', '{"a":1}', 'rubbish', '['.repeat(100)])('is nothing of ours: %j', (content) => {
    expect(refusal(content)).toMatch(/^plan\.json: expected/);
  });

  it('was written by a newer version', () => {
    expect(refusal({ ...data(), schemaVersion: 3 })).toBe(
      'plan.json: expected a plan of schema version 2, got 3: a newer slotstorm wrote it; use that one, or plan again',
    );
    expect(refusal({ ...data(), schemaVersion: 'x' })).toBe('plan.json: expected a plan of schema version 2, got "x"; plan again');
  });

  it('was written by an older version, whose hashes mean something else: plan again', () => {
    expect(refusal({ ...data(), schemaVersion: 1 })).toBe(
      'plan.json: expected a plan of schema version 2, got 1: an older slotstorm wrote it, and plans of the two cannot be compared; plan again',
    );
  });

  it('has a field that was edited: where, what was expected, what came', () => {
    const spoilt = data();
    spoilt.answer['limit'] = 'many';
    expect(refusal(spoilt)).toBe(
      'plan.json: at answer.limit: expected a whole number from 1 up, got "many"; the file is damaged or was edited: plan again, or take it from git again',
    );
  });

  it('lacks a field', () => {
    const { tiers: _, ...rest } = data();
    expect(refusal(rest)).toMatch(/^plan\.json: at tiers: expected an object, got nothing/);
  });

  it('promises nothing', () => {
    const spoilt = data();
    spoilt.question['slos'] = [];
    expect(refusal(spoilt)).toMatch(/^plan\.json: at question\.slos: expected a list of at least 1/);
  });
});

describe('a plan that contradicts itself', () => {
  type Plan = ReturnType<typeof data> & {
    answer: { evidence: Record<string, unknown>[]; exceptions: number[] };
    tiers: Record<string, unknown>;
    gate: Record<string, unknown>;
  };

  /** What is said of the fixture (answer 69, evidence 61, 66 to 70 and 138) once this was done to it. */
  function saidOf(spoil: (plan: Plan) => void): string {
    const plan = data() as Plan;
    spoil(plan);
    return refusal(plan)
      .replace(/^plan\.json: at /, '')
      .replace(/; the file is damaged.*/, '');
  }
  const at = (plan: Plan, limit: number): Record<string, unknown> => plan.answer.evidence.find((point) => point['limit'] === limit) as Record<string, unknown>;
  const without = (plan: Plan, limit: number): void => {
    plan.answer.evidence = plan.answer.evidence.filter((point) => point['limit'] !== limit);
  };

  const SPOILT: readonly (readonly [what: string, spoil: (plan: Plan) => void, said: string])[] = [
    [
      'its answer was deleted',
      ({ answer }) => delete answer['limit'],
      'answer.limit: expected a limit, or evidence that 138 was tried and is not enough, got nothing',
    ],
    ['its answer was raised', ({ answer }) => (answer['limit'] = 70), 'answer.evidence: expected limit 69, which was not shown to do, got a list of 7'],
    ['its answer was lowered', ({ answer }) => (answer['limit'] = 68), 'answer.limit: expected a limit that passed, as the evidence says, got 68'],
    [
      'its answer is one that nobody tried',
      ({ answer }) => (answer['limit'] = 100),
      'answer.limit: expected a limit that passed, as the evidence says, got 100',
    ],
    ['its evidence was deleted', ({ answer }) => (answer.evidence = []), 'answer.limit: expected a limit that passed, as the evidence says, got 69'],
    ['the evidence of one slot less is gone', (plan) => without(plan, 68), 'answer.evidence: expected limit 68, which was not shown to do, got a list of 6'],
    ['the evidence of one slot more is gone', (plan) => without(plan, 70), 'answer.evidence: expected limit 70 beside the answer, got a list of 6'],
    ['an exception was deleted', (plan) => (plan.answer.exceptions = [70]), 'answer.exceptions: expected [], as the evidence says, got a list of 1'],
    [
      'evidence stands twice',
      ({ answer }) => answer.evidence.push(answer.evidence[0] as never),
      'answer.evidence[7].limit: expected limits in rising order, got 61',
    ],
    ['a verdict was turned', (plan) => (at(plan, 68)['verdict'] = 'pass'), 'answer.evidence[3].verdict: expected "fail", as its checks say, got "pass"'],
    [
      'what does not fit passed',
      (plan) => Object.assign(at(plan, 68), { unstable: { offeredSlots: 60, limit: 68, mostPerSecond: 5 }, verdict: 'undecided' }),
      'answer.evidence[3].verdict: expected "fail", for the load does not fit, got "undecided"',
    ],
    [
      'runs were too short, and it passed',
      (plan) => (at(plan, 69)['tooShort'] = { runMs: 1, neededMs: 2 }),
      'answer.evidence[4].verdict: expected "undecided", as its checks say, got "pass"',
    ],
    ['nothing was run', (plan) => (at(plan, 69)['seeds'] = 0), 'answer.evidence[4].seeds: expected at least 1, for the load fits, got 0'],
    ['nothing was checked', (plan) => (at(plan, 69)['checks'] = []), 'answer.evidence[4].checks: expected a list of at least 1, got a list of 0'],
    [
      'a number was edited',
      (plan) => ((at(plan, 69)['checks'] as { actual: object }[])[0]!.actual = { mean: 2_500, low: 2_400, high: 2_600, seeds: 8 }),
      'answer.evidence[4].checks[0].verdict: expected what the interval beside it shows: not "pass", got "pass"',
    ],
    [
      'a number was deleted',
      (plan) => delete (at(plan, 69)['checks'] as { actual?: object }[])[0]!.actual,
      'answer.evidence[4].checks[0].verdict: expected what the interval beside it shows: not "pass", got "pass"',
    ],
    [
      'a missed promise has numbers that keep it',
      (plan) => ((at(plan, 68)['checks'] as { actual: object }[])[0]!.actual = { mean: 1_500, low: 1_400, high: 1_600, seeds: 8 }),
      'answer.evidence[3].checks[0].verdict: expected what the interval beside it shows: not "fail", got "fail"',
    ],
    [
      'a mean lies outside its interval',
      (plan) => ((at(plan, 69)['queueLatency'] as { p95: { mean: number } }).p95.mean = 1),
      'answer.evidence[4].queueLatency.p95: expected a mean inside its interval, got 1',
    ],
    [
      'another SLO was judged',
      ({ question }) => (question['slos'] = ['queue_latency p(95) < 3s']),
      'answer.evidence[0].checks[0].slo: expected "queue_latency p(95) < 3s", which is asked for, got "queue_latency p(95) < 2s"',
    ],
    [
      'one SLO more was asked for',
      ({ question }) => (question['slos'] as string[]).push('leaked_slots value == 0'),
      'answer.evidence[0].checks: expected one check of each SLO (2), got a list of 1',
    ],
    [
      'a tier holds it that was not advised',
      ({ tiers }) => (tiers['tiers'] as object[]).push({ limit: 80 }),
      'tiers.tier: expected tier 80, the smallest that holds 69, got nothing',
    ],
    ['a tier is advised that does not hold it', ({ tiers }) => (tiers['tier'] = { limit: 40 }), 'tiers.tier: expected no tier, got 40'],
    ['a tier has slots to spare that it has not', ({ tiers }) => (tiers['slack'] = 3), 'tiers.slack: expected nothing, got 3'],
    ['its gate is about another limit', ({ gate }) => (gate['limit'] = 68), 'gate.evidence.limit: expected 68, which the gate is about, got 69'],
    ['its gate was turned', ({ gate }) => (gate['verdict'] = 'fail'), 'gate.verdict: expected "pass", as the evidence says, got "fail"'],
    ['its verdict is not that of its exit code', (plan) => (plan['exitCode'] = 99), 'verdict: expected "fail", as the exit code 99 says, got "pass"'],
    [
      'its answer was deleted, and the most that was tried lowered to one that failed',
      ({ answer }) => {
        delete answer['limit'];
        answer['mostTried'] = 68;
      },
      'answer.limit: expected a limit, for 69 passed, got nothing',
    ],
    [
      'nothing passed, and more was tried than the most',
      (plan) => {
        delete plan.answer['limit'];
        plan.answer['mostTried'] = 67;
        plan.answer.evidence = plan.answer.evidence.slice(0, 4);
      },
      'answer.limit: expected a limit, for 68 was tried as well, got nothing',
    ],
    [
      'it passes beside a gate that does not',
      (plan) => Object.assign(plan.gate, { limit: 68, verdict: 'fail', evidence: at(plan, 68) }),
      'exitCode: expected another code, for the gate did not pass, got 0',
    ],
    [
      'it passes without an answer',
      (plan) => {
        Object.assign(plan, { gate: undefined, answer: JSON.parse(planJson(hopelessPlanFixture())).answer });
        Object.assign(plan.question, { slos: ['time_to_result p(99) < 30s'] });
        delete plan['frontier'];
      },
      'exitCode: expected another code, for there is no answer, got 0',
    ],
    [
      'what was measured of a missed promise was deleted',
      (plan) => delete (at(plan, 68)['checks'] as { actual?: object }[])[0]!.actual,
      'answer.evidence[3].checks[0].actual: expected what was measured, for the promise is missed, got nothing',
    ],
    ['its limit is a part of a slot', ({ answer }) => (answer['limit'] = 68.5), 'answer.limit: expected a whole number from 1 up, got 68.5'],
  ];

  it.each(SPOILT)('%s', (_, spoil, said) => {
    expect(saidOf(spoil)).toBe(said);
  });

  it('is one whose day has a limit that its evidence does not show', () => {
    const plan = JSON.parse(planJson(tracePlanFixture({ days: [{ ...tracePlanFixture().days![0]!, limit: 70, evidence: pointEvidence(69) }] })));
    expect(refusal(plan)).toMatch(/^plan\.json: at days\[0\]\.limit: expected a limit that passed, as the evidence says, got 70/);
  });

  it.each([
    ['a limit without evidence', { limit: 70, evidence: undefined }, '70'],
    ['evidence without a limit', { limit: undefined, evidence: pointEvidence(69) }, 'nothing'],
    ['evidence that failed', { limit: 68, evidence: pointEvidence(68) }, '68'],
  ])('is one whose day has %s', (_, changes, got) => {
    const days = [{ ...tracePlanFixture().days![0]!, ...changes }];
    expect(refusal(planJson(tracePlanFixture({ days })))).toContain(`at days[0].limit: expected a limit that passed, as the evidence says, got ${got}`);
  });

  it.each(['gate', 'days', 'tenants'] as const)('is one that judges another SLO in its %s', (part) => {
    const plan = tracePlanFixture();
    const foreign = (point: PointEvidence): PointEvidence => ({
      ...point,
      checks: point.checks.map((check) => ({ ...check, slo: 'queue_latency p(95) < 9s' })),
    });
    const changes =
      part === 'gate'
        ? { gate: { ...plan.gate!, evidence: foreign(plan.gate!.evidence) } }
        : { [part]: plan[part]!.map((piece) => ({ ...piece, evidence: foreign(piece.evidence!) })) };
    expect(refusal(planJson({ ...plan, ...changes }))).toMatch(
      new RegExp(`at ${part}(\\[0\\])?\\.evidence\\.checks\\[0\\]\\.slo: expected "queue_latency p\\(95\\) < 2s", which is asked for`),
    );
  });

  it('is told in few words, however long what it says is', () => {
    const plan = data();
    plan.question['slos'] = ['x'.repeat(1_000_000)];
    expect(refusal(plan).length).toBeLessThan(500);
  });

  const quick = (limits: readonly number[], answer: Partial<PlanResult['answer']>, changes: Partial<PlanResult> = {}): PlanResult =>
    quickPlanFixture({ answer: { mostTried: 138, evidence: limits.map((limit) => pointEvidence(limit)), exceptions: [], ...answer }, ...changes });
  const undecided = (point: PointEvidence): PointEvidence => ({
    ...point,
    verdict: 'undecided',
    checks: point.checks.map((check) => ({ ...check, verdict: 'undecided' })),
  });
  const idle = (limit: number): PointEvidence => pointEvidence(limit, 0.001);

  it.each<readonly [string, PlanResult]>([
    ['a single slot is enough', quick([], { limit: 1, evidence: [idle(1), idle(2)] }, { tiers: { ...planFixture().tiers, tier: { limit: 2 }, slack: 1 } })],
    ['nobody could tell whether one slot less does', quick([], { limit: 69, evidence: [undecided(pointEvidence(68)), pointEvidence(69), pointEvidence(70)] })],
    [
      'a larger limit was not shown to do',
      quick([], { limit: 69, evidence: [pointEvidence(68), pointEvidence(69), pointEvidence(70), undecided(pointEvidence(71))], exceptions: [71] }),
    ],
    ['a day has no limit', tracePlanFixture({ days: [{ ...tracePlanFixture().days![0]!, limit: undefined, evidence: undefined, p95Ms: undefined }] })],
    ['the gate fails', planFixture({ gate: { limit: 68, evidence: pointEvidence(68), verdict: 'fail', text: 'no' }, verdict: 'fail', exitCode: 99 })],
  ])('is none where %s', (_, plan) => {
    expect(readPlan(planJson(plan), FILE)).toEqual(JSON.parse(planJson(plan)));
  });

  it('is none where a promise of waits is missed by who was dropped, and nobody was served', () => {
    const plan = data() as Plan;
    const [check] = at(plan, 68)['checks'] as Record<string, unknown>[];
    delete check!['actual'];
    check!['dropped'] = { mean: 1, low: 0.9, high: 1, seeds: 8 };
    expect(() => readPlan(JSON.stringify(plan), FILE)).not.toThrow();
  });

  it('is none where a promise of waits is missed by who was dropped', () => {
    const plan = data() as Plan;
    Object.assign((at(plan, 68)['checks'] as object[])[0]!, {
      actual: { mean: 1_500, low: 1_400, high: 1_600, seeds: 8 },
      dropped: { mean: 0.2, low: 0.1, high: 0.3, seeds: 8 },
    });
    expect(() => readPlan(JSON.stringify(plan), FILE)).not.toThrow();
  });

  it('is judged by shares as by waits', () => {
    const plan = data() as Plan;
    const share = (actual: object): void => {
      plan.question['slos'] = ['start_timeouts < 0.1%'];
      for (const point of [...plan.answer.evidence, ...(plan['frontier'] as { points: object[] }).points, plan.gate['evidence']] as Record<string, unknown>[]) {
        const verdict = point['verdict'];
        point['checks'] = [
          { slo: 'start_timeouts < 0.1%', unit: 'ratio', verdict, actual: verdict === 'pass' ? actual : { mean: 0.5, low: 0.4, high: 0.6, seeds: 8 } },
        ];
      }
    };
    share({ mean: 0, low: 0, high: 0.001, seeds: 59 });
    expect(() => readPlan(JSON.stringify(plan), FILE)).not.toThrow();
    share({ mean: 0, low: 0, high: 0.002, seeds: 59 });
    expect(refusal(plan)).toContain('at answer.evidence[4].checks[0].verdict: expected what the interval beside it shows: not "pass"');
  });

  it('breaks off: it is planned again, not run', () => {
    expect(refusal(planJson(planFixture()).slice(0, 5_000))).toMatch(
      /^plan\.json: expected JSON, but it breaks off after 5,000 characters.*: plan again, or copy the file again$/,
    );
    expect(refusal('')).toBe('plan.json: expected JSON, but it is empty; plan again, or copy the file again');
  });
});

describe('a file that somebody has edited', () => {
  /** Every place in the data. */
  function placesOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
    if (typeof value !== 'object' || value === null) return [[...path]];
    return [[...path], ...Object.entries(value).flatMap(([key, own]) => placesOf(own, [...path, Array.isArray(value) ? Number(key) : key]))];
  }

  const places = placesOf(data()).filter((path) => path.length > 0);

  it('is refused with a place, or can be drawn', () => {
    holds(
      fc.property(fc.constantFrom(...places), fc.anything(), (path, value) => {
        const spoilt = data();
        let parent: Record<string | number, unknown> = spoilt;
        for (const step of path.slice(0, -1)) parent = parent[step] as Record<string | number, unknown>;
        parent[path.at(-1) as string] = value;
        let text: string;
        try {
          text = JSON.stringify(spoilt);
        } catch {
          return;
        }
        let plan: ReturnType<typeof readPlan>;
        try {
          plan = readPlan(text, FILE);
        } catch (error) {
          expect(error).toBeInstanceOf(ResultError);
          return;
        }
        renderPlanTerminal(plan, { colour: false, width: 100 });
        renderPlanMarkdown(plan);
        renderPlanCsv(plan);
      }),
      400,
    );
  });
});
