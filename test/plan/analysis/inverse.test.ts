import { describe, expect, it } from 'vitest';
import type { MetricValue } from '../../../src/measure/metrics.js';
import { burstDrain, drainAtOnce } from '../../../src/plan/analysis/burst-drain.js';
import { ClassWaits } from '../../../src/plan/analysis/class-waits.js';
import { giveUps } from '../../../src/plan/analysis/give-ups.js';
import { highestRate, highestRateOf, largestBurst } from '../../../src/plan/analysis/highest-rate.js';
import { outage } from '../../../src/plan/analysis/outage.js';
import { separateLimits } from '../../../src/plan/analysis/separate-limits.js';
import { split } from '../../../src/plan/analysis/split.js';
import { startTimeout } from '../../../src/plan/analysis/start-timeout.js';
import { SimulatedPlanning } from '../../../src/plan/planning.js';
import type { Dials, Effort } from '../../../src/plan/point.js';
import { loadOfScenario } from '../../../src/plan/scenario/load-from-scenario.js';
import { SimulatorHere } from '../../../src/plan/simulator-here.js';
import { Slos } from '../../../src/plan/slos.js';
import { type PreparedVariant, prepareScenario } from '../../../src/prepare.js';
import { sourceOfData } from '../../../src/scenario/source.js';
import { FormulaPlanning } from './formula-planning.js';

/** All its requests have a deadline: those that are left waited no longer. */
class Impatient extends FormulaPlanning {
  override async figures({ startTimeoutMs = 300, ...dials }: Dials) {
    const figures = await super.figures({ ...dials, startTimeoutMs });
    return figures.map((seed) => {
      const waits = seed.metrics['queue_latency'];
      const max = waits?.type === 'trend' ? Math.min(waits.max, startTimeoutMs) : 0;
      return { ...seed, metrics: { ...seed.metrics, queue_latency: { ...waits, max } as MetricValue } };
    });
  }
}

const TEN = { ratePerSecond: 0.497, meanServiceMs: 12_000 };

describe('the highest rate at a limit', () => {
  it('is the one that was shown to do, with the one that was shown not to beside it, and never the middle', async () => {
    class Searched extends FormulaPlanning {
      override async largestFactor() {
        return { low: 0.54, high: 0.554, evidence: [] };
      }
    }
    const { answer, value } = await highestRate(new Searched(), 40, []);
    expect(answer).toBe('Limit 40 sustains 2.7 requests/s (no longer 2.77 requests/s) within every SLO.');
    expect(value?.estimate).toMatchObject({ mean: 2.7, low: 2.7, high: expect.closeTo(2.77, 6) });
  });

  it('is that of the table of limits, with the formula beside it', async () => {
    const answer = await highestRate(new FormulaPlanning(), 10, [{ limit: 2 }, { limit: 20 }, { limit: 40 }]);
    expect(answer.value).toMatchObject({ unit: 'requests/s', estimate: { low: expect.closeTo(0.497, 3), high: expect.closeTo(0.497, 3) } });
    expect(answer.formula).toBeCloseTo(0.497, 3);
    expect(answer.rows.map(([limit, sustains]) => [limit, sustains])).toEqual([
      ['2', '0.033'],
      ['10', '0.497'],
      ['20', '1.21'],
      ['40', '2.74'],
    ]);
    expect(answer.rows.map((row) => row[4])).toEqual(['19.8 %', '59.6 %', '72.6 %', '82.2 %']);
  });

  it('is none where not even the slowest load meets the SLOs', async () => {
    class Hopeless extends FormulaPlanning {
      override async largestFactor() {
        return { low: 0, high: 0.001, evidence: [] };
      }
    }
    expect((await highestRate(new Hopeless(), 10, [])).answer).toBe('No rate that was tried meets every SLO at limit 10.');
  });

  it('has no upper end where nothing that was tried was too much', async () => {
    class Idle extends FormulaPlanning {
      override async largestFactor() {
        return { low: 10_000, high: Number.POSITIVE_INFINITY, evidence: [] };
      }
    }
    const { answer, value, rows } = await highestRate(new Idle(), 69, []);
    expect(answer).toBe('Limit 69 sustains more than 50000 requests/s within every SLO: nothing that was tried was too much.');
    expect(value).toBeUndefined();
    expect(rows.map((row) => [row[1], row[2], row[4]])).toEqual([['more than 50000', '–', '–']]);
  });

  it('is at least that of today where more seeds have shown it', async () => {
    class Unsure extends FormulaPlanning {
      override async largestFactor() {
        return { low: 0.97, high: 1.04, evidence: [] };
      }
    }
    expect((await highestRate(new Unsure(), 69, [])).value?.estimate).toMatchObject({ low: 5, high: 5.2 });
    expect((await highestRate(new Unsure(), 68, [])).value?.estimate).toMatchObject({ low: 4.85, high: 5.2 });
  });

  it('is 0 with ghosts on every slot, unless the policy takes the slots back', async () => {
    const dials = { limit: 6, ghosts: 6 };
    expect(await highestRateOf(new FormulaPlanning(), dials)).toEqual({ low: 0, high: 0, seeds: 0 });
    class Healing extends FormulaPlanning {
      override judge(asked: readonly Dials[], effort: Effort) {
        return super.judge(
          asked.map(({ ghosts, ...rest }) => rest),
          effort,
        );
      }
      override largestFactor(dial: 'rateFactor', { ghosts, ...rest }: Dials) {
        return super.largestFactor(dial, rest);
      }
    }
    const healed = new Healing({ ratePerSecond: 0.1 });
    expect((await highestRateOf(healed, dials)).low).toBeGreaterThan(0);
    expect(await highestRateOf(healed, dials)).toMatchObject({ low: (await highestRateOf(healed, { limit: 6 })).low });
  });
});

