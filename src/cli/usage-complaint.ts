import { nearest } from '../core/nearest-name.js';
import { shortened } from '../reasons.js';
import { type DescribedCommand, type DescribeOptions, describedCommand } from './described-options.js';
import { unknownWords } from './usage-advice.js';

/** What yargs says, word by word; it says it in English, whatever the user's own language. */
const TOO_FEW = /^Not enough non-option arguments: got (\d+), need at least \d+$/;
const NO_VALUE = /^Not enough arguments following: (\S+)$/;
const MISSING = /^Missing required arguments?: ([^,\s]+)/;
const INVALID = /^Invalid values:\n {2}Argument: (\S+), Given: (.*?), Choices: /s;

/**
 * What is wrong with a command line that yargs refused, in our words: what was expected, what came, what to do.
 * @param command that was given, undefined: none that there is
 */
export function usageComplaint(
  complaint: string,
  argv: readonly string[],
  command: string | undefined,
  commands: Readonly<Record<string, DescribeOptions>>,
): string {
  const describe = command === undefined ? undefined : commands[command];
  if (command === undefined || describe === undefined) return ofNoCommand(complaint, argv, Object.keys(commands));
  return ofCommand(complaint, command, describedCommand(describe));
}

function ofNoCommand(complaint: string, argv: readonly string[], known: readonly string[]): string {
  const word = argv.find((given) => !given.startsWith('-'));
  if (word === undefined || unknownWords(complaint).length === 0) return complaint;
  const meant = nearest(word, known);
  return `expected a command, got ${JSON.stringify(shortened(word))}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
}

function ofCommand(complaint: string, command: string, { options, positionals }: DescribedCommand): string {
  const [, given] = TOO_FEW.exec(complaint) ?? [];
  const positional = given === undefined ? undefined : positionals[Number(given)];
  if (positional !== undefined) return `${command}: ${expected(`<${positional.name}>`, positional)}, got nothing`;
  const [, name] = NO_VALUE.exec(complaint) ?? MISSING.exec(complaint) ?? [];
  const option = options.find((one) => one.name === name || (name !== undefined && one.aliases.includes(name)));
  if (option !== undefined) return `--${option.name}: ${expected('a value', option)}, got nothing`;
  const [, at, got = ''] = INVALID.exec(complaint) ?? [];
  const checked = [...positionals, ...options].find((one) => one.name === at);
  if (checked === undefined) return complaint;
  const where = positionals.includes(checked) ? command : `--${checked.name}`;
  return `${where}: ${expected('a value', checked)}, got ${shortened(got)}`;
}

interface Wanted {
  readonly describe: string;
  readonly values: readonly string[];
}

/** One of its values, or, where it has others than those that are offered, what it is. */
function expected(what: string, { describe, values }: Wanted): string {
  return `expected ${values.length < 2 ? `${what} (${lowered(describe)})` : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`}`;
}

function lowered(sentence: string): string {
  return /^[A-Z][a-z ]/.test(sentence) ? `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}` : sentence;
}
