import { describe, expect, it } from 'vitest';
import type { ResultFile, RunResult } from '../../src/measure/result.js';
import { gatesOfRun } from '../../src/report/gates.js';
import { renderHtml } from '../../src/report/html/document.js';
import { renderJUnit } from '../../src/report/junit.js';
import { findingText, groupedFindings } from '../../src/report/live/findings.js';
import { twoViews } from '../../src/report/live/two-views.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { renderTerminal } from '../../src/report/terminal.js';
import { slotsSentence } from '../../src/report/verdict.js';
import { LOST_REQUESTS, liveFixture, oneLiveRun } from './live-fixture.js';
import { parseXml } from './xml.js';

const plain = { colour: false, width: 100 };
const page = (result: ResultFile): string => renderHtml(result, { pageScript: '' });
const liveSection = (result: ResultFile): string => /<section id="live"[\s\S]*?(?=<section id="violations")/.exec(page(result))?.[0] ?? '';
const terminal = (result: ResultFile): string => renderTerminal(result, plain);

describe('what clients saw beside what the server says', () => {
  it('is one table, medians over the seeds, clients minus server', () => {
    const views = twoViews(liveFixture());
    expect(views?.titles).toEqual(['leaky', 'clean']);
    const row = (heading: string) => views?.rows.find((one) => one.heading === heading)?.cells[1];
    expect(row('queue_latency p95')).toEqual({ client: '950ms', server: '900ms', difference: '+50ms' });
    expect(row('requests')).toEqual({ client: '50', server: '50', difference: '±0' });
  });

  it('does not take what only clients know for something that the server says', () => {
    expect(twoViews(oneLiveRun())?.rows.find(({ heading }) => heading === 'client_retries')?.cells).toEqual([{ client: '13', server: '–', difference: '–' }]);
  });

  it('does not read a counter without samples as zero', () => {
    const result = oneLiveRun({ clientMetrics: { 'requests{outcome:waiting}': { type: 'counter', n: 0, count: 0, rate: 0 } } });
    const run = result.runs[0] as RunResult;
    const waiting = { ...result, runs: [{ ...run, metrics: { 'requests{outcome:waiting}': { type: 'counter' as const, n: 9, count: 2, rate: 0 } } }] };
    expect(twoViews(waiting)?.rows).toEqual([{ heading: 'requests{outcome:waiting}', cells: [{ client: '–', server: '2', difference: '–' }] }]);
  });

  it('stands in terminal, Markdown and page', () => {
    expect(terminal(oneLiveRun())).toContain('CLIENTS / SERVER\n');
    expect(terminal(oneLiveRun())).toMatch(/queue_latency p95 +950ms \/ 900ms\n/);
    expect(renderMarkdown(oneLiveRun())).toContain('| queue\\_latency p95 | 950ms | 900ms | +50ms |');
    expect(liveSection(oneLiveRun())).toContain('<td class="number">950ms</td><td class="number">900ms</td><td class="number">+50ms</td>');
  });

  it('is no table where clients are all there is, and says so', () => {
    const result = liveFixture(() => ({ judgedBy: 'client', target: { kind: 'fal', url: 'https://queue.fal.run' } }));
    expect(twoViews(result)).toBeUndefined();
    expect(terminal(result)).not.toContain('CLIENTS / SERVER');
    expect(liveSection(result)).toContain('Nobody could read the server');
  });
});

describe('what clients could not see', () => {
  const base = liveFixture(() => ({ judgedBy: 'client', target: { kind: 'fal', url: 'https://queue.fal.run' } }));
  const unseen = { type: 'counter', n: 0, count: 0, rate: 0 } as const;
  const result: ResultFile = {
    ...base,
    runs: base.runs.map((run) => ({
      ...run,
      metrics: { requests: unseen, server_requeues: unseen },
      exercised: [{ name: 'revoked_in_progress', expression: '>= 2', actual: Number.NaN, verdict: 'undecided' as const }],
      invariants: [
        {
          id: 'S-CAP',
          state: 'idle' as const,
          examined: 0,
          violations: 0,
          examples: [],
          reason: 'not observed: clients see no slots',
          expected: 'held' as const,
          verdict: 'pass' as const,
        },
      ],
    })),
  };

  it('is not said to have been zero, idle or held', () => {
    expect(slotsSentence(result)).toBe('Slots could not be seen from outside, so nothing can be said about leaks.');
    expect(terminal(result)).toContain('– 2 not observed');
    expect(terminal(result)).not.toMatch(/requeues +0/);
    const [exercised] = gatesOfRun(result.runs[0] as RunResult).filter(({ kind }) => kind === 'exercised');
    expect(exercised).toMatchObject({ actual: 'not observed', n: 0, note: 'clients cannot see it' });
    for (const text of [terminal(result), renderMarkdown(result), page(result)]) expect(text).not.toMatch(/NaN|undefined/);
  });

  it('is skipped in JUnit, not passed', () => {
    expect(parseXml(renderJUnit(result)).attributes['skipped']).toBe('4');
  });
});

describe('a finding', () => {
  const result = liveFixture((run) => (run.variant === 'leaky' ? { findings: [LOST_REQUESTS] } : {}));

  it('of several runs is told once, with how many of them show it', () => {
    expect(groupedFindings(result).map(findingText)).toEqual([
      'leaky: requests{outcome:ok}: 44 requests (clients), 50 requests (server); 2 of 2 runs, such as seed 1',
    ]);
  });

  it('stands with its explanation in every report, and fails nothing by itself', () => {
    expect(terminal(result)).toMatch(
      /FINDINGS .*\n {2}! leaky: requests\{outcome:ok\}: 44 requests \(clients\)[\s\S]*Six clients never heard that their work was done\./,
    );
    expect(renderMarkdown(result)).toContain('Six clients never heard that their work was done.');
    expect(liveSection(result)).toContain('<p class="remedy">Six clients never heard that their work was done.</p>');
    const suites = parseXml(renderJUnit(result));
    expect(suites.children[0]?.children.find(({ name }) => name === 'system-out')?.text).toContain('Finding: requests{outcome:ok}: 44 requests (clients)');
    expect(suites.attributes['failures']).toBe(parseXml(renderJUnit(liveFixture())).attributes['failures']);
  });

  it('where there is none is said on the page', () => {
    expect(liveSection(oneLiveRun())).toContain('Clients and server tell the same story.');
  });
});