describe('a load that comes all at once', () => {
  /** 200 requests of 12 s: the p95 wait is that of the last rounds. */
  class AtOnce extends FormulaPlanning {
    override readonly load;
    constructor() {
      super();
      this.load = { ...new FormulaPlanning().load, facts: { ...new FormulaPlanning().load.facts, atOnce: 200 }, overload: () => undefined };
    }
    override async largestFactor() {
      return { low: 0.5, high: 0.515, evidence: [] };
    }
  }

  it('is asked for the largest burst, in requests, and not for a rate', async () => {
    const answer = await largestBurst(new AtOnce(), 10, [{ limit: 20 }], 200);
    expect(answer).toMatchObject({ question: 'largest-burst', value: { estimate: { mean: 100, low: 100, high: 103 }, unit: 'requests' } });
    expect(answer.answer).toBe('Limit 10 holds 100 requests at once (no longer 103) within every SLO.');
    expect(answer.rows).toEqual([
      ['10', '100', '103'],
      ['20', '100', '103'],
    ]);
  });

  it('made of several bursts holds what its limit was shown to hold, and no longer one more', async () => {
    const one = { as: 'app', endpoint: 'model', arrivals: { burst: 1, at: '0s' } };
    const data = {
      name: 'six',
      platform: { policy: 'reference', accounts: [{ id: 'app', limit: 4 }], endpoints: [{ id: 'model', service: '12s' }] },
      workload: [one, one, one, one, one, one],
    };
    const [variant] = prepareScenario(sourceOfData('six.yaml', data)).variants as [PreparedVariant];
    const load = loadOfScenario(variant, { file: 'six.yaml', slos: new Slos(['max<13s']), traceSource: () => [] });
    const planning = new SimulatedPlanning({ load, slos: load.slos, simulator: new SimulatorHere(() => []), seed: 1, mostSeeds: 8 });
    // Two rounds of four keep the promise.
    expect((await largestBurst(planning, 4, [{ limit: 1 }], 6)).answer).toBe('Limit 4 holds 8 requests at once (no longer 9) within every SLO.');
    expect((await drainAtOnce(planning, 2, 6)).rows.map(([size, least, , last]) => [size, least, last])).toEqual([
      ['3', '24s', '24s'],
      ['6', '36s', '36s'],
      ['12', '1m 12s', '1m 12s'],
    ]);
  });

  it('is asked how long itself takes, half of it and twice as much, and no other burst on top', async () => {
    const answer = await drainAtOnce(new AtOnce(), 69, 200);
    expect(answer.rows.map(([size, least]) => [size, least])).toEqual([
      ['100', '24s'],
      ['200', '36s'],
      ['400', '1m 12s'],
    ]);
    expect(answer.formula).toBe(36_000);
    expect(answer.answer).toMatch(/^The last of 200 requests begins /);
  });
});

