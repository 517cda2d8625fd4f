import { describe, expect, it, test } from 'vitest';
import { compareWithBaseline } from '../../src/measure/comparison/compare-with-baseline.js';
import type { Comparison } from '../../src/measure/comparison/comparison-result.js';
import { renderComparisonMarkdown } from '../../src/report/comparison-text/markdown.js';
import { renderComparison } from '../../src/report/comparison-text/terminal.js';
import { comparisonSentence, shareWords, verdictOfComparison } from '../../src/report/comparison-text/words.js';
import { madeBaseline, madeResult, OPTIONS, waitingRuns } from '../measure/comparison/results.js';

const TWENTY = Array.from({ length: 20 }, (_, at) => 10_000 + at * 100);
const TERMS = { gated: [{ metric: 'queue_latency', number: 'p95', level: 'error' as const }] };
const TEXT = { colour: false, width: 100 };

function compared(by: number, changes: Parameters<typeof madeResult>[1] = {}): Comparison {
  const to = waitingRuns(TWENTY.map((ms) => ms * by));
  return compareWithBaseline(madeResult(to, changes), madeBaseline(waitingRuns(TWENTY)), { ...OPTIONS, terms: TERMS });
}

describe('a comparison in words', () => {
  test.each([
    [1.2, 'worse', 'worse: queue_latency p95 rose by 2.18s (+20 %, from 10.9s to 13.1s); 20 of 20 seeds worse'],
    [0.5, 'better', 'better: queue_latency p95 fell by 5.45s (−50 %, from 10.9s to 5.45s); 0 of 20 seeds worse'],
    [1.01, 'same', 'same: 1 number within the margin'],
    [1, 'same', 'same: identical histories in all 20 seeds compared'],
    [30, 'worse', 'worse: queue_latency p95 rose by 5m 16s (×30.0, from 10.9s to 5m 27s); 20 of 20 seeds worse'],
  ])('waits times %f', (by, verdict, sentence) => {
    const comparison = compared(by);
    expect([verdictOfComparison(comparison), comparisonSentence(comparison)]).toEqual([verdict, sentence]);
  });

  it('says why nothing can be compared', () => {
    expect(comparisonSentence(compared(1, { randomScheme: 3 }))).toMatch(/^not comparable: the random scheme is 3/);
  });

  it('is one line of verdict, then a table, worst first', () => {
    const lines = renderComparison('made', compared(1.2), TEXT).split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'made against baseline.json, set 2027-01-01: test',
      '✗ worse: queue_latency p95 rose by 2.18s (+20 %, from 10.9s to 13.1s); 20 of 20 seeds worse',
    ]);
    expect(lines[3]).toMatch(/^ {2}number +baseline +result +change +% +bounds +worse +verdict$/);
    expect(lines[4]).toMatch(/^ {2}queue_latency p95 +10\.9s +13\.1s +\+2\.18s +\+20 % +\[\+2\.18s, \+2\.18s\] +20\/20 +✗ worse$/);
  });

  it('says how many times as much where percents would be hard to read', () => {
    expect([0, 0.123, -0.9, 9].map(shareWords)).toEqual(['±0 %', '+12.3 %', '−90 %', '×10.0']);
  });
});

it('names from outside do nothing in a terminal or in Markdown', () => {
  const hostile = '\u001B[31m<script>|@everyone`\u2028[x](http://e)';
  const comparison: Comparison = JSON.parse(
    JSON.stringify(compared(1.2)).replaceAll('queue_latency', 'HOSTILE').replaceAll('baseline.json', 'HOSTILE'),
  ) as Comparison;
  const swapped = JSON.parse(JSON.stringify(comparison), (_, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('HOSTILE', hostile) : value,
  ) as Comparison;
  const terminal = renderComparison(hostile, swapped, TEXT);
  for (const character of ['\u001B', '\u2028']) expect(terminal).not.toContain(character);
  const markdown = renderComparisonMarkdown(hostile, swapped);
  expect(markdown).not.toMatch(/<script|@everyone|[^\\]`|\u2028|http:\/\//);
  // Every row of a table has as many cells as its heading.
  for (const row of markdown.split('\n').filter((line) => line.startsWith('|'))) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(10);
});
