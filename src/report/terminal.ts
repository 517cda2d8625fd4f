import { styleText } from 'node:util';
import { INVARIANTS } from '../measure/invariants/registry.js';
import type { InvariantVerdict, ResultFile, RunResult, Verdict } from '../measure/result.js';
import { MIN_SEEDS_FOR_INTERVAL } from '../measure/seed-values.js';
import { quarantineText, type Standing, standingOf } from './ci/standing.js';
import { COLUMNS, compareVariants } from './comparison.js';
import { comparisonSentence, originWords } from './comparison-text/words.js';
import { cleanDeep, terminalText } from './escape.js';
import { cutText, formatNumber, formatSeconds, NO_SAMPLES, plural } from './format.js';
import { type GateKind, mergeVariants, observed, type SeededGate, seededGates } from './gates.js';
import { agreementBlocks, setupBlocks, type TerminalBlock, viewBlocks } from './live/terminal-blocks.js';
import { replayOf, runLabel } from './runs.js';
import { seedLines } from './seed-lines.js';
import { STANDING_WORDS } from './standing-words.js';
import { FittedColumns } from './terminal-table.js';
import { countsText, invariantsText, seedsText, traceAndWarmup } from './terminal-words.js';
import { exitCodeDoc, requestsText, slotsSentence, VERDICT_WORDS, verdictSentences } from './verdict.js';
import { notBrokenText, remedyText, violationText } from './violation-text.js';

export interface TerminalOptions {
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width: number;
  readonly reportPath?: string;
}

const MIN_WIDTH = 40;
const MAX_LINES_A_BLOCK = 14;
const MAX_BROKEN = 3;
const MAX_SEED_LINES = 8;
const INDENT = '  ';

/** The summary after a run: one screen for a usual scenario. */
export function renderTerminal(result: ResultFile, options: TerminalOptions): string {
  return new Summary(cleanDeep(result, terminalText), options).text();
}

type Style = Parameters<typeof styleText>[0];
/** Kinds of gates whose notes stand on a line of their own, or nowhere. */
const QUIET: ReadonlySet<GateKind> = new Set(['threshold', 'exercised', 'load']);
const STANDING_STYLES: Readonly<Record<Standing, Style>> = {
  failed: 'red',
  undecided: 'yellow',
  warned: 'yellow',
  quarantined: 'dim',
  skipped: 'dim',
  passed: 'green',
};
const STYLES: Readonly<Record<Verdict, Style>> = { pass: 'green', fail: 'red', undecided: 'yellow' };

class Summary {
  private readonly lines: string[] = [];
  private readonly gates: readonly SeededGate[];
  private readonly width: number;

  constructor(
    private readonly result: ResultFile,
    private readonly options: TerminalOptions,
  ) {
    this.gates = seededGates(result);
    this.width = Math.max(MIN_WIDTH, options.width);
  }

  text(): string {
    const { result } = this;
    this.say(
      '',
      `${this.paint('bold', result.scenario.name)}  ${this.paint('dim', cutText([seedsText(result), plural(result.runs.length, 'run'), requestsText(result)].join(' · '), this.width - result.scenario.name.length - 2))}`,
    );
    this.blocks([...traceAndWarmup(result), ...setupBlocks(result)]);
    this.gateBlock('LOAD', 'load');
    this.gateBlock('THRESHOLDS', 'threshold');
    this.gateBlock('INVARIANTS', 'invariant');
    this.gateBlock('EXERCISED', 'exercised');
    this.gateBlock('BUDGETS', 'budget');
    this.baseline();
    this.gateBlock('QUARANTINE', 'quarantine');
    this.comparison();
    this.blocks(viewBlocks(result, this.width - INDENT.length));
    this.acrossSeeds();
    this.blocks(agreementBlocks(result));
    this.brokenInvariants();
    if (result.meta.repeated === true)
      this.say('', `${this.mark('pass')} repeatable: seed ${result.seeds[0] ?? ''}, run twice, wrote the same history both times`);
    this.closing();
    return `${this.lines.join('\n')}\n`;
  }

  /** Those that have nothing to say are left out. */
  private blocks(blocks: readonly TerminalBlock[]): void {
    for (const { title, lines } of blocks) {
      if (lines.length > 0) this.say('', this.paint('bold', title));
      for (const { text, tone, fixed } of lines) {
        if (fixed === true) this.say(INDENT + text);
        else this.wrap(text, tone && STYLES[tone]);
      }
    }
  }

