import { describe, expect, it } from 'vitest';
import type { SeedsVerdict } from '../../src/measure/gate/gate-result.js';
import type { ResultFile } from '../../src/measure/result.js';
import { renderJUnit } from '../../src/report/junit.js';
import { comparison, MINIMAL, quarantined, withLevels, withMinimal, withQuarantine } from './ci/gated-result.js';
import { bareFixture, fixture, HOSTILE, seededFixture } from './fixture.js';
import { elementsNamed, parseXml, type XmlElement } from './xml.js';

const hostile = fixture({ scenario: HOSTILE, key: HOSTILE, endpoint: HOSTILE, account: HOSTILE, variant: HOSTILE });
const render = (result: ResultFile): XmlElement => parseXml(renderJUnit(result));
const casesOf = (suite: XmlElement): XmlElement[] => elementsNamed(suite, 'testcase');
const outcomeOf = (testCase: XmlElement): string => testCase.children.find(({ name }) => name !== 'properties')?.name ?? 'pass';
const propertiesOf = (element: XmlElement): Record<string, string> =>
  Object.fromEntries(
    (element.children.find(({ name }) => name === 'properties')?.children ?? []).map(({ attributes }) => [
      attributes['name'] as string,
      attributes['value'] as string,
    ]),
  );

describe('JUnit', () => {
  it('has a suite a run and a case a check', () => {
    const suites = render(fixture());
    expect(suites).toMatchObject({ name: 'testsuites', attributes: { tests: '28', failures: '4', errors: '4' } });
    expect(suites.children).toHaveLength(4);
    const cases = casesOf(suites.children[0]!);
    expect(cases.map(outcomeOf)).toEqual(['failure', 'error', 'pass', 'pass', 'failure', 'pass', 'pass']);
    expect(cases[0]?.children[0]?.attributes).toEqual({ type: 'threshold', message: 'actual 40s, limit 5s' });
    expect(cases[4]?.children[0]?.attributes['type']).toBe('invariant');
    expect(cases[4]?.children[0]?.text).toContain('What to do next: The survivors are in the leak ledger');
  });

  it('stays well-formed whatever the names are', () => {
    const suites = render(hostile);
    expect(suites.children).toHaveLength(4);
    expect(suites.attributes['name']).toContain('"><script>alert(1)</script>');
    expect(suites.attributes['name']?.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(() => render(bareFixture())).not.toThrow();
  });

  it('says of each case which file it comes from, what was measured, and how much room was left', () => {
    const result = fixture();
    const places = [{ kind: 'threshold', scope: 'queue_latency{key:old}', expression: 'p(95) < 5s', line: 12, column: 7 }] as const;
    const placed = { ...result, variants: result.variants.map((info) => ({ ...info, places })) };
    const [first] = casesOf(render(placed).children[2]!);
    expect(first?.attributes).toMatchObject({ classname: 'a-story.clean.seed-1', file: 'scenarios/a-story.yaml', line: '12' });
    expect(propertiesOf(first!)).toEqual({ actual: '900ms', limit: '5s', margin: '0.82', level: 'error', n: '50' });
  });

  it('lets warnings pass with their words, skips what is off, and skips what is in quarantine with owner and day', () => {
    const warned = render(withLevels('warn'));
    expect(warned.attributes).toMatchObject({ failures: '0', errors: '0' });
    expect(casesOf(warned.children[0]!).map(outcomeOf)).toEqual(['system-out', 'system-out', 'pass', 'pass', 'system-out', 'pass', 'pass']);
    expect(casesOf(warned.children[0]!)[0]?.children[0]?.text).toContain('Warning: actual 40s, limit 5s');
    const off = casesOf(render(withLevels('off')).children[0]!);
    expect(off[0]?.children[0]).toMatchObject({ name: 'skipped', attributes: { message: 'level off: fail, actual 40s, limit 5s' } });
    const known = casesOf(render(withQuarantine(quarantined('used'))).children[0]!);
    expect(known[4]?.children[0]).toMatchObject({
      name: 'skipped',
      attributes: { message: 'quarantined until 2027-01-15 by team-queue: #123 the limiter is being rewritten' },
    });
  });

  it('has a suite over all seeds for budgets, regressions and the quarantine', () => {
    const budget: SeedsVerdict = {
      ...{ kind: 'budget', variant: 'leaky', scope: 'start_timeouts', expression: '0.1%', level: 'error', actual: 0.02, limit: 0.001, unit: 'ratio' },
      ...{ low: 0.01, high: 0.03, seeds: 2, seedsFailing: 2, n: 100, verdict: 'fail', note: '' },
    };
    const gate = { acrossSeeds: [budget], presets: [], quarantine: [quarantined('expired')] };
    const suites = render({ ...fixture(), gate, comparison: comparison() });
    const overall = suites.children.at(-1)!;
    expect(overall.attributes).toMatchObject({ name: 'a-story over all seeds', failures: '3' });
    const failed = casesOf(overall).filter((testCase) => outcomeOf(testCase) === 'failure');
    expect(failed.map(({ attributes }) => attributes['name']).sort()).toEqual([
      'L-QUIET in quarantine until 2027-01-15',
      'queue_latency p95',
      'start_timeouts 0.1%',
    ]);
    expect(failed.map(({ children }) => children[0]?.attributes['type']).sort()).toEqual(['budget', 'quarantine', 'regression']);
  });

  it('shows the smallest story and the command to see it again where an invariant broke', () => {
    const [failure] = elementsNamed(casesOf(render(withMinimal()).children[0]!)[4]!, 'failure');
    expect(failure?.text).toContain('Minimal story (1 request, 1 step, 2 events, seed 1):');
    expect(failure?.text).toContain('> 2 4s the completion of req-1 is dropped');
    expect(failure?.text).toContain('Run again: slotstorm run scenarios/a-story.yaml --seeds 1..2');
  });

  it('takes its time from the result: the format knows neither zones nor fractions', () => {
    const dated = (date: string) => render({ ...fixture(), meta: { ...fixture().meta, date } }).children[0]?.attributes['timestamp'];
    expect(dated('2026-01-02T03:04:05.678Z')).toBe('2026-01-02T03:04:05');
    expect(dated('yesterday')).toBeUndefined();
  });

  it('folds passing runs of many seeds, so that a thousand seeds leave a file that a server still reads', () => {
    const result = seededFixture(1_000);
    const xml = renderJUnit(result);
    const suites = parseXml(xml);
    expect(Buffer.byteLength(xml)).toBeLessThan(1_000_000);
    const failing = result.runs.filter(({ verdict }) => verdict === 'fail').length;
    expect(failing).toBeGreaterThan(50);
    expect(suites.children).toHaveLength(failing + 2);
    const [leaky, clean] = suites.children.slice(-2) as [XmlElement, XmlElement];
    expect(leaky.attributes).toMatchObject({ name: `a-story leaky (${1_000 - failing} seeds together)`, failures: '0' });
    expect(clean.attributes).toMatchObject({ name: 'a-story clean (1,000 seeds together)', failures: '0' });
  });

  it('stays below a megabyte where every seed fails and says much, and tells of the rest together, with level, place and the worst seed', () => {
    const long = { ...MINIMAL, events: Array.from({ length: 30 }, (_, at) => ({ number: at, atUs: at, text: 'é'.repeat(240), lanes: [], violates: true })) };
    const base = fixture();
    const [leaky] = base.runs;
    if (leaky === undefined) throw new Error('no run');
    const run = (seed: number) => ({
      ...leaky,
      seed,
      evidence: seed === 1 && leaky.evidence ? { ...leaky.evidence, minimalTraces: [long] } : undefined,
      // The last seeds break it most often.
      invariants: leaky.invariants.map((law) => (law.verdict === 'fail' ? { ...law, violations: seed } : law)),
    });
    const seeds = Array.from({ length: 1_000 }, (_, at) => at + 1);
    const places = [{ kind: 'threshold', scope: 'queue_latency{key:old}', expression: 'p(95) < 5s', line: 12, column: 7 }] as const;
    const result = withQuarantine(quarantined('used'), {
      ...base,
      seeds,
      runs: seeds.map(run),
      variants: base.variants.map((info) => ({ ...info, places })),
    });
    const xml = renderJUnit(result);
    expect(Buffer.byteLength(xml)).toBeLessThan(1_000_000);
    const { children } = parseXml(xml);
    const together = children.find(({ attributes }) => attributes['name']?.endsWith('seeds together)'))!;
    expect(children.length).toBeGreaterThan(20);
    const caseNamed = (start: string) => casesOf(together).find(({ attributes }) => attributes['name']?.startsWith(start));
    const [threshold, law] = [caseNamed('queue_latency{key:old}'), caseNamed('L-QUIET')];
    expect(threshold?.attributes).toMatchObject({ classname: 'a-story.leaky.together', line: '12' });
    expect(law).toMatchObject({ children: [{ name: 'skipped' }, { name: 'system-out' }, { name: 'properties' }] });
    expect(propertiesOf(law!)['actual']).toBe('1,000 violations');
    expect(law?.children[1]?.text).toContain('What to do next: The survivors are in the leak ledger');
  });

  it('gives every case a name of its own, so that a server tells seeds apart', () => {
    const long = 'x'.repeat(400);
    const alike = fixture({ key: long });
    const twoKeys = {
      ...alike,
      runs: alike.runs.map((run) => ({
        ...run,
        thresholds: run.thresholds.flatMap((threshold) => [threshold, { ...threshold, metric: `queue_latency{key:${long}2}` }]),
      })),
    };
    for (const result of [fixture(), seededFixture(1_000), twoKeys, { ...fixture(), comparison: comparison() }, withQuarantine(quarantined('expired'))]) {
      const names = elementsNamed(render(result), 'testcase').map(({ attributes }) => JSON.stringify([attributes['classname'], attributes['name']]));
      expect(new Set(names).size).toBe(names.length);
    }
    const classes = elementsNamed(render({ ...fixture(), comparison: comparison() }), 'testcase').map(({ attributes }) => attributes['classname']);
    expect(new Set(classes)).toEqual(
      new Set(['leaky', 'clean'].flatMap((name) => [`a-story.${name}.seed-1`, `a-story.${name}.seed-2`]).concat('a-story.leaky.all-seeds')),
    );
  });

  it('counts in every element what stands in it', () => {
    for (const result of [fixture(), hostile, seededFixture(80), withLevels('off'), bareFixture()]) {
      const suites = render(result);
      for (const element of [suites, ...suites.children]) {
        const cases = casesOf(element);
        const count = (...names: string[]) => String(cases.filter((testCase) => names.includes(outcomeOf(testCase))).length);
        expect(element.attributes).toMatchObject({
          tests: String(cases.length),
          failures: count('failure'),
          errors: count('error'),
          skipped: count('skipped'),
        });
      }
    }
  });

  it("holds to what the common parsers ask: Jenkins' schema but for file, line and properties of a case, which it skips", () => {
    const allowed: Readonly<Record<string, { attributes: readonly string[]; children: readonly string[] }>> = {
      testsuites: { attributes: ['name', 'time', 'tests', 'failures', 'errors', 'skipped'], children: ['testsuite'] },
      testsuite: {
        attributes: ['name', 'tests', 'failures', 'errors', 'time', 'skipped', 'timestamp', 'file'],
        children: ['properties', 'testcase', 'system-out'],
      },
      properties: { attributes: [], children: ['property'] },
      property: { attributes: ['name', 'value'], children: [] },
      testcase: { attributes: ['name', 'time', 'classname', 'file', 'line'], children: ['skipped', 'error', 'failure', 'system-out', 'properties'] },
      failure: { attributes: ['type', 'message'], children: [] },
      error: { attributes: ['type', 'message'], children: [] },
      skipped: { attributes: ['type', 'message'], children: [] },
      'system-out': { attributes: [], children: [] },
    };
    const visit = ({ name, attributes, children }: XmlElement): void => {
      const rule = allowed[name];
      expect(rule, name).toBeDefined();
      for (const attribute of Object.keys(attributes)) expect(rule?.attributes, name).toContain(attribute);
      if (attributes['time'] !== undefined) expect(attributes['time']).toMatch(/^\d+\.\d{3}$/);
      if (name === 'testcase' || name === 'testsuite') expect(attributes['name']).toBeTruthy();
      for (const child of children) {
        expect(rule?.children, name).toContain(child.name);
        visit(child);
      }
    };
    for (const result of [fixture(), hostile, withLevels('warn'), withQuarantine(quarantined('used')), { ...fixture(), comparison: comparison() }])
      visit(render(result));
  });
});
