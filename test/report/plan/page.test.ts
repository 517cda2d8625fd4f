import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { PlanResult } from '../../../src/measure/capacity/plan-result.js';
import { embedText } from '../../../src/report/html/embed.js';
import { planJson } from '../../../src/report/plan/json.js';
import { renderPlanPage } from '../../../src/report/plan/page/plan-page.js';
import { columnOf, sectionOf, tablesOf, textOf } from './page-markup.js';
import { estimate, hopelessPlanFixture, planFixture, pointEvidence, quickPlanFixture, tracePlanFixture } from './plan-fixture.js';

const pageOf = (plan: PlanResult): string => renderPlanPage(plan, { pageScript: 'void 0' });
const answerOf = (plan: PlanResult): string => textOf(sectionOf(pageOf(plan), 'answer') ?? '');
const TWO_SLOS = ['queue_latency p(95) < 2s', 'start_timeouts < 0.1%'];

describe('the answer card', () => {
  it('says the limit, the tier, and how one less and one more came out', () => {
    const card = answerOf(planFixture());
    expect(card).toContain('You need limit 69');
    expect(card).toContain('No self-service tier does: they end at 40.');
    for (const evidence of ['limit 68', '2.28s [2.21s, 2.34s]', 'limit 69', '1.73s [1.68s, 1.78s]', 'limit 70', '1.28s']) expect(card).toContain(evidence);
    const marks = [...(sectionOf(pageOf(planFixture()), 'answer') ?? '').matchAll(/class="mark (\w+)" role="img" aria-label="(\w+)"/g)];
    expect(marks.map(([, look, word]) => [look, word])).toEqual([
      ['fail', 'fail'],
      ['pass', 'pass'],
      ['pass', 'pass'],
    ]);
  });

  it('calls what a formula says a formula, and no evidence', () => {
    expect(answerOf(planFixture())).toContain('Formula, no evidence: stable from 61 (Little), 69 by Erlang C');
  });

  it('says how much room there is, and what would do with the largest tier', () => {
    const card = answerOf(planFixture());
    expect(card).toContain('87 %, 9 slots above the mean');
    expect(card).toContain('Tier 40 carries2.71/s, no longer 2.77/s');
    expect(card).toContain('Which rate does limit 69 carry?5.07/s, no longer 5.09/s');
    const tier = { limit: 80, usdPerMonth: 900 };
    const tiers = { ...planFixture().tiers, tiers: [{ limit: 40 }, tier], tier, slack: 11, text: 'tier 80 does' };
    expect(answerOf(planFixture({ tiers }))).toContain('tier 80 at $900.00 a month, 11 slots to spare');
  });

  it('says what the gate, the exit code and the command are', () => {
    const card = answerOf(planFixture());
    expect(card).toContain('Gate at limit 69: Limit 69 meets every objective');
    expect(card).toContain('exit code 0: the gate passed, no worse than the baseline');
    expect(card).toContain('npx slotstorm plan --rate 5/s --service 12s');
    const failing = { limit: 20, evidence: pointEvidence(20), verdict: 'fail' as const, text: 'limit 20 is too low' };
    const failed = answerOf(planFixture({ gate: failing, verdict: 'fail', exitCode: 99 }));
    expect(failed).toContain('exit code 99: limit 20 does not meet every SLO');
    expect(failed).toContain('You need limit 69');
  });

  it('says why no limit does', () => {
    const card = answerOf(hopelessPlanFixture());
    expect(card).toContain('No limit up to 10,000 is enough');
    expect(card).toContain('even with a slot for everybody it is 55.3s');
    expect(card).toContain('Asked for: a limit that meets “time_to_result p(99) < 30s”');
    expect(card).not.toContain('You need');
  });

  it('promises nothing that is undecided', () => {
    const open = { ...pointEvidence(69), verdict: 'undecided' as const };
    const answer = { ...planFixture().answer, evidence: [pointEvidence(68), open, pointEvidence(70)] };
    const undecided = answerOf(planFixture({ answer, verdict: 'undecided', exitCode: 96, gate: undefined }));
    expect(undecided).toContain('Limit 69 is not shown yet');
    expect(undecided).not.toContain('You need');
    const none = { ...answer, limit: undefined };
    expect(answerOf(planFixture({ answer: none, verdict: 'undecided', exitCode: 96 }))).toContain('No limit is decided');
  });

  it('says by how much a load does not fit', () => {
    const answer = { ...planFixture().answer, limit: undefined, evidence: [pointEvidence(40)] };
    expect(answerOf(planFixture({ answer, verdict: 'fail', exitCode: 99 }))).toContain('60 slots of work for a limit of 40, which carries at most 3.33/s.');
  });

  it('shows every SLO where there are several', () => {
    const checked = (limit: number) => ({
      ...pointEvidence(limit),
      checks: [...pointEvidence(limit).checks, { slo: TWO_SLOS[1] as string, unit: 'ratio', actual: estimate(0.0004), verdict: 'pass' as const }],
    });
    const plan = planFixture({
      question: { ...planFixture().question, slos: TWO_SLOS },
      answer: { ...planFixture().answer, evidence: [68, 69, 70].map(checked) },
    });
    expect(answerOf(plan)).toContain('“queue_latency p(95) < 2s” and “start_timeouts < 0.1%”');
    expect(answerOf(plan).match(/start_timeouts < 0\.1% 0\.04 %/g)).toHaveLength(3);
    const [table] = tablesOf(sectionOf(pageOf(plan), 'evidence') ?? '');
    expect(columnOf(table, 'start_timeouts < 0.1%')[0]).toMatch(/^0\.04 %/);
  });
});

