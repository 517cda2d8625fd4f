import { prepareScenario } from '../prepare.js';
import { sourceOfData } from '../scenario/source.js';
import type { TraceSource } from '../sim/trace.js';
import type { PlanPoint, SeedFigures } from './point.js';
import { PreparedRuns } from './run-point.js';

/** Points are asked for chunk after chunk: a few at a time are in work. */
const MOST_KEPT = 16;

/** Runs points with any seed. A point is checked and prepared once as long as it is in use. */
export class PointRuns {
  /** The least recently used comes first. */
  private readonly kept = new Map<string, PreparedRuns>();

  constructor(private readonly traceSource: TraceSource) {}

  /** @throws ScenarioError, TraceError where the point's data or its trace cannot be run */
  run(point: PlanPoint, seed: number): SeedFigures {
    return this.of(point).run(seed);
  }

  of(point: PlanPoint): PreparedRuns {
    const runs = this.kept.get(point.key) ?? prepare(point, this.traceSource);
    this.kept.delete(point.key);
    this.kept.set(point.key, runs);
    if (this.kept.size > MOST_KEPT) this.kept.delete(this.kept.keys().next().value as string);
    return runs;
  }
}

function prepare({ input }: PlanPoint, traceSource: TraceSource): PreparedRuns {
  const [variant] = prepareScenario(sourceOfData('the planned load', input)).variants;
  if (variant === undefined) throw new Error('expected a scenario to have one variant at least');
  return new PreparedRuns(variant, traceSource);
}
