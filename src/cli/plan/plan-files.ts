import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PlanResult } from '../../measure/capacity/plan-result.js';
import { OutputFolder } from '../output-folder.js';
import type { Outside } from '../outside.js';
import type { ReportSink } from '../report-files.js';
import type { PlanReporter } from './options/output.js';

type FileReporter = Exclude<PlanReporter, 'terminal' | 'github' | 'none'>;

/** Whether anything goes into a folder. */
export function writesPlanFiles(reporters: readonly PlanReporter[]): boolean {
  return reporters.some((reporter) => Object.hasOwn(WRITERS, reporter));
}

/** @throws UsageError where the folder of a plan could not be written, which is better known before minutes of simulation than after them */
export function probePlanFolder(name: string, out: string, { files }: Pick<Outside, 'files'>): void {
  planFolder(name, out, files).discard();
}

function planFolder(name: string, out: string, files: Outside['files']): OutputFolder {
  return new OutputFolder(out, `plan-${name}`, files, String(process.pid));
}

/** Writes what was asked for into a folder that appears whole or not at all. @returns its path @throws UsageError where that cannot be done */
export async function writePlanFolder(
  plan: PlanResult,
  name: string,
  { out, reporter }: { readonly out: string; readonly reporter: readonly PlanReporter[] },
  { files }: Pick<Outside, 'files'>,
  interrupt: AbortSignal,
): Promise<string> {
  const folder = planFolder(name, out, files);
  try {
    for (const [one, write] of Object.entries(WRITERS)) if (reporter.includes(one as FileReporter)) await write(plan, folder, name);
    interrupt.throwIfAborted();
    folder.commit();
    return folder.path;
  } catch (error) {
    folder.discard();
    throw error;
  }
}

/** Loaded when they are needed. */
const WRITERS: { readonly [Name in FileReporter]: (plan: PlanResult, folder: Pick<ReportSink, 'write'>, name: string) => Promise<void> } = {
  json: async (plan, folder) => folder.write('plan.json', (await import('../../report/plan/json.js')).planJson(plan)),
  junit: async (plan, folder, name) => folder.write('junit.xml', (await import('../../report/plan/junit.js')).renderPlanJUnit(plan, name)),
  markdown: async (plan, folder) => folder.write('plan.md', (await import('../../report/plan/markdown.js')).renderPlanMarkdown(plan)),
  csv: async (plan, folder) => folder.write('plan.csv', (await import('../../report/plan/csv.js')).renderPlanCsv(plan)),
  html: async (plan, folder) =>
    folder.write(
      'plan.html',
      (await import('../../report/plan/page/plan-page.js')).renderPlanPage(plan, { pageScript: bundle('plan'), playgroundScript: bundle('playground') }),
    ),
  png: async (plan, folder) => {
    const { planPictures } = await import('../../report/plan/charts/pictures.js');
    for (const { name, png } of await planPictures(plan)) folder.write(`charts/${name}`, png);
  },
};

/** A bundled script of pages, which the build puts beside the compiled report. */
function bundle(name: 'plan' | 'playground'): string {
  return readFileSync(fileURLToPath(new URL(`../../../dist/report/${name}.bundle.js`, import.meta.url)), 'utf8');
}
