import { describe, expect, it } from 'vitest';
import type { PlanResult } from '../../../src/measure/capacity/plan-result.js';
import { planComparisonMarkdown, planComparisonText } from '../../../src/report/plan/comparison-text.js';
import { renderPlanCsv } from '../../../src/report/plan/csv.js';
import { planExitDoc } from '../../../src/report/plan/exit-words.js';
import { headline } from '../../../src/report/plan/headline.js';
import { planJson } from '../../../src/report/plan/json.js';
import { renderPlanMarkdown } from '../../../src/report/plan/markdown.js';
import { renderPlanTerminal } from '../../../src/report/plan/terminal.js';
import { readPlan } from '../../../src/results/plan-file.js';
import { ALL_HOSTILE, HOSTILE_NAMES } from '../hostile-names.js';
import { estimate, hopelessPlanFixture, planFixture, pointEvidence, quickPlanFixture, tracePlanFixture } from './plan-fixture.js';

const TERMINAL = { colour: false, width: 100, reportPath: 'reports/plan-load/plan.html' };

const PLANS: Readonly<Record<string, () => PlanResult>> = {
  complete: planFixture,
  trace: tracePlanFixture,
  quick: quickPlanFixture,
  hopeless: hopelessPlanFixture,
};

describe('what a plan prints', () => {
  it.each(Object.entries(PLANS))('%s: the terminal', async (name, plan) => {
    await expect(renderPlanTerminal(plan(), TERMINAL)).toMatchFileSnapshot(`../../golden/plan/${name}.txt`);
  });

  it.each(Object.entries(PLANS))('%s: Markdown', async (name, plan) => {
    await expect(renderPlanMarkdown(plan())).toMatchFileSnapshot(`../../golden/plan/${name}.md`);
  });

  it('CSV: every number that was simulated, one a line', async () => {
    await expect(renderPlanCsv(planFixture())).toMatchFileSnapshot('../../golden/plan/complete.csv');
  });
});

describe('a load that comes all at once', () => {
  const { load, frontier, heatMap: _, ...plan } = planFixture();
  const burst = {
    ...plan,
    load: { ...load, text: 'batch: 200 requests at once of acme', atOnce: 200, ratePerSecond: 38.2, offeredSlots: 200 },
    ...(frontier === undefined ? {} : { frontier: { ...frontier, erlangCP95Ms: [] } }),
    ghosts: undefined,
    inverse: undefined,
    sensitivity: undefined,
    tiers: { ...plan.tiers, ratePerSecondAtLargest: undefined, text: 'send ≤ 193 requests at once' },
    notes: [],
  };

  it('has no rate in any text, nor a queue that settles', () => {
    for (const text of [renderPlanTerminal(burst, TERMINAL), renderPlanMarkdown(burst), renderPlanCsv(burst)]) {
      expect(text).not.toContain('38.2');
      expect(text).not.toMatch(/in use on average|stable from|by formula/);
    }
    expect(renderPlanTerminal(burst, TERMINAL)).toContain('formula, no evidence: c slots work 200 requests off in ceil(200 / c) x 12s');
    const rates = renderPlanCsv(burst)
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',')[3]);
    expect(new Set(rates)).toEqual(new Set(['']));
  });
});

describe('a change that makes waits shorter although it is for the worse', () => {
  const [row] = planFixture().sensitivity ?? [];
  const plan = planFixture({ sensitivity: row === undefined ? [] : [{ ...row, what: 'runners start cold', note: 'the wait is shorter for a reason' }] });

  it('is explained beside its row, in the terminal and in Markdown', () => {
    expect(renderPlanTerminal(plan, TERMINAL)).toContain('runners start cold: the wait is shorter for a reason.');
    expect(renderPlanMarkdown(plan)).toMatch(/\| runners start cold \|.*The wait is shorter for a reason\./);
  });
});

describe('a change with which no limit was found', () => {
  const [rate, ...rest] = planFixture().sensitivity ?? [];
  const why = 'no limit up to 10,000 meets it: even with 10,000 slots 3.3s';
  const plan = planFixture({
    sensitivity: [...rest, ...(rate === undefined ? [] : [{ ...rate, what: 'runners start cold', factor: 'cold starts', limit: undefined, why }])],
  });

  it('stands first and says why, in the terminal and in Markdown', () => {
    const text = renderPlanTerminal(plan, TERMINAL);
    expect(text).toMatch(/SENSITIVITY\n {2}✗ runners start cold +no limit was found; /);
    expect(text).toContain(`runners start cold: ${why}.`);
    expect(renderPlanMarkdown(plan)).toContain('No limit up to 10,000 meets it: even with 10,000 slots 3.3s.');
  });

  it('shares its reason with others of the same, said once', () => {
    const all = planFixture({ sensitivity: plan.sensitivity?.map((row) => ({ ...row, limit: undefined, why })) ?? [] });
    expect(renderPlanTerminal(all, TERMINAL).replace(/\s+/g, ' ').split(why)).toHaveLength(2);
  });
});

