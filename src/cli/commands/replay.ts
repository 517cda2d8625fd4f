import type { Argv } from 'yargs';
import { nearest } from '../../core/nearest-name.js';
import { formatDurationUs, parseDurationUs } from '../../core/units.js';
import { EXIT_CODES } from '../../measure/exit-codes.js';
import { type PreparedScenario, type PreparedVariant, prepareScenario } from '../../prepare.js';
import { DURATION } from '../../scenario/schema/words.js';
import type { Setting } from '../../scenario/set-path.js';
import { Interrupted, UsageError } from '../failures.js';
import { BundledLimiter } from '../load-limiter.js';
import { loadScenario } from '../load-scenario.js';
import { folderName, limiterOption, wholeNumber } from '../option-values.js';
import type { Outside } from '../outside.js';
import { runWithProgress } from '../progress.js';
import { ReplayedStory, type ReplayWish } from '../replayed-story.js';
import { asInClone, type Shipped } from '../shipped.js';
import { showReplay } from '../show-replay.js';
import { tracesBeside } from '../trace-files.js';

export interface ReplayArguments extends ReplayWish {
  readonly scenario: string;
  readonly set: readonly Setting[];
  readonly limiter: string | undefined;
  /** What was done to a live platform: a file of `serve --record`. */
  readonly inputs: string | undefined;
  readonly out: string;
  readonly text: boolean;
  readonly html: boolean;
  readonly json: boolean;
}

/** @param settings reads `--set` @param shipped for what the texts name */
export function replayOptions(command: Argv, settings: (given: string[]) => Setting[], shipped: Shipped = asInClone) {
  return command
    .positional('scenario', { type: 'string', demandOption: true, describe: 'The scenario file' })
    .option('seed', {
      describe: "Which seed; without it the scenario's own",
      requiresArg: true,
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--seed', value, 0, Number.MAX_SAFE_INTEGER)),
    })
    .option('variant', { type: 'string', requiresArg: true, describe: 'Which variant', defaultDescription: 'the first that fails' })
    .option('from', { requiresArg: true, describe: 'Begin at this virtual time', coerce: (value: unknown) => timeUs('--from', value) })
    .option('to', { requiresArg: true, describe: 'Stop at this virtual time', coerce: (value: unknown) => timeUs('--to', value) })
    .option('request', {
      requiresArg: true,
      describe: 'Only what touches this request and its slot, such as req-3',
      coerce: (value: unknown) => (value === undefined ? undefined : requestOrdinal(value)),
    })
    .option('event', {
      requiresArg: true,
      describe: 'The event to look at first',
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--event', value, 1, Number.MAX_SAFE_INTEGER)),
    })
    .option('set', {
      type: 'string',
      array: true,
      describe: 'Change the scenario: path=value, for example platform.policy=fal-939',
      default: [] as string[],
      coerce: settings,
    })
    .option('limiter', limiterOption(shipped))
    .option('inputs', {
      type: 'string',
      requiresArg: true,
      describe: 'Do what serve --record wrote down, and compare the histories; exit code 1 when they differ',
    })
    .option('out', { alias: 'o', type: 'string', default: 'reports', requiresArg: true, describe: 'Folder for the page', coerce: folderName })
    .option('text', { type: 'boolean', default: false, describe: 'Print every event, and the state after it, to standard output' })
    .option('html', { type: 'boolean', default: false, describe: 'Write the page (the default, with a few lines of text)' })
    .option('json', { type: 'boolean', default: false, describe: 'Print the replay as data, and nothing else, to standard output' });
}

/** Runs one seed of one variant again and shows it event by event. It is a viewer: 0 also when the run violates. @returns the exit code */
export async function replayCommand(options: ReplayArguments, outside: Outside, stream: NodeJS.WriteStream | undefined): Promise<number> {
  if (options.json && options.text) throw new UsageError('expected --text or --json, got both: each wants standard output for itself');
  const scenario = withVariant(prepareScenario(await loadScenario(options.scenario, outside.files), options.set), options.variant);
  if (options.inputs !== undefined && (options.text || options.html))
    throw new UsageError('--inputs: a live run is not shown event by event; leave --text and --html out');
  if (options.inputs !== undefined) return showInputs(scenario, options.inputs, options, outside);
  const limiter = options.limiter === undefined ? undefined : await BundledLimiter.of(options.limiter, outside.files);
  const prepared = { ...scenario, limiter: limiter?.module };
  const interrupt = new AbortController();
  const stopListening = outside.onInterrupt(() => interrupt.abort(new Interrupted('interrupted: nothing was written')));
  try {
    const story = new ReplayedStory(prepared, options, outside, interrupt.signal);
    const [replay] = await runWithProgress([{ title: `replay ${prepared.name}`, run: (progress) => story.read(progress) }], outside.err, stream);
    interrupt.signal.throwIfAborted();
    if (replay !== undefined) await showReplay(replay, options, outside);
    return 0;
  } finally {
    stopListening();
    limiter?.remove();
  }
}

/** @returns 0 when the live history and this one are the same; undecided where nothing is there to compare with */
async function showInputs(scenario: PreparedScenario, file: string, options: ReplayArguments, outside: Outside): Promise<number> {
  const [variant] = scenario.variants as readonly [PreparedVariant, ...PreparedVariant[]];
  // Loaded when it is asked for: whoever replays a simulation needs no server.
  const { replayInputs } = await import('../serve/replay-inputs.js');
  const replay = replayInputs(file, variant, outside.files, tracesBeside(options.scenario, outside.files));
  const { inputs, events, endUs, hash, recordedHash } = replay;
  if (options.json) outside.out.write(`${JSON.stringify(replay)}\n`);
  else outside.out.write(`${inputs} inputs, ${events} events in ${formatDurationUs(endUs)}, history ${hash}\n`);
  if (recordedHash === undefined) outside.err.write('slotstorm: the recording was cut off, so there is no history to compare with\n');
  else if (recordedHash === hash) outside.err.write('slotstorm: the live run had the same history\n');
  else
    outside.err.write(`slotstorm: the live run had another history, ${recordedHash}: are the scenario, its --set and --variant, and the version the same?\n`);
  if (recordedHash === undefined) return EXIT_CODES.undecided.code;
  return recordedHash === hash ? 0 : EXIT_CODES.internal.code;
}

/** Only the variant that is asked for is run. */
function withVariant(prepared: PreparedScenario, name: string | undefined): PreparedScenario {
  if (name === undefined) return prepared;
  const names = prepared.variants.flatMap((variant) => variant.name ?? []);
  if (names.length === 0) throw new UsageError(`--variant: ${prepared.file} has no variants, got ${JSON.stringify(name)}; leave the option out`);
  const variants = prepared.variants.filter((variant) => variant.name === name);
  if (variants.length > 0) return { ...prepared, variants };
  const meant = nearest(name, names);
  throw new UsageError(
    `--variant: expected ${names.join(', ')}, got ${JSON.stringify(name)}${meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`}`,
  );
}

function timeUs(option: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const us = parseDurationUs(String(value));
  if (us !== undefined && us >= 0) return us;
  throw new UsageError(`${option}: expected a virtual time as ${DURATION}, got ${JSON.stringify(value)}`);
}

/** `req-3`, or 3. */
function requestOrdinal(value: unknown): number {
  const ordinal = /^(?:req-)?([1-9]\d{0,14})$/.exec(String(value))?.[1];
  if (ordinal !== undefined) return Number(ordinal);
  throw new UsageError(`--request: expected a request as reports name it, such as req-3, got ${JSON.stringify(value)}`);
}
