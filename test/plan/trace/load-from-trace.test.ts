import { describe, expect, it } from 'vitest';
import { formulaGuess } from '../../../src/plan/formula-guess.js';
import { SimulatedPlanning } from '../../../src/plan/planning.js';
import type { Dials } from '../../../src/plan/point.js';
import { SimulatorHere } from '../../../src/plan/simulator-here.js';
import { Slos } from '../../../src/plan/slos.js';
import { loadOfTrace, type TraceLoad, type TraceLoadOptions } from '../../../src/plan/trace/load-from-trace.js';
import { TraceError, type TraceSource } from '../../../src/sim/trace.js';
import { COLUMNS, type Recorded, recording, together } from './trace-fixture.js';

const NO_WAIT = new Slos(['max <= 0s']);
const WAITS = new Slos(['p(95) < 2s']);

function loadOf(rows: readonly Recorded[], options: Partial<TraceLoadOptions> = {}, slos = NO_WAIT): TraceLoad {
  return loadOfTrace({ ...COLUMNS, ...options }, slos, recording(rows));
}

const planningOf = (load: TraceLoad): SimulatedPlanning => new SimulatedPlanning({ load, slos: load.slos, simulator: new SimulatorHere(load.source), seed: 1 });

async function figures(load: TraceLoad, dials: Dials) {
  const [found] = await planningOf(load).figures(dials, 'look');
  if (found === undefined) throw new Error('no figures');
  return found;
}

/** Five at once, then a pause, then three. */
const ROWS = [...together(5, 0, 10), ...together(3, 100, 20)];

