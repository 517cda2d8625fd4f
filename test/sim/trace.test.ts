import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceSpec } from '../../src/scenario/types.js';
import { overlookTrace, parseTimestampUs, replayTrace, TraceError, type TraceSource } from '../../src/sim/trace.js';
import { holds } from '../helpers/properties.js';
import { account, counter, flow, runScenario, scenario, trend } from '../helpers/scenario.js';
import { DAY, S } from '../helpers/world.js';

function traceSpec(overrides: Partial<TraceSpec> = {}): TraceSpec {
  return {
    kind: 'trace',
    file: 'requests.csv',
    arrivalColumn: 'at',
    serviceColumn: undefined,
    serviceUnitUs: S,
    accountColumn: undefined,
    endpointColumn: undefined,
    accountLimit: undefined,
    speed: 1,
    ...overrides,
  };
}

const text =
  (...lines: string[]): TraceSource =>
  () => [`${lines.join('\n')}\n`];

function replayed(spec: TraceSpec, source: TraceSource, window?: number): number[] {
  const { firstEpochUs } = overlookTrace(spec, source);
  return [...replayTrace(spec, source, firstEpochUs, window)].map(({ atUs }) => atUs);
}

describe('a timestamp', () => {
  it.each([
    ['1970-01-01 00:00:00', 0],
    ['1970-01-02T00:00:01Z', DAY + S],
    ['2024-02-29 12:00:00.25', Date.UTC(2024, 1, 29, 12) * 1000 + 250_000],
    ['2000-03-01 00:00:00', Date.UTC(2000, 2, 1) * 1000],
    ['2100-12-31 23:59:59', Date.UTC(2100, 11, 31, 23, 59, 59) * 1000],
    [' 1731689870.123456 ', 1_731_689_870_123_456],
    ['0', 0],
  ])('%s is read', (written, us) => expect(parseTimestampUs(written)).toBe(us));

  it.each([
    '',
    'soon',
    '2024-13-01 00:00:00',
    '2024-00-01 00:00:00',
    '2024-01-32 00:00:00',
    '2024-01-01 24:00:00',
    '2024-01-01',
    '-5',
    '1e9',
    'NaN',
    '99999999999999',
  ])('%j is none', (written) => expect(parseTimestampUs(written)).toBeUndefined());

  it('agrees with the calendar on every day from 1970 to 2200', () => {
    holds(
      fc.property(fc.integer({ min: 0, max: 84_000 }), fc.integer({ min: 0, max: 86_399 }), (day, second) => {
        const ms = day * 86_400_000 + second * 1000;
        expect(parseTimestampUs(new Date(ms).toISOString().replace('T', ' '))).toBe(ms * 1000);
      }),
      500,
    );
  });
});

