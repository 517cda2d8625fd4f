import { type Surroundings, unlessInterrupted } from '../replications/surroundings.js';
import type { FuzzBounds } from './bounds.js';
import { addCoverage, type Coverage, emptyCoverage } from './coverage.js';
import { type Discovery, discoveriesOf, type ShrunkFailure } from './discovery.js';
import { losesThread, signatureOf } from './failure.js';
import { type FoundFailure, type FuzzHands, type KnownStory, LostRun, type RetellDone, type SearchDone } from './jobs.js';
import { lookInto } from './look-into.js';
import { Retelling } from './retelling.js';
import { type FuzzBudget, SeedQueue } from './seed-queue.js';

export interface CampaignPlan {
  readonly bounds: FuzzBounds;
  /** Stories that broke something once: they come before everything else, beyond the budget. */
  readonly stories: readonly KnownStory[];
  /** Seeds that found something once, of which no story is known: they come next, beyond the budget too. */
  readonly known: readonly number[];
  readonly firstSeed: number;
  readonly budget: FuzzBudget;
  /** Whether the search goes on after a failure. */
  readonly keepGoing: boolean;
  /** How many candidates are run to shrink a failure. */
  readonly mostTries: number;
}

/** How far a campaign is. */
export interface CampaignState {
  readonly doing: 'retelling' | 'searching' | 'shrinking';
  readonly runs: number;
  readonly failures: number;
  readonly distinct: number;
  readonly ms: number;
}

export interface CampaignResult {
  /** What the known stories came to, in their order; undefined: there was no time for it. */
  readonly retold: readonly (RetellDone | undefined)[];
  readonly runs: number;
  readonly undecided: number;
  /** Runs that failed. */
  readonly failures: number;
  readonly coverage: Coverage;
  readonly discoveries: readonly Discovery[];
  readonly ended: 'budget' | 'failure' | 'interrupted';
  /** Of the search alone. */
  readonly searchMs: number;
  readonly ms: number;
}

/** Failures in more ways than this are not all shrunk: something is broken at large. */
const MOST_SHRUNK = 24;

/**
 * Runs stories until a failure or the end of the budget, then shrinks each way to fail. With a budget of runs the result is
 * the same however many hands there are.
 */
export class Campaign {
  private readonly queue: SeedQueue;
  private readonly startedMs: number;
  /** By the order of their chunks. */
  private readonly done: SearchDone[] = [];
  private runs = 0;
  private failures = 0;
  private readonly signatures = new Set<string>();

  constructor(
    private readonly plan: CampaignPlan,
    private readonly hands: FuzzHands,
    private readonly around: Surroundings,
    private readonly progress: (state: CampaignState) => void,
  ) {
    this.startedMs = around.monotonicMs();
    this.queue = new SeedQueue([...plan.known], plan.firstSeed, plan.budget, () => around.monotonicMs());
  }

  /** @throws what a story that cannot be read threw */
  async run(): Promise<CampaignResult> {
    const retold = this.plan.stories.map((): RetellDone | undefined => undefined);
    const goesOn = await this.untilInterrupted(new Retelling(this.plan.stories, this.hands, () => this.tell('retelling')).run(retold));
    const brokeAgain = retold.some((one) => one?.failure !== undefined);
    const searchBeganMs = this.elapsedMs;
    const searched = goesOn && (brokeAgain && !this.plan.keepGoing ? true : await this.untilInterrupted(this.search()));
    const searchMs = this.elapsedMs - searchBeganMs;
    const { coverage, undecided, found } = this.sum();
    const failures = found.reduce((sum, { times }) => sum + times, 0);
    const shrunk: ShrunkFailure[] = found.map((failure) => ({ ...failure, shrunk: undefined }));
    const finished = searched && (await this.untilInterrupted(this.shrink(shrunk)));
    return {
      retold,
      runs: coverage.runs,
      undecided,
      failures,
      coverage,
      discoveries: discoveriesOf(shrunk),
      ended: !finished ? 'interrupted' : (failures > 0 || brokeAgain) && !this.plan.keepGoing ? 'failure' : 'budget',
      searchMs,
      ms: this.elapsedMs,
    };
  }

  private get elapsedMs(): number {
    return this.around.monotonicMs() - this.startedMs;
  }

  /** @returns whether it came to its end */
  private async untilInterrupted(work: Promise<void>): Promise<boolean> {
    try {
      await unlessInterrupted(work, this.around.interrupt);
      return true;
    } catch (error) {
      this.queue.stop();
      if (!this.around.interrupt.aborted) throw error;
      // What is under way ends with its thread.
      work.catch(() => undefined);
      return false;
    }
  }

