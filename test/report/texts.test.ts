import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ResultFile, RunResult } from '../../src/measure/result.js';
import { renderHtml } from '../../src/report/html/document.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { renderTerminal } from '../../src/report/terminal.js';
import { traceLines } from '../../src/report/trace-lines.js';
import { comparison, MINIMAL, quarantined, withLevels, withMinimal, withQuarantine } from './ci/gated-result.js';
import { bareFixture, fixture, HOSTILE } from './fixture.js';

const hostile = fixture({ scenario: HOSTILE, key: HOSTILE, endpoint: HOSTILE, account: HOSTILE, variant: HOSTILE });
const plain = { colour: false, width: 100 };

describe('Markdown', () => {
  it('begins with the verdict and holds the gates and the variants', () => {
    const text = renderMarkdown(fixture());
    expect(text.split('\n')[0]).toBe('## ✗ FAIL: a-story');
    expect(text).toContain('| ✗ fail | leaky | queue\\_latency{key:old} | p(95) &lt; 5s | 40s | 5s | −700 % | 50 | 2/2 | error |  |');
    expect(text).toContain('```sh\nslotstorm run scenarios/a-story.yaml --seeds 1..2\n```');
    expect(text).toContain('**L-QUIET** in leaky seed 1');
  });

  it('begins with what failed: with slots only where leaks are it', () => {
    const first = (result: ResultFile): string => renderMarkdown(result).split('\n')[2] ?? '';
    expect(first(fixture())).toMatch(/^\*\*leaky: 2 of 4 slots still held by no live work/);
    const withoutLaws = { ...fixture(), runs: fixture().runs.map((run) => ({ ...run, invariants: [] })) };
    expect(first(withoutLaws)).toMatch(
      /^\*\*leaky: queue\\_latency\{key:old\} p\(95\) &lt; 5s failed: was 40s, limit 5s\.\*\* 1 of 6 checks failed, 2 could not be decided\. leaky: 2 of 4 slots/,
    );
    const passed = { ...fixture(), runs: fixture().runs.map((run) => ({ ...run, thresholds: [], invariants: [] })) };
    expect(first({ ...passed, comparison: comparison() })).toMatch(/^\*\*Worse: queue\\_latency p95 of leaky rose by 1s/);
    expect(first({ ...passed, verdict: 'pass' })).toMatch(/^\*\*leaky: 2 of 4 slots still held/);
    expect(stripVTControlCharacters(renderTerminal(withoutLaws, plain)).replace(/\n +/g, ' ')).toContain(
      'leaky: queue_latency{key:old} p(95) < 5s failed: was 40s, limit 5s. leaky: 2 of 4 slots still held',
    );
    expect(renderHtml(withoutLaws, { pageScript: '' })).toContain('<p class="headline">leaky: queue_latency{key:old} p(95) &lt; 5s failed: was 40s');
  });

  it('keeps every table in shape whatever the names are', () => {
    const text = renderMarkdown(hostile);
    expect(text).not.toMatch(/<script|<img|@everyone|`tick`/);
    const widths = text
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.replace(/\\./g, '').split('|').length);
    expect(new Set(widths)).toEqual(new Set([4, 13, 17]));
    expect(renderMarkdown(bareFixture())).toContain('nothing was checked');
  });

  it('shows warnings and what is in quarantine apart from failures', () => {
    expect(renderMarkdown(withLevels('warn'))).toMatch(/\| ⚠ warning \| leaky \| L-QUIET .*\| warn \|/);
    expect(renderMarkdown(withLevels('off'))).toMatch(/<details><summary>.*not judged<\/summary>/);
    const text = renderMarkdown(withQuarantine(quarantined('used')));
    expect(text).toMatch(/\| ‖ quarantined \| leaky \| L-QUIET .*quarantined until 2027-01-15 by team-queue: &#35;123 the limiter is being rewritten/);
  });

  it('holds the comparison with the baseline: what decides, what else moved most, what behaves otherwise', () => {
    const text = renderMarkdown({ ...fixture(), comparison: comparison() });
    expect(text).toContain('### Against the baseline: ✗ worse\n');
    expect(text).toContain('| ✗ worse | queue\\_latency p95 of leaky | 4s | 5s | +1s | +25 % | \\[+800ms, +1.2s\\] | ±200ms | 19/20, worst 7 |  |');
    expect(text).toContain('set 2026-01-01: the new limiter');
    expect(text).toMatch(/Biggest of the other moves, which decide nothing:\n\n.*\n.*\n\| ✓ better \| slot\\_hold avg of leaky/);
    expect(text).toContain('- leaky: other histories in 2 of 20 seeds (3 and 4); with seed 3 event 17 at 2s is the first that differs');
    expect(renderMarkdown({ ...fixture(), comparison: comparison({ obstacles: ['another load'], numbers: [] }) })).toContain('not comparable: another load');
  });

  it('holds the smallest story that breaks an invariant, folded, whatever backticks are in it', () => {
    const text = renderMarkdown(withMinimal());
    expect(text).toContain('<details><summary>Minimal story: 1 request, 1 step, 2 events (seed 1)</summary>');
    expect(text).toContain('````yaml\nname: minimal\n# `a` ``` b\nplatform: {}\n\n````');
    expect(text).toContain(MINIMAL.command);
  });

  it('names the environment, and nothing that differs between two runs of the same', () => {
    const other = { ...fixture(), meta: { ...fixture().meta, date: '2027-01-01T00:00:00Z', host: 'elsewhere', durationMs: 7 } };
    expect(renderMarkdown(other)).toBe(renderMarkdown(fixture()));
    expect(renderMarkdown(fixture())).toContain('| Platform | linux x64, v20.20.2 |');
  });

  it('stays readable with names of ten thousand letters', () => {
    const long = 'x'.repeat(10_000);
    const text = renderMarkdown(fixture({ key: long, endpoint: long, account: long, variant: long }));
    expect(text.length).toBeLessThan(60_000);
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(4_000);
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
