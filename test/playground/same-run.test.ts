import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Setting } from '../../src/plan/setting.js';
import { bundled } from '../helpers/bundled.js';
import { questions } from './questions.js';

const { inputOf, prepareScenario, runnableSetting, runToEnd, ScenarioRun, SettingRun, sourceOfData } =
  await bundled<typeof import('./both-runs.js')>('test/playground/both-runs.ts');

const NO_TRACES = (): never => {
  throw new Error('no setting replays a recording');
};

function prepared(setting: Setting, slos: readonly string[]) {
  const [variant] = prepareScenario(sourceOfData('a setting', inputOf(setting, slos))).variants;
  if (variant === undefined) throw new Error('a scenario has a variant');
  return variant;
}

describe('a setting without the schema', () => {
  it('is the scenario that the schema makes of its data, whatever the setting', () => {
    fc.assert(
      fc.property(questions(), ({ setting, slo }) => {
        const runnable = runnableSetting(setting, [slo]);
        const normal = prepared(setting, [slo]);
        expect(runnable.scenario).toStrictEqual(normal.scenario);
        expect(runnable.plan).toStrictEqual(normal.plan);
      }),
      { numRuns: 300 },
    );
  });

  it('has the history and the numbers of a normal run with its seed', () => {
    fc.assert(
      fc.property(questions({ mostRequests: 400 }), ({ setting, slo }) => {
        const run = new SettingRun(setting, runnableSetting(setting, [slo]));
        while (!run.advance(777));
        const figures = run.figures();
        const { scenario, plan } = prepared(setting, [slo]);
        const normal = runToEnd(new ScenarioRun(scenario, plan, { seed: setting.seed, variant: undefined, evidence: false, traceSource: NO_TRACES }));
        expect(figures.hash).toBe(normal.hash);
        expect(figures.events).toBe(normal.events);
        expect(figures.slos.map(({ actual, verdict }) => ({ actual: actual ?? undefined, verdict }))).toEqual(
          normal.thresholds.map(({ actual, verdict }) => ({ actual, verdict })),
        );
        const { queue_latency: waits } = normal.metrics;
        expect(figures.queueLatency?.p95).toBe(waits?.type === 'trend' && waits.n > 0 ? waits.p95 : undefined);
      }),
      { numRuns: 60 },
    );
  });
});