describe('recorded traffic as a load', () => {
  it('says what is in it', () => {
    const { facts } = loadOf([...ROWS, { atS: 50, workS: 0 }, ...together(2, 60, 9, { status: 'FAILED' })], { where: { status: ['SUCCEED'] } });
    expect(facts).toMatchObject({ source: 'trace', meanServiceMs: 13_750, ratePerSecond: 0.07 });
    expect(facts.offeredSlots).toBeCloseTo(0.9625);
    expect(facts.trace).toMatchObject({ rows: 11, used: 8, spanMs: 100_000, peakInFlight: 5 });
    expect(facts.trace?.skipped).toEqual([
      { reason: '"seconds" is no duration above 0', count: 1, firstLine: 10, kind: 'unusable' },
      { reason: '"status" is not SUCCEED', count: 2, firstLine: 11, kind: 'unwanted' },
    ]);
    expect(facts.trace?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(facts.text).toBe('requests.csv: 8 requests in 1m 40s, 0.07/s, service 13.8s mean ("seconds" read as seconds)');
  });

  it('needs as many slots as are busy at once, where nobody may wait', async () => {
    for (const waiting of ['fifo', 'backoff'] as const) {
      const answer = await planningOf(loadOf(ROWS, { waiting })).smallestLimit({});
      expect(answer.limit).toBe(5);
      expect(answer.evidence.find(({ limit }) => limit === 4)?.verdict).toBe('fail');
      expect(answer.evidence.find(({ limit }) => limit === 6)?.verdict).toBe('pass');
    }
  });

  it('has all its rows measured, and none of them in the warm-up', async () => {
    expect((await figures(loadOf(ROWS), { limit: 2 })).metrics['queue_latency']).toMatchObject({ n: 8 });
  });

  it('waits in the end as anybody can reckon', async () => {
    // Five jobs of 10 s on two slots, in order: two start at once, two after 10 s, one after 20 s.
    const { metrics } = await figures(loadOf(ROWS.slice(0, 5), { waiting: 'fifo' }), { limit: 2 });
    expect(metrics['queue_latency']).toMatchObject({ avg: 8_000, max: 20_000 });
  });

  it('derives service times from a column, its unit and an offset', () => {
    const { facts } = loadOf(
      [
        { atS: 0, workS: 10 },
        { atS: 1, workS: 30 },
      ],
      { serviceUnit: '20ms', serviceOffset: '200ms' },
    );
    expect(facts.meanServiceMs).toBe(600);
    expect(facts.text).toContain('service 600ms mean ("seconds" read as units of 20ms, and 200ms more)');
    expect(loadOf(ROWS, { serviceUnit: 'ms' }).facts.text).toContain('("seconds" read as milliseconds)');
  });

  it('has formulas speak of the busiest tenant, where each has the limit for itself', () => {
    const rows = ['busy', 'ann', 'bob', 'cy'].flatMap((who) => [...together(1, 0, 30, { who }), ...together(1, 100, 30, { who })]);
    const alone = loadOf(rows, {}, WAITS).facts;
    const { facts } = loadOf(rows, { tenantColumn: 'tenant' }, WAITS);
    expect(alone.busiestOfferedSlots).toBeUndefined();
    expect(facts.busiestOfferedSlots).toBeCloseTo(facts.offeredSlots / 4, 9);
    expect(formulaGuess(facts, WAITS).stableFrom).toBeLessThan(formulaGuess(alone, WAITS).stableFrom);
  });

  it('takes one service time for all requests where the trace has none', async () => {
    const load = loadOf(ROWS, { serviceColumn: undefined, serviceMs: 7_000, waiting: 'fifo' });
    expect(load.facts).toMatchObject({ meanServiceMs: 7_000, serviceScv: 0 });
    expect((await figures(load, { limit: 1 })).metrics['queue_latency']).toMatchObject({ max: 28_000 });
    expect((await figures(load, { limit: 1, serviceFactor: 2 })).metrics['queue_latency']).toMatchObject({ max: 56_000 });
  });

  it('can be cut to a part, and says how much was left out', () => {
    const { facts } = loadOf(ROWS, { slice: { fromUs: 0, toUs: 50_000_000 } });
    expect(facts.trace).toMatchObject({ rows: 8, used: 5, skipped: [{ reason: 'outside the slice', count: 3, kind: 'outside' }] });
    expect(() => loadOf(ROWS, { slice: { fromUs: 1, toUs: 2 } })).toThrow('expected arrivals in the slice');
  });
});

describe('dials of recorded traffic', () => {
  const fifo = (rows: readonly Recorded[], options: Partial<TraceLoadOptions> = {}): TraceLoad => loadOf(rows, { waiting: 'fifo', ...options });

  it('a higher rate brings arrivals closer, and leaves the work as it is', async () => {
    const load = fifo([
      { atS: 0, workS: 10 },
      { atS: 10, workS: 10 },
    ]);
    expect((await figures(load, { limit: 1 })).metrics['queue_latency']).toMatchObject({ max: 0 });
    expect((await figures(load, { limit: 1, rateFactor: 2 })).metrics['queue_latency']).toMatchObject({ max: 5_000 });
  });

  it('ghosts hold their slots from the first arrival to the end, and are in no metric of the app', async () => {
    const load = fifo([...ROWS, { atS: 400, workS: 10 }, { atS: 400, workS: 10 }]);
    const haunted = await figures(load, { limit: 5, ghosts: 4 });
    expect(haunted.metrics['queue_latency']).toEqual((await figures(load, { limit: 1 })).metrics['queue_latency']);
    expect(haunted.metrics['leaked_slots']).toMatchObject({ value: 4 });
    expect(await planningOf(load).smallestLimit({ ghosts: 3 })).toMatchObject({ limit: 8 });
  });

  it('a start timeout drops who waits longer', async () => {
    const load = loadOf(ROWS.slice(0, 5), { waiting: 'fifo' }, new Slos(['start_timeouts < 50%']));
    expect((await figures(load, { limit: 2, startTimeoutMs: 15_000 })).occurrences).toEqual([{ name: 'start_timeouts', k: 1, n: 5 }]);
  });

  it('requests of one instant have no rate that could be turned', () => {
    const load = loadOf(ROWS.slice(0, 5));
    expect(load.facts).toMatchObject({ atOnce: 5, text: expect.stringContaining('5 requests at once') });
    expect(load.dials.has('rateFactor')).toBe(false);
    expect(loadOf(ROWS).facts.atOnce).toBeUndefined();
  });

  it('a burst comes on top, in the middle', async () => {
    expect((await figures(fifo(ROWS), { limit: 9, burst: 20 })).metrics['queue_latency']).toMatchObject({ n: 28 });
  });

  it('an endpoint can have a limit of its own', async () => {
    const load = fifo([...together(3, 0, 10), ...together(3, 0, 10, { model: 'sdxl' })], { endpointColumn: 'model' });
    expect(load.classes?.map(({ name }) => name)).toEqual(['flux', 'sdxl']);
    const { metrics } = await figures(load, { limit: 6, endpointLimits: { sdxl: 1 } });
    expect(metrics['queue_latency{endpoint:flux}']).toMatchObject({ max: 0 });
    expect(metrics['queue_latency{endpoint:sdxl}']).toMatchObject({ max: 20_000 });
    expect(() => load.point({ limit: 6, endpointLimits: { other: 1 } })).toThrow(RangeError);
  });

  it('by tenant every one has the limit for itself, and there are neither ghosts nor bursts', async () => {
    const rows = [...together(2, 0, 10), ...together(3, 0, 10, { who: 'bob' })];
    const load = fifo(rows, { tenantColumn: 'tenant' });
    expect(load.facts.trace).toMatchObject({ tenants: 2, peakInFlight: 5 });
    expect(await planningOf(load).smallestLimit({})).toMatchObject({ limit: 3 });
    expect(() => load.point({ limit: 3, ghosts: 1 })).toThrow(RangeError);
    expect(() => load.point({ limit: 3, burst: 1 })).toThrow(RangeError);
  });

  it('the same setting is the same point', () => {
    const load = loadOf(ROWS);
    expect(load.point({ limit: 3 }).key).toBe(load.point({ limit: 3, ghosts: 0 }).key);
  });

  it('what exceeds the limit is simulated, unless it would ask again and again for days', async () => {
    const crowded = fifo(together(100, 0, 60));
    expect(crowded.overload?.({ limit: 10 })).toBeUndefined();
    expect((await figures(crowded, { limit: 10 })).metrics['queue_latency']).toMatchObject({ max: 540_000 });
    const weeks = Array.from({ length: 2_000 }, (_, n) => ({ atS: n * 1_000, workS: 900 }));
    expect(loadOf(weeks).overload?.({ limit: 1 })).toBeUndefined();
    expect(fifo(weeks).overload?.({ limit: 1, rateFactor: 3 })).toBeUndefined();
    // On average they wait half as long as the last: 19 hours of 33, 1,100 askings each.
    expect(loadOf(weeks).overload?.({ limit: 1, rateFactor: 1.2 })).toBeUndefined();
    expect(loadOf(weeks).overload?.({ limit: 1, rateFactor: 1.3 })).toBeDefined();
    const [evidence] = await planningOf(loadOf(weeks)).judge([{ limit: 1, rateFactor: 3 }], 'decide');
    expect(evidence).toMatchObject({ verdict: 'fail', seeds: 0, unstable: { limit: 1 } });
    expect(evidence?.unstable?.offeredSlots).toBeCloseTo(2.7, 1);
  });

  it('ghosts on every slot leave none, unless the policy takes the slots back', async () => {
    expect(loadOf(ROWS).overload?.({ limit: 3, ghosts: 3 })).toMatchObject({ limit: 0, mostPerSecond: 0 });
    const healing = loadOf(ROWS, { policy: 'reference' });
    expect(healing.overload?.({ limit: 3, ghosts: 3 })).toBeUndefined();
    expect((await figures(healing, { limit: 3, ghosts: 3 })).metrics['queue_latency']).toMatchObject({ n: 8 });
  });

  it('breaks no invariant under any preset, haunted or not', async () => {
    for (const policy of ['fal-documented', 'fal-939', 'nexaapi-claims', 'reference'] as const) {
      for (const waiting of ['fifo', 'backoff'] as const) {
        for (const ghosts of [0, 2])
          expect((await figures(loadOf(ROWS, { policy, waiting }), { limit: 4, ghosts })).broken, `${policy} ${waiting} ${ghosts}`).toEqual([]);
      }
    }
  });
});

describe('recorded traffic that cannot be planned with', () => {
  const file: TraceSource = () => ['gmt_create,exec_time_seconds,tokens,who\n2024-11-15 16:57:50,32.0,17,ann\n'];
  const refused = (options: Partial<TraceLoadOptions>): string => {
    try {
      loadOfTrace({ file: 'requests.csv', ...options }, NO_WAIT, file);
    } catch (error) {
      expect(error).toBeInstanceOf(TraceError);
      return (error as Error).message;
    }
    throw new Error('it was taken');
  };

  it('without a column of arrivals: the error proposes one', () => {
    expect(refused({})).toBe(
      'trace requests.csv: expected the column with the arrival times (--arrival-column), got none; the file has "gmt_create", "exec_time_seconds", "tokens", "who"; --arrival-column "gmt_create" looks right',
    );
  });

  it('without service times: the error says three ways out', () => {
    const message = refused({ arrivalColumn: 'gmt_create' });
    expect(message).toContain('expected service times, got none: without them nobody can say how many slots are needed');
    expect(message).toContain('--service-column "exec_time_seconds" may be right');
    expect(message).toContain('--service-unit 20ms --service-offset 200ms');
    expect(message).toContain('--service 12s');
  });

  it.each([
    [{ serviceUnit: 'parsec' }, 'expected a unit of the service column: s, ms, us, or a duration such as 20ms (a token takes so long), got "parsec"'],
    [{ serviceOffset: 'soon' }, 'expected what is added to each service time as a duration such as 200ms, got "soon"'],
    [{ serviceColumn: 'seconds' }, 'expected a column "seconds", but the header has: "gmt_create", "exec_time_seconds", "tokens", "who"'],
    [{ tenantColumn: 'team' }, 'expected a column "team"'],
    [{ where: { who: ['bob'] } }, 'no row can be used (1 rows: "who" is not bob)'],
  ])('with %j', (options, complaint) => {
    expect(refused({ arrivalColumn: 'gmt_create', serviceColumn: 'exec_time_seconds', ...options })).toContain(complaint);
  });

  it('whose rows are bad, where they must not be', () => {
    const rows = [...ROWS, { atS: 200, workS: 0 }];
    expect(() => loadOf(rows, { badRows: 'error' })).toThrow('line 10: "seconds" is no duration above 0, got "0"');
  });
});
