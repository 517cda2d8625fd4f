import yargs, { type Argv } from 'yargs';
import { EXIT_CODES } from '../measure/exit-codes.js';
import { terminalText } from '../report/escape.js';
import { shellWord } from '../shell-commands.js';
import { VERSION } from '../version.js';
import { baselineOptions } from './baseline/options.js';
import { asksForOffers, completionCommand, printOffers } from './commands/completion.js';
import { fuzzCommand } from './commands/fuzz.js';
import { replayCommand, replayOptions } from './commands/replay.js';
import { runCommand } from './commands/run.js';
import { zooCommand, zooOptions } from './commands/zoo.js';
import { compareOptions } from './compare/options.js';
import { completionOptions } from './completion/options.js';
import { fromEnvironment } from './environment-options.js';
import { explainFailure, UsageError } from './failures.js';
import { fitOptions } from './fit/options.js';
import { fuzzOptions } from './fuzz/options.js';
import { helpExamples } from './help-examples.js';
import { initOptions } from './init/options.js';
import { k6Options } from './k6/options.js';
import type { Outside } from './outside.js';
import { planOptions } from './plan/options.js';
import { reportOptions } from './report/options.js';
import { runOptions } from './run/options.js';
import { scoreOptions } from './score/options.js';
import { withoutSecrets } from './secrets.js';
import { serveOptions } from './serve/options.js';
import { parseSettings } from './settings.js';
import { type Shipped, shippedBy } from './shipped.js';
import { commandIn, usageAdvice } from './usage-advice.js';
import { usageComplaint } from './usage-complaint.js';
import { workerOptions } from './worker/options.js';

/** The command line. @param stream where progress bars may be drawn @returns the exit code */
export async function main(outside: Outside, stream?: NodeJS.WriteStream): Promise<number> {
  if (asksForOffers(outside)) {
    printOffers(outside, COMMANDS);
    return EXIT_CODES.passed.code;
  }
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
    // Names from files stand in messages, and words of the user: a terminal must not obey them, and nobody read a password in them.
    outside.err.write(
      `slotstorm: ${withoutSecrets(failure.message, outside)
        .split('\n')
        .map((line) => terminalText(line))
        .join('\n')}\n`,
    );
    return failure.code;
  }
}

