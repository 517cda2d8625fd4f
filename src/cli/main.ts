import { parse as parseYaml } from 'yaml';
import yargs, { type Argv } from 'yargs';
import { parseDurationUs } from '../core/units.js';
import { EXIT_CODES } from '../measure/exit-codes.js';
import { terminalText } from '../report/escape.js';
import { DURATION } from '../scenario/schema/words.js';
import type { Setting } from '../scenario/set-path.js';
import { VERSION } from '../version.js';
import { fuzzCommand } from './commands/fuzz.js';
import { replayCommand, replayOptions } from './commands/replay.js';
import { REPORTERS, type Reporter, runCommand } from './commands/run.js';
import { zooCommand, zooOptions } from './commands/zoo.js';
import { fromEnvironment } from './environment-options.js';
import { explainFailure, UsageError } from './failures.js';
import { fuzzOptions } from './fuzz/options.js';
import { folderName, LIMITER_OPTION, MOST_SEEDS, MOST_WORKERS, milliseconds, namesOf, wholeNumber } from './option-values.js';
import type { Outside } from './outside.js';
import { serveOptions } from './serve/options.js';

/** The command line. @param stream where progress bars may be drawn @returns the exit code */
export async function main(outside: Outside, stream?: NodeJS.WriteStream): Promise<number> {
  let code: number = EXIT_CODES.passed.code;
  const parser = describe(
    outside,
    async (work) => {
      code = await work;
    },
    stream,
  );
  try {
    await parser.parseAsync([...outside.argv]);
    return code;
  } catch (error) {
    const failure = explainFailure(error);
    // Names from files stand in messages; a terminal must not obey them.
    outside.err.write(
      `slotstorm: ${failure.message
        .split('\n')
        .map((line) => terminalText(line))
        .join('\n')}\n`,
    );
    if (error instanceof UsageError && outside.argv.length === 0) outside.err.write('Run slotstorm --help for what it can do.\n');
    return failure.code;
  }
}

function describe(outside: Outside, finish: (work: Promise<number>) => Promise<void>, stream: NodeJS.WriteStream | undefined): Argv {
  return yargs()
    .scriptName('slotstorm')
    .usage('$0 <command>\n\nFinds ghost slots before users do: simulates concurrency-limited inference queues and gates on what leaks.')
    .command('run <files..>', 'Run scenarios in virtual time and judge them', runOptions, (argv) =>
      finish(
        runCommand(
          {
            files: argv.files,
            seed: argv.seed,
            seeds: argv.seeds,
            workers: argv.workers,
            checkDeterminism: argv['check-determinism'],
            trace: argv.trace,
            limiter: argv.limiter,
            runTimeoutMs: argv['run-timeout'],
            // What was set by its path comes last, for a warm-up may come from the environment.
            settings: argv.warmup === undefined ? argv.set : [argv.warmup, ...argv.set],
            out: argv.out,
            reporters: argv.reporter,
            json: argv.json,
            quiet: argv.quiet,
          },
          outside,
          stream,
        ),
      ),
    )
    .command('zoo [names..]', 'Run every known way to leak a slot, broken and cured, and print what each checker detects', zooOptions, (argv) =>
      finish(zooCommand(argv, outside, stream)),
    )
    .command('replay <scenario>', 'Run one seed again and show it event by event, as text and as a page', replayOptionsHere, (argv) =>
      finish(replayCommand(argv, outside, stream)),
    )
    .command('fuzz', 'Draw whole scenarios until one breaks something, and shrink it to a minimal one', fuzzOptionsHere, (argv) =>
      finish(fuzzCommand(argv, outside)),
    )
    .command('serve [scenario]', "Serve fal's API on this machine, on the platform of a scenario", serveOptionsHere, (argv) =>
      finish(import('./commands/serve.js').then(({ serveCommand }) => serveCommand(argv, outside))),
    )
    .completion('completion', 'Print a completion script for bash or zsh')
    .config(fromEnvironment(outside, COMMANDS))
    .example('$0 run scenarios/key-revocation-mid-flight.yaml', 'fal issue 939, and which policy cures it')
    .example('$0 run "scenarios/*.yaml" --quiet', 'all shipped scenarios as a gate')
    .example('$0 run s.yaml --seeds 20 --set platform.accounts.acme.limit=20', 'twenty seeds with another limit')
    .epilogue(exitCodesText())
    .strict()
    .demandCommand(1, 'expected a command, for example: slotstorm run scenarios/burst-submission.yaml')
    .recommendCommands()
    .help()
    .alias('h', 'help')
    .version(VERSION)
    .wrap(Math.max(60, Math.min(110, outside.out.columns)))
    .exitProcess(false)
    .fail((message, error) => {
      // yargs gives no error for what it finds wrong itself, and a YError for a failed coercion.
      throw !error || error.name === 'YError' ? new UsageError(`${message || error?.message}\nRun slotstorm --help for what it can do.`) : error;
    }) as unknown as Argv;
}