describe('the shortest safe start_timeout', () => {
  it('lies near the formula for a queue in which nobody is dropped: 13.6 s at limit 10 and 0.497/s', async () => {
    const answer = await startTimeout(new FormulaPlanning(TEN), 10, 0.001);
    expect(answer.formula).toBeCloseTo(13_600, -2);
    expect(answer.value?.estimate.high).toBeGreaterThanOrEqual(13_600);
    expect(answer.value?.estimate.high).toBeLessThan(15_500);
    expect(answer.value?.estimate.low).toBeLessThan(13_600);
  });

  it('is longer than every time that drops too many, and all longer ones are safe', async () => {
    const { rows, value } = await startTimeout(new FormulaPlanning(TEN), 10, 0.01);
    const safe = rows.map((row) => row[3]);
    expect(safe.lastIndexOf('no')).toBeLessThan(safe.indexOf('yes'));
    expect(value?.estimate.low).toBeLessThan(value?.estimate.high as number);
  });

  it('is not claimed from fewer than 2,995 requests of which none was dropped', async () => {
    const answer = await startTimeout(new FormulaPlanning({ ...TEN, requests: 300 }), 10, 0.001);
    expect(answer.value).toBeUndefined();
    expect(answer.answer).toMatch(/^No start_timeout that was tried is shown/);
    expect(answer.notes.join(' ')).toContain('2,995');
  });

  it('is never 0.1 s or less, which fal does not take', async () => {
    const { rows, value } = await startTimeout(new FormulaPlanning({ ratePerSecond: 0.001, meanServiceMs: 1000 }), 10, 0.001);
    expect(rows.map(([first]) => first)).toEqual(['110ms']);
    expect(value?.estimate).toMatchObject({ high: 110, low: 100 });
  });

  it('is told apart from a shorter one that drops too many to a tenth', async () => {
    for (const loss of [0.001, 0.01, 0.1]) {
      const { value } = await startTimeout(new FormulaPlanning({ ...TEN, isRecorded: true }), 10, loss);
      const { low, high } = (value as NonNullable<typeof value>).estimate;
      expect(high / low, `${loss}`).toBeLessThanOrEqual(1.1);
    }
  });

  it('is looked for beyond a deadline that the load has already', async () => {
    const { value, formula } = await startTimeout(new Impatient(TEN), 10, 0.001);
    expect(value?.estimate.high).toBeGreaterThanOrEqual(formula as number);
  });

  it('has both ends of what few seeds cannot tell, such as a stair of a backoff, and says so', async () => {
    /** Who finds no slot after 7 s asks again after 15 s. */
    class Stair extends FormulaPlanning {
      override async figures(dials: Dials) {
        const { startTimeoutMs: ms = Number.POSITIVE_INFINITY } = dials;
        const countOf = (seed: number): number => (ms < 7_000 ? 200 : ms < 15_000 ? 12 + 2 * seed : 0);
        const figures = await super.figures(dials);
        return figures.map((one) => ({
          ...one,
          metrics: { ...one.metrics, start_timeouts: { type: 'counter' as const, n: 20_000, count: countOf(one.seed), rate: 0 } },
        }));
      }
    }
    const { answer, rows, value } = await startTimeout(new Stair(TEN), 10, 0.001);
    expect(answer).toMatch(/, and between the two so few seeds cannot tell\.$/);
    const { low, high } = (value as NonNullable<typeof value>).estimate;
    expect(low).toBeLessThan(7_000);
    expect(low * 1.1).toBeGreaterThanOrEqual(7_000);
    expect(high).toBeGreaterThanOrEqual(15_000);
    expect(high).toBeLessThanOrEqual(15_000 * 1.1);
    expect(rows.length).toBeLessThan(13);
  });

  it('is none where more work comes than the limit can do, whatever the deadline', async () => {
    const answer = await startTimeout(new FormulaPlanning({ ratePerSecond: 5 }), 49, 0.001);
    expect(answer.answer).toBe(
      "No start_timeout drops fewer than 0.1 % of the requests at limit 49: of 60 slots' worth of work for 49 at least 18.3 % is never done.",
    );
    expect(answer.value).toBeUndefined();
  });

  it('of a recording is a share of that recording, without an interval', async () => {
    const { rows } = await startTimeout(new FormulaPlanning({ ...TEN, isRecorded: true }), 10, 0.01);
    expect(rows.every((row) => !String(row[1]).includes('('))).toBe(true);
  });
});

