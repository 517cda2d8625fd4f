import { describe, expect, it } from 'vitest';
import { loadOfSetting } from '../../src/plan/load-from-setting.js';
import { PointRuns } from '../../src/plan/point-runs.js';
import { runPrepared } from '../../src/plan/run-point.js';
import { Slos } from '../../src/plan/slos.js';
import { type PreparedVariant, prepareScenario } from '../../src/prepare.js';
import { runToEnd, ScenarioRun } from '../../src/run.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { SMALL } from './settings.js';

const SLOS = new Slos(['p(95)<2s', 'time_to_result p(99) < 30s', 'start_timeouts < 1%', 'gave_up count == 0']);
const load = loadOfSetting({ ...SMALL, startTimeoutMs: 500 }, SLOS);
const noTraces = (): never => {
  throw new Error('there are no traces');
};

describe('the figures of a seed', () => {
  const point = load.point({ limit: 5 });
  const [variant] = prepareScenario(sourceOfData('a point', point.input)).variants as [PreparedVariant];
  const figures = new PointRuns(noTraces).run(point, 7);

  it('are those of slotstorm run: same history, same numbers', () => {
    const run = runToEnd(new ScenarioRun(variant.scenario, variant.plan, { seed: 7, variant: undefined, evidence: true, traceSource: noTraces }));
    expect(figures.hash).toBe(run.hash);
    expect(figures.events).toBe(run.events);
    expect(figures.actuals).toEqual(run.thresholds.map(({ actual }) => actual));
    expect(figures.metrics).toEqual(run.metrics);
    expect(figures.broken).toEqual(run.invariants.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id));
  });

  it('are the same without the scenario format, as the playground makes them', () => {
    expect(runPrepared(variant, 7)).toEqual(figures);
  });

  it('come back from JSON as they were', () => {
    expect(JSON.parse(JSON.stringify(figures))).toStrictEqual(figures);
  });

  it('count how often what has a budget happened, and how often it could have', () => {
    const { count } = figures.metrics['start_timeouts'] as { readonly count: number };
    const { n } = figures.metrics['start_timeouts'] as { readonly n: number };
    expect(count).toBeGreaterThan(0);
    expect(figures.occurrences).toEqual([{ name: 'start_timeouts', k: count, n }]);
  });

  it('have null where nothing was measured', () => {
    const nothing = loadOfSetting(SMALL, new Slos(['p(95)<2s'])).point({ limit: 5 });
    const input = { ...(nothing.input as object), workload: [], warmup: undefined };
    expect(new PointRuns(noTraces).run({ input, key: 'nothing' }, 1).actuals).toEqual([null]);
  });
});

describe('points', () => {
  it('are prepared once as long as they are in use', () => {
    const runs = new PointRuns(noTraces);
    const first = load.point({ limit: 5 });
    const prepared = runs.of(first);
    expect(runs.of({ ...first })).toBe(prepared);
    for (let limit = 10; limit < 40; limit++) {
      runs.of(load.point({ limit }));
      if (limit % 5 === 0) expect(runs.of(first)).toBe(prepared);
    }
    for (let limit = 10; limit < 40; limit++) runs.of(load.point({ limit }));
    expect(runs.of(first)).not.toBe(prepared);
  });

  it('that cannot be run are errors of the scenario', () => {
    expect(() => new PointRuns(noTraces).run({ input: { name: 'x' }, key: 'x' }, 1)).toThrow('the planned load: platform');
  });
});
