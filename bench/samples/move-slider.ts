import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { linkOf } from '../../src/playground/link.js';
import { FIRST_QUESTION } from '../../src/playground/question.js';
import { prepareScenario } from '../../src/prepare.js';
import { renderHtml } from '../../src/report/html/document.js';
import { assembleResult } from '../../src/result-file.js';
import { runToEnd, ScenarioRun } from '../../src/run.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { revokedHalfWay } from '../loads.js';
import { median } from '../paired-ratios.js';
import { countArgument, type Sample } from '../sample.js';

/** Moves a slider of the playground in a report. Usage: node move-slider.js REQUESTS fifo|backoff MOVES */
const requests = countArgument(2, 'requests');
const waiting = process.argv[3] === 'fifo' ? 'fifo' : 'backoff';
const moves = countArgument(4, 'moves');
const FIRST_LIMIT = 64;
const NO_TRACES = () => {
  throw new Error('the load of a report reads no traces');
};

function report(): Parameters<typeof renderHtml>[0] {
  const prepared = prepareScenario(sourceOfData('bench', revokedHalfWay(200)));
  const runs = prepared.variants.map(({ name, scenario, plan }) =>
    runToEnd(new ScenarioRun(scenario, plan, { seed: 1, variant: name, evidence: true, traceSource: NO_TRACES as never })),
  );
  return assembleResult(prepared, [1], runs, { date: '', host: '', platform: '', node: process.version, durationMs: 0 });
}

// Beside the sources, not beside what they are translated to.
const { bundlePage } = (await import(pathToFileURL(join(process.cwd(), 'scripts/bundle-page.mjs')).href)) as typeof import('../../scripts/bundle-page.mjs');
const folder = mkdtempSync(join(tmpdir(), 'slotstorm-bench-playground-'));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
try {
  const file = join(folder, 'report.html');
  writeFileSync(file, renderHtml(report(), { pageScript: await bundlePage(), playgroundScript: await bundlePage('playground') }));
  const link = linkOf({ ...FIRST_QUESTION, setting: { ...FIRST_QUESTION.setting, limit: FIRST_LIMIT, requests, waiting } });
  const page = await browser.newPage();
  await page.goto(`${pathToFileURL(file).href}#${link}`);
  await page.waitForSelector('#playground-root[data-drawings]', { state: 'attached' });
  const tookMs = await page.evaluate(
    async ([from, times]) => {
      const root = document.getElementById('playground-root') as HTMLElement;
      const slider = document.getElementById('playground-limit-slider') as HTMLInputElement;
      const move = (limit: number): Promise<number> =>
        new Promise((resolve) => {
          new MutationObserver((_, observer) => {
            observer.disconnect();
            requestAnimationFrame(() => resolve(performance.now() - startedMs));
          }).observe(root, { attributes: true, attributeFilter: ['data-drawings'] });
          const startedMs = performance.now();
          slider.value = String(limit);
          slider.dispatchEvent(new Event('input', { bubbles: true }));
        });
      const took: number[] = [];
      for (let n = 1; n <= times; n++) took.push(await move(from + n));
      return took;
    },
    [FIRST_LIMIT, moves] as const,
  );
  const sample: Sample = { work: moves, cpuSeconds: 0, wallSeconds: median(tookMs) / 1000 };
  console.error(`  slowest move ${Math.max(...tookMs).toFixed(0)} ms, first ${tookMs[0]?.toFixed(0)} ms`);
  console.log(JSON.stringify(sample));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