describe('a trace', () => {
  it('is replayed from its first arrival on, in the order of time', () => {
    expect(replayed(traceSpec(), text('at', '100', '103', '101.5', '101.5', '102'))).toEqual([0, 1.5 * S, 1.5 * S, 2 * S, 3 * S]);
  });

  it('that is fast-forwarded comes that many times as fast', () => {
    expect(replayed(traceSpec({ speed: 10 }), text('at', '100', '160'))).toEqual([0, 6 * S]);
    expect(overlookTrace(traceSpec({ speed: 10 }), text('at', '100', '160')).lastUs).toBe(6 * S);
  });

  it('out of order within the window is sorted; rows of one instant keep the order of the file', () => {
    const spec = traceSpec({ serviceColumn: 'needs' });
    const source = text('at,needs', '5,1', '3,2', '4,3', '3,4');
    const { firstEpochUs } = overlookTrace(spec, source);
    expect([...replayTrace(spec, source, firstEpochUs, 3)].map(({ serviceUs }) => serviceUs / S)).toEqual([2, 4, 3, 1]);
  });

  it('out of order beyond the window cannot be replayed, and says so', () => {
    const source = text('at', '5', '6', '7', '8', '1');
    expect(() => replayed(traceSpec(), source, 3)).toThrow(TraceError);
    expect(() => replayed(traceSpec(), source, 3)).toThrow(
      /requests\.csv, line 6: this arrival is out of order by more than 3 rows.*Sort the file by column "at" first/,
    );
    expect(replayed(traceSpec(), source, 4)).toEqual([0, 4 * S, 5 * S, 6 * S, 7 * S]);
  });

  it('is sorted by any window that is as long as the file', () => {
    holds(
      fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 60 }), (seconds) => {
        const first = Math.min(...seconds);
        const sorted = seconds.map((second) => (second - first) * S).toSorted((a, b) => a - b);
        expect(replayed(traceSpec(), text('at', ...seconds.map(String)), seconds.length)).toEqual(sorted);
      }),
      100,
    );
  });

  it('without a column says which it expected and which there are', () => {
    const source = text('time,needs', '1,2');
    expect(() => overlookTrace(traceSpec(), source)).toThrow('trace requests.csv: expected a column "at", but the header has: time, needs');
    expect(() => overlookTrace(traceSpec({ arrivalColumn: 'time', accountColumn: 'who' }), source)).toThrow('expected a column "who"');
  });

  it('reports the rows that cannot be used, by reason, with the first line of each', () => {
    const spec = traceSpec({ serviceColumn: 'needs', accountColumn: 'who', endpointColumn: 'where' });
    const overview = overlookTrace(
      spec,
      text('at,needs,who,where', '1,2,a,x', 'soon,2,a,x', '3,,a,x', '4,-1,a,x', '5,2,,x', '6,2,b,', '7,0.5,b,y', 'later,1,a,x', '8'),
    );
    expect(overview).toMatchObject({ rows: 9, used: 2, accounts: 2, endpoints: 2, lastUs: 6 * S });
    expect(overview.skipped).toEqual([
      { reason: '"at" is no timestamp', rows: 2, firstLine: 3 },
      { reason: '"needs" is no positive number (the work never ended?)', rows: 3, firstLine: 4 },
      { reason: '"who" is empty', rows: 1, firstLine: 6 },
      { reason: '"where" is empty', rows: 1, firstLine: 7 },
    ]);
  });

  it('of which nothing can be used is an error that says why', () => {
    expect(() => overlookTrace(traceSpec(), text('at', 'x', 'y'))).toThrow('no row can be used (2 rows: "at" is no timestamp)');
    expect(() => overlookTrace(traceSpec(), text('at'))).toThrow('no row can be used (it has no data rows)');
    expect(() => overlookTrace(traceSpec(), () => [])).toThrow('expected a header line with column names, but the file is empty');
  });

  it('brings its accounts, endpoints and service times into a run', () => {
    const arrivals = traceSpec({ serviceColumn: 'ms', serviceUnitUs: 1000, accountColumn: 'who', endpointColumn: 'where', accountLimit: 1 });
    const run = runScenario(scenario({ accounts: [account({ id: 'known' })], workload: [flow({ as: undefined, endpoint: undefined, arrivals })] }), {
      traceSource: text('at,ms,who,where', '0,5000,known,flux', '0,5000,known,flux', '1,2000,brought,sdxl', '1,2000,brought,sdxl'),
      evidence: true,
    });
    expect(counter(run, 'requests{outcome:ok}').count).toBe(4);
    expect(trend(run, 'slot_hold')).toMatchObject({ min: 2000, max: 5000 });
    expect(run.evidence?.accounts.map((page) => [page.account, page.limit, page.peak])).toEqual([
      ['known', 2, 2],
      ['brought', 1, 1],
    ]);
    expect(run.evidence?.traces).toMatchObject([{ rows: 4, used: 4, accounts: 2, endpoints: 2, skipped: [] }]);
    expect(run.loadEndUs).toBe(S);
  });
});
