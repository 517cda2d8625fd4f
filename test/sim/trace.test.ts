import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceSpec } from '../../src/scenario/arrival-types.js';
import { parseTimestampUs } from '../../src/sim/timestamps.js';
import { overlookTrace, replayTrace, TraceError, type TraceSource } from '../../src/sim/trace.js';
import { holds } from '../helpers/properties.js';
import { account, counter, flow, runScenario, scenario, traceSpec, trend } from '../helpers/scenario.js';
import { DAY, S } from '../helpers/world.js';

const text =
  (...lines: string[]): TraceSource =>
  () => [`${lines.join('\n')}\n`];

function replayed(spec: TraceSpec, source: TraceSource, window?: number): number[] {
  const overview = overlookTrace(spec, source, window);
  return [...replayTrace(spec, source, overview, window)].map(({ atUs }) => atUs);
}

describe('a replay that would outlast exact time', () => {
  it('is refused', () => {
    const source = text('at', '0', '86400');
    expect(() => overlookTrace(traceSpec({ speed: 1e-9 }), source)).toThrow('expected its replay to take at most 35 years');
  });
});

describe('a replay at the edge of exact time', () => {
  it('may last as long as that, and no instant longer', () => {
    expect(overlookTrace(traceSpec({ fromUs: 2 ** 50 }), text('at', '0')).lastUs).toBe(2 ** 50);
    expect(() => overlookTrace(traceSpec({ fromUs: 2 ** 50 + 1 }), text('at', '0'))).toThrow('at most 35 years');
  });

  it('has service times of at least 1 µs, and of no more than can be counted', () => {
    const services = (serviceFactor: number): number[] => {
      const spec = traceSpec({ serviceColumn: 'needs', serviceFactor });
      const source = text('at,needs', '0,1', '1,2');
      return [...replayTrace(spec, source, overlookTrace(spec, source))].map(({ serviceUs }) => serviceUs);
    };
    expect(services(1e-9)).toEqual([1, 1]);
    expect(services(1e300)).toEqual([2 ** 50, 2 ** 50]);
    expect(services(0.5)).toEqual([S / 2, S]);
  });

  it('is repeated 1 µs later at the soonest, however close its arrivals are', () => {
    expect(replayed(traceSpec({ loop: 2 }), text('at', '0', '0', '0', '0', '0.000001'))).toEqual([0, 0, 0, 0, 1, 2, 2, 2, 2, 3]);
  });
});

