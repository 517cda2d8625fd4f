import type { PlanResult } from '../../measure/capacity/plan-result.js';
import type { Annotation } from '../../report/ci/annotations.js';
import { shortLine } from '../../report/ci/short-line.js';
import { byteLength } from '../../report/ci/text-budget.js';
import { headline } from '../../report/plan/headline.js';
import { judgedPoint } from '../../report/plan/junit.js';
import { renderPlanMarkdown } from '../../report/plan/markdown.js';
import { tellServer } from '../ci-output.js';
import type { Outside } from '../outside.js';

const MOST_TITLE = 120;
const MOST_MESSAGE = 800;

/**
 * What a CI server is told of a plan beside its reports: an annotation where it fails, and the job's summary. It never fails a
 * plan: what cannot be written is said on standard error.
 * @param file the scenario that was asked about; undefined: a load of flags or a trace
 */
export function writePlanCiOutput(plan: PlanResult, name: string, file: string | undefined, outside: Outside): void {
  tellServer({ annotations: () => annotationsOfPlan(plan, name, file), summary: (mostBytes) => summaryOf(plan, mostBytes) }, outside);
}

function annotationsOfPlan(plan: PlanResult, name: string, file: string | undefined): Annotation[] {
  const { gate, comparison, answer } = plan;
  if (plan.exitCode === 0) return [];
  const failed = gate?.verdict === 'pass' ? undefined : gate?.text;
  // The text of a gate says so itself.
  const broken = failed === undefined ? (judgedPoint(plan)?.broken ?? []) : [];
  const law = broken.length === 0 ? undefined : `an invariant broke: ${broken.join(', ')}`;
  const why = [failed, law, comparison?.verdict === 'pass' ? undefined : comparison?.text, answer.why];
  const facts = [headline(plan).text, ...why.filter((text) => text !== undefined)].join('; ');
  return [
    {
      type: 'error',
      file,
      line: undefined,
      title: shortLine(`plan ${name}: ${plan.verdict === 'undecided' ? 'undecided' : 'failed'}`, MOST_TITLE),
      message: shortLine(`${facts}. Ask again: ${plan.command}`, MOST_MESSAGE),
    },
  ];
}

function summaryOf(plan: PlanResult, mostBytes: number): string {
  const text = renderPlanMarkdown(plan);
  return byteLength(text) <= mostBytes ? text : `## ${shortLine(headline(plan).text, MOST_MESSAGE)}\n`;
}
