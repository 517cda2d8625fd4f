import type { TraceSource } from '../sim/trace.js';
import type { PlanPoint, SeedFigures, Simulator } from './point.js';
import { PointRuns } from './point-runs.js';

/** Runs points in this thread, one after the other, without looking around: for tests, and for whoever has nothing else to do. */
export class SimulatorHere implements Simulator {
  readonly description = 'this thread';
  private readonly runs: PointRuns;

  constructor(traceSource: TraceSource) {
    this.runs = new PointRuns(traceSource);
  }

  async run(points: readonly PlanPoint[], seeds: readonly number[]): Promise<readonly (readonly SeedFigures[])[]> {
    return points.map((point) => seeds.map((seed) => this.runs.run(point, seed)));
  }

  async stop(): Promise<void> {}
}
