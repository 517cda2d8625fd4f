import type { Argv } from 'yargs';
import { DRIVERS, type DriverName, FOLLOWS, type Follow } from '../../load/driver.js';
import { shellWord } from '../../shell-commands.js';
import { UsageError } from '../failures.js';
import { nameOf, speedOf, wholeNumber } from '../option-values.js';
import { credentialsOf } from '../serve/options.js';

const MOST_PROCESSES = 64;

/** What `run --live` was told. Everything is undefined unless given, so that none of it is taken without `--live`. */
export interface LiveArguments {
  readonly live: boolean;
  readonly driver: DriverName | undefined;
  readonly target: string | undefined;
  readonly key: Readonly<Record<string, string>>;
  readonly operatorKey: string | undefined;
  readonly ca: string | undefined;
  readonly speed: number | undefined;
  readonly follow: Follow | undefined;
  readonly loadProcesses: number | undefined;
  readonly k6Bin: string | undefined;
  readonly compareWithSim: boolean;
}

export function liveOptions<T>(command: Argv<T>) {
  return command
    .option('live', { type: 'boolean', default: false, describe: 'Send the load over HTTP: to an emulator that is started for it, or to --target' })
    .option('driver', {
      requiresArg: true,
      describe: `With --live: what sends the load: ${DRIVERS.join(', ')}`,
      defaultDescription: 'engine',
      offered: DRIVERS,
      coerce: (value: unknown) => nameOf('--driver', value, DRIVERS),
    })
    .option('target', { type: 'string', requiresArg: true, describe: 'With --live: base URL of a server that is already there. Real work may cost money' })
    .option('key', {
      type: 'string',
      array: true,
      requiresArg: true,
      default: [] as string[],
      describe: 'With --target: account/key=id:secret, for every key of the workload. Better in the environment: SLOTSTORM_KEY',
      coerce: credentialsOf,
    })
    .option('operator-key', {
      type: 'string',
      requiresArg: true,
      describe: "With --target: id:secret of the operator (slotstorm) or an admin's key (fal), for steps",
    })
    .option('ca', { type: 'string', requiresArg: true, describe: 'With --target: PEM file of an authority to trust' })
    .option('speed', {
      requiresArg: true,
      describe: 'With --live: how many times as fast as the wall clock time passes',
      defaultDescription: '1',
      coerce: (value: unknown) => (value === undefined ? undefined : speedOf(value)),
    })
    .option('follow', {
      requiresArg: true,
      describe: `With --live: how a submit is watched until its end: ${FOLLOWS.join(', ')}`,
      defaultDescription: 'stream for the engine, else none',
      offered: FOLLOWS,
      coerce: (value: unknown) => nameOf('--follow', value, FOLLOWS),
    })
    .option('load-processes', {
      requiresArg: true,
      describe: 'With --live: processes that share the load',
      defaultDescription: '1',
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--load-processes', value, 1, MOST_PROCESSES)),
    })
    .option('k6-bin', { type: 'string', requiresArg: true, describe: 'With --driver k6: the k6 to run', defaultDescription: 'K6_BIN, then PATH' })
    .option('compare-with-sim', {
      type: 'boolean',
      default: false,
      describe: 'With --live: run the same seeds in virtual time too, and hold both against each other',
    });
}

/**
 * @param argv as typed: what the environment says for other runs does not matter to this one
 * @throws UsageError for options that only a live run has, and for what a live run has not
 */
export function checkLiveArguments(
  argv: readonly string[],
  options: LiveArguments,
  others: { readonly checkDeterminism: boolean; readonly trace: boolean; readonly limiter: string | undefined; readonly workers: number | undefined },
): void {
  if (!options.live) {
    const given = ONLY_LIVE.find((name) => isTyped(argv, name));
    if (given !== undefined) throw new UsageError(`${given} goes with --live, which is not there`);
    return;
  }
  if (others.checkDeterminism) throw new UsageError('--check-determinism: two live runs never have the same history; leave it out, or --live');
  if (others.trace) throw new UsageError('--trace: a live run keeps no trace; slotstorm serve --record keeps what an emulator was told');
  if (others.limiter !== undefined) throw new UsageError('--limiter: a limiter of your own decides in virtual time only; leave out --live');
  if (options.target === undefined) {
    const given = ONLY_WITH_TARGET.find((name) => isTyped(argv, name));
    if (given !== undefined) throw new UsageError(`${given} goes with --target: the emulator of a run needs none`);
  } else if (options.compareWithSim) {
    throw new UsageError('--compare-with-sim: expected an emulator of the run; nobody knows what another server was told to do (leave out --target)');
  }
  if (options.k6Bin !== undefined && options.driver !== 'k6') throw new UsageError('--k6-bin goes with --driver k6');
}

/** The words that run the same again. Keys are for whoever runs it to say. */
export function liveWords({ live, driver, target, speed, follow, loadProcesses, k6Bin, ca, compareWithSim }: LiveArguments): string[] {
  if (!live) return [];
  return [
    '--live',
    ...(driver === undefined ? [] : [`--driver ${driver}`]),
    ...(target === undefined ? [] : [`--target ${shellWord(target)}`]),
    ...(speed === undefined ? [] : [`--speed ${speed}`]),
    ...(follow === undefined ? [] : [`--follow ${follow}`]),
    ...(loadProcesses === undefined ? [] : [`--load-processes ${loadProcesses}`]),
    ...(k6Bin === undefined ? [] : [`--k6-bin ${shellWord(k6Bin)}`]),
    ...(ca === undefined ? [] : [`--ca ${shellWord(ca)}`]),
    ...(compareWithSim ? ['--compare-with-sim'] : []),
  ];
}

const ONLY_WITH_TARGET = ['--key', '--operator-key', '--ca'];
const ONLY_LIVE = ['--driver', '--target', ...ONLY_WITH_TARGET, '--speed', '--follow', '--load-processes', '--k6-bin', '--compare-with-sim'];

function isTyped(argv: readonly string[], option: string): boolean {
  // yargs takes --loadProcesses for --load-processes.
  const spellings = [option, option.replace(/(?<=[a-z])-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())];
  return argv.some((word) => spellings.some((spelling) => word === spelling || word.startsWith(`${spelling}=`)));
}
