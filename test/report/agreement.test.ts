import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ResultFile } from '../../src/measure/result.js';
import { agreementDocument, type MeasuredAgreement, measuredAgreement } from '../../src/report/agreement/agreement-document.js';
import { agreementSentence, agreementWords } from '../../src/report/agreement/agreement-words.js';
import { renderHtml } from '../../src/report/html/document.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { renderTerminal } from '../../src/report/terminal.js';
import { HOSTILE } from './fixture.js';
import { AGREEMENT, agreementLine, liveFixture, oneLiveRun } from './live-fixture.js';

const compared: ResultFile = { ...liveFixture(), agreement: AGREEMENT };
const page = (result: ResultFile): string => /<section id="agreement"[\s\S]*?<\/section>/.exec(renderHtml(result, { pageScript: '' }))?.[0] ?? '';

describe('a number in both worlds', () => {
  it('has a difference with a sign, an interval and a tolerance, in its own unit', () => {
    expect(agreementWords(AGREEMENT)[0]).toMatchObject({
      variant: 'leaky',
      metric: 'queue_latency p95',
      simulated: '4.2s',
      live: '4.25s',
      difference: '+50ms',
      interval: '[−20ms, +120ms]',
      tolerance: '±210ms',
      word: 'agrees',
      look: 'pass',
    });
    expect(agreementWords(AGREEMENT)[2]).toMatchObject({ simulated: '50', live: '49', difference: '−1', interval: 'needs 2 pairs', tolerance: '±2.5' });
  });

  it('that one world has no samples for is no number', () => {
    const line = agreementLine({ pairs: 0, live: Number.NaN, difference: Number.NaN, lower: undefined, upper: undefined, verdict: 'undecided' });
    const fromFile = JSON.parse(JSON.stringify(line, (_, value) => (Number.isNaN(value) ? 'NaN' : value))) as typeof line;
    for (const one of [line, fromFile]) {
      expect(agreementWords([one])[0]).toMatchObject({ live: 'no samples', difference: '–', interval: 'no pairs' });
      expect(page({ ...compared, agreement: [one] })).not.toMatch(/NaN|<svg/);
    }
  });

  it('is counted by verdict', () => {
    expect(agreementSentence(AGREEMENT)).toBe('1 of 3 numbers agrees, 1 differs, 1 undecided');
    expect(agreementSentence([agreementLine(), agreementLine()])).toBe('2 of 2 numbers agree');
  });
});

describe('the comparison with the simulation', () => {
  it('stands in the terminal, what does not agree first', () => {
    const text = renderTerminal(compared, { colour: false, width: 140 });
    const lines = text.slice(text.indexOf('LIVE AGAINST SIMULATED')).split('\n').slice(1, 5);
    expect(lines).toEqual([
      '  ✗ leaky: queue_latency p50: live 5.1s, simulated 4.2s, +900ms [+800ms, +1s], differs (tolerance ±210ms)',
      '  ? leaky: requests count: live 49, simulated 50, −1 needs 2 pairs, undecided (tolerance ±2.5)',
      '  ✓ leaky: queue_latency p95: live 4.25s, simulated 4.2s, +50ms [−20ms, +120ms], agrees (tolerance ±210ms)',
      '  1 of 3 numbers agrees, 1 differs, 1 undecided',
    ]);
  });

  it('stands in Markdown as a table', () => {
    expect(renderMarkdown(compared)).toContain('| ✓ agrees | leaky | queue\\_latency p95 | 4.2s | 4.25s | +50ms | \\[−20ms, +120ms\\] | ±210ms | 10 |');
  });

  it('is drawn on the page, and said to those who cannot see it', () => {
    const html = page(compared);
    expect(html.match(/<svg[^>]* role="img"/g)).toHaveLength(3);
    expect(html).toContain('aria-label="leaky, queue_latency p95: difference +50ms [−20ms, +120ms], tolerance ±210ms: agrees"');
    expect(html).not.toMatch(/NaN|undefined|\sstyle=/);
  });

  it('draws no difference in the middle, and a difference within the band where it agrees', () => {
    const [, agrees] = /<svg[^>]*queue_latency p95[^>]*>([\s\S]*?)<\/svg>/.exec(page(compared)) ?? [];
    const percent = (pattern: RegExp): number => Number(pattern.exec(agrees ?? '')?.[1]);
    const left = percent(/<rect x="([\d.]+)%"/);
    const right = left + percent(/<rect [^>]*width="([\d.]+)%"/);
    const mean = percent(/x1="([\d.]+)%"[^>]*class="interval-mean"/);
    expect(percent(/x1="([\d.]+)%"[^>]*class="no-difference"/)).toBe(50);
    expect(mean).toBeGreaterThan(50);
    expect(mean).toBeLessThan(right);
    expect(left + right).toBeCloseTo(100, 1);
  });

  it('is left out of a run that was not compared', () => {
    expect(renderTerminal(oneLiveRun(), { colour: false, width: 100 })).not.toContain('SIMULATED');
    expect(page(oneLiveRun())).toBe('');
  });

  it('lets no name out of its place', () => {
    const hostile = { ...compared, agreement: [agreementLine({ variant: HOSTILE, metric: HOSTILE, statistic: HOSTILE, unit: HOSTILE })] };
    expect(renderHtml(hostile, { pageScript: '' })).not.toMatch(/<script>alert|<img/);
    expect(renderMarkdown(hostile)).not.toMatch(/<script|<img|@everyone/);
    expect(renderTerminal(hostile, { colour: false, width: 100 }).replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202E/u);
  });
});

describe('docs/agreement.md', () => {
  const kept = 'bench/live-agreement.json';

  it('has a line a scenario and a table of its numbers', () => {
    const measured = measuredAgreement({ ...compared, seeds: [1, 2] }, 'npx slotstorm run scenarios/a-story.yaml --live');
    expect(measured).toMatchObject({ scenario: 'a-story', driver: 'engine', speed: 10, seeds: 2, runs: 4, passed: 2, unsound: 0 });
    const text = agreementDocument([measured]);
    expect(text).toContain('| a-story | engine | 10 | 2 | 2 of 4 | 1 of 3 numbers agrees, 1 differs, 1 undecided |');
    expect(text).toContain('## a-story\n\n`npx slotstorm run scenarios/a-story.yaml --live`\n\n| Variant | Number |');
    expect(text).toContain('| leaky | queue\\_latency p95 | 4.2s | 4.25s | +50ms | \\[−20ms, +120ms\\] | ±210ms | 10 | agrees |');
  });

  it('survives the file that its numbers are kept in', () => {
    const measured = measuredAgreement(compared, 'command');
    expect(agreementDocument([JSON.parse(JSON.stringify(measured)) as MeasuredAgreement])).toBe(agreementDocument([measured]));
  });

  it('is printed from what was measured', () => {
    const measured = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as MeasuredAgreement[]) : [];
    expect(readFileSync('docs/agreement.md', 'utf8')).toBe(agreementDocument(measured));
  });
});