  private acrossSeeds(): void {
    // Of a few seeds there is little to say: Markdown and HTML say why.
    const lines = this.result.seeds.length < MIN_SEEDS_FOR_INTERVAL ? [] : seedLines(this.result);
    if (lines.length === 0) return;
    this.say('', this.paint('bold', 'ACROSS SEEDS'));
    // Shares of failing seeds come last and are few; intervals make room for them.
    const hidden = Math.max(0, lines.length - MAX_SEED_LINES);
    const shown = hidden === 0 ? lines : [...lines.slice(0, MAX_SEED_LINES / 2), ...lines.slice(-MAX_SEED_LINES / 2)];
    for (const line of shown) this.wrap(line);
    if (hidden > 0) this.say(`${INDENT}… and ${plural(hidden, 'more line')} in the report`);
  }

  private baseline(): void {
    const { comparison } = this.result;
    const lines = comparison == null ? [] : [comparisonSentence(comparison), `against ${originWords(comparison)}`];
    this.blocks([{ title: 'BASELINE', lines: lines.map((text) => ({ text })) }]);
    this.gateBlock(comparison == null ? 'BASELINE' : undefined, 'regression');
  }

  /** Failures one by one; of what passed, thresholds and counters while there are few, invariants as a count. */
  private gateBlock(title: string | undefined, kind: GateKind): void {
    const gates = this.gates.filter((gate) => gate.kind === kind);
    if (gates.length === 0) return;
    if (title !== undefined) this.say('', this.paint('bold', title));
    const open = gates.filter((gate) => gate.verdict !== 'pass');
    const passed = gates.filter((gate) => gate.verdict === 'pass');
    for (const gate of open.slice(0, MAX_LINES_A_BLOCK)) this.gateLine(gate);
    if (open.length > MAX_LINES_A_BLOCK) this.say(`${INDENT}… and ${open.length - MAX_LINES_A_BLOCK} more`);
    const merged = mergeVariants(passed);
    if (kind !== 'invariant' && merged.length + open.length <= MAX_LINES_A_BLOCK) for (const gate of merged) this.gateLine(gate);
    else if (passed.length > 0)
      this.say(
        `${INDENT}${observed(passed).length > 0 ? this.mark('pass') : '–'} ${kind === 'invariant' ? invariantsText(passed) : `${plural(passed.length, 'check')} passed`}`,
      );
  }

  private gateLine(gate: SeededGate): void {
    const standing = standingOf(gate);
    const where = gate.variant == null ? '' : `${gate.variant}: `;
    const seeds =
      gate.seeds > 1 && gate.verdict !== 'pass'
        ? ` (${gate.verdict === 'fail' ? gate.seedsFailing : gate.seedsUndecided}/${gate.seeds} seeds, such as ${gate.seed})`
        : '';
    const whole = `${where}${gate.scope} ${gate.expression}`;
    const said = standing === 'quarantined' && gate.quarantine != null ? quarantineText(gate.quarantine) : gate.note;
    const note = said === '' || QUIET.has(gate.kind) ? '' : `  ${said}`;
    // A long note has a line of its own: which law it is about must stay readable.
    const hasRoom = whole.length + gate.actual.length + seeds.length + note.length + 9 <= this.width;
    const actual = `${gate.actual}${seeds}${hasRoom ? note : ''}`;
    const what = cutText(whole, this.width - actual.length - 7);
    const dots = '.'.repeat(Math.max(2, Math.min(70, this.width) - what.length - actual.length - 6));
    this.say(
      `${INDENT}${this.standingMark(gate)} ${what} ${this.paint('dim', dots)} ${gate.verdict === 'pass' ? actual : this.paint(STANDING_STYLES[standing], actual)}`,
    );
    // Why a load was not sent is told in sentences.
    if (gate.kind === 'load') this.wrap(gate.note);
    else if (!hasRoom && said !== '') this.say(`${INDENT}  ${said}`);
  }