describe('the slots of a large load', () => {
  it('are the same number where the load is told and where it overloads a limit', () => {
    const unstable = { offeredSlots: 5_184_000, limit: 50, mostPerSecond: 0.0001 };
    const load = { ...planFixture().load, offeredSlots: 5_184_000 };
    const answer = { mostTried: 50, why: 'none', evidence: [{ ...pointEvidence(50), unstable }], exceptions: [] };
    const text = renderPlanTerminal(quickPlanFixture({ load, answer, exitCode: 99, verdict: 'fail' }), { ...TERMINAL, width: 200 });
    expect(text.match(/5,1\d\d,\d+ slots/g)).toEqual(['5,184,000 slots', '5,184,000 slots']);
  });
});

describe('the answer comes first', () => {
  const first = (plan: PlanResult): string | undefined => renderPlanTerminal(plan, TERMINAL).trim().split('\n')[0];

  it('with the tier, or that there is none', () => {
    expect(first(quickPlanFixture())).toBe('✓ You need limit 69 (no self-service tier: they end at 40)');
    const tiers = { ...planFixture().tiers, tiers: [{ limit: 40 }, { limit: 80 }], tier: { limit: 80 }, slack: 11 };
    expect(first(quickPlanFixture({ tiers }))).toBe('✓ You need limit 69 (tier 80, 11 to spare)');
    expect(first(quickPlanFixture({ tiers: { ...tiers, tiers: [{ limit: 69 }], tier: { limit: 69 }, slack: 0 } }))).toBe(
      '✓ You need limit 69 (tier 69, none to spare)',
    );
  });

  it('says so where there is none', () => {
    expect(first(hopelessPlanFixture())).toBe('✗ No limit up to 10,000 is enough');
  });

  it('is what the gate says, where there is one', () => {
    const gate = (verdict: 'pass' | 'fail' | 'undecided'): PlanResult =>
      planFixture({ gate: { limit: 20, evidence: pointEvidence(20), verdict, text: '' }, verdict, exitCode: { pass: 0, fail: 99, undecided: 96 }[verdict] });
    expect(headline(gate('pass'))).toMatchObject({ verdict: 'pass', text: expect.stringMatching(/^Limit 20 is enough\. You need limit 69/) });
    expect(headline(gate('fail'))).toMatchObject({ verdict: 'fail', text: expect.stringMatching(/^Limit 20 is not enough\./) });
    expect(headline(gate('undecided'))).toMatchObject({ verdict: 'undecided', text: expect.stringMatching(/^Nobody can tell yet whether limit 20/) });
  });

  it('shows one less, itself and one more, and what is formula says so', () => {
    const text = renderPlanTerminal(planFixture(), TERMINAL);
    expect(text).toMatch(/68 ✗ .*\n {2}69 ✓ .*\n {2}70 ✓ /);
    expect(text).toContain('formula, no evidence: stable from 61 (Little), 69 by Erlang C');
  });

  it('says by how much an overload is one', () => {
    const answer = { mostTried: 50, why: 'none', evidence: [pointEvidence(50)], exceptions: [] };
    const text = renderPlanTerminal(quickPlanFixture({ answer, exitCode: 99, verdict: 'fail' }), { ...TERMINAL, width: 200 });
    expect(text).toContain('50 ✗ unstable: 60 slots of work for a limit of 50, which carries at most 4.17/s');
  });

  it('names the invariants that broke in its evidence', () => {
    const evidence = [{ ...pointEvidence(69), broken: ['L-REL', 'S-CAP'] }];
    const text = renderPlanTerminal(quickPlanFixture({ answer: { limit: 69, mostTried: 100, evidence, exceptions: [] } }), { ...TERMINAL, width: 200 });
    expect(text).toContain('broken: L-REL, S-CAP');
  });

  it('says where the rules are not monotone, and what is doubtful', () => {
    const answer = { ...planFixture().answer, exceptions: [66], why: '70 was not shown to meet it' };
    const text = renderPlanTerminal(quickPlanFixture({ answer }), TERMINAL);
    expect(text).toContain('the rules are not monotone here: 66 went the other way');
    expect(text).toContain('70 was not shown to meet it.');
  });
});

