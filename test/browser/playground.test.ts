import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '../../scripts/bundle-page.mjs';
import { startEmulator } from '../../src/live/emulator.js';
import { linkOf } from '../../src/playground/link.js';
import { FIRST_QUESTION, type Question } from '../../src/playground/question.js';
import { renderHtml } from '../../src/report/html/document.js';
import { slotstorm } from '../cli/memory-outside.js';
import { wordsOf } from '../playground/questions.js';
import { fixture } from '../report/fixture.js';
import { hasBrowser, launchBrowser, SETUP_MS } from './chromium.js';
import { axeProblems, pageWidth, type Visit, visit } from './page-visit.js';

const LOOKS: readonly BrowserContextOptions[] = [
  { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
  { colorScheme: 'light', viewport: { width: 390, height: 800 } },
];

const { setting: FIRST } = FIRST_QUESTION;
const ASKED: readonly (Question & { readonly what: string })[] = [
  { what: 'backoff', ...FIRST_QUESTION },
  { what: 'first come first served', ...asked({ waiting: 'fifo', seed: 2 }) },
  { what: 'lognormal service', ...asked({ service: { law: 'lognormal', meanMs: 12_000, cv: 1.5 }, seed: 3 }) },
  { what: 'gamma service, ghosts', ...asked({ service: { law: 'gamma', meanMs: 4_321.5, cv: 0.4 }, ghosts: 6, limit: 40, seed: 4 }) },
  { what: 'batches, a start timeout', ...asked({ batchMean: 10, startTimeoutMs: 13_600, limit: 60, seed: 5 }) },
  { what: 'constant service, fal 939', ...asked({ service: { law: 'constant', meanMs: 7_000, cv: 0 }, policy: 'fal-939', seed: 6 }) },
  { what: 'too much load', ...asked({ limit: 30, requests: 2_000, policy: 'reference', waiting: 'fifo', seed: 999_999_999 }) },
];

function asked(changes: Partial<Question['setting']>): Question {
  return { promise: { percentile: 99, withinMs: 5_000 }, setting: { ...FIRST, requests: 3_000, ...changes } };
}

describe.skipIf(!hasBrowser)('the playground in a browser', { timeout: 2 * SETUP_MS }, () => {
  let browser: Browser;
  let folder: string;
  let address: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slotstorm-playground-'));
    const file = join(folder, 'report.html');
    writeFileSync(file, renderHtml(fixture(), { pageScript: await bundlePage(), playgroundScript: await bundlePage('playground') }));
    address = pathToFileURL(file).href;
    browser = await launchBrowser();
  }, SETUP_MS);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(fragment: string, options: BrowserContextOptions = {}): Promise<Visit> {
    const seen = await visit(browser, `${address}${fragment}`, options);
    await drawn(seen.page, 1);
    return seen;
  }

  const drawings = (page: Page): Promise<number> => page.evaluate(() => Number(document.getElementById('playground-root')?.dataset['drawings'] ?? 0));
  const drawn = async (page: Page, times: number): Promise<void> => {
    await expect.poll(() => drawings(page), { timeout: 2 * SETUP_MS }).toBeGreaterThanOrEqual(times);
  };
  const line = (page: Page): Promise<string> => page.evaluate(() => document.getElementById('playground-line')?.textContent ?? '');
  const pictures = (page: Page): Promise<string[]> =>
    page.evaluate(() => [...document.querySelectorAll<HTMLCanvasElement>('canvas[data-playground]')].map((canvas) => canvas.toDataURL()));

  it('does not start before somebody opens it, and then begins with the numbers of the run', async () => {
    const { page, messages, requests } = await visit(browser, address);
    await page.waitForSelector('html[data-ready=true]', { state: 'attached' });
    expect(await page.evaluate(() => 'slotstormPlayground' in globalThis)).toBe(false);
    expect(await page.innerText('#playground-root').catch(() => '')).toBe('');
    await page.click('#playground-fold > summary');
    await drawn(page, 1);
    expect(await page.inputValue('#playground-limit')).toBe(
      JSON.parse((await page.getAttribute('#playground-root', 'data-start')) ?? '{}').limit?.toString() ?? '69',
    );
    expect(messages).toEqual([]);
    expect(requests).toEqual([address]);
    await page.context().close();
  });

  it.each(ASKED)('agrees with the command line to the byte: $what', async ({ setting, promise }) => {
    const { page, messages } = await open(`#${linkOf({ setting, promise })}`);
    const command = await page.innerText('.again .command code');
    const { out } = await slotstorm(wordsOf(command));
    expect(`${await line(page)}\n`).toBe(out);
    const figures = (JSON.parse(out) as { figures: { queueLatency: { n: number } } }).figures;
    expect(figures.queueLatency.n).toBeGreaterThan(100);
    expect(messages).toEqual([]);
    await page.context().close();
  });

  it('draws anew when a slider moves, by hand and by keys', async () => {
    const { page, messages } = await open(`#${linkOf(asked({}))}`);
    const before = { pictures: await pictures(page), line: await line(page), drawings: await drawings(page) };
    await page.focus('#playground-limit-slider');
    for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.inputValue('#playground-limit')).toBe('61');
    await expect.poll(() => line(page)).toContain('"limit":61');
    const { out } = await slotstorm(wordsOf(await page.innerText('.again .command code')));
    expect(`${await line(page)}\n`).toBe(out);
    const after = await pictures(page);
    for (const [at, picture] of after.entries()) expect(picture === before.pictures[at], `chart ${at}`).toBe(false);
    expect(await page.innerText('#playground-verdict')).toContain('at limit 61');
    expect(await page.evaluate(() => location.hash)).toContain('limit=61&');
    expect(messages).toEqual([]);
    await page.context().close();
  });

  it('says beside a kept promise that the run was too short to tell, where it was', async () => {
    const near = asked({ limit: 62, waiting: 'fifo', requests: 2_000 });
    const { page } = await open(`#${linkOf({ ...near, promise: { percentile: 95, withinMs: 600_000 } })}`);
    const verdict = await page.innerText('#playground-verdict');
    expect(verdict).toMatch(/pass.*Too short a run to tell: it ends after 6m 40s, and long queues need 3h 23m to grow, 31 times as many requests\./s);
    const { out } = await slotstorm(wordsOf(await page.innerText('.again .command code')));
    expect(`${await line(page)}\n`).toBe(out);
    await page.context().close();
  });

  it('shows what the charts show as numbers', async () => {
    const { page } = await open(`#${linkOf(asked({ ghosts: 3 }))}`);
    await page.click('.outcome details > summary');
    const cells = await page.locator('.outcome tbody tr').nth(60).locator('td').allInnerTexts();
    const { overTime } = (JSON.parse(await line(page)) as { figures: { overTime: { live: number[]; ghost: number[] } } }).figures;
    expect(Number(cells[1])).toBeCloseTo(overTime.live[60] as number, 0);
    expect(cells[2]).toBe('3');
    await page.context().close();
  });

  it('says what of a link it could not use, and takes the rest', async () => {
    const hostile = encodeURIComponent('<img src=x onerror=alert(1)>');
    const { page, messages } = await open(`#playground?limit=9999&seed=7&policy=${hostile}&nonsense=1&requests=300`);
    const notice = await page.innerText('.playground .notice');
    for (const part of ['limit: expected a whole number from 1 to 500', 'policy: expected one of', 'unknown: "nonsense"']) expect(notice).toContain(part);
    expect(await page.inputValue('#playground-seed')).toBe('7');
    expect(messages).toEqual([]);
    expect(await page.evaluate(() => document.images.length)).toBe(0);
    await page.context().close();
  });

  it('takes a number that is typed, and says what is wrong with one that cannot be', async () => {
    const { page } = await open(`#${linkOf(asked({ requests: 300 }))}`);
    await page.fill('#playground-limit', '0');
    expect(await page.getAttribute('#playground-limit', 'aria-invalid')).toBe('true');
    expect(await page.innerText('#playground-limit-wrong')).toBe('expected a whole number from 1 to 500');
    expect(await page.innerText('.again .command code')).toContain('--limit 69');
    await page.fill('#playground-limit', '123');
    await expect.poll(() => page.innerText('.again .command code')).toContain('--limit 123');
    await page.fill('#playground-startTimeoutMs', '2.5');
    await expect.poll(() => page.innerText('.again .command code')).toContain('--start-timeout 2500ms');
    await page.context().close();
  });

  it('can be stopped, and lives on', async () => {
    const { page } = await open(`#${linkOf(asked({ requests: 300 }))}`);
    // Every slot is lost: whoever comes waits and asks again, 200,000 of them.
    await page.evaluate(
      (link) => {
        location.hash = link;
      },
      linkOf(asked({ limit: 5, ghosts: 5, requests: 200_000 })),
    );
    await page.click('.work button:not([disabled])');
    expect(await page.innerText('.outcome [role=alert]')).toMatch(/^Stopped after [\d,]+ events\./);
    await page.fill('#playground-requests', '200');
    await page.fill('#playground-ghosts', '0');
    await expect.poll(() => line(page)).toContain('"requests":200,');
    expect(await page.locator('.outcome [role=alert]').count()).toBe(0);
    await page.context().close();
  });

  it('is accessible and fits its screen, in light, in dark and on a phone', async () => {
    for (const look of LOOKS) {
      const { page, messages } = await open(`#${linkOf(asked({ ghosts: 2, service: { law: 'gamma', meanMs: 12_000, cv: 0.5 } }))}`, look);
      await page.click('.again details > summary');
      expect(await axeProblems(page), JSON.stringify(look)).toEqual([]);
      expect(await pageWidth(page)).toBe(look.viewport?.width);
      expect(messages).toEqual([]);
      await page.context().close();
    }
  });

  it('says without JavaScript what it would do', async () => {
    const { page } = await visit(browser, address, { javaScriptEnabled: false });
    expect(await page.innerText('#playground')).toContain('JavaScript is off. With it, sliders for limit, rate, service, burstiness and ghost slots');
    expect(await page.isVisible('#playground-fold')).toBe(false);
    await page.context().close();
  });

  it('is a page of the emulator as well, which the others lead to', async () => {
    const emulator = await startEmulator({ speed: 'manual' });
    try {
      for (const look of LOOKS) {
        const { page, messages, requests } = await visit(browser, `${emulator.url}/status`, look);
        await page.click('nav >> text=Playground');
        await drawn(page, 1);
        const { out } = await slotstorm(wordsOf(await page.innerText('.again .command code')));
        expect(`${await line(page)}\n`).toBe(out);
        expect(await axeProblems(page), JSON.stringify(look)).toEqual([]);
        expect(await pageWidth(page)).toBe(look.viewport?.width);
        expect(messages).toEqual([]);
        expect(requests.filter((url) => !url.startsWith(emulator.url) && !url.startsWith('data:'))).toEqual([]);
        await page.context().close();
      }
    } finally {
      await emulator.close();
    }
  });
});
