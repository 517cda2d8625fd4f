import type { ResultFile } from '../measure/result.js';
import { terminalText } from '../report/escape.js';
import type { Outside } from './outside.js';
import type { Reporter } from './report-files.js';

const NARROWEST = 60;
const WIDEST = 160;

/** A result, and where its reports lie. */
export interface ShownResult {
  readonly result: ResultFile;
  /** undefined: nothing was written. */
  readonly reportPath: string | undefined;
}

/** Prints a result, where the reporter `terminal` is asked for: one line with `quiet`, else the whole. */
export async function showResult(
  { result, reportPath }: ShownResult,
  { reporters, quiet }: { readonly reporters: readonly Reporter[]; readonly quiet: boolean },
  { out, env }: Pick<Outside, 'out' | 'env'>,
): Promise<void> {
  if (!reporters.includes('terminal')) return;
  const report = reportPath === undefined ? undefined : reporters.includes('html') ? `${reportPath}/report.html` : reportPath;
  if (quiet) {
    const where = report === undefined ? '' : ` ${terminalText(report)}`;
    out.write(`${result.verdict} ${terminalText(result.scenario.name)} (exit code ${result.exitCode})${where}\n`);
    return;
  }
  const { renderTerminal } = await import('../report/terminal.js');
  const text = renderTerminal(result, {
    colour: out.isTTY && env['NO_COLOR'] === undefined,
    width: Math.max(NARROWEST, Math.min(WIDEST, out.columns)),
    ...(report === undefined ? {} : { reportPath: report }),
  });
  out.write(`${text.trimEnd()}\n\n`);
}
