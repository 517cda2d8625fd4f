import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulatedPlanning } from '../../../src/plan/planning.js';
import { SimulatorHere } from '../../../src/plan/simulator-here.js';
import { Slos } from '../../../src/plan/slos.js';
import { loadOfTrace, type TraceLoad, type TraceLoadOptions } from '../../../src/plan/trace/load-from-trace.js';
import { answerPieces, enoughOn, enoughText, piecesOf, tenantsOf } from '../../../src/plan/trace/pieces.js';
import { keepingTraces } from '../../../src/sim/trace.js';
import { holds } from '../../helpers/properties.js';
import { COLUMNS, type Recorded, recording, together } from './trace-fixture.js';

const DAY_S = 86_400;
const NO_WAIT = new Slos(['max <= 0s']);

function loadOf(rows: readonly Recorded[], options: Partial<TraceLoadOptions> = {}): TraceLoad {
  return loadOfTrace({ ...COLUMNS, waiting: 'fifo', ...options }, NO_WAIT, recording(rows));
}

const planningOf = (load: TraceLoad): SimulatedPlanning => new SimulatedPlanning({ load, slos: load.slos, simulator: new SimulatorHere(load.source), seed: 1 });

/** Two at once on the first day, four on the third, one at the last second of it. */
const ROWS = [...together(2, 40_000, 10), ...together(4, 2 * DAY_S, 10), { atS: 3 * DAY_S - 1, workS: 600 }, { atS: 3 * DAY_S, workS: 5 }];

describe('a recording by days', () => {
  it('is cut at midnight of its own clock; days without requests are left out', () => {
    expect(piecesOf(loadOf(ROWS), 'day').map(({ name, load }) => [name, load.recorded.used])).toEqual([
      ['2024-11-15', 2],
      ['2024-11-17', 5],
      ['2024-11-18', 1],
    ]);
  });

  it('can be cut on the hour as well', () => {
    expect(piecesOf(loadOf(ROWS), 'hour').map(({ name }) => name)).toEqual(['2024-11-15 11:00', '2024-11-17 00:00', '2024-11-17 23:00', '2024-11-18 00:00']);
  });

  it('answers each day by itself: it begins empty, and what is in progress at its end is finished', async () => {
    const answers = await answerPieces(piecesOf(loadOf(ROWS), 'day'), planningOf);
    expect(answers).toMatchObject([
      { name: '2024-11-15', requests: 2, limit: 2, peakInFlight: 2, p95Ms: 0 },
      { name: '2024-11-17', requests: 5, limit: 4, peakInFlight: 4 },
      // The work of the evening before is not there: with it two slots would be busy.
      { name: '2024-11-18', requests: 1, limit: 1, peakInFlight: 1 },
    ]);
    expect(enoughOn(answers, 2)).toEqual({ enough: 2, of: 3 });
    expect(enoughText(answers, 2, 'days')).toBe('limit 2 is enough on 2 of 3 days; it is not on 2024-11-17 (4)');
    expect(enoughText(answers, 4, 'days')).toBe('limit 4 is enough on 3 of 3 days');
  });

  it('keeps within the slice that was asked for', () => {
    const load = loadOf(ROWS, { slice: { fromUs: 0, toUs: (2 * DAY_S - 40_000 + 1) * 1e6 } });
    expect(piecesOf(load, 'day').map(({ load: piece }) => piece.recorded.used)).toEqual([2, 4]);
  });

  it('counts days where the clock of the trace begins at 0', () => {
    const source = keepingTraces(() => ['created,seconds\n10,1\n90000,1\n']);
    expect(piecesOf(loadOfTrace(COLUMNS, NO_WAIT, source), 'day').map(({ name }) => name)).toEqual(['day 1', 'day 2']);
  });

  it('loses no request and counts none twice', () => {
    const row = fc.record({ atS: fc.nat(10 * DAY_S), workS: fc.integer({ min: 1, max: 100 }) });
    holds(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), fc.constantFrom('day' as const, 'hour' as const), (rows, by) => {
        const pieces = piecesOf(loadOf(rows), by);
        expect(pieces.reduce((sum, { load }) => sum + load.recorded.used, 0)).toBe(rows.length);
        expect(new Set(pieces.map(({ name }) => name)).size).toBe(pieces.length);
      }),
      60,
    );
  });
});

describe('a recording by tenants', () => {
  const rows = [...together(3, 0, 100, { who: 'ann' }), ...together(5, 0, 10, { who: 'bob' }), { atS: 9, workS: 1, who: 'eve' }];

  it('answers those with the most work one by one', async () => {
    const pieces = tenantsOf(loadOf(rows, { tenantColumn: 'tenant' }), 2);
    expect(await answerPieces(pieces, planningOf)).toMatchObject([
      { name: 'ann', requests: 3, limit: 3 },
      { name: 'bob', requests: 5, limit: 5 },
    ]);
  });

  it('keeps every tenant within the slice of the whole, however late it begins', () => {
    const spread = [
      { atS: 0, workS: 9, who: 'ann' },
      { atS: 3_600, workS: 9, who: 'ann' },
      { atS: 5_000, workS: 8, who: 'bob' },
      { atS: 7_300, workS: 8, who: 'bob' },
      { atS: 9_000, workS: 7, who: 'eve' },
    ];
    const load = loadOf(spread, { tenantColumn: 'tenant', slice: { fromUs: 3_000e6, toUs: 7_200e6 } });
    const pieces = tenantsOf(load, 5);
    expect(pieces.map(({ name, load: { recorded } }) => [name, [...recorded.arrivalsUs].map((us) => us / 1e6 - Date.UTC(2024, 10, 15) / 1000)])).toEqual([
      ['ann', [3_600]],
      ['bob', [5_000]],
    ]);
    expect(pieces.map(({ load: { recorded } }) => recorded.slice?.toUs)).toEqual([7_200e6, 2_200e6]);
  });

  it('is simulated in that slice', async () => {
    const rows = [...together(1, 0, 1, { who: 'ann' }), ...together(4, 5_000, 100, { who: 'bob' }), ...together(9, 8_000, 100, { who: 'bob' })];
    const pieces = tenantsOf(loadOf(rows, { tenantColumn: 'tenant', slice: { fromUs: 4_000e6, toUs: 7_200e6 } }), 5);
    expect(await answerPieces(pieces, planningOf)).toMatchObject([{ name: 'bob', requests: 4, limit: 4 }]);
  });

  it('has none without a column of tenants', () => {
    expect(tenantsOf(loadOf(rows), 5)).toEqual([]);
  });
});
