import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { slotstorm } from '../cli/memory-outside.js';
import { hasBrowser, launchBrowser, SETUP_MS } from './chromium.js';
import { axeProblems, pageWidth, type Visit, visit } from './page-visit.js';

const RUN_MS = 120_000;

describe.skipIf(!hasBrowser)('the scorecard in a browser, opened from a file', { timeout: SETUP_MS }, () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slotstorm-score-'));
    const { code, err } = await slotstorm(['score', '--seeds', '1', '--quiet', '--out', folder]);
    expect(code, err).toBe(0);
    browser = await launchBrowser();
  }, RUN_MS);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (options: BrowserContextOptions = {}, file = 'score.html'): Promise<Visit> =>
    visit(browser, pathToFileURL(join(folder, 'score', file)).href, options);

  test.each<readonly [string, BrowserContextOptions]>([
    ['light', { colorScheme: 'light' }],
    ['dark', { colorScheme: 'dark' }],
    ['narrow', { viewport: { width: 390, height: 800 } }],
    ['without JavaScript', { javaScriptEnabled: false }],
  ])('asks for nothing, says nothing and has nothing that axe finds wrong: %s', async (_name, options) => {
    const { page, messages, requests } = await open(options);
    expect(await page.locator('.scorecard tbody tr').count()).toBe(4);
    if (options.javaScriptEnabled !== false) {
      expect(await axeProblems(page)).toEqual([]);
      expect(await pageWidth(page)).toBeLessThanOrEqual(options.viewport?.width ?? 1280);
    }
    expect(messages).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('file:') && !url.startsWith('data:'))).toEqual([]);
    await page.context().close();
  });

  it(
    'every cell of the table opens the evidence of its own provider',
    async () => {
      const { page } = await open();
      for (const row of await page.locator('.scorecard tbody tr').all()) {
        const name = (await row.locator('th').innerText()).split('\n')[0]!;
        for (const cell of await row.locator('a.answer').all()) {
          const address = (await cell.getAttribute('href'))!;
          expect(address).toContain(`evidence/${name}-`);
          const evidence = await open({}, address);
          expect(await evidence.page.locator('h1').count()).toBe(1);
          expect(evidence.messages).toEqual([]);
          await evidence.page.context().close();
        }
      }
      await page.context().close();
    },
    RUN_MS,
  );

  it('a record of calls has nothing that axe finds wrong, and leads back', async () => {
    const { page, messages } = await open({ colorScheme: 'dark' }, 'evidence/fal-939-revoke-releases-http/calls.html');
    expect(await axeProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'Provider scorecard' }).click();
    expect(await page.locator('h1').innerText()).toBe('Provider scorecard');
    expect(messages).toEqual([]);
    await page.context().close();
  });
});
