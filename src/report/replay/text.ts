import { styleText } from 'node:util';
import { firstViolation } from '../../replay/first-violation.js';
import { relatedEvents } from '../../replay/related.js';
import type { Levels, Replay, ShownEvent, ShownViolation, Tone } from '../../replay/replay.js';
import { cleanDeep, terminalText } from '../escape.js';
import { formatNumber, formatSeconds, plural } from '../format.js';
import { amiss, clockText, endOfInstant, LevelCourse, scopeOf, violationText } from './event-course.js';

export interface ReplayTextOptions {
  readonly colour: boolean;
  /** Only events near the one to look at: this many before and after it. undefined: all. */
  readonly near?: { readonly before: number; readonly after: number } | undefined;
}

type Style = Parameters<typeof styleText>[0];
const STYLES: Readonly<Record<Tone, Style | undefined>> = { plain: undefined, step: 'cyan', fault: 'yellow', odd: 'magenta' };
const COLUMNS = ['count', 'work', 'limit', 'queue'] as const;
const NONE = '·';

/** The run as text, an event a line: what happened in words, and beside it the state after it. */
export function renderReplayText(replay: Replay, options: ReplayTextOptions): string {
  return new TextTrace(cleanDeep(replay, terminalText), options).text();
}

class TextTrace {
  private readonly lines: string[] = [];
  private readonly course: LevelCourse;
  /** Names of accounts, where there are several. */
  private readonly accountWidth: number;
  private readonly first: ShownViolation | undefined;

  constructor(
    private readonly replay: Replay,
    private readonly options: ReplayTextOptions,
  ) {
    this.course = new LevelCourse(replay);
    const accounts = new Set(replay.scopes.map((scope) => scope.account));
    this.accountWidth = accounts.size < 2 ? 0 : Math.min(24, Math.max(7, ...[...accounts].map((name) => name.length)));
    this.first = firstViolation(replay.violations);
  }

  text(): string {
    this.head();
    this.events(this.chosen());
    this.otherViolations();
    return `${this.lines.join('\n')}\n`;
  }

  private head(): void {
    const { scenario, variant, seed, policy, hash, chosen, stretch, totalEvents, endUs } = this.replay;
    const names = [...(variant === undefined ? [] : [`variant ${variant}`]), `seed ${seed}`, `policy ${policy}`];
    this.say(`${this.paint('bold', scenario.name)}  ${names.join(' · ')}${chosen === '' ? '' : `  (${chosen})`}`);
    this.say(
      `  events ${formatNumber(stretch.fromEvent)} to ${formatNumber(stretch.toEvent)} of ${formatNumber(totalEvents)}: ${stretch.why}; the run lasts ${formatSeconds(endUs / 1e6)}, hash ${hash}`,
    );
    if (this.first === undefined) {
      this.say('  no invariant was violated');
      return;
    }
    const { first } = this;
    this.say(this.paint('red', `  first violation, at ${clockText(first.atUs)} s, event ${first.event}: ${violationText(first)}`));
    this.say(`  what to do next: ${first.remedy}`);
  }

  /** Places of the events that are printed. */
  private chosen(): number[] {
    const { events, request, focusEvent } = this.replay;
    const all = request === undefined ? events.map((_, at) => at) : relatedEvents(events, request);
    if (request !== undefined) this.say(`  only what touches ${request}: ${plural(all.length, 'event')}`);
    const { near } = this.options;
    if (near === undefined || all.length <= near.before + near.after) return all;
    const focus = Math.max(
      0,
      all.findIndex((at) => (events[at]?.number ?? 0) >= focusEvent),
    );
    const from = Math.max(0, Math.min(focus - near.before, all.length - near.before - near.after));
    const shown = all.slice(from, from + near.before + near.after);
    this.say(`  shown here: ${plural(shown.length, 'event')} around event ${focusEvent}; all of them with --text, and on the page`);
    return shown;
  }

  private events(places: readonly number[]): void {
    const { events } = this.replay;
    const heads = COLUMNS.map((name) => name.padStart(5)).join(' ');
    const account = this.accountWidth === 0 ? '' : `${'account'.padEnd(this.accountWidth)} `;
    this.say('', this.paint('dim', `${'seconds'.padStart(14)} ${'event'.padStart(8)}  ${account}${heads}  what happened`));
    for (const at of places) {
      const event = events[at] as ShownEvent;
      this.eventLine(event, at);
      this.violationLines(event);
    }
  }

  private eventLine(event: ShownEvent, at: number): void {
    const scope = scopeOf(this.replay, event);
    const levels = scope < 0 ? undefined : this.course.after(at, scope);
    const style = STYLES[event.tone];
    const what = style === undefined ? event.text : this.paint(style, event.text);
    const settled = scope < 0 ? undefined : this.course.after(endOfInstant(this.replay, at), scope);
    const wrong = levels === undefined || settled === undefined ? undefined : amiss(levels, settled);
    const note = wrong === undefined ? '' : this.paint('yellow', `  [${wrong}]`);
    this.say(`${clockText(event.atUs).padStart(14)} ${String(event.number).padStart(8)}  ${this.account(event)}${levelColumns(levels)}  ${what}${note}`);
  }

  private account({ account = '' }: ShownEvent): string {
    const { accountWidth } = this;
    if (accountWidth === 0) return '';
    return `${(account.length > accountWidth ? `${account.slice(0, accountWidth - 1)}…` : account).padEnd(accountWidth)} `;
  }

  private violationLines({ number, atUs }: ShownEvent): void {
    const violations = this.replay.violations.filter((violation) => violation.event === number);
    for (const violation of violations.slice(0, MAX_AT_ONCE)) this.violationLine(violation, atUs);
    if (violations.length > MAX_AT_ONCE) this.say(`${' '.repeat(24)}  … and ${plural(violations.length - MAX_AT_ONCE, 'more violation')} at this event`);
  }

  private violationLine(violation: ShownViolation, eventUs: number): void {
    const which = violation === this.first ? 'FIRST VIOLATION' : 'violation';
    this.say(this.paint(['red', 'bold'], `${' '.repeat(24)}▲ ${which}: ${violationText(violation, eventUs)}`));
  }

  private otherViolations(): void {
    const { violations, stretch, violationsHidden } = this.replay;
    const outside = violations.filter(({ event }) => event < stretch.fromEvent || event > stretch.toEvent);
    if (outside.length > 0) this.say('', `outside of these events: ${plural(outside.length, 'violation')}`);
    for (const violation of outside.slice(0, MAX_OUTSIDE)) this.say(`  ${clockText(violation.atUs)} s, event ${violation.event}: ${violationText(violation)}`);
    if (outside.length > MAX_OUTSIDE) this.say(`  … and ${outside.length - MAX_OUTSIDE} more`);
    if (violationsHidden > 0) this.say('', `${plural(violationsHidden, 'more violation')} of the same invariants, of which only the count was kept`);
  }

  private say(...lines: readonly string[]): void {
    this.lines.push(...lines);
  }

  private paint(style: Style, text: string): string {
    // Whether the stream shows colours was decided by whoever asked for them.
    return this.options.colour ? styleText(style, text, { validateStream: false }) : text;
  }
}

const MAX_OUTSIDE = 10;
/** A story that ends badly is told of every request at once. */
const MAX_AT_ONCE = 6;

function levelColumns(levels: Levels | undefined): string {
  if (levels === undefined) return COLUMNS.map(() => NONE.padStart(5)).join(' ');
  const { counted, running, limit, queued } = levels;
  return [counted ?? NONE, running, limit ?? 'none', queued ?? NONE].map((value) => String(value).padStart(5)).join(' ');
}