  private async search(): Promise<void> {
    await Promise.all(Array.from({ length: this.hands.count }, () => this.searchChunks()));
  }

  private async searchChunks(): Promise<void> {
    for (let chunk = this.queue.take(); chunk !== undefined; chunk = this.queue.take()) {
      const beganMs = this.around.monotonicMs();
      const done = await this.searchThrough(chunk.seeds);
      this.queue.took(chunk.seeds.length, this.around.monotonicMs() - beganMs);
      this.done[chunk.order] = done;
      // Chunks before it are finished all the same: of several failures the first counts, as with one hand.
      if (done.found.length > 0 && !this.plan.keepGoing) this.queue.stop();
      this.note(done);
    }
  }

  /** A run that takes its thread along does not take the others of its chunk along: they are run again. */
  private async searchThrough(seeds: readonly number[]): Promise<SearchDone> {
    const { bounds, keepGoing } = this.plan;
    try {
      if (seeds.length === 0) return nothingDone();
      return await this.hands.search({ kind: 'search', bounds, seeds, stopAtFirst: !keepGoing });
    } catch (error) {
      if (!(error instanceof LostRun)) throw error;
      const before = await this.searchThrough(seeds.slice(0, error.runsDone));
      if (before.found.length > 0 && !keepGoing) return before;
      const lost = await this.lostRun(seeds[error.runsDone] as number, error);
      const after = keepGoing ? await this.searchThrough(seeds.slice(error.runsDone + 1)) : nothingDone();
      return sumOf([before, lost, after]);
    }
  }

  private async lostRun(seed: number, lost: LostRun): Promise<SearchDone> {
    const { bounds } = this.plan;
    const failure = await lookInto(seed, lost, async (stuckAt) => {
      const { found } = await this.hands.search({ kind: 'search', bounds, seeds: [seed], stopAtFirst: true, stuckAt });
      return found[0]?.failure;
    });
    return { coverage: { ...emptyCoverage(), runs: 1 }, undecided: 0, found: [{ seed, failure, times: 1 }] };
  }

  private note({ coverage, found }: SearchDone): void {
    this.runs += coverage.runs;
    for (const { failure, times } of found) {
      this.failures += times;
      this.signatures.add(signatureOf(failure));
    }
    this.tell('searching');
  }

  private tell(doing: CampaignState['doing']): void {
    this.progress({ doing, runs: this.runs, failures: this.failures, distinct: this.signatures.size, ms: this.elapsedMs });
  }

  /** What was done up to the first failure, or all of it. An interrupt leaves holes. */
  private sum(): SearchDone {
    const first = this.plan.keepGoing ? -1 : this.done.findIndex((done) => (done?.found.length ?? 0) > 0);
    return sumOf((first < 0 ? this.done : this.done.slice(0, first + 1)).filter((done) => done !== undefined));
  }

  /** Each way to fail on its own, by as many hands as there are. */
  private async shrink(found: ShrunkFailure[]): Promise<void> {
    const { bounds, mostTries } = this.plan;
    const waiting = found.filter(({ failure }) => !losesThread(failure)).slice(0, MOST_SHRUNK);
    const shrinkSome = async (): Promise<void> => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        this.tell('shrinking');
        try {
          one.shrunk = await this.hands.shrink({ kind: 'shrink', bounds, seed: one.seed, failure: one.failure, mostTries });
        } catch (error) {
          // A candidate that takes its thread along leaves the story as it was drawn.
          if (!(error instanceof LostRun)) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: this.hands.count }, shrinkSome));
  }
}

function nothingDone(): SearchDone {
  return { coverage: emptyCoverage(), undecided: 0, found: [] };
}

/** Failures of the same kind are one, under the seed that comes first in the list. */
function sumOf(parts: readonly SearchDone[]): SearchDone {
  const coverage = emptyCoverage();
  const found = new Map<string, FoundFailure>();
  let undecided = 0;
  for (const part of parts) {
    addCoverage(coverage, part.coverage);
    undecided += part.undecided;
    for (const one of part.found) {
      const signature = signatureOf(one.failure);
      const known = found.get(signature);
      found.set(signature, known === undefined ? one : { ...known, times: known.times + one.times });
    }
  }
  return { coverage, undecided, found: [...found.values()] };
}
