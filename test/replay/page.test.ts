import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { renderReplayPage } from '../../src/report/replay/page.js';
import { HOSTILE } from '../report/fixture.js';
import { replayFixture } from './fixture.js';

const assets = { pageScript: 'console.log("</script>")', version: '1.2.3' };

function hash(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64');
}

describe('the replay page as a file', () => {
  const html = renderReplayPage(replayFixture(), assets);

  it('allows only its own script and style, and loads nothing', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'") ?? '';
    const script = /<script>([\s\S]*)<\/script><\/body>/.exec(html)?.[1] ?? '';
    const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
    expect(policy).toContain(`script-src 'sha256-${hash(script)}'`);
    expect(policy).toContain(`style-src 'sha256-${hash(style)}'`);
    expect(script).not.toContain('</script');
    expect(html).not.toMatch(/(?:src|href)="(?!#|data:,)/);
    expect(html).not.toMatch(/https?:\/\//);
    expect(html).not.toMatch(/<[^>]*\sstyle=/);
    expect(html).not.toMatch(/<[a-z]+[^>"]*\son[a-z]+=/);
  });

  it('says what there is to see without any script', () => {
    for (const words of ['a-story', 'seed 7', 'S-UNLEASED', 'works without a slot', '4 more violations', 'the whole run', 'npx slotstorm replay']) {
      expect(html).toContain(words);
    }
    expect(html).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('carries the whole replay, unchanged, and gives the same bytes twice', () => {
    const data = /<script type="application\/octet-stream" id="result-data">([^<]*)</.exec(html)?.[1] ?? '';
    expect(gunzipSync(Buffer.from(data, 'base64')).toString()).toBe(JSON.stringify(replayFixture()));
    expect(renderReplayPage(replayFixture(), assets)).toBe(html);
  });

  it('lets no name out of its place', () => {
    const text = renderReplayPage(replayFixture(HOSTILE), assets);
    expect(text).not.toMatch(/<script>alert|<img/);
    expect(text.match(/<script/g)).toHaveLength(2);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202E/u);
  });
});
