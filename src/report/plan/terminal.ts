import { styleText } from 'node:util';
import type { PlanResult } from '../../measure/capacity/plan-result.js';
import type { Verdict } from '../../measure/result.js';
import { cleanDeep, terminalText } from '../escape.js';
import type { TerminalBlock, TerminalLine } from '../live/terminal-blocks.js';
import type { TerminalOptions } from '../terminal.js';
import { VERDICT_WORDS } from '../verdict.js';
import { analysisBlocks } from './analysis-blocks.js';
import { answerBlocks } from './answer-blocks.js';
import { planExitDoc } from './exit-words.js';
import { headline } from './headline.js';

const MIN_WIDTH = 40;
const INDENT = '  ';

type Style = Parameters<typeof styleText>[0];
const STYLES: Readonly<Record<Verdict, Style>> = { pass: 'green', fail: 'red', undecided: 'yellow' };

/** The answer of a plan first, then what it rests on, then what would be otherwise. */
export function renderPlanTerminal(plan: PlanResult, options: TerminalOptions): string {
  const clean = cleanDeep(plan, terminalText);
  const page = new TerminalPage(options);
  const { verdict, text } = headline(clean);
  page.say('', page.paint([STYLES[verdict] as 'red', 'bold'], `${VERDICT_WORDS[verdict].icon} ${text}`));
  page.blocks([...answerBlocks(clean), ...analysisBlocks(clean)]);
  page.say('', `${INDENT}exit code ${clean.exitCode}: ${planExitDoc(clean.exitCode)}`, `${INDENT}ask again: ${clean.command}`);
  if (options.reportPath !== undefined) page.say(`${INDENT}report:    ${terminalText(options.reportPath)}`);
  return page.text;
}

class TerminalPage {
  private readonly lines: string[] = [];
  private readonly width: number;

  constructor(private readonly options: TerminalOptions) {
    this.width = Math.max(MIN_WIDTH, options.width);
  }

  get text(): string {
    return `${this.lines.join('\n')}\n`;
  }

  say(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  /** Those that have nothing to say are left out. */
  blocks(blocks: readonly TerminalBlock[]): void {
    for (const { title, lines } of blocks) {
      if (lines.length === 0) continue;
      this.say('', this.paint('bold', title));
      for (const line of lines) this.line(line);
    }
  }

  paint(style: Style, text: string): string {
    // Whether the stream shows colours was decided by whoever asked for them.
    return this.options.colour ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Prose is broken at spaces, and what follows stands further in. Lines of a table are never broken. */
  private line({ text, tone, fixed }: TerminalLine): void {
    const style = tone && STYLES[tone];
    const painted = (line: string): string => (style === undefined ? line : this.paint(style, line));
    if (fixed === true) this.say(INDENT + painted(text));
    else for (const [at, line] of wrapped(text, this.width - 2 * INDENT.length).entries()) this.say((at === 0 ? INDENT : INDENT + INDENT) + painted(line));
  }
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [''];
  // A number stays with its percent sign.
  for (const word of text.split(/ (?!%)/)) {
    const last = lines.at(-1) as string;
    if (last !== '' && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
