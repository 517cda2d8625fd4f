import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../src/measure/comparison/comparison-result.js';
import { renderHtml } from '../../src/report/html/document.js';
import { renderTerminal } from '../../src/report/terminal.js';
import { fixture } from './fixture.js';
import { comparedNumber, comparison, richFixture } from './rich-fixture.js';

function sectionOf(change: Partial<Comparison> = {}): string {
  const html = renderHtml({ ...richFixture(), comparison: comparison(change) }, { pageScript: '' });
  const start = html.indexOf('<section id="baseline"');
  return start < 0 ? '' : html.slice(start, html.indexOf('</section>', start));
}

describe('the comparison with the baseline', () => {
  const section = sectionOf();

  it('stands apart from the variants side by side', () => {
    const html = renderHtml(richFixture(), { pageScript: '' });
    expect(html.indexOf('Variants side by side')).toBeLessThan(html.indexOf('Comparison with the baseline'));
  });

  it('shows what got worse first, with its bounds, its margin and its worst seed', () => {
    const rows = [...section.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row]) => (row as string).replace(/<[^>]*>/g, '|').replace(/\|+/g, '|'));
    const worst = rows[1] ?? '';
    for (const text of ['✗| worse', 'leaky', 'queue_latency p95', '30s', '40.9s', '+10.9s', '+36 %', '[+9s, +12s]', '±1.5s', '2/2', '|2|'])
      expect(worst).toContain(text);
    expect(rows[2]).toContain('= same'.replace('= ', '=| '));
  });

  it('says why the baseline was set and where it lies', () => {
    for (const text of ['reports/baselines/a-story.json', 'the queue became fair', '2026-01-01']) expect(section).toContain(text);
  });

  it('gives the command that shows the worst seed', () => {
    expect(section).toContain('slotstorm replay scenarios/a-story.yaml --seed 2');
  });

  it('draws one line a seed for every gated number, the worst seed named', () => {
    const [slope] = /<figure class="slope">[\s\S]*?<\/figure>/.exec(section) ?? [];
    expect(slope?.match(/slope-line/g)).toHaveLength(2);
    expect(slope).toContain('class="slope-line worst"');
    expect(slope).toContain('seed 2: 30.5s → 41.8s');
    expect(slope).toMatch(/aria-label="leaky, queue_latency p95: median 30s before, 40.9s now; up in 2 seeds, down in 0 seeds of 2"/);
    expect(section.match(/<figure class="slope">/g)).toHaveLength(2);
    expect(section).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('lists seeds whose histories differ, with the first event that does', () => {
    for (const text of ['other histories in 1 of 2 seeds (2)', 'event 41 at 4s', 'req-3 is dispatched', 'req-4 is dispatched', 'are identical'])
      expect(section).toContain(text);
  });

  it('keeps numbers for information folded and apart', () => {
    expect(section).toMatch(/<details[^>]*><summary>1 number for information/);
  });

  it('puts what stands in the way first when nothing can be compared', () => {
    const obstacles = ['the load differs', 'the baseline has none of the seeds'];
    const text = sectionOf({ obstacles, numbers: [], behaviour: [], exitCode: 96 });
    expect(text).toContain('Not comparable');
    for (const obstacle of obstacles) expect(text).toContain(obstacle);
    expect(text).not.toContain('<table');
  });

  it('draws numbers that were never measured, and pairs that are all the same', () => {
    const empty = {
      baseline: undefined,
      candidate: undefined,
      shift: undefined,
      low: undefined,
      high: undefined,
      shiftShare: undefined,
      pairs: [],
      verdict: 'undecided',
    } as const;
    const text = sectionOf({ numbers: [comparedNumber({ ...empty, note: 'too few seeds' }), comparedNumber({ pairs: [[1, 5, 5]] })] });
    expect(text).toContain('too few seeds');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('is missing where nothing was compared', () => {
    expect(renderHtml(fixture(), { pageScript: '' })).not.toContain('id="baseline"');
  });

  it('is one sentence in the terminal', () => {
    const text = renderTerminal(richFixture(), { colour: false, width: 120 });
    expect(text).toMatch(/BASELINE\n {2}worse: queue_latency p95 of leaky rose by 10.9s/);
    expect(text).toContain('against reports/baselines/a-story.json, set 2026-01-01: the queue became fair');
    expect(renderTerminal(fixture(), { colour: false, width: 120 })).not.toContain('BASELINE');
  });
});
