import type { ResultFile } from '../../measure/result.js';
import { formatMargin, formatNumber, plural } from '../format.js';
import { shortLine } from './short-line.js';
import { checkName, quarantineText, STANDINGS, type StandingCheck, seedsText, standingChecks, standingsText } from './standing.js';

const WIDTH = Math.max(...STANDINGS.map((standing) => standing.length));

/** One line a check for people and for grep: what became of it, which it is, what was measured, where it stands. The last line is the verdict. */
export function renderList(result: ResultFile): string {
  const checks = standingChecks(result);
  const name = shortLine(result.scenario.name);
  const lines = checks.map((check) => `${check.standing.padEnd(WIDTH)}  ${name}  ${checkText(check, result)}`);
  return `${[...lines, `${`${result.verdict}:`.padEnd(WIDTH)}  ${name}  ${standingsText(checks)} (${plural(result.seeds.length, 'seed')}, exit code ${result.exitCode})`].join('\n')}\n`;
}

function checkText({ standing, gate }: StandingCheck, { scenario }: ResultFile): string {
  const facts = [
    `limit ${gate.limit}`,
    ...(gate.margin == null ? [] : [`margin ${formatMargin(gate.margin)}`]),
    `n ${formatNumber(gate.n)}`,
    seedsText(gate),
    standing === 'quarantined' && gate.quarantine != null ? quarantineText(gate.quarantine) : gate.note,
    ...(gate.place == null ? [] : [`${scenario.file}:${gate.place.line}`]),
  ].filter((fact) => fact !== '');
  return `${shortLine(checkName(gate))}  was ${shortLine(gate.actual)}  (${shortLine(facts.join('; '), 600)})`;
}
