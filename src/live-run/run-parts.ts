import type { LoadOrder } from '../load/driver.js';
import type { Target } from '../load/target/target.js';
import { ClientView } from '../measure/client-view.js';
import type { PreparedScenario, PreparedVariant } from '../prepare.js';
import { RunSetup } from '../run.js';
import { lookOver } from '../sim/make-flows.js';
import { type RunSpan, spanOf } from '../sim/run-span.js';
import type { TraceOverview } from '../sim/trace.js';
import type { LiveSurroundings, LiveTerms } from './terms.js';

/** Which run it is. */
export interface RunCase {
  readonly prepared: PreparedScenario;
  readonly variant: PreparedVariant;
  readonly seed: number;
  readonly terms: LiveTerms;
  readonly around: LiveSurroundings;
}

/** What every live run has, whoever the server is. */
export class RunParts {
  readonly setup: RunSetup;
  readonly traces: readonly TraceOverview[];
  readonly span: RunSpan;
  /** What the clients see. */
  readonly view: ClientView;

  constructor(private readonly run: RunCase) {
    const { variant, seed, terms, around } = run;
    const { scenario, plan, warmup } = variant;
    const lookedOver = lookOver(scenario, around.traceSource);
    this.setup = new RunSetup(scenario, plan, warmup?.us);
    this.traces = lookedOver.filter((trace) => trace !== undefined);
    this.span = spanOf(scenario, seed, lookedOver);
    this.view = new ClientView({ selectors: this.setup.selectors, endUs: this.span.endUs, warmupUs: warmup?.us, followsSubmits: terms.follow !== 'none' });
  }

  /** What the driver is told. */
  orderFor(target: Target): LoadOrder {
    const { prepared, variant, seed, terms } = this.run;
    const { speed, follow, processes } = terms;
    return { scenario: variant.scenario, scenarioFile: prepared.file, seed, speed, loadEndUs: this.span.loadEndUs, target, follow, processes };
  }

  /** Which run a result is of, and how long it was. */
  get identity(): { readonly variant: string | undefined; readonly seed: number; readonly loadEndUs: number; readonly endUs: number } {
    const { variant, seed } = this.run;
    return { variant: variant.name, seed, loadEndUs: this.span.loadEndUs, endUs: this.span.endUs };
  }
}
