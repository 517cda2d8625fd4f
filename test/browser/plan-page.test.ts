import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundlePage } from '../../scripts/bundle-page.mjs';
import type { PlanResult } from '../../src/measure/capacity/plan-result.js';
import { renderPlanCsv } from '../../src/report/plan/csv.js';
import { planJson } from '../../src/report/plan/json.js';
import { renderPlanMarkdown } from '../../src/report/plan/markdown.js';
import { renderPlanPage } from '../../src/report/plan/page/plan-page.js';
import { ALL_HOSTILE } from '../report/hostile-names.js';
import { hopelessPlanFixture, planFixture, quickPlanFixture, tracePlanFixture } from '../report/plan/plan-fixture.js';
import { hasBrowser, launchBrowser, SETUP_MS } from './chromium.js';
import { axeProblems, captionsCutOff, coloursOf, pageWidth, type Visit, visit } from './page-visit.js';

describe.skipIf(!hasBrowser)('the page of a plan in a browser', { timeout: SETUP_MS }, () => {
  let browser: Browser;
  let folder: string;
  let pageScript: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slotstorm-plan-'));
    pageScript = await bundlePage('plan');
    browser = await launchBrowser();
  }, SETUP_MS);

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(plan: PlanResult = tracePlanFixture(), options: BrowserContextOptions = {}): Promise<Visit> {
    const file = join(folder, 'plan.html');
    writeFileSync(file, renderPlanPage(plan, { pageScript }));
    const seen = await visit(browser, pathToFileURL(file).href, options);
    if (options.javaScriptEnabled !== false) await seen.page.waitForSelector('html[data-ready=true]', { state: 'attached' });
    return seen;
  }

  it('draws every chart, asks for nothing and says nothing on the console', async () => {
    const { page, messages, requests } = await open();
    const drawn = await coloursOf(page);
    expect(Object.keys(drawn)).toEqual(['frontier-chart', 'tornado-chart', 'days-chart']);
    for (const [chart, count] of Object.entries(drawn)) expect(count, chart).toBeGreaterThan(8);
    expect(messages).toEqual([]);
    expect(requests).toHaveLength(1);
    await page.context().close();
  });

  it.each([
    ['a quick plan', quickPlanFixture()],
    ['a plan without an answer', hopelessPlanFixture()],
  ])('opens %s without a chart and without a word on the console', async (_, plan) => {
    const { page, messages } = await open(plan);
    expect(await page.locator('canvas').count()).toBe(0);
    expect(messages).toEqual([]);
    await page.context().close();
  });

  it('draws anew when the colour scheme changes', async () => {
    const { page } = await open(planFixture(), { colorScheme: 'light' });
    const picture = (): Promise<string> => page.evaluate(() => document.querySelector<HTMLCanvasElement>('#frontier-chart canvas')?.toDataURL() ?? '');
    const fill = (): Promise<string> => page.evaluate(() => getComputedStyle(document.querySelector('td.here') as Element).backgroundColor);
    const [light, lightFill] = [await picture(), await fill()];
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(picture).not.toBe(light);
    expect(await fill()).not.toBe(lightFill);
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(picture).toBe(light);
    await page.context().close();
  });

  it.each([
    ['light on a desk', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
    ['dark on a desk', { colorScheme: 'dark', viewport: { width: 1280, height: 900 } }],
    ['light on a phone', { colorScheme: 'light', viewport: { width: 390, height: 800 } }],
    ['dark on a phone', { colorScheme: 'dark', viewport: { width: 390, height: 800 } }],
  ] as const)('has nothing for axe to complain about, %s, and no wider than the screen', async (_, options) => {
    const { page } = await open(tracePlanFixture(), options);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    expect(await axeProblems(page)).toEqual([]);
    expect(await pageWidth(page)).toBe(options.viewport.width);
    await page.context().close();
  });

  it('prints charts in light colours, opens what is folded, and no table leaves the paper', async () => {
    const { page, messages } = await open(tracePlanFixture(), { colorScheme: 'dark' });
    const pdf = await page.pdf({ format: 'A4', printBackground: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.setViewportSize({ width: 718, height: 1000 });
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    for (const [chart, count] of Object.entries(await coloursOf(page))) expect(count, chart).toBeGreaterThan(8);
    expect(await page.isVisible('#evidence table')).toBe(true);
    const tooWide = await page.evaluate(() =>
      [...document.querySelectorAll('table')]
        .filter((table) => table.getBoundingClientRect().right > innerWidth + 1)
        .map((table) => table.caption?.textContent),
    );
    expect(tooWide).toEqual([]);
    expect(messages).toEqual([]);
    await page.context().close();
  });

  it('says everything in words and tables with JavaScript off', async () => {
    const { page } = await open(tracePlanFixture(), { javaScriptEnabled: false });
    const text = await page.innerText('main');
    for (const words of ['You need limit 69', 'JavaScript is off', '1.73s', 'Downloads need JavaScript', '2024-11-07']) expect(text).toContain(words);
    expect(await page.isVisible('canvas')).toBe(false);
    expect(await page.isVisible('button')).toBe(false);
    await page.click('#frontier-chart summary');
    expect(await page.innerText('#frontier-chart table')).toContain('1.73s');
    await page.context().close();
  });

  it('gives out the files, to the byte as the command writes them', async () => {
    const plan = planFixture();
    const { page, messages } = await open(plan);
    const texts = { 'plan.json': planJson(plan), 'plan.csv': renderPlanCsv(plan), 'plan.md': renderPlanMarkdown(plan) };
    for (const [name, text] of Object.entries(texts)) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`button[data-name="${name}"]`)]);
      expect(download.suggestedFilename()).toBe(name);
      expect(readFileSync(await download.path(), 'utf8'), name).toBe(text);
    }
    await page.locator('#data').scrollIntoViewIfNeeded();
    await expect.poll(() => page.innerText('[data-size=plan]')).toMatch(/^\d+ kB$/);
    expect(messages).toEqual([]);
    await page.context().close();
  });

  it('copies the command that asks the same again', async () => {
    const { page } = await open(planFixture(), { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.click('#answer button');
    await expect.poll(() => page.innerText('#answer button')).toBe('Copied');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(planFixture().command);
    await page.context().close();
  });

  it('has a playground that begins with the numbers of the plan, once it is opened', async () => {
    const file = join(folder, 'with-playground.html');
    writeFileSync(file, renderPlanPage(planFixture(), { pageScript, playgroundScript: await bundlePage('playground') }));
    const { page, messages, requests } = await visit(browser, pathToFileURL(file).href);
    expect(await page.locator('#playground-root input').count()).toBe(0);
    await page.click('#playground-fold summary');
    await page.waitForSelector('#playground-root input');
    const values = await page.locator('#playground-root input[type=range]').evaluateAll((dials) => dials.map((dial) => (dial as HTMLInputElement).value));
    expect(values).toContain('69');
    expect(messages).toEqual([]);
    expect(requests).toHaveLength(1);
    await page.context().close();
  });

  it('lets a keyboard reach what scrolls sideways, and the section that a link names', async () => {
    const { page } = await open(planFixture(), { viewport: { width: 390, height: 800 } });
    const reachable = await page.evaluate(
      () => [...document.querySelectorAll<HTMLElement>('.scroll')].filter((box) => box.scrollWidth > box.clientWidth + 1 && box.tabIndex !== 0).length,
    );
    expect(reachable).toBe(0);
    await page.click('nav a[href="#ghosts"]');
    await expect.poll(() => page.getAttribute('nav a[href="#ghosts"]', 'aria-current')).toBe('true');
    await page.context().close();
  });

  it('shows every number of ghosts at once on a desk, and on a phone captions whole beside tables that scroll', async () => {
    const [one] = planFixture().ghosts ?? [];
    const ghosts = [1, 2, 3, 4, 5, 6].map((count) => ({ ...one!, ghosts: count, slotSeconds: count * 2_592_000, tierToRestore: { limit: 80 } }));
    const { page } = await open(planFixture({ ghosts }), { viewport: { width: 1280, height: 900 } });
    const spare = (box: Element): number => box.clientWidth - box.scrollWidth;
    expect(await page.locator('#ghosts .scroll').evaluate(spare)).toBe(0);
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.locator('#ghosts .scroll').evaluate(spare)).toBeLessThan(0);
    expect(await captionsCutOff(page)).toEqual([]);
    await page.locator('#ghosts .scroll').evaluate((box) => box.scrollTo({ left: 9_999 }));
    expect(await captionsCutOff(page)).toEqual([]);
    await page.context().close();
  });

  it('runs no script from a name, and stays as wide as the screen', async () => {
    const base = tracePlanFixture();
    const names = { text: ALL_HOSTILE, notes: [ALL_HOSTILE], why: ALL_HOSTILE };
    const plan = {
      ...base,
      load: { ...base.load, text: names.text },
      notes: names.notes,
      answer: { ...base.answer, why: names.why },
      tenants: base.tenants?.map((tenant) => ({ ...tenant, name: ALL_HOSTILE })),
      days: base.days?.map((day) => ({ ...day, name: ALL_HOSTILE })),
      sensitivity: base.sensitivity?.map((row, at) => ({ ...row, factor: `${ALL_HOSTILE} ${at % 3}` })),
    };
    const { page, messages, requests } = await open(plan, { viewport: { width: 390, height: 800 } });
    expect(messages).toEqual([]);
    expect(requests).toHaveLength(1);
    expect(await page.evaluate(() => document.images.length)).toBe(0);
    expect(await pageWidth(page)).toBe(390);
    await page.context().close();
  });
});
