import { nearest } from '../core/nearest-name.js';
import type { DescribeOptions } from './described-options.js';
import { optionNames } from './environment-options.js';

/** What yargs says of words that it does not know: `Unknown arguments: servce, rat`. */
const UNKNOWN = /^Unknown arguments?: (.+)$/m;

/** @returns the words that yargs did not know */
export function unknownWords(complaint: string): readonly string[] {
  return UNKNOWN.exec(complaint)?.[1]?.split(', ') ?? [];
}

/** The command that was given; undefined: none, or none that there is. */
export function commandIn(argv: readonly string[], complaint: string, commands: Readonly<Record<string, DescribeOptions>>): string | undefined {
  const first = argv.find((word) => !word.startsWith('-'));
  // Of `rnu run` the first word is the one that is wrong.
  if (first !== undefined && !Object.hasOwn(commands, first) && unknownWords(complaint)[0] === first) return undefined;
  return argv.find((word) => Object.hasOwn(commands, word));
}

/** What to do about a command line that yargs refused: the options that were meant, and where all of them stand. */
export function usageAdvice(
  complaint: string,
  argv: readonly string[],
  command: string | undefined,
  commands: Readonly<Record<string, DescribeOptions>>,
): string {
  const describe = command === undefined ? undefined : commands[command];
  if (command === undefined || describe === undefined) return 'Run slotstorm --help for what it can do.';
  const known = optionNames(describe);
  const meant = unknownWords(complaint).flatMap((word) =>
    argv.some((given) => given.startsWith('--') && given.slice(2).startsWith(word)) ? (nearest(word, known) ?? []) : [],
  );
  const advice = meant.length === 0 ? '' : `Did you mean ${[...new Set(meant)].map((name) => `--${name}`).join(', ')}?\n`;
  return `${advice}Run slotstorm ${command} --help for what it takes.`;
}
