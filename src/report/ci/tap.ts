import type { ResultFile } from '../../measure/result.js';
import { formatMargin } from '../format.js';
import { exitCodeDoc } from '../verdict.js';
import { shortLine } from './short-line.js';
import { checkName, quarantineText, type StandingCheck, seedsText, standingChecks, standingsText } from './standing.js';

/**
 * TAP 14: a test point for each check over all seeds, the most severe first. What counts nothing (warnings, quarantine) is
 * `not ok … # TODO`, which no harness counts as a failure; what could not be decided is `not ok`.
 */
export function renderTap(result: ResultFile): string {
  const checks = standingChecks(result);
  const head = [
    'TAP version 14',
    checks.length === 0 ? '1..0 # SKIP the scenario expects nothing' : `1..${checks.length}`,
    `# ${comment(result.scenario.name)}`,
  ];
  const close = `# ${result.verdict}, exit code ${result.exitCode} (${comment(exitCodeDoc(result.exitCode))}): ${standingsText(checks)}`;
  const lines = [...head, ...checks.flatMap((check, at) => testPoint(check, at + 1, result)), close, `# run again: ${comment(result.scenario.rerun, 2_000)}`];
  return `${lines.join('\n')}\n`;
}

function testPoint(check: StandingCheck, number: number, result: ResultFile): string[] {
  const { standing, gate } = check;
  const ok = standing === 'passed' || standing === 'skipped' ? 'ok' : 'not ok';
  const line = `${ok} ${number} - ${escaped(shortLine(checkName(gate)))}${directive(check)}`;
  return ok === 'ok' ? [line] : [line, ...diagnostics(check, result)];
}

function directive({ standing, gate }: StandingCheck): string {
  switch (standing) {
    case 'skipped':
      return ` # SKIP ${shortLine(gate.level === 'off' ? 'its level is off' : gate.note)}`;
    case 'warned':
      return ' # TODO its level is warn';
    case 'quarantined':
      return ` # TODO ${shortLine(gate.quarantine == null ? '' : quarantineText(gate.quarantine))}`;
    default:
      return '';
  }
}

/** YAML, of which JSON's strings are a part. */
function diagnostics({ standing, gate }: StandingCheck, { scenario }: ResultFile): string[] {
  const fields: Record<string, string | number> = {
    standing,
    kind: gate.kind,
    actual: gate.actual,
    limit: gate.limit,
    margin: formatMargin(gate.margin),
    n: gate.n,
    ...given('seeds', seedsText(gate)),
    ...given('note', gate.note),
    file: scenario.file,
    ...(gate.place == null ? {} : { line: gate.place.line }),
  };
  const value = (field: string | number): string => (typeof field === 'number' ? String(field) : JSON.stringify(shortLine(field, 400)));
  return ['  ---', ...Object.entries(fields).map(([name, field]) => `  ${name}: ${value(field)}`), '  ...'];
}

function given(name: string, text: string): Record<string, string> {
  return text === '' ? {} : { [name]: text };
}

/** In a description only these two mean something. */
function escaped(text: string): string {
  return text.replace(/[\\#]/g, '\\$&');
}

function comment(text: string, most?: number): string {
  return shortLine(text, most);
}
