import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html/document.js';
import { requestAnchor } from '../../src/report/html/request-anchor.js';
import { type FilteredRow, requestFilter } from '../../src/report/requests/request-filter.js';
import { requestsOf } from '../../src/report/requests/request-rows.js';
import { wayText } from '../../src/report/requests/span-words.js';
import { fixture } from './fixture.js';
import { HOSTILE_NAMES } from './hostile-names.js';
import { richFixture, stories, story } from './rich-fixture.js';

const S = 1_000_000;
const rowsOf = (html: string): string[] => [...html.matchAll(/<tr class="request[\s\S]*?<\/tr>/g)].map(([row]) => row);

describe('the section of requests', () => {
  const html = renderHtml(richFixture(), { pageScript: '' });
  const rows = rowsOf(html);

  it('lists ghosts first, then what failed, what is open, what was slow', () => {
    expect(rows.map((row) => /req-\d+(?=<\/button>)/.exec(row)?.[0])).toEqual(['req-0', 'req-9', 'req-8', 'req-7']);
    expect(html).toContain('4 listed of 50 requests with seed 1, 1 slow to start, 1 did not end well, 1 held a ghost slot and 2 still open at the end.');
  });

  it('says of each who made it, when what happened and its way in words', () => {
    const [ghost, failed] = rows;
    for (const text of ['lost', 'ghost, open', 'fal-ai/flux/dev', 'submit', 'never', 'queued 8s → working 12s → ghost 2m 58s, to the end of the run'])
      expect(ghost).toContain(text);
    for (const text of ['start_timeout', '32s', '30s']) expect(failed).toContain(text);
  });

  it('draws the ghost of a waterfall hatched, to the end of the run, and says the same in a list', () => {
    const way = html.slice(html.indexOf('-way"'), html.indexOf('</tr>', html.indexOf('-way"')));
    expect(way).toMatch(/<rect x="10.101%" width="89.899%"[^>]*class="span ghost"/);
    expect(way).toContain('22s to the end of the run: ghost: slot held by no live work (2m 58s)');
    expect(way).toContain('step 1 (revoke-key old) at 20s');
    expect(html).toContain('id="ghost-hatch"');
    expect(way).not.toContain('style=');
  });

  it('hatches a ghost over the lane of the work that went on meanwhile, and tells of it in words', () => {
    const spans = [{ kind: 'working', fromUs: 0, toUs: 10 * S } as const, { kind: 'ghost', fromUs: 10 * S, toUs: 20 * S } as const];
    const ghosts = [
      { fromUs: 4 * S, toUs: 20 * S },
      { fromUs: 10 * S, toUs: 20 * S },
    ];
    const hidden = story('req-1', { calledUs: 0, startedUs: 0, endedUs: 10 * S, reasons: ['ghost'], spans, ghosts });
    const result = richFixture();
    const [first, ...others] = result.runs;
    const told = { stories: [hidden], total: 1, counts: { slow: 0, failed: 0, ghost: 1, open: 0 } };
    const way = renderHtml({ ...result, runs: [{ ...first!, evidence: { ...first!.evidence!, stories: told } }, ...others] }, { pageScript: '' });
    expect(way).toMatch(/<rect x="0%" width="50%"[^>]*class="span working"[^>]*>(<\/rect>)?<rect x="20%" width="30%"[^>]*class="span ghost"/);
    expect(way).toContain('<li>4s to 20s: ghost: slot held by no live work (16s), while the above went on</li>');
    expect(way).not.toContain('10s to 20s: ghost: slot held by no live work (10s), while');
    expect(wayText(hidden, 100 * S)).toBe('working 10s → ghost 10s → meanwhile 1 ghost slot, 16s');
  });

  it('stands where links of charts and ledgers lead to', () => {
    const anchor = requestAnchor('req-0', 'leaky');
    expect(html).toContain(`id="${anchor}"`);
    expect(html).toContain(`href="#${anchor}"`);
  });

  it('is missing where the result tells no stories, and its link too', () => {
    const older = renderHtml(fixture(), { pageScript: '' });
    expect(older).not.toContain('id="requests"');
    expect(older).not.toContain('#requests');
  });

  it('gives every reason its room when there are too many, and says how many are left out', () => {
    const many = Array.from({ length: 700 }, (_, at) => story(`req-${at + 100}`, { reasons: ['failed'], outcome: 'failed' }));
    const all = { stories: [...many, ...stories().stories], total: 5_000, counts: { slow: 1, failed: 701, ghost: 1, open: 2 } };
    const result = richFixture();
    const [first, ...others] = result.runs;
    const [variant] = requestsOf({ ...result, runs: [{ ...first!, evidence: { ...first!.evidence!, stories: all } }, ...others] });
    expect(variant?.rows.length).toBe(600);
    expect(variant?.left).toBe(104);
    expect(variant?.rows[0]?.story.request).toBe('req-0');
    expect(variant?.rows.map((row) => row.story.request)).toEqual(expect.arrayContaining(['req-7', 'req-8']));
  });
});

describe('the way of a request in words', () => {
  it('adds up what came again and again', () => {
    const spans = [0, 1, 2].flatMap((n) => [
      { kind: 'requeued', fromUs: 4 * n * S, toUs: (4 * n + 3) * S } as const,
      { kind: 'queued', fromUs: (4 * n + 3) * S, toUs: (4 * n + 4) * S } as const,
    ]);
    expect(wayText(story('req-1', { spans, spansHidden: 4 }), 100 * S)).toBe('asleep 3 times, 9s → queued 3 times, 3s → 4 more stretches');
  });
});

describe('an anchor', () => {
  it('is the name where that can stand in an address', () => {
    expect(requestAnchor('req-17')).toBe('request-req-17');
    expect(requestAnchor('req-17', 'fal-939')).toMatch(/^request-fal-939-req-17\.[a-z0-9]+$/);
  });

  it('is never shared by two requests, however alike their names are', () => {
    const names = [...Object.values(HOSTILE_NAMES), 'req-1', 'req/1', 'req 1', 'a-req-1', `${'x'.repeat(10_000)}y`];
    const anchors = names.flatMap((name) => [requestAnchor(name), requestAnchor(name, 'a'), requestAnchor(name, 'a-b')]);
    expect(new Set(anchors).size).toBe(anchors.length);
    for (const anchor of anchors) expect(anchor).toMatch(/^request-[A-Za-z0-9_.-]{0,60}$/);
  });
});

describe('the filter of requests', () => {
  const row: FilteredRow = {
    s: 'start_timeoutfailed',
    k: 'old',
    e: 'fal-ai/flux/dev',
    a: 'acme',
    m: 'submit',
    v: 'leaky',
    text: 'req-9 leaky start_timeout failed old acme fal-ai/flux/dev submit two words',
  };

  it.each([
    ['', true],
    ['s:failed', true],
    ['s:ghost', false],
    ['s:ghost,failed', true],
    ['S:FAILED K:OLD', true],
    ['k:old e:flux', true],
    ['k:new', false],
    ['!k:new', true],
    ['!s:failed', false],
    ['req-9', true],
    ['!req-9', false],
    ['a:acme m:submit v:leaky', true],
    ['"two words"', true],
    ['"words two"', false],
    ['e:"fal-ai/flux"', true],
    ['x:unknown', false],
    ['s:', true],
    ['!', true],
    ['"', true],
    [`k:${'x'.repeat(10_000)}`, false],
  ])('%j: %s', (text, holds) => expect(requestFilter(text)(row)).toBe(holds));

  it('takes any text without a complaint', () => {
    for (const text of Object.values(HOSTILE_NAMES)) expect([true, false]).toContain(requestFilter(text)(row));
  });
});
