import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html/document.js';
import { renderJUnit } from '../../src/report/junit.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { renderMetricsCsv } from '../../src/report/metrics-csv.js';
import { shownResult } from '../../src/report/shown-result.js';
import { renderTerminal } from '../../src/report/terminal.js';
import type { FixtureNames } from './fixture.js';
import { ALL_HOSTILE, HOSTILE_NAMES } from './hostile-names.js';
import { richFixture } from './rich-fixture.js';
import { parseXml } from './xml.js';

const everywhere = (name: string): FixtureNames => ({ scenario: name, key: name, endpoint: name, account: name, variant: name });
const CASES = [...Object.entries(HOSTILE_NAMES), ['all of them at once', ALL_HOSTILE]] as const;
const hasControls = (text: string): boolean => /[^\P{Cc}\n]|\p{Bidi_Control}|[\u2028\u2029]/u.test(text);

describe.each(CASES)('%s, as the name of everything', (_, name) => {
  const result = richFixture(everywhere(name));

  it('is inert in the HTML report', () => {
    const html = renderHtml(result, { pageScript: 'void 0' });
    const markup = html.replace(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>/g, '');
    expect(html.match(/<script/g)).toHaveLength(2);
    expect(markup).not.toMatch(/<(?:img|b|evil|iframe)\b/i);
    expect(markup).not.toMatch(/<[a-z][^>"']*(?:"[^"]*"[^>"']*)*\son[a-z]+=/i);
    expect(markup).not.toMatch(/\sstyle="/);
    expect(markup).not.toMatch(/(?:src|href)="(?!#|data:,)/);
    expect(hasControls(markup)).toBe(false);
    expect(isWellFormed(html)).toBe(true);
    expect(html.length).toBeLessThan(1_000_000);
  });

  it('is inert in Markdown', () => {
    const text = renderMarkdown(result);
    expect(outsideOfFences(text)).not.toMatch(/<(?!\/?(?:details|summary|sub|code|br)\b)/);
    expect(outsideOfFences(text)).not.toMatch(/@everyone|(?<!\\)]\(http|[^&]#12\b/);
    expect(hasControls(text)).toBe(false);
  });

  it('leaves JUnit a document that a strict parser takes', () => {
    const root = parseXml(renderJUnit(result));
    expect(root.name).toBe('testsuites');
    expect(hasControls(renderJUnit(result).replaceAll('\t', ''))).toBe(false);
  });

  it('is text in metrics.csv, in as many cells as any other name', () => {
    const widths = new Set(cellsOf(renderMetricsCsv(result)).map((line) => line.length));
    expect([...widths]).toEqual([8]);
    for (const [scenario, variant] of cellsOf(renderMetricsCsv(result)).slice(1)) {
      for (const cell of [scenario, variant]) expect(cell).not.toMatch(/^\s*[=+\-@]/);
    }
  });

  it('moves no cursor of a terminal', () => {
    for (const colour of [false, true]) {
      // Our own colours are the only sequences left.
      const text = renderTerminal(result, { colour, width: 100 }).replace(/\p{Cc}\[[0-9;]*m/gu, '');
      expect(hasControls(text)).toBe(false);
    }
  });
});

describe('a name of ten kilobytes', () => {
  const long = HOSTILE_NAMES['ten kilobytes'] as string;
  const { result, longNames } = shownResult(richFixture(everywhere(long)));

  it('stands shortened wherever names stand, always alike', () => {
    const { account } = result.runs[0]!.evidence!.holds[0]!;
    expect(account.length).toBeLessThan(60);
    expect(Object.keys(result.runs[0]!.evidence!.accountTimelines)).toContain(account);
    expect(result.variants[0]?.name).toBe(result.runs[0]?.variant);
  });

  it('is told in full once on the page', () => {
    expect(longNames.map(([, whole]) => whole)).toContain(long);
    const html = renderHtml(richFixture(everywhere(long)), { pageScript: '' });
    // Texts that hold it are long themselves; the minimal scenario is told whole.
    expect(html.split(long)).toHaveLength(longNames.length + 2);
    expect(html).toContain('Names that are shortened on this page, in full.');
  });

  it('is not mistaken for another that begins alike', () => {
    const { longNames: both } = shownResult(richFixture({ key: long, account: `${long.slice(0, -1)}y` }));
    expect(new Set(both.map(([short]) => short)).size).toBe(both.length);
  });

  it('is whole in commands, which are copied', () => {
    const rerun = `slotstorm run scenarios/${long}.yaml`;
    const base = richFixture();
    expect(shownResult({ ...base, scenario: { ...base.scenario, rerun } }).result.scenario.rerun).toBe(rerun);
  });
});

it('a minimal scenario keeps its lines, and nothing else that is not text', () => {
  const base = richFixture({ key: 'a\u001b[31m\u202Eb' });
  const [trace] = shownResult(base).result.runs[0]!.evidence!.minimalTraces!;
  expect(trace?.scenario.split('\n')).toHaveLength(4);
  expect(hasControls(trace?.scenario ?? '')).toBe(false);
});

/** Tags open and close in order, as far as the report's own markup goes. */
function isWellFormed(html: string): boolean {
  const open: string[] = [];
  const body = html.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/<!doctype html>/, '');
  for (const [, end, name, , own] of body.matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*?)(\/?)>/gi)) {
    if (own === '/' || ['meta', 'link', 'input', 'br', 'hr', 'img'].includes(name as string)) continue;
    if (end !== '/') open.push(name as string);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

function outsideOfFences(text: string): string {
  return text.replace(/^(`{3,})[^`\n]*\n[\s\S]*?\n\1$/gm, '').replace(/(`+)[^`][\s\S]*?[^`]\1/g, '');
}

/** RFC 4180. */
function cellsOf(csv: string): string[][] {
  const lines: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    (lines.at(-1) as string[]).push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') lines.push([]);
  }
  return lines.slice(0, -1);
}
