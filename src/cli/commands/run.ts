import { EXIT_CODES, reportOnlyExitCode, worstExitCode } from '../../measure/exit-codes.js';
import type { ResultFile } from '../../measure/result.js';
import { type PreparedScenario, prepareScenario } from '../../prepare.js';
import { shardSeeds } from '../../results/shard.js';
import { ScenarioError } from '../../scenario/problems.js';
import { shellWord } from '../../shell-commands.js';
import { writeCiOutput } from '../ci-output.js';
import { Interrupted, UsageError } from '../failures.js';
import { findFiles } from '../find-files.js';
import { checkLiveArguments, liveWords } from '../live/options.js';
import { BundledLimiter } from '../load-limiter.js';
import { loadScenario } from '../load-scenario.js';
import type { Outside } from '../outside.js';
import { type Progress, runWithProgress } from '../progress.js';
import { renewIndexPage } from '../report/run-history.js';
import { resultPieces } from '../result-pieces.js';
import { GateFiles } from '../run/gate-files.js';
import { judgeWords } from '../run/gate-options.js';
import type { RunArguments } from '../run/options.js';
import { type Finished, ScenarioJob, type ScenarioOrder, type ScenarioRunner, type ScenarioSurroundings } from '../run/scenario-job.js';
import { SeedRunner } from '../run-seeds.js';
import { showResult } from '../show-result.js';
import { variantNamed } from '../variant-named.js';

/** Runs scenario files one after the other. @returns the exit code */
export async function runCommand(options: RunArguments, outside: Outside, stream: NodeJS.WriteStream | undefined): Promise<number> {
  checkLiveArguments(outside.argv, options.live, options);
  const prepared = await prepareAll(options, outside);
  const gate = new GateFiles(options, outside);
  gate.prepare(prepared);
  const limiter = options.limiter === undefined ? undefined : await BundledLimiter.of(options.limiter, outside.files);
  const scenarios = limiter === undefined ? prepared : prepared.map((scenario) => ({ ...scenario, limiter: limiter.module }));
  const interrupt = new AbortController();
  const stopListening = outside.onInterrupt(() => {
    interrupt.abort(new Interrupted('interrupted: no report was written for the scenario that was running'));
  });
  const seedRunner = new SeedRunner(options, outside, interrupt.signal);
  try {
    const runner = await runnerFor(options, outside, seedRunner, interrupt.signal);
    for (const scenario of scenarios) runner.check?.(scenario);
    const orders = ordersOf(scenarios, options);
    if (orders.length === 0)
      outside.err.write(`slotstorm: shard ${options.shard?.index} of ${options.shard?.of} has nothing to run: there are fewer seeds than shards\n`);
    const finished = await runAll(orders, { options, outside, runner, gate, interrupt: interrupt.signal }, stream);
    return await close(finished, gate, options, outside);
  } finally {
    await seedRunner.stop();
    stopListening();
    limiter?.remove();
  }
}

async function runAll(orders: readonly ScenarioOrder[], around: ScenarioSurroundings, stream: NodeJS.WriteStream | undefined): Promise<Finished[]> {
  const { options, outside } = around;
  const tasks = orders.map((order) => ({
    title: order.prepared.name,
    run: async (progress: Progress): Promise<Finished> => {
      const finished = await new ScenarioJob(order, around).run(progress);
      if (!outside.err.isTTY && !options.json) await showResult(finished, options, outside);
      return finished;
    },
  }));
  const finished = await runWithProgress(tasks, outside.err, stream);
  if (outside.err.isTTY && !options.json) for (const one of finished) await showResult(one, options, outside);
  if (finished.some(({ reportPath }) => reportPath !== undefined) && options.shard === undefined) await renewIndexPage(options.out, outside);
  return finished;
}

/** What is said about all scenarios together. @returns the exit code */
async function close(finished: readonly Finished[], gate: GateFiles, options: RunArguments, outside: Outside): Promise<number> {
  const results = finished.map((one) => one.result);
  if (options.json) printJson(results, outside);
  // Shards are judged, and told of, when they are merged.
  if (options.shard === undefined) {
    const annotations = gate.tellOfMissingBaselines(finished);
    if (options.reporters.includes('github')) writeCiOutput(results, outside, { out: options.out, annotations });
  }
  const codes = results.map((result) => result.exitCode);
  const opened = finished.filter((_, at) => options.open === 'always' || (options.open === 'on-failure' && codes[at] !== EXIT_CODES.passed.code));
  for (const { reportPath } of opened) if (reportPath !== undefined && options.reporters.includes('html')) outside.open(`${reportPath}/report.html`);
  return options.exitZero ? reportOnlyExitCode(worstExitCode(codes)) : worstExitCode(codes);
}

/** One result as it is in its file, several as a list of them. */
function printJson(results: readonly ResultFile[], { out }: Outside): void {
  if (results.length !== 1) out.write('[');
  for (const [n, result] of results.entries()) {
    if (n > 0) out.write(',');
    for (const piece of resultPieces(result)) out.write(piece);
  }
  if (results.length !== 1) out.write(']\n');
}

/** Everything that can be wrong is found before the first run begins. */
async function prepareAll(options: RunArguments, outside: Outside): Promise<PreparedScenario[]> {
  const files = findFiles(options.files, outside.files);
  const prepared: PreparedScenario[] = [];
  const problems: Error[] = [];
  for (const file of files) {
    try {
      prepared.push(chosen(prepareScenario(await loadScenario(file, outside.files), options.settings), options));
    } catch (error) {
      if (!(error instanceof ScenarioError || error instanceof UsageError)) throw error;
      problems.push(error);
    }
  }
  if (problems.length > 0) throw new UsageError(problems.map((problem) => problem.message).join('\n'));
  for (const [n, { name, file }] of prepared.entries()) {
    const twin = prepared.findIndex((other) => other.name === name);
    if (twin !== n)
      throw new UsageError(
        `expected every scenario to have a name of its own, for it names the output folder: ${file} and ${prepared[twin]?.file} are both "${name}"`,
      );
  }
  return prepared;
}

/** Which seeds of which scenario are run here: all, or a shard's share. */
function ordersOf(scenarios: readonly PreparedScenario[], { seed, seeds: count, shard }: RunArguments): ScenarioOrder[] {
  const orders = scenarios.map((prepared, at) => {
    const first = seed ?? prepared.seed;
    const allSeeds = Array.from({ length: count }, (_, n) => first + n);
    return { prepared, allSeeds, seeds: shard === undefined ? allSeeds : shardSeeds(allSeeds, shard, at * count) };
  });
  return orders.filter(({ seeds }) => seeds.length > 0);
}

/** Whoever only simulates loads no server. */
async function runnerFor({ live }: RunArguments, outside: Outside, seedRunner: SeedRunner, interrupt: AbortSignal): Promise<ScenarioRunner> {
  if (!live.live) return seedRunner;
  const { LiveRunner } = await import('../live/live-runner.js');
  return new LiveRunner(live, outside, seedRunner, interrupt);
}

/** @returns the scenario with the variants that were asked for */
function chosen(prepared: PreparedScenario, options: RunArguments): PreparedScenario {
  const { variants, live } = options;
  const otherWords = [...variants.map((name) => `--variant ${shellWord(name)}`), ...liveWords(live), ...judgeWords(options)];
  return { ...prepared, otherWords, variants: variants.length === 0 ? prepared.variants : [...new Set(variants)].map((name) => variantNamed(prepared, name)) };
}
