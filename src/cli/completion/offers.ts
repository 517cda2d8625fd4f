import { type DescribedCommand, type DescribedOption, type DescribeOptions, describedCommand } from '../described-options.js';

const GENERAL = ['--help', '--version'];

/**
 * What may come next on a command line. Nothing where only the user knows: a shell offers names of files then.
 * @param words as the shell has them: the program first, last the word under the cursor, which may be empty
 */
export function offersFor(words: readonly string[], commands: Readonly<Record<string, DescribeOptions>>): readonly string[] {
  const before = words.slice(1, -1);
  const current = words.length > 1 ? (words.at(-1) as string) : '';
  const at = before.findIndex((word) => !word.startsWith('-'));
  if (at < 0) return startingWith(current, current.startsWith('-') ? GENERAL : Object.keys(commands));
  const name = before[at] as string;
  const describe = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return describe === undefined ? [] : new CommandOffers(describedCommand(describe)).of(before.slice(at + 1), current);
}

class CommandOffers {
  constructor(private readonly command: DescribedCommand) {}

  /** @param before the command's words so far */
  of(before: readonly string[], current: string): readonly string[] {
    const [name, written] = /^(--[^=]+)=(.*)$/s.exec(current)?.slice(1) ?? [];
    const assigned = this.optionOf(name);
    // zsh hands out `--fail-on=w` as one word, and replaces all of it.
    if (assigned !== undefined) return valuesOf(assigned, written ?? '').map((value) => `${name}=${value}`);
    const asked = this.askedFor(before, current);
    if (asked !== undefined) return valuesOf(asked, current === '=' ? '' : current);
    if (current.startsWith('-')) return startingWith(current, this.flags(before));
    const { positionals } = this.command;
    const given = this.positionalCount(before);
    const next = positionals[given] ?? positionals.findLast(({ isList }) => isList);
    if (next === undefined) return current === '' ? this.flags(before) : [];
    return valuesOf(next, current);
  }

  /** The option whose value is under the cursor. bash parts `--fail-on=w` into three words. */
  private askedFor(before: readonly string[], current: string): DescribedOption | undefined {
    const isParted = before.at(-1) === '=' || current === '=';
    const option = this.optionOf(current === '=' || !isParted ? before.at(-1) : before.at(-2));
    return option?.takesValue === true ? option : undefined;
  }

  private optionOf(word: string | undefined): DescribedOption | undefined {
    const [, name] = /^--?(.+)$/.exec(word ?? '') ?? [];
    return this.command.options.find((option) => option.name === name || (name !== undefined && option.aliases.includes(name)));
  }

  /** Those that may still come. */
  private flags(before: readonly string[]): string[] {
    const given = before.flatMap((word) => this.optionOf(word.replace(/=.*$/s, '')) ?? []);
    const left = this.command.options.filter((option) => option.isList || !given.includes(option));
    return [...left.map(({ name }) => `--${name}`), '--help'];
  }

  private positionalCount(before: readonly string[]): number {
    return before.filter((word, at) => !word.startsWith('-') && word !== '=' && this.askedFor(before.slice(0, at), word) === undefined).length;
  }
}

/** Of a list the last name is under the cursor: `html,ju`. */
function valuesOf({ values, isList }: { readonly values: readonly string[]; readonly isList: boolean }, written: string): string[] {
  const comma = isList ? written.lastIndexOf(',') + 1 : 0;
  const before = written.slice(0, comma);
  const given = before.split(',').slice(0, -1);
  // A shell is told of nothing but our own words.
  if (given.some((name) => !values.includes(name))) return [];
  return startingWith(
    written,
    values.filter((value) => !given.includes(value)).map((value) => `${before}${value}`),
  );
}

function startingWith(current: string, words: readonly string[]): string[] {
  return words.filter((word) => word.startsWith(current));
}
