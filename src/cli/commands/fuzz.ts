import { ALL_FAULTS, type FuzzBounds } from '../../fuzz/bounds.js';
import { Campaign, type CampaignResult } from '../../fuzz/campaign.js';
import type { Discovery } from '../../fuzz/discovery.js';
import { losesThread } from '../../fuzz/failure.js';
import type { RetellDone } from '../../fuzz/jobs.js';
import type { FuzzBudget } from '../../fuzz/seed-queue.js';
import { Storyteller } from '../../fuzz/storyteller.js';
import { isMostlyDecided } from '../../fuzz/undecided.js';
import type { LimiterModule } from '../../limiter-module.js';
import { EXIT_CODES, worstExitCode } from '../../measure/exit-codes.js';
import { SettingError } from '../../scenario/set-path.js';
import { limiterWords, settingWords, shellWord } from '../../shell-commands.js';
import { Interrupted, UsageError } from '../failures.js';
import { Corpus, type CorpusEntries, type CorpusStory } from '../fuzz/corpus.js';
import { FuzzFolder } from '../fuzz/fuzz-folder.js';
import { campaignJson } from '../fuzz/fuzz-json.js';
import { campaignText, type RetoldStory, type WrittenDiscovery } from '../fuzz/fuzz-text.js';
import type { FuzzThreadOptions } from '../fuzz/fuzz-thread.js';
import { FuzzThreads } from '../fuzz/fuzz-threads.js';
import { LiveCounter } from '../fuzz/live-counter.js';
import type { FuzzArguments } from '../fuzz/options.js';
import { named, retoldText, storyName, storyText } from '../fuzz/story-file.js';
import { BundledLimiter } from '../load-limiter.js';
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
  const known = corpus?.entries() ?? { stories: [], seeds: [] };
  folder.prepare();
  corpus?.prepare();
  const limiter = options.limiter === undefined ? undefined : await BundledLimiter.of(options.limiter, outside.files);
  const interrupt = new AbortController();
  const stopListening = outside.onInterrupt(() => interrupt.abort(new Interrupted('interrupted')));
  try {
    const watched = watchedThreads(options, limiter?.module, outside);
    const result = await search(bounds, known, options, watched, outside, interrupt.signal);
    const place = { bounds, folder, corpus, limiter: limiter?.module };
    const retold = known.stories.map((story, n) => writeRetold(story, result.retold[n], place));
    const written = await writeAll(result.discoveries, place, watched);
    const code = exitCodeOf(result);
    const report = { result, bounds, known: known.seeds.length, retold, firstSeed: options.seed, written, code, command: commandOf(bounds, limiter?.module) };
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
  for (const { path } of bounds.settings) {
    const [, part] = /^"?(seed|name)"?$/.exec(path) ?? [];
    if (part === 'seed') throw new UsageError('--set: expected no seed, for every story is drawn from its own; choose the first with --seed');
    if (part === 'name') throw new UsageError('--set: expected no name, for stories are named after what they break; leave it out');
  }
  try {
    new Storyteller(bounds).draw(seed);
  } catch (error) {
    if (error instanceof SettingError) throw new UsageError(`--set: ${error.message}`);
    throw error;
  }
}

function watchedThreads(options: FuzzArguments, limiter: LimiterModule | undefined, outside: Outside): FuzzThreadOptions {
  return { script: outside.fuzzScript, mostRunMs: options['run-timeout'], monotonicMs: () => outside.monotonicMs(), limiter };
}

async function search(
  bounds: FuzzBounds,
  { stories, seeds }: CorpusEntries,
  options: FuzzArguments,
  watched: FuzzThreadOptions,
  outside: Outside,
  interrupt: AbortSignal,
): Promise<CampaignResult> {
  const budget = budgetOf(options);
  const monotonicMs = (): number => outside.monotonicMs();
  const counter = new LiveCounter(outside.err, budget, monotonicMs);
  const threads = new FuzzThreads(options.workers ?? outside.parallelism, watched);
  const plan = { bounds, stories, known: seeds, firstSeed: options.seed, budget, keepGoing: options['keep-going'], mostTries: options['shrink-tries'] };
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

/** Histories are written in a thread of their own: what a limiter of somebody else does there, it does not do to us. */
async function writeAll(discoveries: readonly Discovery[], place: Place, watched: FuzzThreadOptions): Promise<WrittenDiscovery[]> {
  const threads = new FuzzThreads(1, watched);
  const written: WrittenDiscovery[] = [];
  try {
    for (const discovery of discoveries) written.push(await write(discovery, place, threads));
    return written;
  } finally {
    await threads.stop();
  }
}

/** The story, its history, and the corpus entry. */
async function write(discovery: Discovery, { bounds, folder, corpus, limiter }: Place, threads: FuzzThreads): Promise<WrittenDiscovery> {
  const name = storyName(discovery);
  const story = discovery.shrunk?.story ?? new Storyteller(bounds).draw(discovery.seed).input();
  const path = `${folder.path}/${name}.yaml`;
  const findIt = `${commandOf(bounds, limiter)} --seed ${discovery.seed} --runs 1`;
  const seeIt = runCommandOf(path, limiter);
  folder.write(`${name}.yaml`, storyText(discovery, story, seeIt, findIt));
  corpus?.add(discovery, bounds, story);
  // What takes its thread along has no history to write down.
  const history = losesThread(discovery.failure) ? undefined : await threads.history(named(story, name));
  const trace = history === undefined ? undefined : await folder.compress(`${name}.trace.ndjson.gz`, history);
  return { discovery, path, trace, seeIt, findIt };
}

/** A story of the corpus that is broken is written as a file that `slotstorm run` reads. */
function writeRetold(known: CorpusStory, done: RetellDone | undefined, { folder, limiter }: Place): RetoldStory {
  if (done?.failure === undefined) return { known, done, story: undefined, seeIt: undefined };
  // Files of the corpus may have any name, scenarios may not.
  const name = `fuzz-${known.name.toLowerCase().replace(/[^a-z0-9-]+/g, '-')}`;
  const seeIt = runCommandOf(`${folder.path}/${name}.yaml`, limiter);
  const story = folder.write(`${name}.yaml`, retoldText(known, done.failure, named(known.story, name), seeIt));
  return { known, done, story, seeIt };
}

function runCommandOf(path: string, limiter: LimiterModule | undefined): string {
  return ['npx slotstorm run', shellWord(path), ...limiterWords({ limiter })].join(' ');
}

function commandOf(bounds: FuzzBounds, limiter: LimiterModule | undefined): string {
  const { policy, faults, lite } = bounds;
  const parts = ['npx slotstorm fuzz', `--policy ${policy}`, ...limiterWords({ limiter }), ...settingWords(bounds)];
  if (lite) parts.push('--lite');
  if (faults.length < ALL_FAULTS.length) parts.push(`--faults ${faults.length === 0 ? 'none' : faults.join(',')}`);
  return parts.join(' ');
}

const CODES = { invariant: EXIT_CODES.invariant, limiter: EXIT_CODES.script, error: EXIT_CODES.internal, hang: EXIT_CODES.internal } as const;

function exitCodeOf(result: CampaignResult): number {
  const broken = [...result.discoveries, ...result.retold].flatMap((one) => one?.failure ?? []);
  const codes: number[] = broken.map(({ kind }) => CODES[kind].code);
  if (result.ended === 'interrupted') codes.push(EXIT_CODES.interrupted.code);
  const isOpen = !isMostlyDecided(result) || result.retold.some((one) => one?.state === 'undecided now');
  if (isOpen) codes.push(EXIT_CODES.undecided.code);
  return worstExitCode(codes);
}
