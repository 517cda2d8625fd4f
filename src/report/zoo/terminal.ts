import { styleText } from 'node:util';
import { INVARIANT_IDS, INVARIANTS } from '../../measure/invariants/registry.js';
import type { Verdict } from '../../measure/result.js';
import type { Detection } from '../../zoo/detection.js';
import type { DetectionMatrix } from '../../zoo/detection-matrix.js';
import { cleanDeep, terminalText } from '../escape.js';
import type { TerminalOptions } from '../terminal.js';
import { exitCodeDoc, VERDICT_WORDS } from '../verdict.js';
import { cellsOf, type MatrixCell, rerunCommand } from './matrix-cells.js';
import { complaintsOn, matrixSentence } from './matrix-sentences.js';

type Style = Parameters<typeof styleText>[0];
const STYLES: Readonly<Record<Verdict, Style>> = { pass: 'green', fail: 'red', undecided: 'yellow' };

const NARROWEST_NAME = 16;
/** Class, victims, cured and the spaces around them. */
const BESIDE_THE_NAME = 22;
const CELL = 3;
const CODE_LENGTH = 3;
const MOST_COMPLAINTS = 12;

/** The detection matrix for a terminal of 100 columns: one character a checker, its name on end above it. */
export function renderZooTerminal(matrix: DetectionMatrix, options: TerminalOptions): string {
  return new MatrixText(cleanDeep(matrix, terminalText), options).text();
}

class MatrixText {
  private readonly lines: string[] = [];
  private readonly nameWidth: number;

  constructor(
    private readonly matrix: DetectionMatrix,
    private readonly options: TerminalOptions,
  ) {
    const longest = Math.max(NARROWEST_NAME, ...matrix.rows.map((row) => row.entry.name.length));
    this.nameWidth = Math.max(NARROWEST_NAME, Math.min(longest, options.width - BESIDE_THE_NAME - INVARIANT_IDS.length * CELL));
  }

  text(): string {
    this.head();
    for (const row of this.matrix.rows) this.row(row);
    this.legend();
    this.complaints();
    this.closing();
    return `${this.lines.join('\n')}\n`;
  }

  private head(): void {
    const codes = INVARIANT_IDS.map((id) => id.charAt(0) + id.slice(2).padEnd(CODE_LENGTH));
    for (let line = 0; line <= CODE_LENGTH; line++) {
      const last = line === CODE_LENGTH;
      const letters = codes.map((code) => ` ${code.charAt(line)} `).join('');
      const left = last ? `  ${'entry'.padEnd(this.nameWidth)} class ${'victims'.padStart(7)}` : ' '.repeat(this.nameWidth + 16);
      this.say(this.paint(line === 0 ? 'dim' : 'bold', `${left} ${letters}${last ? ' cured' : ''}`.trimEnd()));
    }
  }

  private row(row: Detection): void {
    const { entry, victims, seeds, alarms } = row;
    const name = entry.name.length > this.nameWidth ? `${entry.name.slice(0, this.nameWidth - 1)}…` : entry.name.padEnd(this.nameWidth);
    const cells = cellsOf(row)
      .map((cell) => this.cell(cell))
      .join('');
    const hit = `${victims}/${seeds}`.padStart(7);
    this.say(`${this.mark(row.verdict)} ${name} ${entry.faultClass.padEnd(5)} ${hit} ${cells}   ${this.mark(alarms.length === 0 ? 'pass' : 'fail')}`);
  }

  private cell(cell: MatrixCell): string {
    const sign = signOf(cell.share);
    if (!cell.isDecisive) return ` ${cell.share === 0 ? this.paint('dim', sign) : sign} `;
    return this.paint([cell.share === 1 ? 'green' : 'red', 'bold'], `[${sign}]`);
  }

  private legend(): void {
    const codes = INVARIANT_IDS.map((id) => `${id.slice(2, 2 + CODE_LENGTH)} ${id}`);
    this.say('');
    this.wrap('■ violated in every seed with a victim · 9 in 90 to 99 % of them, … 1 in 10 to 19 %, 0 in fewer · [ ] the decisive checker');
    this.wrap(`S safety, L liveness: ${codes.join(', ')}`);
  }

  private complaints(): void {
    const all = this.matrix.rows.flatMap((row) => complaintsOn(row).map((complaint) => ({ row, ...complaint })));
    for (const { row, text, seed } of all.slice(0, MOST_COMPLAINTS)) {
      this.say('');
      this.wrap(`${row.entry.name}: ${text}`, STYLES[row.verdict]);
      this.wrap(`${row.entry.decisive}: ${INVARIANTS[row.entry.decisive].statement}`);
      this.say(`  run again: ${rerunCommand(row.entry.file, seed)}`);
    }
    if (all.length > MOST_COMPLAINTS) this.say('', `  … and ${all.length - MOST_COMPLAINTS} more in the report`);
  }

  private closing(): void {
    const { matrix, options } = this;
    const { word, icon } = VERDICT_WORDS[matrix.verdict];
    this.say('', this.paint([STYLES[matrix.verdict] as 'red', 'bold'], `${icon} ${word}`));
    this.wrap(matrixSentence(matrix));
    this.say(`  exit code ${matrix.exitCode}: ${exitCodeDoc(matrix.exitCode)}`);
    if (options.reportPath !== undefined) this.say(`  report:    ${terminalText(options.reportPath)}`);
  }

  private say(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  private wrap(text: string, style?: Style): void {
    let line = '';
    for (const word of text.split(' ')) {
      if (line !== '' && line.length + word.length + 3 > this.options.width) {
        this.say(`  ${this.styled(line, style)}`);
        line = '';
      }
      line = line === '' ? word : `${line} ${word}`;
    }
    this.say(`  ${this.styled(line, style)}`);
  }

  private styled(text: string, style: Style | undefined): string {
    return style === undefined ? text : this.paint(style, text);
  }

  private mark(verdict: Verdict): string {
    return this.paint(STYLES[verdict], VERDICT_WORDS[verdict].icon);
  }

  private paint(style: Style, text: string): string {
    return this.options.colour ? styleText(style, text, { validateStream: false }) : text;
  }
}

/** A share in one character. */
function signOf(share: number | undefined): string {
  if (share === undefined) return '?';
  if (share === 0) return '·';
  return share === 1 ? '■' : String(Math.floor(share * 10));
}
