import type { Argv } from 'yargs';
import { nearest } from '../../core/nearest-name.js';
import { PRESET_NAMES, type PresetName } from '../../core/policy.js';
import { QUESTION_IDS, type QuestionId } from '../../score/questions.js';
import { UsageError } from '../failures.js';
import { folderName, MOST_SEEDS, MOST_WORKERS, milliseconds, wholeNumber } from '../option-values.js';
import { credentialsOf } from '../serve/options.js';

const MOST_USD = 1_000_000;
export const DEFAULT_ENDPOINT = 'fal-ai/flux/schnell';
export const DEFAULT_TIME_LIMIT = '3m';

export type ScoreArguments = Awaited<ReturnType<typeof scoreOptions>['argv']>;

/** Options of `score`. */
export function scoreOptions(command: Argv) {
  return liveOptions(
    command
      .option('profiles', {
        type: 'string',
        array: true,
        describe: `Which profiles: ${PRESET_NAMES.join(', ')}`,
        defaultDescription: 'all; with --target none',
        default: [] as string[],
        offered: PRESET_NAMES,
        coerce: (given: string[]): PresetName[] => knownNames('--profiles', given, PRESET_NAMES),
      })
      .option('seeds', {
        describe: 'How many seeds of each simulated experiment',
        requiresArg: true,
        default: 20,
        coerce: (value: unknown) => wholeNumber('--seeds', value, 1, MOST_SEEDS),
      })
      .option('seed', {
        describe: 'The first of them',
        requiresArg: true,
        default: 1,
        coerce: (value: unknown) => wholeNumber('--seed', value, 0, Number.MAX_SAFE_INTEGER),
      })
      .option('workers', {
        describe: 'Threads that share the runs; 1: none. The results are the same',
        requiresArg: true,
        defaultDescription: 'one a core',
        coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--workers', value, 1, MOST_WORKERS)),
      })
      .option('stuck-price', {
        describe: 'What you think a stuck second of a slot costs, US dollars. Nobody says whether it is charged',
        requiresArg: true,
        defaultDescription: 'unknown',
        coerce: (value: unknown) => (value === undefined ? undefined : usd('--stuck-price', value)),
      })
      .option('require', {
        type: 'string',
        array: true,
        describe: `Answers that every provider must have shown, else the exit code says so: ${QUESTION_IDS.join(', ')}`,
        default: [] as string[],
        offered: QUESTION_IDS,
        coerce: (given: string[]): QuestionId[] => knownNames('--require', given, QUESTION_IDS),
      })
      .option('out', { alias: 'o', type: 'string', default: 'reports', requiresArg: true, describe: 'Folder for the scorecard', coerce: folderName })
      .option('json', { type: 'boolean', default: false, describe: 'Print score.json, and nothing else, to standard output' })
      .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'One line' }),
  );
}

function liveOptions<T>(command: Argv<T>) {
  return command
    .option('target', { type: 'string', requiresArg: true, describe: 'Base URL of a live server to try as well. Real work may cost money' })
    .option('key', {
      type: 'string',
      array: true,
      requiresArg: true,
      default: [] as string[],
      describe: 'With --target: account/key=id:secret. Better in the environment: SLOTSTORM_KEY',
      coerce: credentialsOf,
    })
    .option('operator-key', {
      type: 'string',
      requiresArg: true,
      describe: "With --target: id:secret of the operator (slotstorm) or an admin's key (fal), to make a key and revoke it",
    })
    .option('ca', { type: 'string', requiresArg: true, describe: 'With --target: PEM file of an authority to trust' })
    .option('endpoint', {
      type: 'string',
      requiresArg: true,
      describe: 'With --target: the model that is called. Its work should take some seconds',
      defaultDescription: DEFAULT_ENDPOINT,
    })
    .option('time-limit', {
      describe: 'With --target: what has not been tried by then is left out, such as 2m',
      requiresArg: true,
      default: DEFAULT_TIME_LIMIT,
      coerce: (value: unknown) => milliseconds('--time-limit', value),
    })
    .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'With --target: I know that it sends some ten requests that may cost money' });
}

/** Names with commas between them. @throws UsageError that names the nearest known one */
function knownNames<Name extends string>(option: string, given: readonly string[], known: readonly Name[]): Name[] {
  const names = given.flatMap((text) => text.split(',')).flatMap((name) => name.trim() || []);
  for (const name of names) {
    if ((known as readonly string[]).includes(name)) continue;
    const meant = nearest(name, known);
    const hint = meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`;
    throw new UsageError(`${option}: expected ${known.join(', ')}, got ${JSON.stringify(name)}${hint}`);
  }
  return [...new Set(names)] as Name[];
}

function usd(option: string, value: unknown): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && number >= 0 && number <= MOST_USD) return number;
  throw new UsageError(`${option}: expected US dollars from 0 up to ${MOST_USD}, such as 0.0001, got ${JSON.stringify(value)}`);
}
