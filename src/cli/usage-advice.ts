import { nearest } from '../core/nearest-name.js';
import { type DescribeOptions, optionNames } from './environment-options.js';

/** What yargs says of words that it does not know: `Unknown arguments: servce, rat`. */
const UNKNOWN = /^Unknown arguments?: (.+)$/m;

/** What to do about a command line that yargs refused: the options that were meant, and where all of them stand. */
export function usageAdvice(complaint: string, argv: readonly string[], commands: Readonly<Record<string, DescribeOptions>>): string {
  const command = argv.find((word) => Object.hasOwn(commands, word));
  const describe = command === undefined ? undefined : commands[command];
  if (command === undefined || describe === undefined) return 'Run slotstorm --help for what it can do.';
  const known = optionNames(describe);
  const unknown = UNKNOWN.exec(complaint)?.[1]?.split(', ') ?? [];
  const meant = unknown.flatMap((word) =>
    argv.some((given) => given.startsWith('--') && given.slice(2).startsWith(word)) ? (nearest(word, known) ?? []) : [],
  );
  const advice = meant.length === 0 ? '' : `Did you mean ${[...new Set(meant)].map((name) => `--${name}`).join(', ')}?\n`;
  return `${advice}Run slotstorm ${command} --help for what it takes.`;
}
