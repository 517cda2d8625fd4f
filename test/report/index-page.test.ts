import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { indexOf } from '../../src/report/index-page/index-model.js';
import { renderIndexPage } from '../../src/report/index-page/page.js';
import { entry, numbered, planAnswer, sources } from './history-fixture.js';
import { HOSTILE_NAMES } from './hostile-names.js';

const page = (given: Parameters<typeof renderIndexPage>[0]): string => renderIndexPage(given, '0.1.0');

describe('the index page', () => {
  it('lists scenarios that fail first, then what is undecided, then by name', () => {
    const model = indexOf(
      sources([
        entry(1, { scenario: 'b' }),
        entry(2, { scenario: 'a' }),
        entry(3, { scenario: 'y', verdict: 'undecided' }),
        entry(4, { scenario: 'z', verdict: 'fail' }),
      ]),
    );
    expect(model.lines.map(({ newest }) => newest.entry.scenario)).toEqual(['z', 'y', 'a', 'b']);
  });

  it('tells the worlds of a scenario apart', () => {
    expect(indexOf(sources([entry(1), entry(2, { world: 'live' })])).lines.map(({ newest }) => newest.entry.world)).toEqual(['live', 'simulated']);
  });

  it('puts runs in the order of their dates, wherever they stand in the history', () => {
    const [line] = indexOf(sources([entry(3), entry(1), entry(2)])).lines;
    expect(line!.cells.map((cell) => cell.entry.date)).toEqual([1, 2, 3].map((n) => entry(n).date));
  });

  it('shows the newest thirty runs, and says how many it leaves out', () => {
    const model = indexOf(sources(numbered(50, (n) => entry(n))));
    expect(model.lines[0]!.cells).toHaveLength(30);
    expect(model.lines[0]!.runs).toBe(50);
    expect(model.leftOut).toEqual(['Only the newest 30 runs of each scenario have a cell; 20 older runs have none.']);
  });

  it('leads only to reports that are still there', () => {
    const entries = [entry(1, { folder: 'gone' }), entry(2), entry(3), entry(4, { folder: undefined })];
    const hrefs = indexOf(sources(entries)).lines[0]!.cells.map(({ href }) => href);
    expect(hrefs).toEqual([undefined, undefined, './burst-1/report.html', undefined]);
  });

  it('leads nowhere but into its own folder, whatever a history says', () => {
    for (const folder of ['../../etc', '/etc', 'javascript:alert(1)', 'https://evil.example/x', '//evil.example', 'a"b<c>', '\uD800']) {
      const [found] = indexOf(sources([entry(1, { folder })])).lines;
      expect(found!.newest.href, folder).toBeUndefined();
      const known = indexOf(sources([entry(1, { folder })], { pages: new Map([[folder, 'report.html']]) })).lines[0]!.newest.href!;
      expect(known, folder).toMatch(/^\.\/[\w%./~!*'()-]*\/report\.html$/);
    }
  });

  it('compares only runs of the same scenario with as many seeds, and says how many others there are', () => {
    const entries = [entry(1, { sha256: 'old' }), entry(2, { seeds: 20 }), entry(3), entry(4)];
    const [line] = indexOf(sources(entries)).lines;
    expect(line!.trends!.find(({ name }) => name === 'queue_latency p95')!.values).toEqual([1003, 1004]);
    expect(page(sources(entries))).toContain('2 runs like the newest one; 2 others had another scenario or another number of seeds');
  });

  it('marks where a number changed its level, and says since which run', () => {
    const html = page(sources(numbered(60, (n) => entry(n))));
    expect(html).toContain('spark-change');
    expect(html).toMatch(/from 1s\w* to 2s\w*, 2026-01-02 16:00 \(0000040\)/);
    expect(page(sources(numbered(60, () => entry(1))))).not.toMatch(/class="spark-change"/);
  });

  it('says every number of a trend beside its line: newest, oldest, lowest, highest', () => {
    const wait = (n: number, ms: number) => entry(n, { numbers: { '': { 'queue_latency p95': ms } } });
    const html = page(sources([wait(1, 3_000), wait(5, 4_000), wait(2, 9_000), wait(3, 1_000)]));
    const row = /<th[^>]*scope="row"[^>]*>queue_latency p95<\/th>(.*?)<\/tr>/.exec(html)![1]!;
    const cells = [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text);
    expect(cells.slice(0, 5)).toEqual(['4s', '3s', '1s', '9s', '4']);
    expect(row).toContain('aria-hidden="true"');
  });

  it('says a verdict by icon, word and pattern', () => {
    const html = page(sources([entry(1, { verdict: 'fail', exitCode: 99 }), entry(2, { verdict: 'undecided', exitCode: 96 }), entry(3)]));
    for (const [verdict, icon, code] of [
      ['fail', '✗', 99],
      ['undecided', '\\?', 96],
      ['pass', '✓', 0],
    ] as const)
      expect(html).toMatch(new RegExp(`class="run ${verdict}"[^>]*aria-label="${verdict}, 2026-01-01 0\\d:00, exit code ${code}"[^>]*>${icon}<`));
  });

  it('says so when there is nothing yet', () => {
    expect(page(sources([]))).toContain('No run has been written into this folder yet.');
  });

  it('does not say so where there is something that cannot be read', () => {
    const html = page(sources([], { trouble: ['plan-cut/plan.json: expected JSON'] }));
    expect(html).not.toContain('No run has been written');
    expect(html).toContain('could be read: see what is not on this page');
  });

  it('says what could not be read', () => {
    const html = page({
      history: { entries: [entry(1)], broken: 2, newer: 1, leftOut: 7 },
      pages: new Map(),
      answers: [],
      trouble: ['x/result.json: expected JSON'],
    });
    for (const text of [
      '2 lines of the history could not be read',
      '1 line of the history was written by a newer slotstorm',
      '7 lines of the history, the oldest, were not read',
      'x/result.json: expected JSON',
    ])
      expect(html).toContain(text);
  });

  it('lists plans and scorecards: what fails first, scorecards last, of equals the newest first', () => {
    const scorecard = planAnswer(9, { kind: 'scorecard', folder: 'score', page: 'score.html', ended: undefined });
    const answers = [
      scorecard,
      planAnswer(1, { folder: 'old' }),
      planAnswer(3, { folder: 'new' }),
      planAnswer(2, { folder: 'open', ended: { verdict: 'undecided', exitCode: 96 } }),
      planAnswer(0, { folder: 'bad', ended: { verdict: 'fail', exitCode: 99 } }),
    ];
    expect(indexOf(sources([], { answers })).answers.map(({ folder }) => folder)).toEqual(['bad', 'open', 'new', 'old', 'score']);
  });

  it('says of each plan what was asked, what came out and where it lies, and counts it for the whole', () => {
    const answers = [
      planAnswer(1),
      planAnswer(2, { folder: 'nightly/plan-big', ended: { verdict: 'fail', exitCode: 99 }, answer: 'No limit up to 10,000 is enough' }),
    ];
    const html = page(sources([entry(1)], { answers }));
    const row = /<tr[^>]*><th[^>]*scope="row"[^>]*><a href="\.\/nightly\/plan-big\/plan\.html">nightly\/plan-big<\/a>.*?<\/tr>/.exec(html)![0];
    for (const text of ['fail', '99', 'No limit up to 10,000 is enough', '60 slots in use on average; queue_latency p(95)&lt;2s', '2026-01-01 02:00'])
      expect(row).toContain(text);
    expect(html).toContain('The only scenario passed in the newest run of each; 1 run altogether. 1 of 2 plans failed, 1 passed.');
    expect(html).toContain('<title>FAIL: all scenarios');
    expect(page(sources([], { answers: [planAnswer(1)] }))).toContain('<p class="headline">The only plan passed.</p>');
  });

  it('is the same, byte for byte, for the same history', () => {
    expect(page(sources(numbered(40, (n) => entry(n))))).toBe(page(sources(numbered(40, (n) => entry(n)))));
  });

  it('allows exactly its own style and no script at all', () => {
    const html = page(sources([entry(1)]));
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    expect(policy).toContain(`style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(policy).toContain("default-src 'none'");
    expect(html).not.toMatch(/<script|\sstyle=|\son[a-z]+=|https?:\/\//);
    expect([...html.matchAll(/\shref="([^"]*)"/g)].map(([, href]) => href).filter((href) => !/^(#|data:,|\.\/burst-1\/)/.test(href!))).toEqual([]);
  });

  test.each(Object.entries(HOSTILE_NAMES))('lets %s out of no place', (_name, hostile) => {
    const harmless = page(sources([entry(1), entry(2)]));
    const html = page(
      sources(
        [1, 2].map((n) =>
          entry(n, {
            scenario: hostile,
            file: hostile,
            folder: hostile,
            tool: hostile,
            sha256: hostile,
            revision: { sha: hostile, dirty: true },
            numbers: { [hostile]: { [hostile]: 1, 'queue_latency p95': 1 } },
          }),
        ),
        {
          pages: new Map([[hostile, 'report.html']]),
          answers: [planAnswer(1, { folder: hostile, question: hostile, answer: hostile, date: hostile })],
          trouble: [hostile],
        },
      ),
    );
    expect(html).not.toMatch(/<script|<img|<evil|<b>|<!--/);
    expect(html.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/u);
    expect(html.length).toBeLessThan(harmless.length + 2 * 10_000 + 4_000);
  });
});

describe('the index page over five hundred scenarios with a thousand runs each', () => {
  const variants = { plain: 0, drain: 1, cancel: 2 };
  const numbers = Object.fromEntries(Object.keys(variants).map((name) => [name, Object.fromEntries(numbered(9, (n) => [`number_${n} p95`, n * 1.2345]))]));
  const entries = numbered(500, (scenario) =>
    numbered(1_000, (n) =>
      entry(n, {
        scenario: `a-scenario-with-a-long-name-${scenario}`,
        folder: `a-scenario-with-a-long-name-${scenario}-${n}`,
        numbers,
        verdict: n % 3 === 0 ? 'fail' : 'pass',
      }),
    ),
  ).flat();
  const html = page(sources(entries, { pages: new Map(entries.map(({ folder }) => [folder!, 'report.html'])) }));

  it('stays below 3 MB', () => {
    expect(html.length).toBeLessThan(3_000_000);
    expect([...html.matchAll(/<tr class="line /g)]).toHaveLength(500);
  });

  it('says what it left out', () => {
    expect(html).toContain('Only the newest 12 runs of each scenario have a cell; 494,000 older runs have none.');
    expect(html).toContain('Trends are shown of the first 74 scenarios only.');
  });
});
