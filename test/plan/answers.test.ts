import { afterAll, describe, expect, it, test } from 'vitest';
import { realOutside } from '../../src/cli/outside.js';
import { LocalSimulator } from '../../src/cli/plan/local-simulator.js';
import { PinnedTraces } from '../../src/cli/trace-files.js';
import { loadOfSetting } from '../../src/plan/load-from-setting.js';
import { SimulatedPlanning } from '../../src/plan/planning.js';
import type { Setting } from '../../src/plan/setting.js';
import { Slos } from '../../src/plan/slos.js';
import { WORKER_SCRIPT } from '../build-page.js';
import { p95Wait } from './independent-queue.js';
import { FIVE_A_SECOND } from './settings.js';

/** The reference's questions, answered by simulation. All of it is repeatable: the seeds are 1, 2, 3, … */

const P95_BELOW_2S = ['p(95)<2s'];
const TWO_A_SECOND: Setting = { ...FIVE_A_SECOND, ratePerSecond: 2 };
const LAWS = {
  constant: { law: 'constant', meanMs: 12_000, cv: 0 },
  exponential: { law: 'exponential', meanMs: 12_000, cv: 1 },
  // σ of the logarithm is 1.
  lognormal: { law: 'lognormal', meanMs: 12_000, cv: Math.sqrt(Math.E - 1) },
} as const;

const outside = { ...realOutside(), workerScript: WORKER_SCRIPT };
const simulator = new LocalSimulator({ recordings: new PinnedTraces('a plan', outside.files), interrupt: new AbortController().signal }, outside);
afterAll(() => simulator.stop());