describe('a timestamp', () => {
  it.each([
    ['1970-01-01 00:00:00', 0],
    ['1970-01-02T00:00:01Z', DAY + S],
    ['2024-02-29 12:00:00.25', Date.UTC(2024, 1, 29, 12) * 1000 + 250_000],
    ['2000-03-01 00:00:00', Date.UTC(2000, 2, 1) * 1000],
    ['2100-12-31 23:59:59', Date.UTC(2100, 11, 31, 23, 59, 59) * 1000],
    [' 1731689870.123456 ', 1_731_689_870_123_456],
    ['0', 0],
    ['2024-11-15T16:57:50,5+02:00', Date.UTC(2024, 10, 15, 14, 57, 50, 500) * 1000],
    ['2024-11-15 16:57:50-0530', Date.UTC(2024, 10, 15, 22, 27, 50) * 1000],
    ['2024-11-15 16:57:50.25+00', Date.UTC(2024, 10, 15, 16, 57, 50, 250) * 1000],
    ['2024-11-15 16:57:50 UTC', Date.UTC(2024, 10, 15, 16, 57, 50) * 1000],
    ['1731689870123', 1_731_689_870_123_000],
    ['1731689870123.25', 1_731_689_870_123_250],
    ['1731689870123456', 1_731_689_870_123_456],
    ['1731689870123456789', 1_731_689_870_123_456],
    ['9007199254', 9_007_199_254_000_000],
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
    '9007199255',
    '4102444800000',
    '2024-11-15 16:57:50+16:00',
    '2024-11-15 16:57:50+01:60',
    '11/16/2023 18:17:03',
    '45,5',
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

  it('is the same instant in seconds, milli-, micro- and nanoseconds since 1970, and in the clock of any country', () => {
    const instant = fc.integer({ min: Date.UTC(1990, 0) * 1000, max: Date.UTC(2100, 0) * 1000 - 1 });
    holds(
      fc.property(instant, fc.integer({ min: -15 * 60, max: 15 * 60 }), (us, offset) => {
        const [whole, rest] = [Math.floor(us / 1e6), String(us % 1e6).padStart(6, '0')];
        for (const written of [`${whole}.${rest}`, `${whole}${rest.slice(0, 3)}.${rest.slice(3)}`, String(us), `${us}999`])
          expect(parseTimestampUs(written)).toBe(us);
        const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) => String(part).padStart(2, '0'));
        const there = new Date(whole * 1000 + offset * 60_000).toISOString().slice(0, 19);
        expect(parseTimestampUs(`${there}.${rest}${offset < 0 ? '-' : '+'}${hours}:${minutes}`)).toBe(us);
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
    const overview = overlookTrace(spec, source, 3);
    expect([...replayTrace(spec, source, overview, 3)].map(({ serviceUs }) => serviceUs / S)).toEqual([2, 4, 3, 1]);
    expect(overview.reordered).toBe(3);
  });

  it('out of order beyond the window cannot be replayed, and says so before the run', () => {
    const source = text('at', '5', '6', '7', '8', '1');
    expect(() => overlookTrace(traceSpec(), source, 3)).toThrow(TraceError);
    expect(() => overlookTrace(traceSpec(), source, 3)).toThrow(
      /requests\.csv, line 6: the arrival is out of order by more than 3 rows\..*sort the file by column "at" first; or leave such rows out.*badRows: skip/,
    );
    expect(replayed(traceSpec(), source, 4)).toEqual([0, 4 * S, 5 * S, 6 * S, 7 * S]);
  });

  it('out of order beyond the window loses those rows where that is allowed, and counts them', () => {
    const spec = traceSpec({ badRows: 'skip' });
    const source = text('at', '5', '6', '7', '8', '1', '9');
    expect(overlookTrace(spec, source, 3)).toMatchObject({
      rows: 6,
      used: 5,
      skipped: [{ reason: 'the arrival is out of order by more than 3 rows', rows: 1, firstLine: 6 }],
    });
    expect(replayed(spec, source, 3)).toEqual([0, S, 2 * S, 3 * S, 4 * S]);
  });

  it('that comes at the instant of a row that was passed on is not out of order', () => {
    expect(replayed(traceSpec(), text('at', '1', '2', '1', '3'), 1)).toEqual([0, 0, S, 2 * S]);
  });

  it('of thousands of rows loses none, however few are held', () => {
    const count = 4_000;
    const source = text('at', ...Array.from({ length: count }, (_, n) => String(n ^ 1)));
    expect(replayed(traceSpec(), source, 2)).toEqual(Array.from({ length: count }, (_, n) => n * S));
  });

  it('is read no further than its slice', () => {
    let read = 0;
    const source: TraceSource = function* () {
      yield 'at\n';
      for (let n = 0; n < 1_000; n++) {
        read = n;
        yield `${n}\n`;
      }
    };
    const spec = traceSpec({ slice: { fromUs: 0, toUs: 10 * S } });
    const overview = overlookTrace(spec, source, 1);
    expect([...replayTrace(spec, source, overview, 1)]).toHaveLength(10);
    expect(read).toBeLessThan(15);
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
    expect(() => overlookTrace(traceSpec(), source)).toThrow('trace requests.csv: expected a column "at", but the header has: "time", "needs"');
    expect(() => overlookTrace(traceSpec({ arrivalColumn: 'time', accountColumn: 'who' }), source)).toThrow('expected a column "who"');
    expect(() => overlookTrace(traceSpec(), text('at,at', '1,2'))).toThrow('expected one column "at", but the header has several of that name');
  });

  const all = { serviceColumn: 'needs', accountColumn: 'who', endpointColumn: 'where' };

  it.each([
    ['soon,2,a,x', '"at" is no timestamp, got "soon". Expected a timestamp such as 2024-11-15 16:57:50, or seconds such as 12.5; or leave such rows out'],
    ['-3,2,a,x', '"at" is negative, got "-3"'],
    ['1e9,2,a,x', '"at" is no timestamp, got "1e9"'],
    [',2,a,x', '"at" is missing or empty. Expected'],
    ['3,fast,a,x', '"needs" is no number, got "fast"'],
    ['3,0,a,x', '"needs" is no duration above 0, got "0"'],
    ['3,-1,a,x', '"needs" is no duration above 0, got "-1"'],
    ['3,Infinity,a,x', '"needs" is no duration above 0, got "Infinity"'],
    ['3,,a,x', '"needs" is missing or empty'],
    ['3,2,,x', '"who" is missing or empty'],
    ['3,2,a,', '"where" is missing or empty'],
    ['3', '"needs" is missing or empty'],
  ])('with the row %j is refused before the run: %s', (row, message) => {
    const source = text('at,needs,who,where', '1,2,a,x', row, '4,2,a,x');
    const look = (): unknown => overlookTrace(traceSpec(all), source);
    expect(look).toThrow(TraceError);
    expect(look).toThrow(`trace requests.csv, line 3: ${message}`);
    expect(look).toThrow('badRows: skip');
    expect(overlookTrace(traceSpec({ ...all, badRows: 'skip' }), source)).toMatchObject({ rows: 3, used: 2, skipped: [{ rows: 1, firstLine: 3 }] });
  });

  it('with badRows: skip reports the rows that cannot be used, by reason, with the first line of each', () => {
    const overview = overlookTrace(
      traceSpec({ ...all, badRows: 'skip' }),
      text('at,needs,who,where', '1,2,a,x', 'soon,2,a,x', '3,,a,x', '4,-1,a,x', '5,2,,x', '6,2,b,', '7,0.5,b,y', 'later,1,a,x', '8'),
    );
    expect(overview).toMatchObject({ rows: 9, used: 2, accounts: 2, endpoints: 2, lastUs: 6 * S });
    expect(overview.skipped).toEqual([
      { reason: '"at" is no timestamp', rows: 2, firstLine: 3, unusable: true },
      { reason: '"needs" is missing or empty', rows: 2, firstLine: 4, unusable: true },
      { reason: '"needs" is no duration above 0', rows: 1, firstLine: 5, unusable: true },
      { reason: '"who" is missing or empty', rows: 1, firstLine: 6, unusable: true },
      { reason: '"where" is missing or empty', rows: 1, firstLine: 7, unusable: true },
    ]);
  });

  it('of which nothing can be used is an error that says why', () => {
    expect(() => overlookTrace(traceSpec({ badRows: 'skip' }), text('at', 'x', 'y'))).toThrow('no row can be used (2 rows: "at" is no timestamp)');
    expect(() => overlookTrace(traceSpec(), text('at'))).toThrow('no row can be used (it has no data rows)');
    expect(() => overlookTrace(traceSpec(), () => [])).toThrow('expected a header line with column names, but the file is empty');
  });

  it('with two arrivals of one instant is legal', () => {
    expect(replayed(traceSpec(), text('at', '5', '5', '5', '6'))).toEqual([0, 0, 0, S]);
  });

  it('has no work below 0, however much is put on top of it', () => {
    const spec = traceSpec({ serviceColumn: 'tokens', serviceOffsetUs: 5 * S });
    expect(() => overlookTrace(spec, text('at,tokens', '0,-1'))).toThrow('line 2: "tokens" is no duration above 0, got "-1"');
    expect(overlookTrace(spec, text('at,tokens', '0,0')).used).toBe(1);
  });

  it('gives work that must be derived: so much a unit and so much on top', () => {
    const spec = traceSpec({ serviceColumn: 'tokens', serviceUnitUs: 20_000, serviceOffsetUs: 200_000 });
    const source = text('at,tokens', '1,10', '2,0');
    expect([...replayTrace(spec, source, overlookTrace(spec, source))].map(({ serviceUs }) => serviceUs)).toEqual([400_000, 200_000]);
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

describe('a trace in a run', () => {
  it('leaves word of every row: used, outside the slice, put in order, skipped', () => {
    const arrivals = traceSpec({ badRows: 'skip', slice: { fromUs: 0, toUs: 10 * S } });
    const run = runScenario(scenario({ workload: [flow({ arrivals })] }), { evidence: true, traceSource: text('at', '1', '5', '3', 'soon', '20') });
    expect(run.evidence?.traces).toMatchObject([{ rows: 5, used: 3, outside: 1, reordered: 1, skipped: [{ rows: 1, firstLine: 5 }] }]);
  });

  it('with maxVUs is dropped where so many calls are open', () => {
    const one = flow({ arrivals: traceSpec(), maxVUs: 2 });
    const run = runScenario(scenario({ workload: [one] }), { traceSource: text('at', '0', '1', '2', '3', '11', '12') });
    // 10 s of work each: two at a time.
    expect(counter(run, 'requests').count).toBe(4);
    expect(counter(run, 'dropped_iterations').count).toBe(2);
  });

  it('is read anew by every seed and every repetition, and never held', () => {
    const opened: string[] = [];
    const source: TraceSource = (file) => {
      opened.push(file);
      return ['at\n1\n2\n'];
    };
    runScenario(scenario({ workload: [flow({ arrivals: traceSpec({ loop: 3 }) })] }), { traceSource: source });
    expect(opened).toEqual(Array.from({ length: 4 }, () => 'requests.csv'));
  });
});

describe('a slice of a recording', () => {
  const source = text('at', '100', '103', '105', '110', '112');

  it('is what came from its start on and before its end, counted from the first arrival; the replay begins with the slice', () => {
    const spec = traceSpec({ slice: { fromUs: 3 * S, toUs: 10 * S } });
    expect(replayed(spec, source)).toEqual([0, 2 * S]);
    expect(overlookTrace(spec, source)).toMatchObject({ rows: 5, used: 2, outside: 3, lastUs: 2 * S });
    expect(replayed(traceSpec({ slice: { fromUs: 2 * S, toUs: 4 * S } }), source)).toEqual([S]);
  });

  it('is cut before it is sped up', () => {
    expect(replayed(traceSpec({ slice: { fromUs: 3 * S, toUs: 12 * S }, speed: 2 }), source)).toEqual([0, S, 3.5 * S]);
  });

  it('in which nothing came is an error that says how long the recording is', () => {
    const look = (): unknown => overlookTrace(traceSpec({ slice: { fromUs: 13 * S, toUs: 20 * S } }), source);
    expect(look).toThrow('trace requests.csv: expected arrivals in the slice, but the recording ends 12s after its first arrival');
  });
});

describe('a loop over a recording', () => {
  it('repeats it with a seam of the mean gap, so that the mean rate stays', () => {
    const spec = traceSpec({ loop: 3 });
    // 4 s long with a mean gap of 2 s: it begins again every 6 s.
    expect(replayed(spec, text('at', '100', '103', '104'))).toEqual([0, 3, 4, 6, 9, 10, 12, 15, 16].map((seconds) => seconds * S));
    expect(overlookTrace(spec, text('at', '100', '103', '104'))).toMatchObject({ rows: 3, used: 3, lastUs: 16 * S });
  });

  it('repeats a slice with the length of the slice', () => {
    const spec = traceSpec({ loop: 2, slice: { fromUs: 0, toUs: 10 * S }, speed: 2 });
    expect(replayed(spec, text('at', '100', '104', '150'))).toEqual([0, 2, 5, 7].map((seconds) => seconds * S));
  });

  it('over one instant is an error, because nobody knows how long it takes', () => {
    expect(() => overlookTrace(traceSpec({ loop: 2 }), text('at', '5', '5'))).toThrow('expected arrivals at more than one instant');
  });

  it('lasts as long in a run, and draws new service times for every repetition', () => {
    const arrivals = traceSpec({ loop: 4 });
    const run = runScenario(scenario({ accounts: [account({ limit: 20 })], workload: [flow({ arrivals })] }), { traceSource: text('at', '0', '10') });
    expect(counter(run, 'requests{outcome:ok}').count).toBe(8);
    expect(run.loadEndUs).toBe(70 * S);
  });
});

describe('a trace in NDJSON', () => {
  const ndjson = (overrides: Partial<TraceSpec> = {}): TraceSpec =>
    traceSpec({ file: 'requests.ndjson', serviceColumn: 'needs', accountColumn: 'who', ...overrides });

  it('is read by its keys, numbers and texts alike; blank lines are none', () => {
    const source: TraceSource = () => [
      '\uFEFF{"at": 100, "needs": 2, "who": "a", "more": [1]}\n\n{"at": "101.5", "ne',
      'eds": "3", "who": 7}\r\n{"at":"1970-01-01 00:01:43","needs":1e0,"who":"a"}',
    ];
    const overview = overlookTrace(ndjson(), source);
    expect(overview).toMatchObject({ rows: 3, used: 3, accounts: 2, lastUs: 3 * S });
    expect([...replayTrace(ndjson(), source, overview)]).toMatchObject([
      { line: 1, atUs: 0, serviceUs: 2 * S, account: 'a' },
      { line: 3, atUs: 1.5 * S, serviceUs: 3 * S, account: '7' },
      { line: 4, atUs: 3 * S, serviceUs: S, account: 'a' },
    ]);
  });

  it.each([
    ['{"at": 100', 'the line is no JSON object, got "{\\"at\\": 100"'],
    ['[1, 2]', 'the line is no JSON object'],
    ['{"at": 100, "who": "a"}', '"needs" is missing or empty'],
    ['{"at": null, "needs": 1, "who": "a"}', '"at" is missing or empty'],
    ['{"at": {"s": 1}, "needs": 1, "who": "a"}', '"at" is no timestamp'],
    ['{"at": 100, "needs": true, "who": "a"}', '"needs" is no number, got "true"'],
  ])('with the line %s is refused: %s', (line, message) => {
    const source = text('{"at": 99, "needs": 1, "who": "a"}', line);
    expect(() => overlookTrace(ndjson(), source)).toThrow(`trace requests.ndjson, line 2: ${message}`);
    expect(overlookTrace(ndjson({ badRows: 'skip' }), source)).toMatchObject({ rows: 2, used: 1, skipped: [{ rows: 1, firstLine: 2 }] });
  });

  it('that is empty has no data rows', () => {
    expect(() => overlookTrace(ndjson(), () => [''])).toThrow('no row can be used (it has no data rows)');
  });
});
