import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import type { ResultFile, RunResult } from '../../src/measure/result.js';
import { acrossSeeds } from '../../src/measure/seed-statistics.js';
import { chartsOf } from '../../src/report/charts/catalogue.js';
import { LIGHT } from '../../src/report/charts/theme.js';
import { renderHtml } from '../../src/report/html/document.js';
import { SeedsSection } from '../../src/report/html/seeds-section.js';
import { renderJUnit } from '../../src/report/junit.js';
import { leakCost } from '../../src/report/leak-cost.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { seedListText } from '../../src/report/runs.js';
import { seedLines } from '../../src/report/seed-lines.js';
import { formatSeries, seedSeries, seriesTitle, seriesValue } from '../../src/report/seed-series.js';
import { listedRuns, MAX_DOTS, planStrip } from '../../src/report/seed-strips.js';
import { renderTerminal } from '../../src/report/terminal.js';
import { slotsSentence } from '../../src/report/verdict.js';
import { warmupLines } from '../../src/report/warmup-lines.js';
import { bareFixture, fixture, HOSTILE, seededFixture } from './fixture.js';

const assets = { pageScript: '' };
const sectionOf = (result: ResultFile): string => renderToString(h(SeedsSection, { result }));
const strip = (result: ResultFile, at = 0) => planStrip(result, seedSeries(result)[at]!, listedRuns(result));

function warm(result: ResultFile, found = true): ResultFile {
  const info = found
    ? { warmupUs: 20_000_000, warmupRule: 'fixed: 20s', warmupFound: true }
    : { warmupUs: 0, warmupRule: 'auto: no cut found', warmupFound: false };
  return { ...result, variants: result.variants.map((variant) => ({ ...variant, ...info })) };
}

describe('the lines across seeds', () => {
  it('give the mean with its interval, and what share of all seeds may fail', () => {
    expect(seedLines(seededFixture(20))).toEqual([
      'leaky: queue_latency p(95): mean 4.98s [4.71s, 5.24s] over 20 seeds, 95 % t',
      'leaky: failed in 1 of 20 seeds: 0.127 % to 24.9 % of all seeds would (95 %)',
      'clean: failed in 0 of 20 seeds: at most 13.9 % of all seeds would (95 %)',
    ]);
  });

  it('give no interval for fewer than five seeds and say so, and say nothing of one', () => {
    expect(seedLines(seededFixture(4))).toEqual([
      '2 variants: failed in 0 of 4 seeds: at most 52.7 % of all seeds would (95 %)',
      'no intervals of means: 4 seeds, and fewer than 5 say too little',
    ]);
    expect(seedLines(bareFixture())).toEqual([]);
  });

  it('say over how many seeds a mean was taken when some had no samples', () => {
    const result = seededFixture(20);
    const runs = result.runs.map((run): RunResult => {
      const latency = run.metrics['queue_latency']!;
      return run.seed > 17 ? { ...run, metrics: { ...run.metrics, queue_latency: { ...latency, n: 0 } } } : run;
    });
    expect(seedLines({ ...result, runs })[0]).toMatch(/^leaky: queue_latency p\(95\): mean .* over the 17 of 20 seeds with samples, 95 % t$/);
  });

  it('stand in the summaries, and leave JUnit as it is', () => {
    const result = seededFixture(20);
    expect(renderTerminal(result, { colour: false, width: 100 })).toContain(
      'ACROSS SEEDS\n  leaky: queue_latency p(95): mean 4.98s [4.71s, 5.24s] over 20 seeds, 95 % t\n',
    );
    expect(renderMarkdown(result)).toContain('### Across seeds\n\n- leaky: queue\\_latency p(95): mean 4.98s \\[4.71s, 5.24s\\] over 20 seeds, 95 % t\n');
    expect(renderJUnit(result)).not.toContain('95 %');
  });

  it('are the same whether the result holds what the seeds say together or is older than that', () => {
    const result = seededFixture(20);
    const newer = { ...result, variants: result.variants.map((info, at) => ({ ...info, acrossSeeds: acrossSeeds(result.runs.slice(at * 20, at * 20 + 20)) })) };
    expect(seedLines(newer)).toEqual(seedLines(result));
    const read = JSON.parse(JSON.stringify(newer)) as ResultFile;
    expect(seedLines(read)).toEqual(seedLines(result));
    expect(sectionOf(read)).toBe(sectionOf(result));
  });
});