describe('the sections', () => {
  const ids = (html: string): string[] => [...html.matchAll(/<section id="([\w-]+)"/g)].map(([, id]) => id as string);
  const links = (html: string): string[] => [...html.matchAll(/<li><a href="#([\w-]+)"/g)].map(([, id]) => id as string);

  it('are all there in a complete plan, in the order of the questions', () => {
    expect(ids(pageOf(tracePlanFixture()))).toEqual([
      'frontier',
      'heat-map',
      'sensitivity',
      'what-if',
      'days',
      'tenants',
      'ghosts',
      'questions',
      'baseline',
      'evidence',
      'assumptions',
      'environment',
      'data',
    ]);
  });

  it.each([
    ['a complete plan', planFixture()],
    ['a plan of a trace', tracePlanFixture()],
    ['a quick plan', quickPlanFixture()],
    ['a plan without an answer', hopelessPlanFixture()],
    [
      'a plan with empty parts',
      planFixture({
        heatMap: { ratesPerSecond: [], limits: [], p95Ms: [], verdicts: [], here: { ratePerSecond: 5, limit: 69 } },
        frontier: { points: [], erlangCP95Ms: [] },
        sensitivity: [],
        whatIfs: [],
        ghosts: [],
        inverse: [],
        days: [],
        tenants: [],
        notes: [],
        answer: { ...planFixture().answer, evidence: [] },
      }),
    ],
  ])('of %s are exactly those that the navigation leads to, and none is empty', (_, plan) => {
    const html = pageOf(plan);
    expect(links(html).filter((id) => id !== 'answer')).toEqual(ids(html));
    for (const id of ids(html)) expect(textOf(sectionOf(html, id) ?? '').length, id).toBeGreaterThan(60);
    expect(html).not.toMatch(/undefined|NaN|\[object/);
  });

  it('without analyses leave nothing of them behind', () => {
    expect(ids(pageOf(quickPlanFixture()))).toEqual(['evidence', 'assumptions', 'environment', 'data']);
    expect(pageOf(quickPlanFixture())).not.toContain('<canvas');
  });

  it('list every limit that was tried, in order, with what it rests on', () => {
    const [table] = tablesOf(sectionOf(pageOf(planFixture()), 'evidence') ?? '');
    expect(columnOf(table, 'Limit')).toEqual(['61', '66', '67', '68', '69', '70', '138']);
    expect(columnOf(table, 'Requests')).toContain('176,000');
    expect(columnOf(table, 'Verdict').slice(0, 5)).toEqual(['✗ fail', '✗ fail', '✗ fail', '✗ fail', '✓ pass']);
  });

  it('say where the rules are not monotone, and which invariants broke', () => {
    const answer = { ...planFixture().answer, exceptions: [66], evidence: [{ ...pointEvidence(69), broken: ['S-CAP'] }] };
    const html = pageOf(planFixture({ answer }));
    expect(textOf(html)).toContain('The rules are not monotone here: 66 comes out the other way');
    expect(textOf(sectionOf(html, 'evidence') ?? '')).toContain('Broke S-CAP.');
    expect(textOf(sectionOf(html, 'answer') ?? '')).toContain('broke S-CAP');
  });

  it('price nothing that nobody has priced', () => {
    const [costs] = tablesOf(sectionOf(pageOf(planFixture()), 'ghosts') ?? '');
    const row = (name: string): readonly string[] => costs?.rows.find(([first]) => first === name)?.slice(1) ?? [];
    expect(row('Jobs that never ran')).toEqual(['216,000', '1,296,000']);
    expect(row('Charged for the stuck requests')).toEqual(['unknown', 'unknown']);
    expect(row('That tier, a month')).toEqual(['unknown', 'unknown']);
    const priced = planFixture().ghosts?.map((cost) => ({ ...cost, stuckUsd: 12.5 * cost.ghosts }));
    expect(textOf(sectionOf(pageOf(planFixture({ ghosts: priced })), 'ghosts') ?? '')).toContain('Charged for the stuck requests$12.50$75.00');
  });

  it('explain a change for the worse that makes waits shorter', () => {
    const [row] = planFixture().sensitivity ?? [];
    const sensitivity = row === undefined ? [] : [{ ...row, what: 'runners start cold', note: 'the wait is shorter for a reason' }];
    expect(textOf(sectionOf(pageOf(planFixture({ sensitivity })), 'sensitivity') ?? '')).toContain('Runners start cold. The wait is shorter for a reason.');
  });

  it('answer each inverse question with its figure, its formula and what was tried', () => {
    const section = sectionOf(pageOf(planFixture()), 'questions') ?? '';
    expect(textOf(section)).toContain('5.07/s, no longer 5.09/s simulated · 5.09/s by formula');
    expect(tablesOf(section).map(({ caption }) => caption)).toContain('How long until a burst of 500 has drained?');
    expect(textOf(section)).toContain('runs from submit');
  });

  it('hold the plan against its baseline, and say where that cannot be done', () => {
    const [moves] = tablesOf(sectionOf(pageOf(planFixture()), 'baseline') ?? '');
    expect(moves?.rows[1]).toEqual(['queue_latency p(95) at limit 69', '1.7s', '1.73s', '+31ms', '= same']);
    const comparison = { ...(planFixture().comparison as NonNullable<PlanResult['comparison']>), differences: ['another load'], moves: [] };
    expect(textOf(sectionOf(pageOf(planFixture({ comparison })), 'baseline') ?? '')).toContain('not about the same question.another load');
  });

  it('tell of a recorded history what there is of it, without intervals', () => {
    const sure = { mean: 1_731, low: 1_731, high: 1_731, seeds: 1 };
    const once = { ...pointEvidence(69), seeds: 1, checks: [{ slo: 'queue_latency p(95) < 2s', unit: 'ms', actual: sure, verdict: 'pass' as const }] };
    const plan = tracePlanFixture({ answer: { ...planFixture().answer, evidence: [once] } });
    const html = pageOf(plan);
    expect(answerOf(plan)).toContain('queue_latency p(95) < 2s 1.73s87 % busy · 1 seed');
    expect(textOf(sectionOf(html, 'environment') ?? '')).toContain(
      'Rows used26,390 of 26,823Rows left out433, from line 12 on: "exec_time_seconds" is missing or empty',
    );
    const [frontier, map, evidence] = ['frontier', 'heat-map', 'evidence'].map((id) => tablesOf(sectionOf(html, id) ?? '')[0]?.caption);
    expect(frontier).toBe('Waits of the recorded traffic by limit');
    expect(map).toContain('p95 wait of the recorded traffic');
    expect(evidence).toBe('By limit: what each SLO was with the recorded traffic');
    expect(tablesOf(sectionOf(html, 'tenants') ?? '')[0]?.rows.map(([name]) => name)).toEqual(['acme', 'tenant "b" | <i>']);
  });
});

describe('the file', () => {
  const html = renderPlanPage(planFixture(), { pageScript: 'document.title;\n//# sourceMappingURL=x.js.map' });

  it('lets in its own script and style, by their sums, and nothing else', () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
    const script = /<script>([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    const sum = (text: string): string => createHash('sha256').update(text).digest('base64');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${sum(script)}'`);
    expect(policy).toContain(`style-src 'sha256-${sum(style)}'`);
    expect(script).not.toContain('sourceMappingURL');
    expect(html).not.toMatch(/\sstyle="|\son\w+="|(?:src|href)="(?!#|data:,)/);
  });

  it('carries the whole plan', () => {
    const base64 = /id="result-data">([^<]*)</.exec(html)?.[1] ?? '';
    const carried = JSON.parse(gunzipSync(Buffer.from(base64, 'base64')).toString()) as PlanResult;
    expect(planJson(carried)).toBe(planJson(planFixture()));
  });

  it('is the same bytes each time', () => {
    expect(renderPlanPage(planFixture(), { pageScript: '1' })).toBe(renderPlanPage(planFixture(), { pageScript: '1' }));
  });

  it('names every column and every table', () => {
    expect(html).not.toMatch(/<th(?![^>]*scope=)[ >]/);
    expect(html.match(/<table/g)?.length).toBe(html.match(/<caption>/g)?.length);
  });

  it('takes the playground in, packed, and lets exactly its script run later', () => {
    const page = renderPlanPage(planFixture(), { pageScript: 'void 1', playgroundScript: 'void 42' });
    expect(page).toContain('<section id="playground"');
    expect(page).toContain('href="#playground"');
    expect(page).toContain(embedText('void 42'));
    expect(page).not.toContain('void 42');
    const sha256 = createHash('sha256').update('void 42').digest('base64');
    expect(page).toMatch(new RegExp(`script-src [^;]*'sha256-${sha256.replace(/[+]/g, '[+]')}'`));
  });
});