describe('the drain of a burst', () => {
  it('takes as many rounds as there are limits in it, at least', async () => {
    const answer = await burstDrain(new FormulaPlanning({ ratePerSecond: 1, meanServiceMs: 12_000 }), 20, 100);
    const [, , asked] = answer.rows;
    // ceil(100 / 20) x 12 s; (100 − 8) x 12 s / 20; 100 x 12 s / (20 − 12).
    expect(asked?.slice(0, 4)).toEqual(['100', '1m', '55.2s', '2m 30s']);
    expect(answer.formula).toBeCloseTo(55_200);
    expect(answer.rows.map(([size]) => size)).toEqual(['none', '50', '100', '200']);
  });

  it('is not told where the load by itself has waits as long', async () => {
    const answer = await burstDrain(new FormulaPlanning(), 69, 2);
    expect(answer.value).toBeUndefined();
    expect(answer.answer).toMatch(
      /^When the last of 2 requests begins cannot be told from the waits of the load itself: the longest wait is 1\d\S*s with the burst, 1\d\S*s without; /,
    );
  });

  it('is that of all who wait, and not of those whom a deadline of the load leaves', async () => {
    const terms = { ratePerSecond: 1, meanServiceMs: 12_000 };
    const [patient, impatient] = [await burstDrain(new FormulaPlanning(terms), 20, 100), await burstDrain(new Impatient(terms), 20, 100)];
    expect(impatient.value).toEqual(patient.value);
    expect(impatient.rows.map((row) => row.at(-1))).toEqual(['none', 'none', 'none', 'none']);
    expect(impatient.notes.join(' ')).toContain('Nobody has a start_timeout here');
  });

  it('says how many gave up', async () => {
    class Leaving extends FormulaPlanning {
      override figures(dials: Dials) {
        return super.figures({ ...dials, call: { call: 'run', sdk: 'python' } });
      }
    }
    const { rows } = await burstDrain(new Leaving({ ratePerSecond: 1, meanServiceMs: 12_000 }), 20, 100);
    expect(rows.map((row) => row.at(-1))).toEqual(['1,600', '1,600', '1,600', '1,600']);
  });

  it('has no end where only a deadline keeps the queue short', async () => {
    expect((await burstDrain(new FormulaPlanning(), 49, 100)).answer).toMatch(
      /^Without start_timeout no burst is ever worked off: the queue grows without end/,
    );
  });

  it('is told by the longest wait of the run with the burst', async () => {
    const planning = new FormulaPlanning({ ratePerSecond: 1, meanServiceMs: 12_000 });
    const [seed] = await planning.figures({ limit: 20, burst: 100 });
    const waits = seed?.metrics['queue_latency'];
    const answer = await burstDrain(planning, 20, 100);
    expect(answer.value?.estimate.mean).toBe(waits?.type === 'trend' ? waits.max : undefined);
  });
});

describe('calls that give up', () => {
  it('are those of run, while subscribe goes on waiting in the queue', async () => {
    const answer = await giveUps(new FormulaPlanning(), 69);
    expect(answer.rows.map(([call]) => call)).toEqual([
      'run, Python SDK (10 attempts)',
      'run, JavaScript SDK (4 attempts)',
      'subscribe, Python SDK',
      'subscribe, JavaScript SDK',
    ]);
    expect(answer.rows[0]?.slice(2, 5)).toEqual(['16,000', '8,000', '0']);
    expect(answer.rows[2]?.slice(1, 5)).toEqual(['none of 160,000', '0', '0', '4,000']);
    expect(answer.value?.estimate.mean).toBeCloseTo(0.01);
  });
});

describe('classes of traffic under one limit', () => {
  const half = { ratePerSecond: 2.5, meanServiceMs: 12_000 };
  const classes = [
    { tag: 'endpoint' as const, name: 'fast', ...half },
    { tag: 'endpoint' as const, name: 'slow', ...half },
  ];
  const two = { classes, dials: ['endpointLimits'] as const };

  it('need more slots apart than together', async () => {
    const answer = await split(new FormulaPlanning(two), 69);
    // 30 erlangs each: 37 slots by Erlang C, against 69 for 60 erlangs.
    expect(answer.rows.map((row) => row.at(-1))).toEqual(['37', '37']);
    expect(answer.answer).toBe('Limits of their own would take 74 slots together, one limit with which each keeps the SLO 69: sharing saves 5 slots.');
  });

  it('share the limit out by their work under caps, every slot given to one', async () => {
    const uneven = [
      { ...classes[0]!, ratePerSecond: 4 },
      { ...classes[1]!, ratePerSecond: 1 },
    ];
    const answer = await split(new FormulaPlanning({ ...two, classes: uneven }), 69);
    expect(answer.rows.map((row) => row[3])).toEqual(['55', '14']);
  });

  it('have their own limits found with room for endpoints that have none', async () => {
    const limits: number[] = [];
    class Watched extends FormulaPlanning {
      override figures(dials: Dials) {
        const caps = Object.values(dials.endpointLimits ?? {}).reduce((sum, cap) => sum + cap, 0);
        limits.push(dials.limit - caps);
        return super.figures(dials);
      }
    }
    const planning = new Watched({ ...two, isRecorded: true, peakInFlight: 17 });
    await separateLimits(planning, classes, 69, ClassWaits.of(planning));
    expect([...new Set(limits)]).toEqual([17]);
  });

  it('that are keys have waits and no limits of their own', async () => {
    const keys = classes.map((each) => ({ ...each, tag: 'key' as const }));
    const answer = await split(new FormulaPlanning({ ...two, classes: keys }), 69);
    expect(answer.rows.map((row) => row.slice(3))).toEqual([
      ['–', '–', '–'],
      ['–', '–', '–'],
    ]);
    expect(answer.answer).toBe('2 classes of traffic wait for the same 69 slots.');
  });

  it('are not capped by a limit that has not a slot for each', async () => {
    const answer = await split(new FormulaPlanning({ ...two, ratePerSecond: 0.01, sloMs: 60_000 }), 1);
    expect(answer.rows.map((row) => row[3])).toEqual(['–', '–']);
    expect(answer.notes[0]).toContain('has not one slot for each');
  });
});