describe('5 requests a second of 12 s, p95 wait below 2 s', { timeout: 120_000 }, () => {
  it('need limit 69: 68 fails, and 70 passes', async () => {
    const answer = await planningOf(FIVE_A_SECOND).smallestLimit({});
    expect(answer).toMatchObject({ limit: 69, exceptions: [], why: undefined });
    const verdicts = new Map(answer.evidence.map(({ limit, verdict }) => [limit, verdict]));
    expect([verdicts.get(68), verdicts.get(69), verdicts.get(70)]).toEqual(['fail', 'pass', 'pass']);
    expect(answer.evidence.flatMap(({ broken }) => broken)).toEqual([]);
  });

  it('need more where they sleep and ask again than where slots are handed over in order', async () => {
    const planning = planningOf({ ...FIVE_A_SECOND, requests: 10_000 }, ['p(99)<10s']);
    const [fifo, backoff] = [await planning.smallestLimit({ waiting: 'fifo' }, 'weigh'), await planning.smallestLimit({ waiting: 'backoff' }, 'weigh')];
    expect(backoff.limit).toBeGreaterThan((fifo.limit ?? Number.POSITIVE_INFINITY) + 2);
  });

  it('are not said to need less than runs are long enough to show', async () => {
    const short = await planningOf({ ...FIVE_A_SECOND, requests: 5_000 }, ['p(99)<1m']).smallestLimit({});
    expect(short.limit).toBeGreaterThan(62);
    expect(short.why).toMatch(
      /could not be decided: runs of 16m 40s end before long queues have grown; it takes [\dhm s]+: let them last \d+ times as long \(--requests, or the scenario's own arrivals\)/,
    );
    expect(short.evidence.find(({ limit }) => limit === (short.limit ?? 0) - 1)).toMatchObject({ verdict: 'undecided', seeds: 8 });
  });
});

describe('5 requests a second of 12 s that are dropped when they have waited too long', { timeout: 120_000 }, () => {
  it('need about 49 slots so that fewer than 20 % are dropped after 5 s', async () => {
    // A queue with deadlines of 5 s that shares no code with this one: 48 slots drop 20.1 %, 49 drop 18.1 %.
    const planning = planningOf({ ...FIVE_A_SECOND, startTimeoutMs: 5_000 }, ['start_timeouts < 20%']);
    const [below, at] = await planning.judge([{ limit: 47 }, { limit: 49 }], 'weigh');
    expect([below?.verdict, at?.verdict]).toEqual(['fail', 'pass']);
    expect(at?.checks[0]?.actual?.mean).toBeCloseTo(0.181, 2);
  });

  it('keep no promise about waits by dropping: with one slot nearly nobody waits, for nearly nobody begins', async () => {
    const planning = planningOf({ ...FIVE_A_SECOND, startTimeoutMs: 2_000, requests: 5_000 });
    const { limit = 0, why, evidence } = await planning.smallestLimit({}, 'weigh');
    // At most one in twenty may be dropped: nearly all slots that are kept busy.
    expect(limit).toBeGreaterThan(55);
    expect(limit).toBeLessThan(69);
    expect(why).toMatch(/^[34]\.\d+ % .* of the requests are dropped or leave before their work begins/);
    expect(evidence.find((point) => point.limit === limit)?.checks[0]?.dropped?.high).toBeLessThan(0.05);
  });
});

describe('the highest rate of 12 s jobs lies in the interval that is stated', { timeout: 120_000 }, () => {
  test.each([
    [2, 0.033],
    [5, 0.181],
    [10, 0.497],
    [20, 1.21],
    [40, 2.739],
  ])('limit %i: %d/s by Erlang C', async (limit, byErlangC) => {
    const { low, high } = await planningOf({ ...FIVE_A_SECOND, requests: 8_000 }).largestFactor('rateFactor', { limit });
    // The table is rounded to a thousandth.
    expect(low * 5).toBeLessThanOrEqual(byErlangC + 0.0005);
    expect(high * 5).toBeGreaterThanOrEqual(byErlangC - 0.0005);
    expect(high / low).toBeLessThan(1.25);
  });
});

describe('2 requests a second of 12 s in batches of geometric size', { timeout: 120_000 }, () => {
  // Alone: 30, 31, 31. A slot or three beside the boundary chance decides nothing any more.
  test.each<[number, keyof typeof LAWS, number]>([
    [1, 'constant', 30],
    [1, 'exponential', 31],
    [1, 'lognormal', 31],
    [4, 'constant', 48],
    [4, 'exponential', 43],
    [4, 'lognormal', 43],
    [10, 'constant', 73],
    [10, 'exponential', 61],
    [10, 'lognormal', 61],
  ])('mean batch %i, %s: about %i', async (batchMean, law, limit) => {
    const planning = planningOf({ ...TWO_A_SECOND, batchMean, service: LAWS[law], requests: 10_000 });
    const around = batchMean === 1 ? 2 : 4;
    const [below, above] = await planning.judge([{ limit: limit - around }, { limit: limit + around }], 'decide');
    expect([below?.verdict, above?.verdict]).toEqual(['fail', 'pass']);
  });

  test.each<['constant' | 'exponential', number]>([
    ['constant', 73],
    ['exponential', 61],
  ])('wait as long as in a queue that shares no code with this one: mean batch 10, %s', async (law, limit) => {
    const independentMs = 1000 * p95Wait({ limit, ratePerSecond: 2, meanBatch: 10, meanService: 12, law }, 2_000_000);
    const planning = planningOf({ ...TWO_A_SECOND, batchMean: 10, service: LAWS[law] });
    const [evidence] = await planning.judge([{ limit }], 'weigh');
    const { low = 0, high = 0 } = evidence?.queueLatency?.p95 ?? {};
    expect(independentMs).toBeGreaterThan(low);
    expect(independentMs).toBeLessThan(high);
  });
});

function planningOf(setting: Setting, slos: readonly string[] = P95_BELOW_2S): SimulatedPlanning {
  const promised = new Slos(slos);
  return new SimulatedPlanning({ load: loadOfSetting(setting, promised), slos: promised, simulator, seed: 1 });
}