function describe(outside: Outside, finish: (work: Promise<number>) => Promise<void>, stream: NodeJS.WriteStream | undefined): Argv {
  const shipped = shippedBy(outside.files);
  const withSettings =
    <Described>(options: (command: Argv, settings: typeof parseSettings, shipped: Shipped) => Described) =>
    (command: Argv): Described =>
      options(command, parseSettings, shipped);
  return (
    yargs()
      .scriptName('slotstorm')
      .usage('$0 <command>\n\nFinds ghost slots before users do: simulates concurrency-limited inference queues and gates on what leaks.')
      .command(
        'run <files..>',
        'Run scenarios, in virtual time or live over HTTP, and judge them',
        (command: Argv) => runOptions(command, shipped),
        (argv) =>
          finish(
            runCommand(
              {
                files: argv.files,
                seed: argv.seed,
                seeds: argv.seeds,
                shard: argv.shard,
                workers: argv.workers,
                checkDeterminism: argv['check-determinism'],
                trace: argv.trace,
                limiter: argv.limiter,
                runTimeoutMs: argv['run-timeout'],
                // What was set by its path comes last, for a warm-up may come from the environment.
                settings: argv.warmup === undefined ? argv.set : [argv.warmup, ...argv.set],
                variants: argv.variant,
                out: argv.out,
                reporters: argv.reporter,
                json: argv.json,
                quiet: argv.quiet,
                live: argv,
                baseline: argv.baseline,
                missingBaseline: argv['missing-baseline'],
                allow: argv.allow,
                quarantine: argv.quarantine,
                failOn: argv['fail-on'],
                exitZero: argv['exit-zero'],
                open: argv.open,
              },
              outside,
              stream,
            ),
          ),
      )
      .command('zoo [names..]', 'Run every known way to leak a slot, broken and cured, and print what each checker detects', zooOptions, (argv) =>
        finish(zooCommand(argv, outside, stream)),
      )
      .command('replay <scenario>', 'Run one seed again and show it event by event, as text and as a page', withSettings(replayOptions), (argv) =>
        finish(replayCommand(argv, outside, stream)),
      )
      .command('fuzz', 'Draw whole scenarios until one breaks something, and shrink it to a minimal one', withSettings(fuzzOptions), (argv) =>
        finish(fuzzCommand(argv, outside)),
      )
      .command('serve [scenario]', "Serve fal's API on this machine, on the platform of a scenario", withSettings(serveOptions), (argv) =>
        finish(import('./commands/serve.js').then(({ serveCommand }) => serveCommand(argv, outside))),
      )
      .command('k6 <action> [scenario]', 'Make a k6 with extensions, or print a scenario as one k6 script', k6OptionsHere, (argv) =>
        finish(import('./commands/k6.js').then(({ k6Command }) => k6Command(argv, outside))),
      )
      .command('compare [from] [to]', 'Hold one result against another, or baselines of two revisions, seed by seed', compareOptions, (argv) =>
        finish(import('./commands/compare.js').then(({ compareCommand }) => compareCommand(argv, outside))),
      )
      .command('baseline <action> [targets..]', 'Set the baselines that later runs are held against, or show them', baselineOptions, (argv) =>
        finish(import('./commands/baseline.js').then(({ baselineCommand }) => baselineCommand(argv, outside))),
      )
      .command('report [words..]', 'Renew the index page over a folder of reports, write reports again, merge shards, serve them', reportOptions, (argv) =>
        finish(import('./commands/report.js').then(({ reportCommand }) => reportCommand(argv, outside))),
      )
      .command('init [folder]', 'Write a first scenario, a CI workflow and an npm script into a project', initOptions, (argv) =>
        finish(import('./commands/init.js').then(({ initCommand }) => initCommand(argv, outside))),
      )
      .command('plan [scenario]', 'Find the smallest limit that meets your SLOs, by simulation, and what else the load would need', planOptions, (argv) =>
        finish(import('./commands/plan.js').then(({ planCommand }) => planCommand(argv, outside, stream))),
      )
      .command('fit <trace>', 'Find the models of arrivals and service that come closest to a trace, and write them as a scenario', fitOptions, (argv) =>
        finish(import('./commands/fit.js').then(({ fitCommand }) => fitCommand(argv, outside))),
      )
      .command('score', 'Answer five questions about providers by experiment, with the evidence: profiles, or a live server', scoreOptions, (argv) =>
        finish(import('./commands/score.js').then(({ scoreCommand }) => scoreCommand(argv, outside, stream))),
      )
      .command('worker', 'Take jobs of plans from a Redis and run them on all cores of this machine', workerOptions, (argv) =>
        finish(import('./commands/worker.js').then(({ workerCommand }) => workerCommand(argv, outside))),
      )
      .command('completion [shell]', 'Print a completion script for bash or zsh', completionOptions, (argv) => finish(completionCommand(argv, outside)))
      .config(fromEnvironment(outside, COMMANDS))
      .example(helpExamples(shipped))
      .epilogue(exitCodesText())
      .strict()
      .demandCommand(1, `expected a command, for example: slotstorm run ${shellWord(shipped('scenarios/burst-submission.yaml'))}`)
      // What it says is told in our words: see usage-complaint.
      .locale('en')
      .help()
      .alias('h', 'help')
      .version(VERSION)
      .wrap(Math.max(60, Math.min(110, outside.out.columns)))
      .exitProcess(false)
      .fail((message, error) => {
        // yargs gives no error for what it finds wrong itself, and a YError for a failed coercion.
        if (error && error.name !== 'YError') throw error;
        const complaint = message || (error?.message ?? '');
        const command = commandIn(outside.argv, complaint, COMMANDS);
        const said = usageComplaint(complaint, outside.argv, command, COMMANDS);
        throw new UsageError(`${said}\n${usageAdvice(complaint, outside.argv, command, COMMANDS)}`);
      }) as unknown as Argv
  );
}

const replayOptionsHere = (command: Argv) => replayOptions(command, parseSettings);
const serveOptionsHere = (command: Argv) => serveOptions(command, parseSettings);
const k6OptionsHere = (command: Argv) => k6Options(command, parseSettings);
const fuzzOptionsHere = (command: Argv) => fuzzOptions(command, parseSettings);

/** The options of each command. */
export const COMMANDS = {
  run: runOptions,
  zoo: zooOptions,
  replay: replayOptionsHere,
  fuzz: fuzzOptionsHere,
  serve: serveOptionsHere,
  k6: k6OptionsHere,
  compare: compareOptions,
  baseline: baselineOptions,
  report: reportOptions,
  init: initOptions,
  plan: planOptions,
  fit: fitOptions,
  score: scoreOptions,
  worker: workerOptions,
  completion: completionOptions,
};

function exitCodesText(): string {
  const rows = Object.values(EXIT_CODES).map(({ code, doc }) => `  ${String(code).padStart(3)}  ${doc}`);
  return `Exit codes:\n${rows.join('\n')}\n\nEvery option can come from the environment: SLOTSTORM_SEEDS=20.`;
}