function runOptions(command: Argv) {
  return command
    .positional('files', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Scenario files (.yaml, .json, .ts), folders, or patterns such as "scenarios/*.yaml"',
    })
    .option('seed', {
      describe: "First seed; without it the scenario's own",
      requiresArg: true,
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--seed', value, 0, Number.MAX_SAFE_INTEGER - MOST_SEEDS)),
    })
    .option('seeds', {
      describe: 'How many seeds, counted up from the first',
      requiresArg: true,
      default: 1,
      coerce: (value: unknown) => wholeNumber('--seeds', value, 1, MOST_SEEDS),
    })
    .option('workers', {
      describe: 'Threads that share the seeds; 1: none. The results are the same',
      requiresArg: true,
      defaultDescription: 'one a core',
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--workers', value, 1, MOST_WORKERS)),
    })
    .option('check-determinism', {
      type: 'boolean',
      default: false,
      describe: 'Run the first seed of each variant twice; exit code 1 when the histories differ, with the first event that does',
    })
    .option('trace', { type: 'boolean', default: false, describe: 'Write the history of the first seed of each variant to trace.ndjson.gz' })
    .option('limiter', LIMITER_OPTION)
    .option('run-timeout', {
      describe: 'With --limiter: a run that takes longer is given up, and the program with it',
      requiresArg: true,
      default: '10s',
      coerce: (value: unknown) => milliseconds('--run-timeout', value),
    })
    .option('warmup', {
      describe: 'Where metrics begin: a duration such as 2m, or auto; without it the scenario decides',
      requiresArg: true,
      defaultDescription: "the scenario's own",
      coerce: (value: unknown) => (value === undefined ? undefined : warmupSetting(value)),
    })
    .option('set', {
      type: 'string',
      array: true,
      describe: 'Change the scenario: path=value, for example platform.policy=fal-939',
      default: [] as string[],
      coerce: parseSettings,
    })
    .option('out', {
      alias: 'o',
      type: 'string',
      default: 'reports',
      requiresArg: true,
      describe: 'Folder for the reports',
      coerce: (value: string) => folderName(value),
    })
    .option('reporter', {
      type: 'string',
      array: true,
      describe: `What to write: ${REPORTERS.join(', ')}`,
      defaultDescription: 'all',
      default: [] as string[],
      coerce: (given: string[]) => parseReporters(given),
    })
    .option('json', { type: 'boolean', default: false, describe: 'Print result.json, and nothing else, to standard output' })
    .option('quiet', { alias: 'q', type: 'boolean', default: false, describe: 'One line a scenario' });
}

const replayOptionsHere = (command: Argv) => replayOptions(command, parseSettings);
const serveOptionsHere = (command: Argv) => serveOptions(command, parseSettings);
const fuzzOptionsHere = (command: Argv) => fuzzOptions(command, parseSettings);

/** The options of each command. */
export const COMMANDS = { run: runOptions, zoo: zooOptions, replay: replayOptionsHere, fuzz: fuzzOptionsHere, serve: serveOptionsHere };

/** `--warmup 2m` is `--set warmup=2m`; a wrong one is a mistake of the command line, not of the file. */
function warmupSetting(value: unknown): Setting {
  const us = typeof value === 'string' ? parseDurationUs(value) : undefined;
  if (value === 'auto' || (us !== undefined && us > 0)) return { path: 'warmup', value };
  throw new UsageError(`--warmup: expected auto, or ${DURATION}, longer than 0, got ${JSON.stringify(value)}`);
}

function parseSettings(given: readonly string[]): Setting[] {
  return given.map((text) => parseSetting(text));
}

function parseSetting(text: string): Setting {
  const equals = text.indexOf('=');
  if (equals < 1) throw new UsageError(`--set: expected path=value such as platform.policy=fal-939, got ${JSON.stringify(text)}`);
  const raw = text.slice(equals + 1);
  try {
    return { path: text.slice(0, equals), value: parseYaml(raw) as unknown };
  } catch {
    // Text that YAML reads as something broken, such as a lone bracket, is meant as text.
    return { path: text.slice(0, equals), value: raw };
  }
}

function parseReporters(given: readonly string[]): Reporter[] {
  const names = namesOf('--reporter', given, REPORTERS);
  return names.length === 0 ? REPORTERS.filter((name) => name !== 'none') : names;
}

function exitCodesText(): string {
  const rows = Object.values(EXIT_CODES).map(({ code, doc }) => `  ${String(code).padStart(3)}  ${doc}`);
  return `Exit codes:\n${rows.join('\n')}\n\nEvery option can come from the environment: SLOTSTORM_SEEDS=20.`;
}
