import type { PlanResult } from '../../measure/capacity/plan-result.js';
import { terminalText } from '../../report/escape.js';
import type { Outside } from '../outside.js';
import type { PlanReporter } from './options/output.js';

const NARROWEST = 60;
const WIDEST = 160;

interface ShowOptions {
  readonly reporter: readonly PlanReporter[];
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Prints a plan: as data, in one line, or whole. @param folder where its reports lie; undefined: none were written */
export async function showPlan(plan: PlanResult, folder: string | undefined, { reporter, json, quiet }: ShowOptions, { out, env }: Outside): Promise<void> {
  if (json) {
    out.write((await import('../../report/plan/json.js')).planJson(plan));
    return;
  }
  if (!reporter.includes('terminal')) return;
  const report = folder === undefined ? undefined : reporter.includes('html') ? `${folder}/plan.html` : folder;
  if (quiet) {
    const { headline } = await import('../../report/plan/headline.js');
    out.write(`${plan.verdict} ${terminalText(headline(plan).text)} (exit code ${plan.exitCode})${report === undefined ? '' : ` ${terminalText(report)}`}\n`);
    return;
  }
  const { renderPlanTerminal } = await import('../../report/plan/terminal.js');
  const text = renderPlanTerminal(plan, {
    colour: out.isTTY && env['NO_COLOR'] === undefined,
    width: Math.max(NARROWEST, Math.min(WIDEST, out.columns)),
    ...(report === undefined ? {} : { reportPath: report }),
  });
  out.write(`${text.trimEnd()}\n\n`);
}