describe('a series over seeds', () => {
  it('is shown for every number that a threshold judges, and for waits and leaks in any case', () => {
    expect(seedSeries(seededFixture(5)).map(seriesTitle)).toEqual(['queue_latency p(95)', 'leaked_slots value']);
    expect(seedSeries(fixture()).map(seriesTitle)).toEqual(['queue_latency{key:old} p(95)', 'queue_latency p(95)', 'leaked_slots value']);
  });

  it('reads percentiles that only a threshold knows from the threshold', () => {
    const [run] = seededFixture(5).runs as [RunResult];
    const odd = { ...run, thresholds: [{ ...run.thresholds[0]!, expression: 'p( 97.5 ) < 9s', actual: 4321 }] };
    const series = { metric: 'queue_latency', aggregation: 'p(97.5)', unit: 'ms' as const };
    expect(seriesValue(odd, series)).toBe(4321);
    expect(seriesValue(run, series)).toBeUndefined();
    expect(seriesValue(run, { ...series, aggregation: 'p(50)' })).toBe((run.metrics['queue_latency'] as { med: number }).med);
  });

  it('has the unit of its metric, or a count by time', () => {
    expect(formatSeries(0.25, { metric: 'requests', aggregation: 'rate', unit: 'requests' })).toBe('0.25 a second');
    expect(formatSeries(0.25, { metric: 'slot_utilisation', aggregation: 'value', unit: 'ratio' })).toBe('25 %');
  });
});

describe('the strip of seeds', () => {
  it('has a dot for every seed, and the threshold where it is', () => {
    const { rows, from, to } = strip(seededFixture(20));
    expect(rows.map((row) => [row.title, row.dots.length, row.bands])).toEqual([
      ['leaky', 20, undefined],
      ['clean', 20, undefined],
    ]);
    expect(rows[0]?.limits).toEqual([{ expression: 'p(95) < 5.8s', limit: 5800 }]);
    expect(from).toBe(0);
    expect(to).toBeGreaterThanOrEqual(5800);
  });

  it('is not squeezed together by a threshold far away', () => {
    const result = seededFixture(20);
    const runs = result.runs.map((run) => ({ ...run, thresholds: run.thresholds.map((threshold) => ({ ...threshold, limit: 3_600_000 })) }));
    expect(strip({ ...result, runs }).to).toBeLessThan(6000);
  });

  it('shows bands for many seeds, with crosses for those of the failed that are listed', () => {
    const many = seededFixture(1000);
    expect(many.runs.length).toBeGreaterThan(MAX_DOTS);
    const { rows } = strip(many);
    expect(rows[0]?.bands?.map((ms) => Math.round(ms / 100))).toEqual([41, 45, 55, 59]);
    expect(rows[0]?.dots.every(({ run }) => run.verdict === 'fail')).toBe(true);
    expect(rows[0]?.dots).toHaveLength(many.runs.filter((run) => run.verdict === 'fail').length);
    expect(rows[1]?.dots).toEqual([]);
  });

  it('marks what failed by shape, and tells each value to those who cannot see it', () => {
    const html = sectionOf(seededFixture(20));
    expect(html.match(/class="cross"/g)).toHaveLength(2);
    expect(html).toContain('<title>seed 8: 5.89s, failed</title>');
    expect(html).toContain(
      'aria-label="leaky, queue_latency p(95): 20 of 20 seeds; mean 4.98s, 95 % interval [4.71s, 5.24s]; 4.07s to 5.89s; threshold p(95) &lt; 5.8s; 1 cross for seeds that did not pass"',
    );
  });

  it('has every number of the picture in a table', () => {
    const html = sectionOf(seededFixture(20)).replaceAll(/<svg[\s\S]*?<\/svg>/g, '');
    for (const number of ['4.98s', '[4.71s, 5.24s]', '564ms', '4.07s', '4.94s', '5.89s', 'p(95) &lt; 5.8s', '1 of 20', '0.127 % to 24.9 %'])
      expect(html).toContain(`>${number}<`);
    const values = seededFixture(20).runs.map((run) => formatSeries((run.metrics['queue_latency'] as { p95: number }).p95, seedSeries(fixture())[0]!));
    for (const value of values) expect(html).toContain(`>${value}<`);
    const banded = sectionOf(seededFixture(1000)).replaceAll(/<svg[\s\S]*?<\/svg>/g, '');
    for (const number of ['5 % at most', '4.1s', '95 % at most', '5.9s']) expect(banded).toContain(`>${number}<`);
  });

  it('does not make the page grow with the seeds, and says what was left out', () => {
    const [many, more] = [sectionOf(seededFixture(2000)), sectionOf(seededFixture(3000))];
    expect(more.length).toBeLessThan(1.02 * many.length);
    expect(more.length).toBeLessThan(150_000);
    expect(more).toContain('5,800 more runs not listed; result.json has all of them.');
    expect(more).toContain('Too many runs for a dot each (6,000, at most 600)');
  });

  it('lets no name out of its place and shows no number that is none', () => {
    const names = { scenario: HOSTILE, key: HOSTILE, endpoint: HOSTILE, account: HOSTILE, variant: HOSTILE };
    for (const seeds of [2, 20, 400]) {
      const html = sectionOf(seededFixture(seeds, names));
      expect(html).not.toMatch(/<script|<img|\sstyle=|NaN|undefined|Infinity/);
    }
  });
});

