import type { PresetName } from '../../core/policy.js';
import type { ResultMeta, RunResult } from '../../measure/result.js';
import type { PriceRow } from '../../measure/score/score-result.js';
import type { PreparedScenario, PreparedVariant } from '../../prepare.js';
import { Replications } from '../../replications/replications.js';
import { Study } from '../../replications/study.js';
import type { Surroundings } from '../../replications/surroundings.js';
import { WorkerPool } from '../../replications/worker-pool.js';
import { assembleResult, rerunCommand } from '../../result-file.js';
import type { RecordedExperiment } from '../../score/judge-cell.js';
import { priceRow } from '../../score/prices.js';
import type { QuestionId } from '../../score/questions.js';
import { SIMULATED } from '../../score/simulated/all.js';
import { billExperiment, billOf } from '../../score/simulated/bill.js';
import type { SimulatedExperiment } from '../../score/simulated/experiment.js';
import type { Outside } from '../outside.js';
import { tracesBeside } from '../trace-files.js';
import type { EvidenceFolder } from './evidence-folder.js';
import { ofProfile, shippedExperiment } from './score-scenarios.js';

/** What is simulated, and how. */
export interface SimulatedOrder {
  readonly profiles: readonly PresetName[];
  readonly seeds: readonly number[];
  /** undefined: one a core. */
  readonly workers: number | undefined;
  readonly stuckUsdPerSecond: number | undefined;
}

export interface ProfileExperiment {
  readonly profile: PresetName;
  readonly question: QuestionId;
  readonly recorded: RecordedExperiment;
}

export interface SimulatedEvidence {
  readonly experiments: readonly ProfileExperiment[];
  readonly prices: readonly PriceRow[];
}

/** Runs every experiment in virtual time with every seed under every profile, and writes a report of each. */
export class SimulatedScore {
  private readonly around: Surroundings;
  private readonly workers: number;
  private pool: Promise<WorkerPool> | undefined;

  constructor(
    private readonly order: SimulatedOrder,
    private readonly outside: Outside,
    interrupt: AbortSignal,
  ) {
    this.workers = order.workers ?? outside.parallelism;
    this.around = { breathe: () => outside.breathe(), monotonicMs: () => outside.monotonicMs(), interrupt };
  }

  /** @param progress share from 0 to 1 */
  async run(folder: EvidenceFolder, progress: (share: number, what: string) => void): Promise<SimulatedEvidence> {
    const experiments: ProfileExperiment[] = [];
    const prices: PriceRow[] = [];
    try {
      for (const [at, experiment] of SIMULATED.entries()) {
        const prepared = await shippedExperiment(experiment.id, this.outside.files);
        const startedMs = this.outside.monotonicMs();
        const runs = await this.runAll(experiment, prepared, (share) => progress((at + share) / SIMULATED.length, experiment.id));
        for (const profile of this.order.profiles) {
          const own = ofProfile(prepared, profile);
          const recorded = await this.record(experiment, own, runs, folder, startedMs);
          experiments.push({ profile, question: experiment.question, recorded });
          if (experiment === billExperiment) prices.push(this.priceOf(profile, own, runs));
        }
      }
      return { experiments, prices };
    } finally {
      await (await this.pool)?.stop();
    }
  }

  private async runAll(experiment: SimulatedExperiment, prepared: PreparedScenario, progress: (share: number) => void): Promise<RunResult[]> {
    const { profiles, seeds } = this.order;
    const variants = profiles.map((profile) => ofProfile(prepared, profile).variants[0] as PreparedVariant);
    const replications = new Replications(
      new Study(variants, seeds),
      {
        workers: this.workers,
        pool: () => {
          this.pool ??= WorkerPool.start(this.outside.workerScript, this.workers);
          return this.pool;
        },
        scenarioFile: prepared.file,
        traceSource: tracesBeside(prepared.file, this.outside.files),
        firstSeeds: [],
        ...(experiment.needsEvidence ? { evidenceFor: 'all' as const } : {}),
        progress,
      },
      this.around,
    );
    return await replications.run();
  }

  private async record(
    experiment: SimulatedExperiment,
    prepared: PreparedScenario,
    all: readonly RunResult[],
    folder: EvidenceFolder,
    startedMs: number,
  ): Promise<RecordedExperiment> {
    const { seeds } = this.order;
    const variant = prepared.variants[0] as PreparedVariant;
    const runs = all.filter((run) => run.variant === variant.name);
    // As `run` would: charts of the first seed only.
    const shown = runs.map((run) => (run.seed === seeds[0] ? run : { ...run, evidence: undefined }));
    const result = assembleResult(prepared, seeds, shown, this.meta(startedMs));
    await this.around.breathe();
    this.around.interrupt.throwIfAborted();
    const evidence = await folder.addReport(`${variant.name}-${experiment.id}`, result);
    return { observed: experiment.observe(runs, variant), evidence, rerun: rerunCommand(prepared, seeds) };
  }

  private priceOf(profile: PresetName, prepared: PreparedScenario, all: readonly RunResult[]): PriceRow {
    const first = all.find((run) => run.variant === profile && run.seed === this.order.seeds[0]) as RunResult;
    return priceRow(profile, billOf(first, prepared.variants[0] as PreparedVariant), this.order.stuckUsdPerSecond);
  }

  private meta(startedMs: number): ResultMeta {
    const { outside } = this;
    return { date: outside.now().toISOString(), ...outside.machine, durationMs: Math.round(outside.monotonicMs() - startedMs) };
  }
}
