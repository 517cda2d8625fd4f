import type { MetricValue } from '../measure/metrics.js';
import type { RunResult } from '../measure/result.js';
import type { PreparedVariant } from '../prepare.js';
import { RunSetup, runToEnd, ScenarioRun } from '../run.js';
import type { TraceSource } from '../sim/trace.js';
import type { SeedFigures } from './point.js';

/** Runs the seeds of one prepared setting; what they share is worked out once. It knows neither files nor the scenario format. */
export class PreparedRuns {
  private readonly setup: RunSetup;

  constructor(
    private readonly variant: Pick<PreparedVariant, 'scenario' | 'plan'>,
    private readonly traceSource: TraceSource,
  ) {
    this.setup = new RunSetup(variant.scenario, variant.plan);
  }

  /** A run that somebody drives in slices: `figuresOf` its result. */
  start(seed: number): ScenarioRun {
    const { scenario, plan } = this.variant;
    return new ScenarioRun(scenario, plan, { seed, variant: undefined, evidence: false, traceSource: this.traceSource }, this.setup);
  }

  /** @throws TraceError for a trace that cannot be used */
  run(seed: number): SeedFigures {
    return this.figuresOf(runToEnd(this.start(seed)));
  }

  figuresOf(result: RunResult): SeedFigures {
    return {
      seed: result.seed,
      hash: result.hash,
      events: result.events,
      actuals: result.thresholds.map(({ actual }) => finite(actual)),
      occurrences: (this.variant.plan.gate?.budgets ?? []).map(({ name }) => ({ name, ...occurrencesOf(result.metrics[name]) })),
      metrics: plainMetrics(result.metrics),
      broken: result.invariants.filter(({ verdict, state }) => verdict === 'fail' && state === 'violated').map(({ id }) => id),
    };
  }
}

/** One seed of a prepared setting. @param traceSource not asked where the load is no recording */
export function runPrepared(variant: Pick<PreparedVariant, 'scenario' | 'plan'>, seed: number, traceSource: TraceSource = noTraces): SeedFigures {
  return new PreparedRuns(variant, traceSource).run(seed);
}

/** Counted as the gate counts budgets: of so many that could have, so many have. */
export function occurrencesOf(value: MetricValue | undefined): { readonly k: number; readonly n: number } {
  return value?.type === 'counter' && value.n > 0 ? { k: Math.min(value.count, value.n), n: value.n } : { k: 0, n: 0 };
}

/** As they come back from JSON: figures must be the same wherever they were made. */
function plainMetrics(metrics: Readonly<Record<string, MetricValue>>): Readonly<Record<string, MetricValue>> {
  const plain: Record<string, MetricValue> = {};
  for (const [name, value] of Object.entries(metrics)) plain[name] = plainValue(value);
  return plain;
}

function plainValue(value: MetricValue): MetricValue {
  const numbers = Object.values(value);
  if (numbers.every((number) => typeof number === 'string' || (Number.isFinite(number) && !Object.is(number, -0)))) return value;
  return JSON.parse(JSON.stringify(value)) as MetricValue;
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value + 0;
}

function noTraces(file: string): never {
  throw new Error(`expected a load without recordings, but it asks for ${file}`);
}
