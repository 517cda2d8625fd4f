import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { prepareScenario } from '../../src/prepare.js';
import { renderHtml } from '../../src/report/html/document.js';
import { assembleResult } from '../../src/result-file.js';
import { runToEnd, ScenarioRun } from '../../src/run.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { revokedHalfWay } from '../loads.js';
import { countArgument, type Sample } from '../sample.js';

/** Opens the report of one run in a browser. Usage: node open-report.js REQUESTS [without-playground] */
const requests = countArgument(2, 'requests');
const hasPlayground = process.argv[3] !== 'without-playground';
const NO_TRACES = () => {
  throw new Error('the load of a report reads no traces');
};

function report(): Parameters<typeof renderHtml>[0] {
  const prepared = prepareScenario(sourceOfData('bench', revokedHalfWay(requests)));
  const runs = prepared.variants.map(({ name, scenario, plan }) =>
    runToEnd(new ScenarioRun(scenario, plan, { seed: 1, variant: name, evidence: true, traceSource: NO_TRACES as never })),
  );
  return assembleResult(prepared, [1], runs, { date: '', host: '', platform: '', node: process.version, durationMs: 0 });
}

// Beside the sources, not beside what they are translated to.
const { bundlePage } = (await import(pathToFileURL(join(process.cwd(), 'scripts/bundle-page.mjs')).href)) as typeof import('../../scripts/bundle-page.mjs');
const folder = mkdtempSync(join(tmpdir(), 'slotstorm-bench-report-'));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'] });
try {
  const file = join(folder, 'report.html');
  const playgroundScript = hasPlayground ? await bundlePage('playground') : undefined;
  writeFileSync(file, renderHtml(report(), { pageScript: await bundlePage(), playgroundScript }));
  const page = await browser.newPage();
  // By the page's own clock: since it was asked for.
  await page.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.documentElement?.dataset['ready'] !== 'true') return;
      observer.disconnect();
      requestAnimationFrame(() => performance.mark('ready'));
    }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-ready'] });
  });
  await page.goto(pathToFileURL(file).href);
  const readyMs = await page.waitForFunction(() => performance.getEntriesByName('ready')[0]?.startTime).then((handle) => handle.jsonValue() as Promise<number>);
  const sample: Sample = { work: 1, cpuSeconds: 0, wallSeconds: readyMs / 1000, bytes: statSync(file).size };
  console.log(JSON.stringify(sample));
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
