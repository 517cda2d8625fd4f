import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/measure/result.js';
import { renderHtml } from '../../src/report/html/document.js';
import { renderJUnit } from '../../src/report/junit.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { renderTerminal } from '../../src/report/terminal.js';
import { traceLines } from '../../src/report/trace-lines.js';
import { bareFixture, fixture, HOSTILE } from './fixture.js';
import { parseXml } from './xml.js';

const hostile = fixture({ scenario: HOSTILE, key: HOSTILE, endpoint: HOSTILE, account: HOSTILE, variant: HOSTILE });
const plain = { colour: false, width: 100 };

describe('JUnit', () => {
  it('has a suite a run and a case a check', () => {
    const suites = parseXml(renderJUnit(fixture()));
    expect(suites).toMatchObject({ name: 'testsuites', attributes: { tests: '28', failures: '4', errors: '4' } });
    expect(suites.children).toHaveLength(4);
    const cases = suites.children[0]?.children.filter((child) => child.name === 'testcase') ?? [];
    expect(cases.map((testCase) => testCase.children[0]?.name ?? 'pass')).toEqual(['failure', 'error', 'pass', 'pass', 'failure', 'pass', 'pass']);
    expect(cases[0]?.children[0]?.attributes).toEqual({ type: 'threshold', message: 'actual 40s, limit 5s' });
    expect(cases[4]?.children[0]?.attributes['type']).toBe('invariant');
    expect(cases[4]?.children[0]?.text).toContain('What to do next: The survivors are in the leak ledger');
  });

  it('stays well-formed whatever the names are', () => {
    const suites = parseXml(renderJUnit(hostile));
    expect(suites.children).toHaveLength(4);
    expect(suites.attributes['name']).toContain('"><script>alert(1)</script>');
    expect(() => parseXml(renderJUnit(bareFixture()))).not.toThrow();
  });
});

describe('Markdown', () => {
  it('begins with the verdict and holds the gates and the variants', () => {
    const text = renderMarkdown(fixture());
    expect(text.split('\n')[0]).toBe('## ✗ FAIL: a-story');
    expect(text).toContain('| ✗ fail | leaky | queue\\_latency{key:old} | p(95) &lt; 5s | 40s | 5s | −700 % | 50 | 2/2 |  |');
    expect(text).toContain('```sh\nslotstorm run scenarios/a-story.yaml --seeds 1..2\n```');
    expect(text).toContain('**L-QUIET** in leaky seed 1');
  });

  it('keeps every table in shape whatever the names are', () => {
    const text = renderMarkdown(hostile);
    expect(text).not.toMatch(/<script|<img|@everyone|`tick`/);
    const widths = text
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.replace(/\\./g, '').split('|').length);
    expect(new Set(widths)).toEqual(new Set([12, 17]));
    expect(renderMarkdown(bareFixture())).toContain('nothing was checked');
  });
});

describe('what became of the rows of a trace', () => {
  const lines = [
    '2 variants: 90 of 100 rows used · 8 outside the slice · 3 put in order · 2 accounts',
    '2 variants: not used: 2 rows, from line 17 on: bad time old',
  ];

  it('stands in the terminal and in Markdown, once for variants that replay the same', () => {
    expect(traceLines(fixture())).toEqual(lines);
    expect(renderTerminal(fixture(), plain)).toContain(`TRACE\n${lines.map((line) => `  ${line}\n`).join('')}`);
    expect(renderMarkdown(fixture())).toContain(lines.map((line) => `- Trace: ${line}`).join('\n'));
  });

  it('stands in a table of the page', () => {
    const page = renderHtml(fixture(), { pageScript: '' });
    expect(page).toMatch(/Outside the slice.*Skipped.*Put in order/s);
    expect(page).toContain('2 rows: bad time old (first on line 17)');
  });

  it('is nothing where there is no trace, and is said of older results as far as they know', () => {
    expect(traceLines(bareFixture())).toEqual([]);
    const trace = { rows: 3, used: 3, accounts: 1, endpoints: 1, skipped: [] };
    const [first] = fixture().runs as [RunResult];
    const older = { ...bareFixture(), runs: [{ ...first, variant: undefined, evidence: { ...first.evidence!, traces: [trace] } }] };
    expect(traceLines(older)).toEqual(['3 of 3 rows used']);
  });
});

describe('terminal', () => {
  it('fits one screen and ends with the verdict and how to see it again', () => {
    const text = renderTerminal(fixture(), { ...plain, reportPath: 'reports/a-story.html' });
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBeLessThan(45);
    expect(text).toContain('✗ FAIL  2 failed, 2 undecided, 10 passed');
    expect(lines.at(-2)).toBe('  run again: slotstorm run scenarios/a-story.yaml --seeds 1..2');
    expect(lines.at(-1)).toBe('  report:    reports/a-story.html');
    expect(text).toContain('4 held, 2 idle, 1 violated as expected');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100);
  });

  it('has no control characters of its own without colour, and only colours with it', () => {
    expect(renderTerminal(hostile, plain).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    const coloured = renderTerminal(hostile, { ...plain, colour: true });
    expect(coloured).toContain('\u001b[31m');
    expect(stripVTControlCharacters(coloured).replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('says little about a result that holds little', () => {
    const text = renderTerminal(bareFixture(), plain);
    expect(text).toContain('✓ PASS');
    expect(text).not.toContain('METRICS');
  });
});