describe('an outage of runners', () => {
  it('is made up for by as many slots and runners more', async () => {
    const answer = await outage(new FormulaPlanning({ ratePerSecond: 2, meanServiceMs: 12_000 }), 31);
    expect(answer.rows.map(([down, , , verdict, keeps]) => [down, verdict, keeps])).toEqual([
      ['none', 'pass', '–'],
      ['a third (10 of 31)', 'fail', '41'],
      ['half (16 of 31)', 'fail', '47'],
    ]);
    // (24 − 21) x 300 s / (31 − 24), by hand.
    expect(answer.rows[1]?.at(-1)).toBe('2m 9s');
  });

  it('that makes waits under a backoff shorter says so and why, and under fifo nothing', async () => {
    /** Runners as many as slots: nobody sleeps any more. */
    class Woken extends FormulaPlanning {
      override async figures(dials: Dials) {
        const figures = await super.figures(dials);
        const waits = { type: 'trend' as const, n: 10, avg: 0, min: 0, med: 0, max: 0, p90: 0, p95: dials.outage === undefined ? 9_000 : 4_000, p99: 0 };
        return figures.map((seed) => ({ ...seed, metrics: { ...seed.metrics, queue_latency: waits } }));
      }
    }
    const terms = { ratePerSecond: 0.5, meanServiceMs: 12_000 };
    const { answer } = await outage(new Woken(terms), 31, 'backoff');
    expect(answer).toMatch(/ With a third of them down: the wait is shorter than the 9s without .*sleeps through the backoff/);
    expect((await outage(new Woken(terms), 31, 'fifo')).answer).not.toContain('shorter');
    expect((await outage(new FormulaPlanning(terms), 31, 'backoff')).answer).not.toContain('shorter');
  });

  it('says nothing of waits that are hardly shorter, shorter in few seeds, or of those in which nobody sleeps', async () => {
    const answerWith = async (p95Of: (seed: number) => number, waiting: 'backoff' | undefined): Promise<string> => {
      class Otherwise extends FormulaPlanning {
        override async figures(dials: Dials) {
          const figures = await super.figures(dials);
          const waits = { type: 'trend' as const, n: 10, avg: 0, min: 0, med: 0, max: 0, p90: 0, p99: 0 };
          const p95 = (seed: number): number => (dials.outage === undefined ? 10_000 : p95Of(seed));
          return figures.map((one) => ({ ...one, metrics: { ...one.metrics, queue_latency: { ...waits, p95: p95(one.seed) } } }));
        }
      }
      return (await outage(new Otherwise({ ratePerSecond: 0.5, meanServiceMs: 12_000 }), 31, waiting)).answer;
    };
    expect(await answerWith(() => 9_500, 'backoff')).toContain('the wait is shorter than the 10s');
    expect(await answerWith(() => 9_501, 'backoff')).not.toContain('shorter');
    expect(await answerWith((seed) => (seed <= 4 ? 1_000 : 10_500), 'backoff')).not.toContain('shorter');
    expect(await answerWith((seed) => (seed <= 5 ? 1_000 : 10_500), 'backoff')).toContain('shorter');
    // Newest first.
    expect(await answerWith(() => 1_000, undefined)).not.toContain('shorter');
  });

  it('needs nothing more where enough is left', async () => {
    const answer = await outage(new FormulaPlanning({ ratePerSecond: 0.5, meanServiceMs: 12_000 }), 31);
    expect(answer.rows.slice(1).map(([, , , verdict, keeps]) => [verdict, keeps])).toEqual([
      ['pass', '31'],
      ['pass', '31'],
    ]);
    expect(answer.answer).toContain('No more are needed.');
  });
});
