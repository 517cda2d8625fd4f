import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A page, and everything it said and asked for. */
export interface Visit {
  readonly page: Page;
  /** Console, errors and dialogs. */
  readonly messages: string[];
  /** Addresses asked for, other hosts' above all. */
  readonly requests: string[];
}

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const page = await (await browser.newContext(options)).newPage();
  const seen: Visit = { page, messages: [], requests: [] };
  page.on('console', (message) => seen.messages.push(message.text()));
  page.on('pageerror', (error) => seen.messages.push(String(error)));
  page.on('dialog', (dialog) => {
    seen.messages.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => seen.requests.push(request.url()));
  await page.goto(url);
  return seen;
}

/** What axe finds wrong, in words. */
export async function axeProblems(page: Page): Promise<string[]> {
  // Evaluated, not inserted: the page's own policy lets no other script in.
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

export function pageWidth(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}

/** Captions of tables that leave the box in which their table scrolls. */
export function captionsCutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('.scroll')].flatMap((box) => {
      const [seen, caption] = [box.getBoundingClientRect(), box.querySelector('caption')];
      const { left = 0, right = 0 } = caption?.getBoundingClientRect() ?? {};
      return caption !== null && seen.width > 0 && (left < seen.left - 1 || right > seen.right + 1) ? [caption.innerText] : [];
    }),
  );
}

/**
 * How many different colours each chart shows, by the id of its figure; a blank one has a single colour.
 * @param canvases selects the charts that are looked at
 */
export function coloursOf(page: Page, canvases = 'canvas'): Promise<Record<string, number>> {
  return page.evaluate((selector) => {
    const counts: Record<string, number> = {};
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>(selector)) {
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
      const seen = new Set<number>();
      for (let at = 0; at < data.length; at += 4 * 7) seen.add(((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0));
      counts[canvas.closest('figure')?.id ?? ''] = seen.size;
    }
    return counts;
  }, canvases);
}
