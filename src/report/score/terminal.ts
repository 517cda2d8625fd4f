import { styleText } from 'node:util';
import type { ScoreProvider, ScoreResult, Standing } from '../../measure/score/score-result.js';
import { cleanDeep, terminalText } from '../escape.js';
import { cutText } from '../format.js';
import type { TerminalOptions } from '../terminal.js';
import { priceTexts, STANDING_LOOKS, shortQuestion, standingCounts } from './words.js';

type Style = Parameters<typeof styleText>[0];
const STYLES: Readonly<Record<Standing, Style>> = { shown: 'green', refuted: 'red', 'claimed, not shown': 'yellow', unknown: 'dim' };
const WIDEST_QUESTION = 24;
const WIDEST_STANDING = 18;

/** A required answer that is not shown. */
export interface MissingAnswer {
  readonly provider: string;
  readonly question: string;
  readonly standing: Standing;
}

/** The scorecard for a terminal: provider by provider, a line for each question. */
export function renderScoreTerminal(given: ScoreResult, missing: readonly MissingAnswer[], options: TerminalOptions): string {
  return new ScoreText(cleanDeep(given, terminalText), cleanDeep(missing, terminalText), options).text();
}

class ScoreText {
  private readonly lines: string[] = [];

  constructor(
    private readonly result: ScoreResult,
    private readonly missing: readonly MissingAnswer[],
    private readonly options: TerminalOptions,
  ) {}

  text(): string {
    for (const provider of this.result.providers) this.provider(provider);
    this.prices();
    this.closing();
    return `${this.lines.join('\n')}\n`;
  }

  private provider({ name, basis, kind, cells }: ScoreProvider): void {
    this.say(`${this.paint('bold', name)}  ${this.paint('dim', basis ?? kind)}`);
    for (const [at, { standing, short }] of cells.entries()) {
      const question = shortQuestion(this.result.questions[at]?.id ?? '').padEnd(WIDEST_QUESTION);
      const badge = this.paint(STYLES[standing], `${STANDING_LOOKS[standing].icon.padEnd(2)} ${standing.padEnd(WIDEST_STANDING)}`);
      this.say(`  ${question}  ${badge}  ${cutText(short, this.options.width - WIDEST_QUESTION - WIDEST_STANDING - 9)}`);
    }
    this.say('');
  }

  private prices(): void {
    if (this.result.prices.length === 0) return;
    const rows = this.result.prices.map(priceTexts);
    const widest = Math.max(...rows.map(({ provider }) => provider.length));
    this.say(this.paint('bold', 'A month’s bill, stuck requests not charged and charged'));
    for (const { provider, without, with: withStuck, stuck } of rows) {
      this.say(cutText(`  ${provider.padEnd(widest)}  ${without.padStart(10)}  ${withStuck.padStart(14)}  stuck: ${stuck}`, this.options.width));
    }
    this.say('');
  }

  private closing(): void {
    const { result, missing, options } = this;
    const models = result.providers.some(({ kind }) => kind === 'profile') ? ' Profiles are models: nothing was measured at a company.' : '';
    this.say(`${standingCounts(result.providers)}.${models}`);
    for (const { provider, question, standing } of missing) this.say(this.paint('red', `  required, and ${standing}: ${provider}: ${question}`));
    this.say(`  again:  ${result.command}`);
    if (options.reportPath !== undefined) this.say(`  report: ${terminalText(options.reportPath)}`);
  }

  private say(line: string): void {
    this.lines.push(line.trimEnd());
  }

  private paint(style: Style, text: string): string {
    return this.options.colour ? styleText(style, text, { validateStream: false }) : text;
  }
}
