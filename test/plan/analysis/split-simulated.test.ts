import { describe, expect, it } from 'vitest';
import { split } from '../../../src/plan/analysis/split.js';
import { SimulatedPlanning } from '../../../src/plan/planning.js';
import { loadOfScenario } from '../../../src/plan/scenario/load-from-scenario.js';
import { SimulatorHere } from '../../../src/plan/simulator-here.js';
import { Slos } from '../../../src/plan/slos.js';
import { type PreparedVariant, prepareScenario } from '../../../src/prepare.js';
import { sourceOfData } from '../../../src/scenario/source.js';

const flow = (endpoint: string) => ({ as: 'app/key', endpoint, call: 'submit', arrivals: { poisson: '0.5/s', to: '30m' } });
const TWO_ENDPOINTS = {
  name: 'two-endpoints',
  platform: {
    policy: { preset: 'fal-documented', waiting: 'fifo' },
    accounts: [{ id: 'app', limit: 20, keys: ['key'] }],
    endpoints: [
      { id: 'first', service: { exponential: { mean: '12s' } } },
      { id: 'second', service: { exponential: { mean: '12s' } } },
    ],
  },
  workload: [flow('first'), flow('second')],
  warmup: '3m',
  recovery: '5m',
};

describe('two endpoints of a scenario under one limit', () => {
  it('wait longer under caps of half the limit each, and need more slots apart than together', async () => {
    const noTraces = (): never => {
      throw new Error('expected a load without recordings');
    };
    const slos = new Slos(['p(95)<5s']);
    const [variant] = prepareScenario(sourceOfData('two endpoints', TWO_ENDPOINTS)).variants as [PreparedVariant];
    const load = loadOfScenario(variant, { file: 'two endpoints', slos, traceSource: noTraces });
    const planning = new SimulatedPlanning({ load, slos, simulator: new SimulatorHere(noTraces), seed: 1 });
    const { rows, answer, value } = await split(planning, 18);
    expect(rows.map(([name, busy, , cap]) => [name, busy, cap])).toEqual([
      ['first', '6', '9'],
      ['second', '6', '9'],
    ]);
    const waits = await Promise.all([{ limit: 18 }, { limit: 18, endpointLimits: { first: 9, second: 9 } }].map((dials) => planning.judge([dials], 'look')));
    const [shared, capped] = waits.map(([evidence]) => evidence?.queueLatency?.p95.mean as number);
    expect(capped).toBeGreaterThan(shared as number);
    const saved = Number(/sharing saves (\d+) slots?\./.exec(answer)?.[1]);
    expect(saved).toBeGreaterThanOrEqual(1);
    expect(value?.estimate.mean).toBe(rows.reduce((sum, row) => sum + Number(row[5]), 0));
  });
});
