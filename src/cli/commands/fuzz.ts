import { ALL_FAULTS, type FuzzBounds } from '../../fuzz/bounds.js';
import { Campaign, type CampaignResult } from '../../fuzz/campaign.js';
import type { Discovery } from '../../fuzz/discovery.js';
import { neverEnds } from '../../fuzz/failure.js';
import type { FuzzBudget } from '../../fuzz/seed-queue.js';
import { Storyteller } from '../../fuzz/storyteller.js';
import type { LimiterModule } from '../../limiter-module.js';
import { EXIT_CODES, worstExitCode } from '../../measure/exit-codes.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import { SettingError } from '../../scenario/set-path.js';
import { limiterWords, settingWords, shellWord } from '../../shell-commands.js';
import { Interrupted, UsageError } from '../failures.js';
import { Corpus } from '../fuzz/corpus.js';
import { FuzzFolder } from '../fuzz/fuzz-folder.js';
import { campaignJson } from '../fuzz/fuzz-json.js';
import { campaignText, type WrittenDiscovery } from '../fuzz/fuzz-text.js';
import { FuzzThreads } from '../fuzz/fuzz-threads.js';
import { LiveCounter } from '../fuzz/live-counter.js';
import type { FuzzArguments } from '../fuzz/options.js';
import { storyName, storyText, traceText } from '../fuzz/story-file.js';
import { BundledLimiter, loadLimiter } from '../load-limiter.js';
import type { Outside } from '../outside.js';

const DEFAULT_RUNS = 10_000;
const DEFAULT_MS = 60_000;

/** Draws stories and runs them until one breaks something, then shrinks it. @returns the exit code */
export async function fuzzCommand(options: FuzzArguments, outside: Outside): Promise<number> {
  const bounds = boundsOf(options);
  checkSettings(bounds, options.seed);
  const folder = new FuzzFolder(options.out, '--out', outside.files, String(process.pid));
  const corpus =
    options.corpus === undefined ? undefined : new Corpus(new FuzzFolder(options.corpus, '--corpus', outside.files, String(process.pid)), outside.files);
  const known = corpus?.seeds() ?? [];
  folder.prepare();
  corpus?.prepare();
  const limiter = options.limiter === undefined ? undefined : await BundledLimiter.of(options.limiter, outside.files);
  const interrupt = new AbortController();
  const stopListening = outside.onInterrupt(() => interrupt.abort(new Interrupted('interrupted')));
  try {
    const result = await search(bounds, known, options, limiter?.module, outside, interrupt.signal);
    const place = { bounds, folder, corpus, limiter: limiter?.module };
    const written: WrittenDiscovery[] = [];
    for (const discovery of result.discoveries) written.push(await write(discovery, place));
    const code = exitCodeOf(result);
    const report = { result, bounds, known: known.length, firstSeed: options.seed, written, code, command: commandOf(bounds, limiter?.module) };
    if (options.json) outside.out.write(campaignJson(report));
    else outside.out.write(campaignText(report, options.quiet));
    return code;
  } finally {
    stopListening();
    limiter?.remove();
  }
}

function boundsOf({ policy, set, faults, lite }: FuzzArguments): FuzzBounds {
  return { policy, settings: set, faults, lite };
}

/** What is wrong with a setting is said before any thread starts. */
function checkSettings(bounds: FuzzBounds, seed: number): void {
  try {
    new Storyteller(bounds).draw(seed);
  } catch (error) {
    if (error instanceof SettingError) throw new UsageError(`--set: ${error.message}`);
    throw error;
  }
}

async function search(
  bounds: FuzzBounds,
  known: readonly number[],
  options: FuzzArguments,
  limiter: LimiterModule | undefined,
  outside: Outside,
  interrupt: AbortSignal,
): Promise<CampaignResult> {
  const budget = budgetOf(options);
  const monotonicMs = (): number => outside.monotonicMs();
  const counter = new LiveCounter(outside.err, budget, monotonicMs);
  const watched = { script: outside.fuzzScript, mostRunMs: options['run-timeout'], monotonicMs, limiter };
  const threads = new FuzzThreads(options.workers ?? outside.parallelism, watched);
  const plan = { bounds, known, firstSeed: options.seed, budget, keepGoing: options['keep-going'], mostTries: options['shrink-tries'] };
  try {
    return await new Campaign(plan, threads, { breathe: () => outside.breathe(), monotonicMs, interrupt }, (state) => counter.show(state)).run();
  } finally {
    counter.close();
    await threads.stop();
  }
}

/** Without either: both of the defaults. With one: that one alone. */
function budgetOf({ runs, time }: FuzzArguments): FuzzBudget {
  if (runs === undefined && time === undefined) return { runs: DEFAULT_RUNS, ms: DEFAULT_MS };
  return { runs: runs ?? Number.POSITIVE_INFINITY, ms: time ?? Number.POSITIVE_INFINITY };
}

/** Where discoveries come from and go to. */
interface Place {
  readonly bounds: FuzzBounds;
  readonly folder: FuzzFolder;
  readonly corpus: Corpus | undefined;
  readonly limiter: LimiterModule | undefined;
}

/** The story, its history, and the corpus entry. */
async function write(discovery: Discovery, { bounds, folder, corpus, limiter }: Place): Promise<WrittenDiscovery> {
  const name = storyName(discovery);
  const story = discovery.shrunk?.story ?? new Storyteller(bounds).draw(discovery.seed).input();
  const path = `${folder.path}/${name}.yaml`;
  const seedCommand = `${commandOf(bounds, limiter)} --seed ${discovery.seed} --runs 1`;
  const seeIt = ['npx slotstorm run', shellWord(path), ...limiterWords({ limiter })].join(' ');
  folder.write(`${name}.yaml`, storyText(discovery, story, seeIt, seedCommand));
  // What never ends has no history to write down.
  const trace = neverEnds(discovery.failure) ? undefined : await folder.compress(`${name}.trace.ndjson.gz`, await historyOf(discovery, story, limiter));
  corpus?.add(discovery, bounds, path);
  return { discovery, path, trace, seeIt, findIt: seedCommand };
}

/** In this thread: the story has come to its end in another one. */
async function historyOf(discovery: Discovery, story: ScenarioInput, limiter: LimiterModule | undefined): Promise<string> {
  return traceText(discovery, story, limiter === undefined ? undefined : await loadLimiter(limiter));
}

function commandOf(bounds: FuzzBounds, limiter: LimiterModule | undefined): string {
  const { policy, faults, lite } = bounds;
  const parts = ['npx slotstorm fuzz', `--policy ${policy}`, ...limiterWords({ limiter }), ...settingWords(bounds)];
  if (lite) parts.push('--lite');
  if (faults.length < ALL_FAULTS.length) parts.push(`--faults ${faults.length === 0 ? 'none' : faults.join(',')}`);
  return parts.join(' ');
}

const CODES = { invariant: EXIT_CODES.invariant, limiter: EXIT_CODES.script, error: EXIT_CODES.internal, hang: EXIT_CODES.internal } as const;

function exitCodeOf({ discoveries, ended }: CampaignResult): number {
  const codes: number[] = discoveries.map(({ failure }) => CODES[failure.kind].code);
  if (ended === 'interrupted') codes.push(EXIT_CODES.interrupted.code);
  return worstExitCode(codes);
}
