import type { LimiterSource } from '../core/own-limiter-terms.js';
import type { AgreementLine } from '../measure/live-result.js';
import type { RunResult } from '../measure/result.js';
import type { PreparedScenario, PreparedVariant } from '../prepare.js';
import { type ReplicationOptions, Replications } from '../replications/replications.js';
import { Study } from '../replications/study.js';
import { type Surroundings, unlessInterrupted } from '../replications/surroundings.js';
import { WorkerPool } from '../replications/worker-pool.js';
import { decideWarmups, PILOT_SEEDS, type PilotRun } from '../warmup-pilot.js';
import { loadLimiter } from './load-limiter.js';
import type { OutputFolder } from './output-folder.js';
import type { Outside } from './outside.js';
import type { Progress } from './progress.js';
import { tracesBeside, tracesReadAnew } from './trace-files.js';
import { TraceWriter } from './trace-writer.js';
import { WatchedRuns } from './watched-runs.js';

/** How seeds are run, whatever the scenario. */
export interface SeedOptions {
  /** undefined: one a core. */
  readonly workers: number | undefined;
  /** Whether the first seed of each variant is run twice and compared. */
  readonly checkDeterminism: boolean;
  /** Whether the history of the first seed of each variant is written down. */
  readonly trace: boolean;
  /** A run in which a limiter of one's own decides is given up after this, ms. */
  readonly runTimeoutMs: number;
}

/** Every run of a scenario. */
export interface SeedRuns {
  /** The scenario as it was run: what was to be found out before, such as a warm-up, is. */
  readonly prepared: PreparedScenario;
  /** Variant by variant, seed by seed. */
  readonly runs: readonly RunResult[];
  /** Live runs beside simulated ones, where that was asked for. */
  readonly agreement?: readonly AgreementLine[] | undefined;
}

const TRACE_FILE = 'trace.ndjson.gz';

/** Runs scenarios' seeds, and keeps the threads that they share. */
export class SeedRunner {
  private readonly workers: number;
  private readonly around: Surroundings;
  private pool: Promise<WorkerPool> | undefined;
  /** The most runs of a scenario so far: more threads than that would have nothing to do. */
  private mostRuns = 1;

  constructor(
    private readonly options: SeedOptions,
    private readonly outside: Outside,
    interrupt: AbortSignal,
  ) {
    this.workers = options.workers ?? outside.parallelism;
    this.around = { breathe: () => outside.breathe(), monotonicMs: () => outside.monotonicMs(), interrupt };
  }

  /** @param folder where a trace goes */
  async run(scenario: PreparedScenario, seeds: readonly number[], folder: OutputFolder | undefined, progress: Progress): Promise<SeedRuns> {
    const shared = this.sharedBy(scenario, seeds, progress);
    const prepared = await decideWarmups(scenario, this.pilot(shared));
    const firstSeeds = await this.watchFirstSeeds(prepared, seeds[0] as number, folder, shared);
    const runs = await new Replications(new Study(prepared.variants, seeds), { ...shared, firstSeeds }, this.around).run();
    return { prepared, runs };
  }

  /** The scenario with every variant's warm-up decided. */
  async decideWarmups(scenario: PreparedScenario, seeds: readonly number[], progress: Progress): Promise<PreparedScenario> {
    return await decideWarmups(scenario, this.pilot(this.sharedBy(scenario, seeds, progress)));
  }

  private sharedBy(scenario: PreparedScenario, seeds: readonly number[], progress: Progress): Omit<ReplicationOptions, 'firstSeeds'> {
    this.mostRuns = Math.max(this.mostRuns, seeds.length * scenario.variants.length);
    return {
      workers: seeds.length === 1 ? 1 : this.workers,
      pool: () => this.threads(scenario.limiter !== undefined),
      scenarioFile: scenario.file,
      limiter: scenario.limiter,
      traceSource: tracesBeside(scenario.file, this.outside.files),
      progress: (share: number, what: string) => progress.update(share, what),
    };
  }

  /** Ends the threads, if there are any. */
  async stop(): Promise<void> {
    await (await this.pool)?.stop();
  }

  private threads(areGuarded: boolean): Promise<WorkerPool> {
    const guard = { mostRunMs: this.options.runTimeoutMs, monotonicMs: () => this.outside.monotonicMs() };
    this.pool ??= WorkerPool.start(this.outside.workerScript, Math.min(this.workers, this.mostRuns), areGuarded ? guard : undefined);
    return this.pool;
  }

  /** Pilot seeds of a variant are asked for one by one, but run together, on the same threads as all others. */
  private pilot(shared: Omit<ReplicationOptions, 'firstSeeds'>): PilotRun {
    const progress = (share: number): void => shared.progress(share, 'pilot of the warm-up');
    const started = new Map<PreparedVariant, Promise<RunResult[]>>();
    return async (variant, seed) => {
      const seeds = Array.from({ length: PILOT_SEEDS }, (_, n) => variant.scenario.seed + n);
      const options: ReplicationOptions = { ...shared, firstSeeds: [], evidenceFor: 'all', progress };
      const all = started.get(variant) ?? new Replications(new Study([variant], seeds), options, this.around).run();
      started.set(variant, all);
      const found = (await all).find((run) => run.seed === seed);
      if (found === undefined) throw new Error(`the pilot of the warm-up asked for seed ${seed}, expected one of ${seeds.join(', ')}`);
      return found;
    };
  }

  private async watchFirstSeeds(
    scenario: PreparedScenario,
    seed: number,
    folder: OutputFolder | undefined,
    { progress, pool: threads }: Pick<ReplicationOptions, 'progress' | 'pool'>,
  ): Promise<RunResult[]> {
    const { checkDeterminism, trace } = this.options;
    if (!checkDeterminism && !trace) return [];
    const limiter = await this.limiterHere(scenario, seed, threads);
    const writer = trace && folder !== undefined ? new TraceWriter(folder.compress(TRACE_FILE)) : undefined;
    const pool = this.workers > 1 ? threads : undefined;
    const traceSource = tracesReadAnew(scenario.file, this.outside.files);
    const watched = new WatchedRuns({ scenario, seed, traceSource, trace: writer, twice: checkDeterminism, pool, progress, limiter }, this.around);
    try {
      return await watched.run();
    } catch (error) {
      await writer?.abandon();
      throw error;
    }
  }

  /** A limiter of one's own comes into this process only when every run that is to be watched here has ended in a thread. */
  private async limiterHere(scenario: PreparedScenario, seed: number, threads: () => Promise<WorkerPool>): Promise<LimiterSource | undefined> {
    if (scenario.limiter === undefined) return undefined;
    const pool = await threads();
    const runs = scenario.variants.map((variant) =>
      pool.runSeeds({ ...pool.work(variant, scenario.file, scenario.limiter), seeds: [seed], evidenceFor: seed }),
    );
    await unlessInterrupted(Promise.all(runs), this.around.interrupt);
    return await loadLimiter(scenario.limiter);
  }
}
