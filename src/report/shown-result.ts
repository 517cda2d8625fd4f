import type { ResultFile } from '../measure/result.js';
import { visible } from './escape.js';
import { sumOf } from './text-sum.js';

/** A name longer than this stands shortened where names stand, and whole in a list of its own. */
const LONGEST_WORD = 100;
const LONGEST_TEXT = 1_500;
const SHORT_LENGTH = 40;

/** Commands are copied, so that they stay whole. */
const COMMANDS: ReadonlySet<string> = new Set(['rerun', 'replay', 'command', 'file']);

export interface ShownResult {
  readonly result: ResultFile;
  /** Short form and whole name, each name once. */
  readonly longNames: readonly (readonly [short: string, whole: string])[];
}

/** A result as a page may show it: control characters as pictures, and names of kilobytes shortened everywhere alike. */
export function shownResult(result: ResultFile): ShownResult {
  const { data, longNames } = shownData(result);
  return { result: data, longNames };
}

/** Any page's data, cleaned and shortened in the same way. */
export function shownData<T extends object>(data: T): { readonly data: T } & Pick<ShownResult, 'longNames'> {
  const cleaner = new Cleaner();
  return { data: cleaner.clean(data, ''), longNames: [...cleaner.longNames] };
}

class Cleaner {
  readonly longNames = new Map<string, string>();
  /** Most strings of a result are there thousands of times. */
  private readonly known = new Map<string, string>();

  clean<T>(data: T, key: string): T {
    if (typeof data === 'string') return this.text(data, key) as T;
    if (Array.isArray(data)) return data.map((item) => this.clean(item, key)) as T;
    if (typeof data !== 'object' || data === null) return data;
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [this.name(name), this.clean(value, name)])) as T;
  }

  private text(text: string, key: string): string {
    if (COMMANDS.has(key)) return visible(text);
    return key === 'scenario' ? visibleLines(text) : this.name(text);
  }

  private name(text: string): string {
    let shown = this.known.get(text);
    if (shown === undefined) {
      shown = this.shorten(visible(text));
      this.known.set(text, shown);
    }
    return shown;
  }

  private shorten(text: string): string {
    if (!isLong(text)) return text;
    const short = `${[...text.slice(0, SHORT_LENGTH)].filter((character) => !/\p{Surrogate}/u.test(character)).join('')}…~${sumOf(text)}`;
    this.longNames.set(short, text);
    return short;
  }
}

function isLong(text: string): boolean {
  if (text.length <= LONGEST_WORD) return false;
  return text.length > LONGEST_TEXT || text.split(' ').some((word) => word.length > LONGEST_WORD);
}

/** Text of several lines, such as a scenario in a minimal trace. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}
