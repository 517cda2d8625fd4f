import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorker } from '../../scripts/bundle-worker.mjs';
import { drawPictureNow } from '../../src/live/models/media/picture.js';
import { renderPngs } from '../../src/report/png.js';
import { chartFixture } from './chart-fixture.js';
import { bareFixture, fixture } from './fixture.js';

const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

// As in a live run: one process draws the pictures of models, and later those of the report.
beforeAll(() => {
  drawPictureNow({ number: 7, width: 64, height: 64, format: 'png' });
});

describe('pictures', () => {
  it('have safe names and are PNG files of the same bytes each time', async () => {
    const result = fixture({ variant: '../Leaky "1"' });
    const [first, second] = [await renderPngs(result), await renderPngs(result)];
    expect(first.map((picture) => picture.name)).toContain('slots-leaky-1.png');
    expect(first.map((picture) => picture.name)).toContain('account-leaky-1-acme.png');
    expect(new Set(first.map((picture) => picture.name)).size).toBe(first.length);
    for (const [at, { name, png }] of first.entries()) {
      expect(name).toMatch(/^[a-z0-9-]+\.png$/);
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect(png.equals(second[at]?.png ?? Buffer.alloc(0))).toBe(true);
    }
    expect(await renderPngs(bareFixture())).toEqual([]);
  });
});

describe('pictures on a machine without any font or display', () => {
  const script = resolve('.cache/test/png.bundle.mjs');
  let folder: string;

  beforeAll(async () => {
    await bundleWorker(script, '../report/png.ts');
    folder = mkdtempSync(join(tmpdir(), 'slotstorm-fonts-'));
    mkdirSync(join(folder, 'fonts'));
    writeFileSync(join(folder, 'fonts.conf'), `<?xml version="1.0"?><fontconfig><dir>${join(folder, 'fonts')}</dir></fontconfig>\n`);
    writeFileSync(join(folder, 'result.json'), JSON.stringify(chartFixture()));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Name and hash of every picture, drawn by a process of its own, and the families that its fonts came from. */
  function drawnApart(): { families: string[]; pictures: [string, string][] } {
    const program = `
      import { createHash } from 'node:crypto';
      import { readFileSync } from 'node:fs';
      import { createRequire } from 'node:module';
      const require = createRequire(${JSON.stringify(pathToFileURL(script).href)});
      const { GlobalFonts } = require('@napi-rs/canvas');
      const families = GlobalFonts.families.map(({ family }) => family);
      const { renderPngs } = await import(${JSON.stringify(pathToFileURL(script).href)});
      const drawn = await renderPngs(JSON.parse(readFileSync(${JSON.stringify(join(folder, 'result.json'))}, 'utf8')));
      const pictures = drawn.map(({ name, png }) => [name, createHash('sha256').update(png).digest('hex')]);
      console.log(JSON.stringify({ families, pictures }));`;
    // The drawing library asks no font service, but looks into the system's folders itself unless it is told not to.
    const noFonts = { FONTCONFIG_FILE: join(folder, 'fonts.conf'), DISABLE_SYSTEM_FONTS_LOAD: '1' };
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, XDG_DATA_HOME: folder, ...noFonts };
    return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', program], { env, encoding: 'utf8' })) as never;
  }

  it('have the same text and the same bytes as anywhere, from process to process, also where the emulator has drawn before', async () => {
    const [first, second] = [drawnApart(), drawnApart()];
    expect(first.families).toEqual([]);
    expect(second).toEqual(first);
    const here = await renderPngs(JSON.parse(JSON.stringify(chartFixture())) as ReturnType<typeof chartFixture>);
    expect(first.pictures).toEqual(here.map(({ name, png }) => [name, sumOf(png)]));
    expect(first.pictures.length).toBeGreaterThan(20);
  });
});
