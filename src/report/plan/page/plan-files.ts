import type { PlanResult } from '../../../measure/capacity/plan-result.js';
import type { FileMaker } from '../../page/downloads.js';
import { renderPlanCsv } from '../csv.js';
import { planJson } from '../json.js';
import { renderPlanMarkdown } from '../markdown.js';

/** The files that the page makes of the plan inside it, by what their buttons say. */
export function planFiles(plan: PlanResult): Readonly<Record<string, FileMaker>> {
  return {
    plan: { type: 'application/json', make: () => planJson(plan) },
    csv: { type: 'text/csv', make: () => renderPlanCsv(plan) },
    markdown: { type: 'text/markdown', make: () => renderPlanMarkdown(plan) },
  };
}
