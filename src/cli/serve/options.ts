import type { Argv } from 'yargs';
import type { Setting } from '../../scenario/set-path.js';
import { UsageError } from '../failures.js';
import { milliseconds, speedOf, wholeNumber } from '../option-values.js';
import { asInClone, type Shipped } from '../shipped.js';

const MOST_PORTS = 65_535;
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

/** @param settings reads `--set` @param shipped for what the texts name */
export function serveOptions(command: Argv, settings: (given: string[]) => Setting[], shipped: Shipped = asInClone) {
  return command
    .positional('scenario', { type: 'string', describe: 'The scenario file; without it one account with ten slots and quick models' })
    .option('variant', { type: 'string', requiresArg: true, describe: 'Which variant', defaultDescription: 'the first' })
    .option('seed', {
      describe: "Seed of service times and faults; without it the scenario's own",
      requiresArg: true,
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--seed', value, 0, Number.MAX_SAFE_INTEGER)),
    })
    .option('set', {
      type: 'string',
      array: true,
      describe: 'Change the scenario: path=value, for example platform.policy=fal-939',
      default: [] as string[],
      coerce: settings,
    })
    .option('port', {
      describe: 'Port; 0: any free one',
      requiresArg: true,
      default: 8080,
      coerce: (value: unknown) => wholeNumber('--port', value, 0, MOST_PORTS),
    })
    .option('host', { type: 'string', requiresArg: true, default: '127.0.0.1', describe: 'Address to listen on. Others than loopback open it to the network' })
    .option('public-url', {
      type: 'string',
      requiresArg: true,
      describe: 'Where callers reach it, for the addresses in its answers',
      defaultDescription: 'as each request says',
      coerce: (value: unknown) => (value === undefined ? undefined : publicUrl(value)),
    })
    .option('speed', { describe: 'How many times as fast as the wall clock its time passes', requiresArg: true, default: 1, coerce: speedOf })
    .option('tls', { type: 'boolean', default: false, describe: 'Serve https too, with a local authority made once (the Python client speaks only https)' })
    .option('tls-port', {
      describe: 'Port of https',
      requiresArg: true,
      default: 8443,
      coerce: (value: unknown) => wholeNumber('--tls-port', value, 0, MOST_PORTS),
    })
    .option('tls-folder', { type: 'string', requiresArg: true, default: '.slotstorm/tls', describe: 'Where the local authority is kept' })
    .option('cert', { type: 'string', requiresArg: true, describe: 'PEM file of a certificate of your own; its key beside it' })
    .option('cert-key', { type: 'string', requiresArg: true, describe: 'PEM file of its key' })
    .option('data', {
      type: 'string',
      requiresArg: true,
      describe: 'Folder in which requests, keys and usage outlive the process',
      defaultDescription: 'in memory',
    })
    .option('handlers', { type: 'string', requiresArg: true, describe: `Module of models of your own (.ts, .js): see ${shipped('examples/handlers.ts')}` })
    .option('key', {
      type: 'string',
      array: true,
      requiresArg: true,
      default: [] as string[],
      describe: 'account/key=id:secret: credentials of a key of the scenario; the others are drawn',
      coerce: credentialsOf,
    })
    .option('operator-key', { type: 'string', requiresArg: true, describe: 'id:secret of whoever may break things over HTTP', defaultDescription: 'drawn' })
    .option('print-env', { type: 'boolean', default: false, describe: 'Print what each client needs to reach it, keys included' })
    .option('json', { type: 'boolean', default: false, describe: 'Print one line of JSON when it listens: addresses and keys' })
    .option('record', { type: 'string', requiresArg: true, describe: 'Write everything that is done to the platform to this file, for replay --inputs' })
    .option('log-level', { choices: LOG_LEVELS, default: 'warn' as const, describe: 'JSON lines on standard error; info: one a request' })
    .option('drain', {
      describe: 'How long answers under way may take when it is stopped',
      requiresArg: true,
      default: '5s',
      coerce: (value: unknown) => milliseconds('--drain', value),
    })
    .option('allow-private-webhooks', { type: 'boolean', default: false, describe: 'Let webhooks go to private addresses other than loopback' })
    .option('nexa', { type: 'boolean', default: true, describe: 'Serve the second provider profile too (modelled from an advertisement)' });
}

function publicUrl(value: unknown): string {
  const url = URL.canParse(String(value)) ? new URL(String(value)) : undefined;
  if (url !== undefined && (url.protocol === 'http:' || url.protocol === 'https:')) return url.href.replace(/\/$/, '');
  throw new UsageError(`--public-url: expected an address such as http://emulator:8080, got ${JSON.stringify(value)}`);
}

/** Several may stand in one text, with blanks between them: a variable of the environment is one text. What is wrong is said without the secret. */
export function credentialsOf(given: readonly string[]): Readonly<Record<string, string>> {
  const keys: Record<string, string> = {};
  for (const text of given.flatMap((one) => one.split(/\s+/)).filter((one) => one !== '')) {
    const [, name, credentials] = /^([^=]+\/[^=]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || credentials === undefined) throw new UsageError('--key: expected account/key=id:secret');
    keys[name] = credentials;
  }
  return keys;
}