describe('parts that a plan has nothing of', () => {
  it('leave no headings', () => {
    const text = renderPlanTerminal(quickPlanFixture({ notes: [] }), TERMINAL);
    expect(text.match(/^[A-Z][A-Z ]+$/gm)).toEqual(['LOAD', 'EVIDENCE', 'TIER']);
    expect(renderPlanMarkdown(quickPlanFixture({ notes: [] }))).not.toMatch(/^### /m);
  });

  it('in CSV have no lines', () => {
    const parts = new Set(
      renderPlanCsv(quickPlanFixture())
        .split('\r\n')
        .slice(1, -1)
        .map((line) => line.split(',')[0]),
    );
    expect([...parts]).toEqual(['answer']);
  });
});

describe('every line of CSV', () => {
  it.each([planFixture(), tracePlanFixture(), hopelessPlanFixture()])('has as many cells as there are headings', (plan) => {
    const lines = renderPlanCsv(plan).trimEnd().split('\r\n');
    for (const line of lines) expect(cellsOf(line), line).toHaveLength(13);
  });

  it('leaves empty what is without end', () => {
    const evidence = [
      { ...pointEvidence(69), checks: [{ slo: 'x', unit: 'ms', actual: { ...estimate(1), high: Number.POSITIVE_INFINITY }, verdict: 'undecided' as const }] },
    ];
    expect(renderPlanCsv(quickPlanFixture({ answer: { limit: 69, mostTried: 70, evidence, exceptions: [] } }))).not.toMatch(/Infinity|NaN/);
  });
});

describe('names from outside', () => {
  const haunted = (name: string): PlanResult =>
    tracePlanFixture({
      command: name,
      load: { ...tracePlanFixture().load, text: name },
      tenants: [{ name, requests: 1, offeredSlots: 1, peakInFlight: 1 }],
      notes: [name],
      question: { ...tracePlanFixture().question, slos: [name] },
      tiers: { ...tracePlanFixture().tiers, source: name, text: name },
      comparison: { file: name, differences: [name], moves: [{ what: name, unit: name, before: 1, after: 2, verdict: 'worse' }], verdict: 'fail', text: name },
    });

  it.each(Object.entries(HOSTILE_NAMES))('cannot command a terminal: %s', (_, name) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it looks for.
    expect(renderPlanTerminal(haunted(name), TERMINAL)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|^::|##\[/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it looks for.
    expect(planComparisonText(haunted(name).comparison as never)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|^::|##\[/m);
  });

  it.each(Object.entries(HOSTILE_NAMES))('are no Markdown: %s', (_, name) => {
    for (const text of [renderPlanMarkdown(haunted(name)), planComparisonMarkdown(haunted(name).comparison as never)]) {
      const outsideCode = text.replace(/^(`{3,})sh\n[\s\S]*?\n\1$/gm, '');
      expect(outsideCode).not.toMatch(/<(?!\/?(?:details|summary)>)[a-z!/]/i);
      expect(outsideCode).not.toMatch(/@everyone|https:\/\/evil|(?<!\\)\]\(/);
    }
  });

  it('are no formulas of a spreadsheet', () => {
    for (const name of Object.values(HOSTILE_NAMES)) {
      for (const cells of renderPlanCsv(haunted(name)).split('\r\n').map(cellsOf)) for (const one of cells) expect(one).not.toMatch(/^[=+@]/);
    }
  });

  it('come back from plan.json as they were', () => {
    // What is asked for is what is judged.
    const text = planJson(haunted(ALL_HOSTILE)).replaceAll('"queue_latency p(95) < 2s"', () => JSON.stringify(ALL_HOSTILE));
    expect(readPlan(text, 'plan.json')).toEqual(JSON.parse(text));
  });
});

describe('exit codes in words', () => {
  it('speak of plans', () => {
    expect([0, 99, 96, 97, 98].map(planExitDoc)).toEqual([
      'answered; the gate, where there is one, passed',
      'the limit does not meet the SLOs, or no limit does',
      'undecided: too few seeds to say, or no baseline that it can be held against',
      'worse than the baseline',
      'an invariant broke in the evidence of the answer',
    ]);
  });
});

/** Cells of one line without line breaks inside. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '');
}