  /** Metrics down, variants across; variants that do not fit are named. */
  private comparison(): void {
    const variants = compareVariants(this.result);
    const first = Math.max(...COLUMNS.map((column) => column.short.length));
    const cells = variants.map((variant) => [
      variant.title,
      ...variant.cells.map((cell) => `${cell.place === 'best' ? '▲ ' : cell.place === 'worst' ? '▼ ' : ''}${cell.text}`),
    ]);
    const fitted = new FittedColumns(cells, INDENT.length + first, this.width);
    const isEmpty = (at: number): boolean => cells.every((cell) => cell[at + 1] === '0' || cell[at + 1] === NO_SAMPLES);
    if (COLUMNS.every((_, at) => isEmpty(at))) return;
    this.say('', this.paint('bold', `${variants.length > 1 ? 'VARIANTS' : 'METRICS'}${this.result.seeds.length > 1 ? ' (median of the seeds)' : ''}`));
    if (variants.length > 1) this.say(`${INDENT}${' '.repeat(first)}${this.paint('dim', fitted.line(0))}`);
    for (const [at, column] of COLUMNS.entries()) {
      if (!isEmpty(at)) this.say(`${INDENT}${column.short.padEnd(first)}${fitted.line(at + 1)}`);
    }
    if (fitted.hidden > 0) this.say(`${INDENT}${plural(fitted.hidden, 'more variant')} in the report`);
  }

  private brokenInvariants(): void {
    const seen = new Set<string>();
    const broken = this.result.runs.flatMap((run) =>
      run.invariants.filter((invariant) => invariant.verdict === 'fail').map((invariant) => ({ run, invariant })),
    );
    const each = broken.filter(({ run, invariant }) => {
      const key = `${run.variant} ${invariant.id}`;
      return seen.has(key) ? false : seen.add(key);
    });
    for (const { run, invariant } of each.slice(0, MAX_BROKEN)) this.brokenInvariant(run, invariant);
    if (each.length > MAX_BROKEN) this.say(`${INDENT}… and ${plural(each.length - MAX_BROKEN, 'more failed invariant')}`);
  }

  private brokenInvariant(run: RunResult, invariant: InvariantVerdict): void {
    const { statement } = INVARIANTS[invariant.id] ?? { statement: '' };
    const label = runLabel(this.result, run);
    this.say('');
    this.wrap(`${invariant.id}${label === undefined ? '' : ` in ${label}`}: ${statement}`, 'red');
    const first = invariant.examples[0];
    if (first !== undefined) this.wrap(`first at ${formatSeconds(first.atUs / 1e6)}, event ${formatNumber(first.event)}: ${violationText(first)}`);
    if (invariant.violations === 0) this.wrap(`it was expected to be violated, but ${notBrokenText(invariant)}`);
    this.wrap(`next: ${remedyText(invariant)}`);
  }

  private closing(): void {
    const { result, options } = this;
    const { word, icon } = VERDICT_WORDS[result.verdict];
    this.say('');
    this.say(`${this.paint([STYLES[result.verdict] as 'red', 'bold'], `${icon} ${word}`)}  ${countsText(this.gates)}`);
    const { lead } = verdictSentences(result, this.gates);
    const slots = slotsSentence(result);
    this.wrap(lead);
    if (lead !== slots) this.wrap(slots);
    this.say(`${INDENT}exit code ${result.exitCode}: ${exitCodeDoc(result.exitCode)}`, `${INDENT}run again: ${result.scenario.rerun}`);
    const failing = result.runs.find((run) => run.verdict === 'fail');
    const replay = failing === undefined ? undefined : replayOf(result, failing);
    if (replay !== undefined) this.say(`${INDENT}replay:    ${replay}`);
    if (options.reportPath !== undefined) this.say(`${INDENT}report:    ${terminalText(options.reportPath)}`);
  }

  private say(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  /** Breaks prose at spaces. Commands and paths are never broken: they get copied. */
  private wrap(text: string, style?: Style): void {
    let line = '';
    const end = (): void => {
      if (line !== '') this.say(INDENT + (style === undefined ? line : this.paint(style, line)));
    };
    for (const word of text.split(' ')) {
      if (line !== '' && line.length + word.length + 1 > this.width - INDENT.length) {
        end();
        line = '';
      }
      line = line === '' ? word : `${line} ${word}`;
    }
    end();
  }

  private mark(verdict: Verdict): string {
    return this.paint(STYLES[verdict], VERDICT_WORDS[verdict].icon);
  }

  /** Warnings and known failures look otherwise than what counts. */
  private standingMark(gate: SeededGate): string {
    const standing = standingOf(gate);
    return gate.verdict === 'pass' ? this.mark('pass') : this.paint(STANDING_STYLES[standing], STANDING_WORDS[standing].icon);
  }

  private paint(style: Style, text: string): string {
    // Whether the stream shows colours was decided by whoever asked for them.
    return this.options.colour ? styleText(style, text, { validateStream: false }) : text;
  }
}
