import type { FiguresDone, FiguresJob } from '../../plan/figures-job.js';
import type { PlanPoint, SeedFigures, Simulator } from '../../plan/point.js';
import { PointRuns } from '../../plan/point-runs.js';
import { ChunkPlanner } from '../../replications/chunk-planner.js';
import { SlicedRuns } from '../../replications/sliced-runs.js';
import type { SeedRange } from '../../replications/study.js';
import { unlessInterrupted } from '../../replications/surroundings.js';
import { WorkerFailure, WorkerPool } from '../../replications/worker-pool.js';
import type { Outside } from '../outside.js';
import type { PinnedTraces } from '../trace-files.js';

export interface LocalSimulatorOptions {
  /** How many threads may run points; 1: none, all are run here. undefined: one a core. */
  readonly workers?: number | undefined;
  /** The load's own: threads read the same files, and must find the same in them. */
  readonly recordings: PinnedTraces;
  /** Aborted when the user interrupts; its reason is what is thrown. */
  readonly interrupt: AbortSignal;
  /** @param share of the runs that were asked for together, 0 to 1 */
  readonly progress?: ((share: number, what: string) => void) | undefined;
}

/** What is over sooner than this needs no threads: to start them takes as long. */
const HEAD_START_MS = 100;

/** Runs points on this machine: in this process at first, then on worker threads. The figures are the same, whoever runs them. */
export class LocalSimulator implements Simulator {
  private readonly workers: number;
  private readonly runs: PointRuns;
  private readonly slices: SlicedRuns;
  private pool: Promise<WorkerPool> | undefined;
  private isStopped = false;
  /** Time spent in this process before there were threads. */
  private spentHereMs = 0;

  constructor(
    private readonly options: LocalSimulatorOptions,
    private readonly outside: Outside,
  ) {
    this.workers = options.workers ?? outside.parallelism;
    this.runs = new PointRuns(options.recordings.source);
    const monotonicMs = (): number => outside.monotonicMs();
    this.slices = new SlicedRuns({ breathe: () => outside.breathe(), monotonicMs, interrupt: options.interrupt });
  }

  get description(): string {
    return this.workers === 1 ? '1 thread' : `${this.workers} threads`;
  }

  /**
   * @returns by point, by seed
   * @throws what the first run that failed threw; the interrupt's reason; an Error when a thread was lost, and after `stop`
   */
  async run(points: readonly PlanPoint[], seeds: readonly number[]): Promise<readonly (readonly SeedFigures[])[]> {
    const batch = new Batch(points, seeds, this.workers);
    await this.runHere(batch);
    if (batch.planner.left > 0) await unlessInterrupted(this.runOnThreads(batch), this.options.interrupt);
    return batch.all();
  }

  /** Ends the threads, if there are any. No run that is under way starts some after it. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await (await this.pool)?.stop();
  }

  /** Until threads are worth their start. */
  private async runHere(batch: Batch): Promise<void> {
    while (this.pool === undefined) {
      if (this.isStopped) throw new Error('the simulator was stopped');
      const range = batch.planner.takeOne();
      if (range === undefined) return;
      const startedMs = this.outside.monotonicMs();
      const runs = this.runs.of(batch.pointAt(range));
      const [seed] = batch.seedsOf(range);
      const result = await this.slices.toEnd(runs.start(seed as number), (share) => this.noteProgress(batch, share));
      batch.put(range, [runs.figuresOf(result)]);
      this.noteProgress(batch, 0);
      this.spentHereMs += this.outside.monotonicMs() - startedMs;
      if (this.workers > 1 && this.spentHereMs >= HEAD_START_MS && batch.planner.left > 0 && !this.isStopped) this.startThreads();
    }
  }

  /** One pool for all: while this run was under way another may have started it. */
  private startThreads(): void {
    if (this.pool !== undefined) return;
    this.pool = WorkerPool.start(this.outside.workerScript, this.workers);
    // Whoever waits for it hears of a failure.
    this.pool.catch(() => undefined);
  }

  private async runOnThreads(batch: Batch): Promise<void> {
    const pool = await (this.pool as Promise<WorkerPool>);
    await Promise.all(Array.from({ length: pool.capacity }, () => this.runChunks(pool, batch)));
    batch.throwFirstFailure();
  }

  private async runChunks(pool: WorkerPool, batch: Batch): Promise<void> {
    const { scenarioFile, sha256s } = this.options.recordings;
    for (let range = batch.planner.take(); range !== undefined; range = batch.planner.take()) {
      const job: FiguresJob = { point: batch.pointAt(range), seeds: batch.seedsOf(range), scenarioFile, sha256s };
      try {
        const { figures, ms } = await pool.runJob<FiguresDone>('figures', job);
        batch.put(range, figures);
        batch.planner.took(figures.length, ms);
        this.noteProgress(batch, 0);
      } catch (error) {
        if (!(error instanceof WorkerFailure)) throw error;
        batch.fail(range, error);
      }
    }
  }

  /** @param share of the run that is under way here */
  private noteProgress(batch: Batch, share: number): void {
    this.options.progress?.((batch.count + share) / batch.size, `${batch.count} of ${batch.size} runs`);
  }
}

/** The runs that were asked for together, and what has come of them. */
class Batch {
  readonly planner: ChunkPlanner;
  readonly size: number;
  count = 0;
  private readonly figures: (SeedFigures | undefined)[];
  private readonly failures: { readonly place: number; readonly error: Error }[] = [];

  constructor(
    private readonly points: readonly PlanPoint[],
    private readonly seeds: readonly number[],
    workers: number,
  ) {
    this.planner = new ChunkPlanner({ variants: points, seeds }, workers);
    this.size = points.length * seeds.length;
    this.figures = new Array<SeedFigures | undefined>(this.size).fill(undefined);
  }

  pointAt({ variant }: SeedRange): PlanPoint {
    return this.points[variant] as PlanPoint;
  }

  seedsOf({ from, to }: SeedRange): readonly number[] {
    return this.seeds.slice(from, to);
  }

  put(range: SeedRange, figures: readonly SeedFigures[]): void {
    const place = this.placeOf(range);
    for (const [n, one] of figures.entries()) this.figures[place + n] = one;
    this.count += figures.length;
  }

  /** Chunks before it are finished first: of several failures the first counts, as it would without threads. */
  fail(range: SeedRange, error: Error): void {
    this.planner.stop();
    this.failures.push({ place: this.placeOf(range), error });
  }

  throwFirstFailure(): void {
    const [first] = this.failures.sort((one, other) => one.place - other.place);
    if (first !== undefined) throw first.error;
  }

  all(): SeedFigures[][] {
    return this.points.map((_, point) =>
      this.seeds.map((seed, n) => {
        const figures = this.figures[point * this.seeds.length + n];
        if (figures?.seed !== seed) throw new Error(`seed ${seed} of point ${point + 1} was not run`);
        return figures;
      }),
    );
  }

  private placeOf({ variant, from }: SeedRange): number {
    return variant * this.seeds.length + from;
  }
}
