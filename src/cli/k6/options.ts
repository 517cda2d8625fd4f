import type { Argv } from 'yargs';
import type { Setting } from '../../scenario/set-path.js';
import { speedOf, wholeNumber } from '../option-values.js';

export const K6_ACTIONS = ['build', 'script'] as const;

/** @param settings reads `--set` */
export function k6Options(command: Argv, settings: (given: string[]) => Setting[]) {
  return command
    .positional('action', { choices: K6_ACTIONS, demandOption: true, describe: 'build: make a k6, with extensions; script: print a scenario as one k6 script' })
    .positional('scenario', { type: 'string', describe: 'script: the scenario file' })
    .option('with', {
      type: 'string',
      array: true,
      requiresArg: true,
      default: [] as string[],
      describe: 'build: an extension, module[@version][=folder]; may come several times',
    })
    .option('output', { type: 'string', requiresArg: true, describe: 'Where the k6, or the script, goes', defaultDescription: './k6, or standard output' })
    .option('xk6-bin', { type: 'string', requiresArg: true, describe: 'build: the program xk6', defaultDescription: 'XK6_BIN, then PATH, else go build' })
    .option('variant', { type: 'string', requiresArg: true, describe: 'script: which variant', defaultDescription: 'the first' })
    .option('seed', {
      describe: "script: seed of what is drawn; without it the scenario's own",
      requiresArg: true,
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--seed', value, 0, Number.MAX_SAFE_INTEGER)),
    })
    .option('speed', {
      describe: 'script: how many times as fast as the wall clock its time passes',
      requiresArg: true,
      default: 1,
      coerce: speedOf,
    })
    .option('follow', {
      choices: ['poll', 'none'] as const,
      default: 'poll' as const,
      describe: 'script: whether submitted requests are polled until they end',
    })
    .option('set', {
      type: 'string',
      array: true,
      describe: 'script: change the scenario: path=value, for example workload.0.arrivals.burst=50',
      default: [] as string[],
      coerce: settings,
    });
}
