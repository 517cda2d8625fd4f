import { beforeAll, describe, expect, it } from 'vitest';
import type { LimitAnswer } from '../../../src/measure/capacity/plan-result.js';
import { type Analyses, analyse } from '../../../src/plan/analysis/analyse.js';
import { DEFAULT_TERMS } from '../../../src/plan/analysis/terms.js';
import { loadOfSetting } from '../../../src/plan/load-from-setting.js';
import { SimulatedPlanning } from '../../../src/plan/planning.js';
import type { Setting } from '../../../src/plan/setting.js';
import { SimulatorHere } from '../../../src/plan/simulator-here.js';
import { Slos } from '../../../src/plan/slos.js';

const SETTING: Setting = {
  limit: 1,
  ratePerSecond: 0.5,
  batchMean: 1,
  service: { law: 'exponential', meanMs: 12_000, cv: 1 },
  ghosts: 0,
  policy: 'fal-documented',
  waiting: 'fifo',
  startTimeoutMs: Number.POSITIVE_INFINITY,
  requests: 600,
  seed: 1,
};
const TIERS = [{ limit: 2 }, { limit: 10 }, { limit: 20 }, { limit: 40 }];

function planningOf(changes: Partial<Setting> = {}): SimulatedPlanning {
  const slos = new Slos(['p(95)<5s']);
  const simulator = new SimulatorHere(() => {
    throw new Error('expected a load without recordings');
  });
  return new SimulatedPlanning({ load: loadOfSetting({ ...SETTING, ...changes }, slos), slos, simulator, seed: 1, mostSeeds: 16 });
}

describe('ghosts as a dial', () => {
  it.each([1, 3, 6])('of which there are %i give the waits of a limit that is smaller by as many, seed by seed', async (ghosts) => {
    const planning = planningOf();
    const haunted = await planning.figures({ limit: 9 + ghosts, ghosts }, 'look');
    const smaller = await planning.figures({ limit: 9 }, 'look');
    expect(haunted.map(({ metrics }) => metrics['queue_latency'])).toEqual(smaller.map(({ metrics }) => metrics['queue_latency']));
  });
});

describe('all analyses of a simulated load', () => {
  const planning = planningOf();
  let answer: LimitAnswer;
  let parts: Analyses;
  beforeAll(async () => {
    answer = await planning.smallestLimit({});
    parts = await analyse(planning, answer, { ...DEFAULT_TERMS, waiting: 'fifo', tiers: TIERS, ghosts: 2, burst: 20 });
  }, 120_000);

  it('draw waits that fall with the limit, from a miss to a pass at the answer', () => {
    const points = parts.frontier?.points ?? [];
    const waits = points.map(({ queueLatency }) => queueLatency?.p95.mean as number);
    expect(waits).toEqual(waits.toSorted((a, b) => b - a));
    expect(points.find(({ limit }) => limit === answer.limit)?.verdict).toBe('pass');
    expect(points.filter(({ limit }) => limit < (answer.limit as number)).every(({ verdict }) => verdict !== 'pass')).toBe(true);
  });

  it('find that batches need more slots than any change of a fifth', () => {
    const limitOf = (what: string): number => parts.sensitivity?.find((row) => row.what.includes(what))?.limit as number;
    expect(limitOf('batches of 10')).toBeGreaterThan(limitOf('rate +20 %'));
    expect(limitOf('rate +20 %')).toBeGreaterThan(answer.limit as number);
    expect(limitOf('2 ghost slots')).toBe((answer.limit as number) + 2);
  });

  it('find less rate the more ghosts there are, and more of it lost than of the slots', () => {
    const [one, two] = parts.ghosts ?? [];
    expect(one?.lostRateShare).toBeGreaterThan(one?.shareOfLimit as number);
    expect(two?.lostRateShare).toBeGreaterThan(one?.lostRateShare as number);
    expect(two?.limitToRestore).toBe((answer.limit as number) + 2);
  });

  it('sustain a rate at the answer that is no less than that of the load', () => {
    const rate = parts.inverse?.find(({ question }) => question === 'highest-rate');
    expect(rate?.value?.estimate.low).toBeGreaterThanOrEqual(0.5);
    expect(rate?.value?.estimate.high).toBeGreaterThan(rate?.value?.estimate.low as number);
  });

  it('work off a burst no faster than all slots can', () => {
    const rows = parts.inverse?.find(({ question }) => question === 'burst-drain')?.rows ?? [];
    expect(rows.map(([size]) => size)).toEqual(['none', '10', '20', '40']);
    const burst = parts.inverse?.find(({ question }) => question === 'burst-drain');
    expect(burst?.value?.estimate.mean).toBeGreaterThan(burst?.formula as number);
  });

  it('have a tighter wait with start_timeout, and nobody who gives up with subscribe', () => {
    const dropped = parts.whatIfs?.find(({ question }) => question.includes('start_timeout'));
    const normal = parts.whatIfs?.find(({ question }) => question.startsWith('Normal'));
    expect(dropped?.evidence?.queueLatency?.p95.mean).toBeLessThan(normal?.evidence?.queueLatency?.p95.mean as number);
    const calls = parts.inverse?.find(({ question }) => question === 'give-ups');
    expect(calls?.rows[2]?.[1]).toMatch(/^none of/);
  });

  it('wait longer in an outage', () => {
    const p95Of = (question: string): number | undefined => parts.whatIfs?.find((one) => one.question.startsWith(question))?.evidence?.queueLatency?.p95.mean;
    expect(p95Of('Incident')).toBeGreaterThan(p95Of('Normal') as number);
    const answer = parts.inverse?.find(({ question }) => question === 'outage');
    const [, third, half] = answer?.rows.map((row) => Number(row[4])) ?? [];
    expect(half).toBeGreaterThanOrEqual(third as number);
  });
});