describe('a list of seeds', () => {
  it('is short however many there are', () => {
    expect(seedListText([3, 4, 9])).toBe('3, 4, 9');
    expect(seedListText(Array.from({ length: 1000 }, (_, n) => n + 7))).toBe('7 to 1006');
    expect(seedListText(Array.from({ length: 22 }, (_, n) => 2 * n))).toMatch(/^0, 2, .*38 and 2 more$/);
  });
});

describe('a warm-up', () => {
  it('is named in every report, with its rule', () => {
    const result = warm(seededFixture(5));
    expect(warmupLines(result)).toEqual([{ text: '2 variants: metrics begin at 20s (fixed: 20s)', found: true }]);
    expect(renderTerminal(result, { colour: false, width: 100 })).toContain('WARM-UP\n  2 variants: metrics begin at 20s (fixed: 20s)\n');
    expect(renderMarkdown(result)).toContain('- Warm-up: 2 variants: metrics begin at 20s (fixed: 20s)');
    expect(renderHtml(result, assets).match(/metrics begin at 20s \(fixed: 20s\)/g)).toHaveLength(2);
  });

  it('is what sentences about leaks leave out, and so does the share that leaks cost', () => {
    const clean = (result: ResultFile): ResultFile => ({ ...result, runs: result.runs.slice(2), variants: result.variants.slice(1) });
    expect(slotsSentence(clean(fixture()))).toBe('No slot was held without live work, in any run.');
    expect(slotsSentence(clean(warm(fixture())))).toBe('No slot was held without live work after the warm-up, in any run.');
    const costOf = (result: ResultFile) => leakCost(result.runs[0]!, result.variants[0]!).shareOfRun;
    // 356 slot-seconds lost of 4 slots over 200 s, or over the last 180 s.
    expect(costOf(fixture())).toBeCloseTo(356 / 800, 9);
    expect(costOf(warm(fixture()))).toBeCloseTo(356 / 720, 9);
  });

  it('is marked where it was looked for and not found', () => {
    const result = warm(seededFixture(5), false);
    expect(renderTerminal(result, { colour: false, width: 140 })).toContain('  ? 2 variants: none found, so nothing is left out');
    expect(renderMarkdown(result)).toContain('- Warm-up: ? 2 variants: none found');
    expect(renderHtml(result, assets)).toContain('class="unsettled"');
  });

  it('is shaded in the charts over time', () => {
    const annotationsOf = (result: ResultFile): object => {
      const chart = chartsOf(result)
        .find(({ kind }) => kind === 'slots')
        ?.build(LIGHT);
      return (chart as { options: { plugins: { annotation: { annotations: object } } } }).options.plugins.annotation.annotations;
    };
    expect(annotationsOf(warm(fixture()))).toMatchObject({ warmup: { type: 'box', xMin: 0, xMax: 20 } });
    expect(annotationsOf(fixture())).not.toHaveProperty('warmup');
  });

  it('is not spoken of where there is none', () => {
    expect(warmupLines(fixture())).toEqual([]);
    expect(renderTerminal(fixture(), { colour: false, width: 100 })).not.toContain('WARM-UP');
  });
});
