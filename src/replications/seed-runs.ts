import { EventWindow } from '../history/event-window.js';
import { HashCheckpoints } from '../history/hash-checkpoints.js';
import type { PreparedVariant } from '../prepare.js';
import { RunSetup, runToEnd, ScenarioRun } from '../run.js';
import type { RunSink } from '../sim/simulation.js';
import type { TraceSource } from '../sim/trace.js';
import type { EventsJob, EventsSeen, EvidenceFor, SeedsDone, SeedsJob, Testimony, VariantWork, WitnessJob } from './jobs.js';
import { packResults } from './packed-results.js';

/** Makes runs of one variant; what its seeds share is worked out once. */
export class VariantRuns {
  private readonly setup: RunSetup;

  constructor(
    private readonly variant: PreparedVariant,
    private readonly traceSource: TraceSource,
  ) {
    this.setup = new RunSetup(variant.scenario, variant.plan, variant.warmup?.us);
  }

  start(seed: number, evidenceFor: EvidenceFor, reader?: RunSink): ScenarioRun {
    const { scenario, plan, name } = this.variant;
    const evidence = evidenceFor === 'all' || evidenceFor === seed;
    return new ScenarioRun(scenario, plan, { seed, variant: name, evidence, traceSource: this.traceSource, reader }, this.setup);
  }
}

/** What a worker thread does. It has nothing else to attend to, so each job is done in one go. */
export class SeedWorker {
  private known: { readonly id: number; readonly runs: VariantRuns } | undefined;

  /** @param tracesOf opens recorded traces of a scenario file @param monotonicMs a clock that never goes backwards */
  constructor(
    private readonly tracesOf: (scenarioFile: string) => TraceSource,
    private readonly monotonicMs: () => number,
  ) {}

  runSeeds(job: SeedsJob): SeedsDone {
    const startedMs = this.monotonicMs();
    const runs = this.runsOf(job);
    const results = job.seeds.map((seed) => runToEnd(runs.start(seed, job.evidenceFor)));
    return { results: packResults(results), ms: this.monotonicMs() - startedMs };
  }

  witness(job: WitnessJob): Testimony {
    const reader = new HashCheckpoints();
    const result = runToEnd(this.runsOf(job).start(job.seed, job.seed, reader));
    return { result, checkpoints: reader.checkpoints };
  }

  events(job: EventsJob): EventsSeen {
    const reader = new EventWindow(job.range);
    runToEnd(this.runsOf(job).start(job.seed, job.seed, reader));
    return reader.events;
  }

  private runsOf({ id, variant, scenarioFile }: VariantWork): VariantRuns {
    if (this.known?.id === id) return this.known.runs;
    const runs = new VariantRuns(variant, this.tracesOf(scenarioFile));
    this.known = { id, runs };
    return runs;
  }
}
