import { comparePlans, type PlanAllowable } from '../../measure/capacity/compare-plans.js';
import type { PlanComparison } from '../../measure/capacity/plan-comparison.js';
import { codeFor, EXIT_CODES } from '../../measure/exit-codes.js';
import { reasonOf } from '../../reasons.js';
import { terminalText } from '../../report/escape.js';
import { planComparisonMarkdown, planComparisonText } from '../../report/plan/comparison-text.js';
import { looksLikePlan } from '../../results/plan-file.js';
import type { CompareArguments } from '../commands/compare.js';
import { UsageError } from '../failures.js';
import type { Files, Outside } from '../outside.js';
import { readPlanFile } from '../plan/plan-baseline.js';
import { writeAside } from '../write-aside.js';

const PLAN = 'plan.json';

/** Two plans, where both words name one. @returns the exit code; undefined: they name something else */
export function comparePlanFiles(options: CompareArguments, outside: Outside): number | undefined {
  const [from, to] = [planNamed(options.from, outside.files), planNamed(options.to, outside.files)];
  if (from === undefined && to === undefined) return undefined;
  if (from === undefined || to === undefined) {
    const [plan, other] = from === undefined ? [options.to, options.from] : [options.from, options.to];
    throw new UsageError(`expected two plans or two results: ${JSON.stringify(plan)} is a plan, but ${whyNoPlan(other, outside.files)}`);
  }
  refuseTermsOfRuns(options);
  const comparison = comparePlans(readPlanFile(to, outside.files), readPlanFile(from, outside.files), { file: from, allow: allowedParts(options) });
  if (options.markdown !== undefined) writeMarkdown(comparison, options.markdown, outside.files);
  outside.out.write(options.json ? `${JSON.stringify(comparison, undefined, 1)}\n` : planComparisonText(comparison));
  return codeFor(comparison.verdict, EXIT_CODES.regression.code);
}

/** A plan.json, or the folder of a plan. What goes by that name is one, be it empty or broken off: whoever reads it says so. */
function planNamed(word: string | undefined, files: Files): string | undefined {
  if (word === undefined) return undefined;
  const folder = word.replace(/\/+$/, '');
  if (!files.isFile(word)) return files.isFile(`${folder}/${PLAN}`) && !files.isFile(`${folder}/result.json`) ? `${folder}/${PLAN}` : undefined;
  return /(^|[/\\])plan\.json$/.test(word) || looksLikePlan(beginningOf(word, files)) ? word : undefined;
}

function whyNoPlan(word: string | undefined, files: Files): string {
  if (word === undefined) return 'there is nothing to hold it against: name a second one';
  const isThere = files.isFile(word) || files.isDirectory(word);
  return `${JSON.stringify(word)} ${!isThere ? 'does not exist' : files.isFile(word) ? 'is none' : `holds no ${PLAN}`}`;
}

/** What cannot be read is nobody's plan: whoever reads it next says why. */
function beginningOf(path: string, files: Files): string {
  try {
    for (const first of files.readChunks(path)) return first;
  } catch {
    return '';
  }
  return '';
}

function refuseTermsOfRuns({ variants, gate, misrate, margin }: CompareArguments): void {
  const [first] = Object.entries({ variants, gate, misrate, margin }).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (first !== undefined) throw new UsageError(`--${first} is about results of runs; leave it out where plans are compared`);
}

/** The policy is part of a plan's platform. */
function allowedParts({ allow }: CompareArguments): PlanAllowable[] {
  return allow.flatMap((part) => (part === 'machine' ? [] : part === 'policy' ? ['platform' as const] : [part]));
}

function writeMarkdown(comparison: PlanComparison, file: string, files: Files): void {
  try {
    writeAside(files, file, planComparisonMarkdown(comparison));
  } catch (error) {
    throw new UsageError(`--markdown: expected to write ${terminalText(JSON.stringify(file))}: ${reasonOf(error)}`);
  }
}
