import { cutText, formatMargin, formatNumber, plural } from '../format.js';
import { markdownTable } from '../markdown-table.js';
import { STANDING_WORDS } from '../standing-words.js';
import { shortLine } from './short-line.js';
import { quarantineText, type StandingCheck } from './standing.js';

const MOST_ROWS = 60;
const NAME_CHARACTERS = 120;
const HEADINGS = ['Verdict', 'Variant', 'Scope', 'Expected', '>Actual', '>Limit', '>Margin', '>n', '>Seeds failing', 'Level', 'Note'];

/** Checks as a table of Markdown, with what is left out below it. @param file of the scenario */
export function checkTable(checks: readonly StandingCheck[], file: string, most = MOST_ROWS): string {
  const rows = checks.slice(0, most).map((check) => row(check, file));
  const left = checks.length > most ? `\n\n${plural(checks.length - most, 'more check')} in the report.` : '';
  return `${markdownTable(HEADINGS, rows)}${left}`;
}

function row({ standing, gate }: StandingCheck, file: string): string[] {
  const { icon, word } = STANDING_WORDS[standing];
  const name = (text: string): string => shortLine(text, NAME_CHARACTERS);
  return [
    `${icon} ${word}`,
    name(gate.variant ?? '–'),
    name(gate.scope),
    name(gate.expression),
    name(gate.actual),
    name(gate.limit),
    formatMargin(gate.margin),
    formatNumber(gate.n),
    gate.seeds > 1 ? `${gate.seedsFailing}/${gate.seeds}` : '–',
    gate.level ?? 'error',
    noteOf({ standing, gate }, file),
  ];
}

function noteOf({ standing, gate }: StandingCheck, file: string): string {
  const place = standing === 'passed' || standing === 'skipped' || gate.place == null ? [] : [`${cutText(file, NAME_CHARACTERS)}:${gate.place.line}`];
  const why = gate.quarantine != null && standing === 'quarantined' ? [quarantineText(gate.quarantine)] : [];
  return [...why, gate.note, ...place]
    .filter((text) => text !== '')
    .map((text) => shortLine(text))
    .join('; ');
}
