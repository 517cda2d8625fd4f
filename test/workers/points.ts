import type { PlanPoint, SeedFigures } from '../../src/plan/point.js';
import { PointRuns } from '../../src/plan/point-runs.js';
import type { TraceSource } from '../../src/sim/trace.js';

/** An app with a limit, under Poisson load. @param requests about how many come */
export function point(limit: number, requests = 400, changes: Readonly<Record<string, unknown>> = {}): PlanPoint {
  const input = {
    name: `limit-${limit}`,
    platform: {
      policy: 'fal-documented',
      accounts: [{ id: 'app', limit, keys: ['app'] }],
      endpoints: [{ id: 'model', service: { exponential: { mean: '2s' } } }],
    },
    workload: [{ as: 'app/app', endpoint: 'model', call: 'submit', arrivals: { poisson: '2/s', to: `${Math.round(requests / 2)}s` } }],
    expect: { thresholds: { queue_latency: ['p(95) < 2s'] }, budgets: { start_timeouts: '0.1%' } },
    ...changes,
  };
  return { input, key: JSON.stringify(input) };
}

/** The same points in this thread, for comparison. */
export function figuresHere(points: readonly PlanPoint[], seeds: readonly number[], traceSource: TraceSource = noTrace): readonly (readonly SeedFigures[])[] {
  const runs = new PointRuns(traceSource);
  return points.map((one) => seeds.map((seed) => runs.run(one, seed)));
}

export function noTrace(file: string): never {
  throw new Error(`expected no recording, but ${file} was asked for`);
}

export function firstSeeds(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}
