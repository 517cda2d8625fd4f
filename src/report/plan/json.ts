import type { PlanResult } from '../../measure/capacity/plan-result.js';
import { compactJson } from '../result-text.js';

/** The text of `plan.json`. The same plan gives the same bytes; only `meta` differs between two runs. */
export function planJson(plan: PlanResult): string {
  return `${JSON.stringify(JSON.parse(compactJson(plan)), undefined, 1)}\n`;
}
