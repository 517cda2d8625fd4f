import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html/document.js';
import { bareFixture, fixture, HOSTILE } from './fixture.js';

const assets = { pageScript: 'console.log("</script><b>")\n//# sourceMappingURL=x.map' };
const hash = (text: string): string => createHash('sha256').update(text).digest('base64');

describe('the HTML report', () => {
  const html = renderHtml(fixture(), assets);

  it('allows exactly its own script and style', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const script = /<script>([\s\S]*)<\/script><\/body>/.exec(html)?.[1] ?? '';
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    expect(policy).toContain(`script-src 'sha256-${hash(script)}'`);
    expect(policy).toContain(`style-src 'sha256-${hash(style)}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(script).not.toMatch(/<\/script|sourceMappingURL/);
  });

  it('loads nothing and has no style attributes or event handlers', () => {
    expect(html).not.toMatch(/(?:src|href)="(?!#|data:,)/);
    expect(html).not.toMatch(/https?:\/\//);
    expect(html).not.toMatch(/<[^>]*\sstyle=/);
    expect(html).not.toMatch(/<[a-z]+[^>"]*\son[a-z]+=/);
  });

  it('shows the verdict, the gates and what to do without any script', () => {
    for (const text of [
      'FAIL',
      'leaky: 2 of 4 slots still held',
      'queue_latency{key:old}',
      '−700 %',
      'What to do next:',
      'violated, as expected',
      'slotstorm run scenarios/a-story.yaml',
      '432,000',
      'Whether stuck requests are charged is not known',
    ]) {
      expect(html).toContain(text);
    }
    const order = [
      'id="verdict"',
      'id="gates"',
      'id="violations"',
      'id="variants"',
      'id="evidence"',
      'id="seeds"',
      'id="policy"',
      'id="reproduce"',
      'id="data"',
    ].map((id) => html.indexOf(id));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThan(0);
  });

  it('names every chart and gives every table a caption', () => {
    for (const [canvas] of html.matchAll(/<canvas[^>]*>/g)) {
      const ids = /aria-labelledby="([^"]*)"/.exec(canvas)?.[1]?.split(' ') ?? [];
      expect(canvas).toContain('role="img"');
      for (const id of ids) expect(html).toContain(`id="${id}"`);
    }
    expect([...html.matchAll(/<table>(?!<caption>)/g)]).toEqual([]);
  });

  it('carries the whole result, unchanged', () => {
    const data = /<script type="application\/octet-stream" id="result-data">([^<]*)</.exec(html)?.[1] ?? '';
    expect(gunzipSync(Buffer.from(data, 'base64')).toString()).toBe(JSON.stringify(fixture()));
    expect(renderHtml(fixture(), assets)).toBe(html);
  });

  it('lets no name out of its place', () => {
    const text = renderHtml(fixture({ scenario: HOSTILE, key: HOSTILE, endpoint: HOSTILE, account: HOSTILE, variant: HOSTILE }), assets);
    expect(text).not.toMatch(/<script>alert|<img/);
    expect(text.match(/<script/g)).toHaveLength(2);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202E/u);
  });

  it('is honest about a result that holds little', () => {
    const text = renderHtml(bareFixture(), assets);
    for (const words of ['nothing was checked', 'No evidence was kept', 'no samples', 'No invariant was violated']) expect(text).toContain(words);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });
});
