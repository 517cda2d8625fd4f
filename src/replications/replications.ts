import type { LimiterModule } from '../limiter-module.js';
import type { RunResult } from '../measure/result.js';
import type { TraceSource } from '../sim/trace.js';
import { ChunkPlanner } from './chunk-planner.js';
import { CollectedResults } from './collected-results.js';
import type { EvidenceFor, VariantWork } from './jobs.js';
import { unpackResults } from './packed-results.js';
import { VariantRuns } from './seed-runs.js';
import { SlicedRuns } from './sliced-runs.js';
import type { SeedRange, Study } from './study.js';
import { type Surroundings, unlessInterrupted } from './surroundings.js';
import { WorkerFailure, type WorkerPool } from './worker-pool.js';

export interface ReplicationOptions {
  /** How many threads may run seeds; 1: none, all run here. */
  readonly workers: number;
  /** Starts the threads, or gives those that run already. */
  readonly pool: () => Promise<WorkerPool>;
  readonly scenarioFile: string;
  readonly traceSource: TraceSource;
  /** Decides about slots instead of the policy: no run of it is in this process, where nobody could end it. */
  readonly limiter?: LimiterModule | undefined;
  /** Results of the first seed of each variant, where somebody has run them; otherwise empty. */
  readonly firstSeeds: readonly RunResult[];
  /** Which seed keeps charts and ledgers; undefined: the first. */
  readonly evidenceFor?: EvidenceFor | undefined;
  /** @param share of all runs, 0 to 1 */
  readonly progress: (share: number, what: string) => void;
}

/** What is over sooner than this needs no threads: to start them takes as long. */
const HEAD_START_MS = 100;

/**
 * Runs every seed of every variant: in this process, and in worker threads as soon as that is worth it. The results are
 * the same, and in the same order, however many workers there are.
 */
export class Replications {
  private readonly collected: CollectedResults;
  private readonly planner: ChunkPlanner;
  private readonly slices: SlicedRuns;
  private readonly startedMs: number;
  private readonly evidenceFor: EvidenceFor;
  private readonly failures: { readonly place: number; readonly error: WorkerFailure }[] = [];
  private threads: Promise<void> | undefined;

  constructor(
    private readonly study: Study,
    private readonly options: ReplicationOptions,
    private readonly around: Surroundings,
  ) {
    this.collected = new CollectedResults(study);
    for (const [variant, result] of options.firstSeeds.entries()) this.collected.put({ variant, from: 0, to: 1 }, [result]);
    this.planner = new ChunkPlanner(study, options.workers, options.firstSeeds.length === 0 ? 0 : 1);
    this.slices = new SlicedRuns(around);
    this.evidenceFor = options.evidenceFor ?? (study.seeds[0] as number);
    this.startedMs = around.monotonicMs();
  }

  /**
   * @returns the results, variant by variant, seed by seed
   * @throws what the first run that failed threw; the interrupt's reason; an Error when a thread was lost
   */
  async run(): Promise<RunResult[]> {
    if (this.options.limiter === undefined) await this.runHere();
    else this.threads = this.runOnThreads();
    if (this.threads !== undefined) await unlessInterrupted(this.threads, this.around.interrupt);
    const [first] = this.failures.sort((one, other) => one.place - other.place);
    if (first !== undefined) throw first.error;
    return this.collected.all();
  }

  /** Seed after seed in this process, until threads have taken over. */
  private async runHere(): Promise<void> {
    const { study, options } = this;
    let runs: VariantRuns | undefined;
    let variant = -1;
    while (this.threads === undefined) {
      const range = this.planner.takeOne();
      if (range === undefined) return;
      if (runs === undefined || range.variant !== variant) {
        variant = range.variant;
        runs = new VariantRuns(study.variantAt(variant), options.traceSource);
      }
      const seed = study.seeds[range.from] as number;
      const run = runs.start(seed, this.evidenceFor);
      const result = await this.slices.toEnd(run, (share) => this.noteProgress(share));
      this.collected.put(range, [result]);
      this.noteProgress(0);
    }
  }

  /** @param share of the run that is under way here */
  private noteProgress(share: number): void {
    const { study, collected, options, planner } = this;
    const noun = study.variants.length === 1 ? 'seeds' : 'runs';
    options.progress((collected.count + share) / study.size, `${collected.count} of ${study.size} ${noun}`);
    if (this.threads !== undefined || options.workers === 1 || study.seeds.length === 1 || planner.left === 0) return;
    if (this.around.monotonicMs() - this.startedMs < HEAD_START_MS) return;
    this.threads = this.runOnThreads();
    // Whoever waits for it hears of a failure; until then this process may still be in the middle of a run.
    this.threads.catch(() => undefined);
  }

  private async runOnThreads(): Promise<void> {
    const pool = await this.options.pool();
    const work = this.study.variants.map((variant) => pool.work(variant, this.options.scenarioFile, this.options.limiter));
    await Promise.all(Array.from({ length: pool.capacity }, () => this.runChunks(pool, work)));
  }

  private async runChunks(pool: WorkerPool, work: readonly VariantWork[]): Promise<void> {
    for (let range = this.planner.take(); range !== undefined; range = this.planner.take()) {
      try {
        await this.runChunk(pool, work[range.variant] as VariantWork, range);
      } catch (error) {
        // Chunks before it are finished first: of several failures the first counts, as it would without threads.
        this.planner.stop();
        if (!(error instanceof WorkerFailure)) throw error;
        this.failures.push({ place: this.study.placeOf(range.variant, range.from), error });
      }
    }
  }

  private async runChunk(pool: WorkerPool, work: VariantWork, range: SeedRange): Promise<void> {
    const seeds = this.study.seeds.slice(range.from, range.to);
    const { results, ms } = await pool.runSeeds({ ...work, seeds, evidenceFor: this.evidenceFor });
    this.collected.put(range, unpackResults(results));
    this.planner.took(seeds.length, ms);
    this.noteProgress(0);
  }
}
