import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ResultFile } from '../measure/result.js';
import { UsageError } from './failures.js';
import { resultPieces } from './result-pieces.js';

/** Where reports are written to: a folder of their own, or one with other files in it. */
export interface ReportSink {
  write(name: string, content: string | Uint8Array): void;
  writePieces(name: string, pieces: Iterable<string>): void;
}

/** `terminal` and `github` write no file into the folder; all others do. */
export const REPORTERS = ['terminal', 'html', 'json', 'junit', 'markdown', 'png', 'tap', 'list', 'openmetrics', 'github', 'none'] as const;
export type Reporter = (typeof REPORTERS)[number];

/** What is written when nobody says otherwise. */
export const DEFAULT_REPORTERS: readonly Reporter[] = ['terminal', 'html', 'json', 'junit', 'markdown', 'png', 'github'];

type FileReporter = Exclude<Reporter, 'terminal' | 'github' | 'none'>;

const ELSEWHERE: readonly Reporter[] = ['terminal', 'github', 'none'];

/** Whether anything goes into a folder. */
export function writesFiles({ reporters, trace }: { readonly reporters: readonly Reporter[]; readonly trace: boolean }): boolean {
  return trace || reporters.some((reporter) => !ELSEWHERE.includes(reporter));
}

/** Writes what was asked for into the folder. The same result gives the same bytes, whoever asks: `run`, or `report` later. */
export async function writeReportFiles(result: ResultFile, reporters: readonly Reporter[], folder: ReportSink): Promise<void> {
  for (const [name, write] of Object.entries(WRITERS)) if (reporters.includes(name as FileReporter)) await write(result, folder);
}

/** Loaded when they are needed: most runs want only some. */
const WRITERS: { readonly [Name in FileReporter]: (result: ResultFile, folder: ReportSink) => Promise<void> } = {
  json: async (result, folder) => folder.writePieces('result.json', resultPieces(result)),
  junit: async (result, folder) => folder.write('junit.xml', (await import('../report/junit.js')).renderJUnit(result)),
  markdown: async (result, folder) => folder.write('summary.md', (await import('../report/markdown.js')).renderMarkdown(result)),
  tap: async (result, folder) => folder.write('checks.tap', (await import('../report/ci/tap.js')).renderTap(result)),
  list: async (result, folder) => folder.write('checks.txt', (await import('../report/ci/list.js')).renderList(result)),
  openmetrics: async (result, folder) => folder.write('metrics.prom', (await import('../report/ci/openmetrics.js')).renderOpenMetrics(result)),
  html: async (result, folder) => folder.write('report.html', await html(result)),
  png: async (result, folder) => {
    const { renderPngs } = await import('../report/png.js');
    for (const { name, png } of await renderPngs(result)) folder.write(`charts/${name}`, png);
  },
};

/** The page carries the whole result, which must fit into a string. */
async function html(result: ResultFile): Promise<string> {
  const { renderHtml } = await import('../report/html/document.js');
  try {
    return renderHtml(result, { pageScript: bundle('page'), playgroundScript: bundle('playground') });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(
      `expected to put ${result.runs.length} runs into one HTML page, but that is too much for it; take fewer seeds, or leave it out with --reporter terminal,json`,
    );
  }
}

const bundles = new Map<string, string>();

/** A bundled script of pages, which the build puts beside the compiled report. */
function bundle(name: 'page' | 'playground'): string {
  const text = bundles.get(name) ?? readFileSync(fileURLToPath(new URL(`../../dist/report/${name}.bundle.js`, import.meta.url)), 'utf8');
  bundles.set(name, text);
  return text;
}
