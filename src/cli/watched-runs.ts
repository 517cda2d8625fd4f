import type { LimiterSource } from '../core/own-limiter-terms.js';
import { BothReaders } from '../history/both-readers.js';
import { EventWindow } from '../history/event-window.js';
import { type EventRange, HashCheckpoints } from '../history/hash-checkpoints.js';
import type { RunResult } from '../measure/result.js';
import type { PreparedScenario, PreparedVariant } from '../prepare.js';
import type { EventsSeen, Testimony } from '../replications/jobs.js';
import { holdAgainstSecondRun, type Witness } from '../replications/repeatability.js';
import { VariantRuns } from '../replications/seed-runs.js';
import { SlicedRuns } from '../replications/sliced-runs.js';
import { type Surroundings, unlessInterrupted } from '../replications/surroundings.js';
import type { WorkerPool } from '../replications/worker-pool.js';
import type { RunSink } from '../sim/simulation.js';
import type { TraceSource } from '../sim/trace.js';
import type { TraceWriter } from './trace-writer.js';

export interface WatchOptions {
  readonly scenario: PreparedScenario;
  readonly seed: number;
  readonly traceSource: TraceSource;
  /** Where the histories are written, if they are. */
  readonly trace: TraceWriter | undefined;
  /** Whether each run is held against a second one of the same seed. */
  readonly twice: boolean;
  /** Where the second run happens; undefined: in this process too. */
  readonly pool: (() => Promise<WorkerPool>) | undefined;
  readonly progress: (share: number, what: string) => void;
  /** Decides about slots instead of the policy. */
  readonly limiter?: LimiterSource | undefined;
}

/** Runs the first seed of each variant under watch: its history is written down, or is held against a second run, or both. */
export class WatchedRuns {
  private readonly slices: SlicedRuns;

  constructor(
    private readonly options: WatchOptions,
    private readonly around: Surroundings,
  ) {
    this.slices = new SlicedRuns(around);
  }

  /** @returns a result for each variant @throws NotRepeatable */
  async run(): Promise<RunResult[]> {
    const results: RunResult[] = [];
    for (const variant of this.options.scenario.variants) results.push(await this.watch(variant));
    await this.options.trace?.close();
    return results;
  }

  private async watch(variant: PreparedVariant): Promise<RunResult> {
    const { scenario, seed, trace, twice, limiter } = this.options;
    const here = new HereAgain(new VariantRuns(variant, this.options.traceSource), seed, this.slices, limiter);
    const lines = trace?.begin(scenario.name, variant.name, seed);
    const first = await here.testify(lines, async (share) => {
      this.options.progress(share, `${variant.name ?? scenario.name}, seed ${seed}`);
      await trace?.flush();
    });
    await trace?.end(first.result);
    if (!twice) return first.result;
    this.options.progress(1, `${variant.name ?? scenario.name}, seed ${seed} once more`);
    const second = await this.secondWitness(variant, here);
    const what = variant.name === undefined ? `seed ${seed}` : `variant "${variant.name}", seed ${seed}`;
    await holdAgainstSecondRun(`${scenario.name}, ${what}`, first, here, second);
    return first.result;
  }

  private async secondWitness(variant: PreparedVariant, here: HereAgain): Promise<Witness> {
    const { scenario, seed } = this.options;
    const pool = await this.options.pool?.();
    if (pool === undefined) return { where: 'a second run', testify: () => here.testify(), events: (range) => here.events(range) };
    const work = { ...pool.work(variant, scenario.file, scenario.limiter), seed };
    const { interrupt } = this.around;
    return {
      where: 'a worker thread',
      testify: () => unlessInterrupted(pool.witness(work), interrupt),
      events: (range) => unlessInterrupted(pool.events({ ...work, range }), interrupt),
    };
  }
}

/** A witness in this process. */
class HereAgain implements Witness {
  readonly where = 'this process';

  constructor(
    private readonly runs: VariantRuns,
    private readonly seed: number,
    private readonly slices: SlicedRuns,
    private readonly limiter: LimiterSource | undefined,
  ) {}

  /** @param second also reads the history */
  async testify(second?: RunSink, afterSlice: (share: number) => Promise<void> = noWait): Promise<Testimony> {
    const checkpoints = new HashCheckpoints();
    const reader = second === undefined ? checkpoints : new BothReaders(checkpoints, second);
    const result = await this.slices.toEndWithReader(this.runs.start(this.seed, this.seed, reader, this.limiter), afterSlice);
    return { result, checkpoints: checkpoints.checkpoints };
  }

  async events(range: EventRange): Promise<EventsSeen> {
    const reader = new EventWindow(range);
    await this.slices.toEndWithReader(this.runs.start(this.seed, this.seed, reader, this.limiter), noWait);
    return reader.events;
  }
}

async function noWait(): Promise<void> {}
