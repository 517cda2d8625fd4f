import type { LimiterSource } from '../core/own-limiter-terms.js';
import { EventWindow } from '../history/event-window.js';
import { HashCheckpoints } from '../history/hash-checkpoints.js';
import type { RunResult } from '../measure/result.js';
import type { PreparedVariant } from '../prepare.js';
import { RunSetup, runToEnd, ScenarioRun } from '../run.js';
import type { RunSink } from '../sim/simulation.js';
import type { TraceSource } from '../sim/trace.js';
import type { EventsJob, EventsSeen, EvidenceFor, SeedsDone, SeedsJob, Testimony, VariantWork, WitnessJob } from './jobs.js';
import { packResults } from './packed-results.js';
import type { Pulse } from './pulse.js';

/** Makes runs of one variant; what its seeds share is worked out once. */
export class VariantRuns {
  private readonly setup: RunSetup;

  constructor(
    private readonly variant: PreparedVariant,
    private readonly traceSource: TraceSource,
  ) {
    this.setup = new RunSetup(variant.scenario, variant.plan, variant.warmup?.us);
  }

  /** @param limiter decides about slots instead of the policy */
  start(seed: number, evidenceFor: EvidenceFor, reader?: RunSink, limiter?: LimiterSource): ScenarioRun {
    const { scenario, plan, name } = this.variant;
    const evidence = evidenceFor === 'all' || evidenceFor === seed;
    return new ScenarioRun(scenario, plan, { seed, variant: name, evidence, traceSource: this.traceSource, reader, limiter }, this.setup);
  }
}

/** A limiter in a thread that somebody watches. */
export interface LimiterUnderWatch extends LimiterSource {
  readonly watch: Pulse;
}

/** What a worker thread does. It has nothing else to attend to, so each job is done in one go; only after a limiter of somebody else it looks around. */
export class SeedWorker {
  private known: { readonly id: number; readonly runs: VariantRuns } | undefined;

  /** @param tracesOf opens recorded traces of a scenario file @param monotonicMs a clock that never goes backwards @param breathe lets all have its turn that waits in this thread */
  constructor(
    private readonly tracesOf: (scenarioFile: string) => TraceSource,
    private readonly monotonicMs: () => number,
    private readonly breathe: () => Promise<void>,
  ) {}

  /** @param limiter decides about slots instead of the policy, under watch */
  async runSeeds(job: SeedsJob, limiter?: LimiterUnderWatch): Promise<SeedsDone> {
    const startedMs = this.monotonicMs();
    const runs = this.runsOf(job);
    const results: RunResult[] = [];
    for (const seed of job.seeds) {
      results.push(await this.runUnderWatch(() => runs.start(seed, job.evidenceFor, undefined, limiter), limiter));
    }
    return { results: packResults(results), ms: this.monotonicMs() - startedMs };
  }

  async witness(job: WitnessJob, limiter?: LimiterUnderWatch): Promise<Testimony> {
    const reader = new HashCheckpoints();
    const result = await this.runUnderWatch(() => this.runsOf(job).start(job.seed, job.seed, reader, limiter), limiter);
    return { result, checkpoints: reader.checkpoints };
  }

  async events(job: EventsJob, limiter?: LimiterUnderWatch): Promise<EventsSeen> {
    const reader = new EventWindow(job.range);
    await this.runUnderWatch(() => this.runsOf(job).start(job.seed, job.seed, reader, limiter), limiter);
    return reader.events;
  }

  /** What a limiter has left behind has its turn before the next run begins: what breaks the thread is blamed on the right one. */
  private async runUnderWatch(start: () => ScenarioRun, limiter: LimiterUnderWatch | undefined): Promise<RunResult> {
    limiter?.watch.runBegins();
    try {
      return runToEnd(start());
    } finally {
      if (limiter !== undefined) await this.breathe();
    }
  }

  private runsOf({ id, variant, scenarioFile }: VariantWork): VariantRuns {
    if (this.known?.id === id) return this.known.runs;
    const runs = new VariantRuns(variant, this.tracesOf(scenarioFile));
    this.known = { id, runs };
    return runs;
  }
}
