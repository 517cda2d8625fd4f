import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { renderIndexPage } from '../../src/report/index-page/page.js';
import type { HistoryEntry } from '../../src/results/history-entry.js';
import { entry, numbered, sources } from '../report/history-fixture.js';
import { ALL_HOSTILE } from '../report/hostile-names.js';
import { hasBrowser, launchBrowser, SETUP_MS } from './chromium.js';
import { axeProblems, captionsCutOff, pageWidth, type Visit, visit } from './page-visit.js';

const FOLDER = 'burst <1> & "2" #3 ?4 100%';

const ENTRIES: readonly HistoryEntry[] = [
  ...numbered(60, (n) => entry(n, { folder: FOLDER })),
  ...numbered(12, (n) => entry(n, { scenario: 'broken', folder: 'gone', verdict: n % 2 === 0 ? 'pass' : 'fail', exitCode: n % 2 === 0 ? 0 : 98 })),
  entry(3, { scenario: 'nobody-knows', world: 'live', verdict: 'undecided', exitCode: 96 }),
  entry(4, { scenario: ALL_HOSTILE, numbers: { [ALL_HOSTILE]: { [ALL_HOSTILE]: 4 } } }),
];

describe.skipIf(!hasBrowser)('the index page in a browser, opened from a file', { timeout: SETUP_MS }, () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slotstorm-index-'));
    mkdirSync(join(folder, FOLDER));
    writeFileSync(join(folder, FOLDER, 'report.html'), '<title>the report</title>');
    writeFileSync(
      join(folder, 'index.html'),
      renderIndexPage(sources(ENTRIES, { pages: new Map([[FOLDER, 'report.html']]), trouble: [ALL_HOSTILE] }), '0.1.0'),
    );
    browser = await launchBrowser();
  }, SETUP_MS);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (options: BrowserContextOptions = {}): Promise<Visit> => visit(browser, pathToFileURL(join(folder, 'index.html')).href, options);

  test.each<readonly [string, BrowserContextOptions]>([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { viewport: { width: 390, height: 800 } }],
    ['without JavaScript', { javaScriptEnabled: false }],
  ])('asks for nothing, says nothing and has nothing that axe finds wrong: %s', async (_name, options) => {
    const { page, messages, requests } = await open(options);
    expect(messages).toEqual([]);
    expect(requests).toEqual([page.url()]);
    if (options.viewport != null) expect(await pageWidth(page)).toBeLessThanOrEqual(options.viewport.width);
    expect(await captionsCutOff(page)).toEqual([]);
    if (options.javaScriptEnabled === false) return;
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await axeProblems(page)).toEqual([]);
  });

  it('leads to a report, whatever its folder is called', async () => {
    const { page } = await open();
    await page.locator('tr.line a.run').last().click();
    expect(await page.title()).toBe('the report');
  });

  it('shows only what was asked for, without any script', async () => {
    const { page } = await open({ javaScriptEnabled: false });
    const shown = async (): Promise<string[]> =>
      (await page.locator('tr.line:visible th').allInnerTexts()).map((text) => text.split('\n')[0] as string).filter((name) => name.length < 50);
    expect(await shown()).toEqual(['broken', 'nobody-knows', 'burst']);
    await page.getByLabel('failed', { exact: true }).check();
    expect(await shown()).toEqual(['broken']);
    await page.getByLabel('ended in any way').check();
    await page.getByLabel('live', { exact: true }).check();
    expect(await shown()).toEqual(['nobody-knows']);
  });

  it('can be walked through by keyboard, and tells its cells apart by name', async () => {
    const { page } = await open();
    const cell = page.getByRole('link', { name: 'pass, 2026-01-03 11:00, exit code 0' });
    await cell.focus();
    expect(await cell.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe('none');
  });

  it('prints on white, with everything that is folded on the screen', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
  });
});
