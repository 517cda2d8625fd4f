import type { LimiterSource } from '../core/own-limiter-terms.js';
import { EventWindow } from '../history/event-window.js';
import { HashCheckpoints } from '../history/hash-checkpoints.js';
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

/** What a worker thread does. It has nothing else to attend to, so each job is done in one go. */
export class SeedWorker {
  private known: { readonly id: number; readonly runs: VariantRuns } | undefined;

  /** @param tracesOf opens recorded traces of a scenario file @param monotonicMs a clock that never goes backwards */
  constructor(
    private readonly tracesOf: (scenarioFile: string) => TraceSource,
    private readonly monotonicMs: () => number,
  ) {}

  /** @param limiter decides about slots instead of the policy, under watch */
  runSeeds(job: SeedsJob, limiter?: LimiterUnderWatch): SeedsDone {
    const startedMs = this.monotonicMs();
    const runs = this.runsOf(job);
    const results = job.seeds.map((seed) => {
      limiter?.watch.runBegins();
      return runToEnd(runs.start(seed, job.evidenceFor, undefined, limiter));
    });
    return { results: packResults(results), ms: this.monotonicMs() - startedMs };
  }

  witness(job: WitnessJob, limiter?: LimiterUnderWatch): Testimony {
    const reader = new HashCheckpoints();
    limiter?.watch.runBegins();
    const result = runToEnd(this.runsOf(job).start(job.seed, job.seed, reader, limiter));
    return { result, checkpoints: reader.checkpoints };
  }

  events(job: EventsJob, limiter?: LimiterUnderWatch): EventsSeen {
    const reader = new EventWindow(job.range);
    limiter?.watch.runBegins();
    runToEnd(this.runsOf(job).start(job.seed, job.seed, reader, limiter));
    return reader.events;
  }

  private runsOf({ id, variant, scenarioFile }: VariantWork): VariantRuns {
    if (this.known?.id === id) return this.known.runs;
    const runs = new VariantRuns(variant, this.tracesOf(scenarioFile));
    this.known = { id, runs };
    return runs;
  }
}
