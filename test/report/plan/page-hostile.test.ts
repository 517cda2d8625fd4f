import { describe, expect, it } from 'vitest';
import type { PlanResult } from '../../../src/measure/capacity/plan-result.js';
import { planPictures } from '../../../src/report/plan/charts/pictures.js';
import { renderPlanPage } from '../../../src/report/plan/page/plan-page.js';
import { ALL_HOSTILE, HOSTILE_NAMES } from '../hostile-names.js';
import { planFixture, tracePlanFixture } from './plan-fixture.js';

const CASES = [...Object.entries(HOSTILE_NAMES), ['all of them at once', ALL_HOSTILE]] as const;
const hasControls = (text: string): boolean => /[^\P{Cc}\n]|\p{Bidi_Control}|[\u2028\u2029]/u.test(text);

/** A plan in which every text from outside is the same name: scenario, trace, tenants, days, notes, policy, promises, files. */
function planOf(name: string): PlanResult {
  const base = tracePlanFixture();
  const piece = { ...base.days?.[0], name } as NonNullable<PlanResult['days']>[number];
  const check = { slo: name, unit: name, actual: { mean: 1, low: 0.5, high: 2, seeds: 3 }, verdict: 'pass' as const };
  const evidence = base.answer.evidence.map((point) => ({ ...point, checks: [check], broken: [name] }));
  return {
    ...base,
    command: `npx slotstorm plan ${name}`,
    question: { ...base.question, slos: [name], policy: name, switches: [name] },
    load: { ...base.load, text: name, trace: { ...base.load.trace!, file: name, skipped: [{ reason: name, count: 1 }] } },
    answer: { ...base.answer, why: name, evidence },
    tiers: { ...base.tiers, source: name, text: name },
    days: [piece, piece],
    tenants: [piece],
    sensitivity: base.sensitivity?.map((row) => ({ ...row, what: name, factor: name, change: name })),
    whatIfs: [{ question: name, answer: name }],
    ghosts: base.ghosts?.map((cost) => ({ ...cost, text: [name] })),
    inverse: base.inverse?.map((one) => ({ ...one, title: name, answer: name, columns: [name, name, name], rows: [[name, name, name]], notes: [name] })),
    gate: { ...base.gate!, text: name },
    comparison: {
      file: name,
      differences: [name],
      moves: [{ what: name, before: 1, after: 2, unit: name, verdict: 'worse' }],
      verdict: 'fail',
      text: name,
    },
    notes: [name],
    meta: { ...base.meta, host: name, workers: name },
  };
}

describe.each(CASES)('%s, as every name of a plan', (_, name) => {
  const html = renderPlanPage(planOf(name), { pageScript: 'void 0' });
  const markup = html.replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>/g, '');

  it('is inert on the page', () => {
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(markup).not.toMatch(/<(?:img|b|i|evil|iframe)\b/i);
    expect(markup).not.toMatch(/<[a-z][^>"']*(?:"[^"]*"[^>"']*)*\son[a-z]+=/i);
    expect(markup).not.toMatch(/\sstyle="/);
    expect(markup).not.toMatch(/(?:src|href)="(?!#|data:,)/);
    expect(hasControls(markup)).toBe(false);
    expect(html.length).toBeLessThan(1_000_000);
  });
});

it('a name that tries everything can be drawn as well', async () => {
  expect(await planPictures(planOf(ALL_HOSTILE))).toHaveLength(4);
});

it('a long name stands shortened where names stand, and whole once', () => {
  const long = 'x'.repeat(5_000);
  const html = renderPlanPage(planFixture({ notes: [long] }));
  expect(html.split(long)).toHaveLength(2);
  expect(html).toContain('Names that are shortened on this page, in full.');
});
