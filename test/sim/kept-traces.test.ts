import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceSpec } from '../../src/scenario/arrival-types.js';
import { columnsOfTrace, keepingTraces, overlookTrace, replayTrace, type TraceSource } from '../../src/sim/trace.js';
import { holds } from '../helpers/properties.js';
import { account, flow, runScenario, scenario, traceSpec } from '../helpers/scenario.js';
import { S } from '../helpers/world.js';

/** What a run would hear of a trace: its overview and its rows, or what is wrong with it. */
function told(spec: TraceSpec, source: TraceSource): unknown {
  try {
    const overview = overlookTrace(spec, source);
    return { overview, rows: [...replayTrace(spec, source, overview)] };
  } catch (error) {
    return (error as Error).message;
  }
}

/** Counts how often a file is opened. */
function counted(text: string): { readonly opened: () => number; readonly open: (file: string) => Iterable<string> } {
  let times = 0;
  return {
    opened: () => times,
    open: () => {
      times++;
      return [text];
    },
  };
}

const COLUMNS = { serviceColumn: 'needs', accountColumn: 'who', endpointColumn: 'model' };
const TEXT = 'at,needs,who,model,status\n0,1,ann,a,ok\n5,2,bob,b,ok\n3,,ann,a,bad\n4,0.5,bob,a,ok\n90000,3,ann,b,ok\n';

describe('a source that keeps rows', () => {
  const row = fc.record({
    at: fc.oneof(fc.nat(500).map(String), fc.constantFrom('', 'soon', '12.5')),
    needs: fc.constantFrom('1', '2.5', '', '0', '-1', '40'),
    who: fc.constantFrom('ann', 'bob', ''),
    model: fc.constantFrom('a', 'b'),
    status: fc.constantFrom('ok', 'failed'),
  });
  const spec = fc.record({
    columns: fc.constantFrom({}, { serviceColumn: 'needs' }, COLUMNS),
    where: fc.constantFrom(undefined, [{ column: 'status', values: ['ok'] }]),
    serviceFactor: fc.constantFrom(undefined, 0.25, 3),
    fromUs: fc.constantFrom(undefined, S),
    speed: fc.constantFrom(1, 0.5, 7),
    loop: fc.constantFrom(1, 3),
    slice: fc.constantFrom(undefined, { fromUs: 0, toUs: 100 * S }, { fromUs: 50 * S, toUs: 51 * S }),
    badRows: fc.constantFrom('skip' as const, 'error' as const),
  });

  it('tells of every trace what reading it anew tells, however often it is asked', () => {
    holds(
      fc.property(fc.array(row, { maxLength: 12 }), fc.array(spec, { minLength: 1, maxLength: 4 }), (rows, specs) => {
        const text = `at,needs,who,model,status\n${rows.map((one) => [one.at, one.needs, one.who, one.model, one.status].join(',')).join('\n')}\n`;
        const keeping = keepingTraces(() => [text]);
        for (const { columns, ...rest } of [...specs, ...specs]) {
          const asked = traceSpec({ ...columns, ...rest });
          expect(told(asked, keeping)).toEqual(told(asked, () => [text]));
        }
      }),
      300,
    );
  });

  it('opens a file once for all runs that read the same of it, whatever part of it, and however fast', () => {
    const file = counted(TEXT);
    const source = keepingTraces(file.open);
    const asked = traceSpec({ ...COLUMNS, badRows: 'skip' });
    for (const change of [{}, { speed: 3 }, { slice: { fromUs: 0, toUs: 10 * S } }, { loop: 2 }, { serviceFactor: 2 }, { accountLimit: 9 }]) {
      told({ ...asked, ...change }, source);
    }
    expect(columnsOfTrace(asked, source).count).toBe(4);
    expect(file.opened()).toBe(1);
    told({ ...asked, serviceUnitUs: 1000 }, source);
    told({ ...asked, where: [{ column: 'status', values: ['ok'] }] }, source);
    expect(file.opened()).toBe(3);
  });

  it('reads a file again for whoever reads anything else of it', () => {
    const first = traceSpec({ ...COLUMNS, badRows: 'skip' });
    const others: Partial<TraceSpec>[] = [
      { file: 'other.csv' },
      { arrivalColumn: 'needs' },
      { serviceColumn: undefined },
      { serviceUnitUs: 1000 },
      { serviceOffsetUs: S },
      { accountColumn: undefined },
      { endpointColumn: undefined },
      { where: [{ column: 'status', values: ['ok'] }] },
      { badRows: 'error' },
    ];
    for (const other of others) {
      const source = keepingTraces(() => [TEXT]);
      told(first, source);
      const changed = { ...first, ...other };
      expect(told(changed, source), JSON.stringify(other)).toEqual(told(changed, () => [TEXT]));
    }
    const file = counted(TEXT);
    const source = keepingTraces(file.open);
    for (const window of [1, 2, 1]) overlookTrace(first, source, window);
    expect(file.opened()).toBe(2);
  });

  it('begins a slice with what came at its start, and ends it before what came at its end', () => {
    const text = 'at\n0\n5\n10\n10\n15\n';
    const asked = traceSpec({ slice: { fromUs: 5 * S, toUs: 10 * S } });
    const source = keepingTraces(() => [text]);
    overlookTrace(traceSpec(), source);
    expect(told(asked, source)).toEqual(told(asked, () => [text]));
    expect(told(asked, source)).toMatchObject({ overview: { used: 1 }, rows: [{ atUs: 0 }] });
  });

  it('gives all rows as columns, whatever part of them is asked for; of a trace without any it says why', () => {
    const beyond = { fromUs: 100 * S, toUs: 200 * S };
    expect(columnsOfTrace(traceSpec({ slice: beyond }), () => ['at\n0\n1\n']).count).toBe(2);
    expect(() => columnsOfTrace(traceSpec(), () => ['at\n'])).toThrow('no row can be used (it has no data rows)');
  });

  it('reads a trace of more rows than it may keep anew for every run', () => {
    const file = counted('at\n1\n2\n3\n');
    const source = keepingTraces(file.open, 2);
    const before = told(traceSpec(), () => ['at\n1\n2\n3\n']);
    expect(told(traceSpec(), source)).toEqual(before);
    expect(told(traceSpec(), source)).toEqual(before);
    expect(file.opened()).toBe(4);
  });

  it('lets the oldest trace go when several are too many', () => {
    const file = counted('at\n1\n2\n');
    const source = keepingTraces(file.open, 3);
    overlookTrace(traceSpec({ file: 'a.csv' }), source);
    overlookTrace(traceSpec({ file: 'b.csv' }), source);
    overlookTrace(traceSpec({ file: 'b.csv' }), source);
    expect(file.opened()).toBe(2);
    overlookTrace(traceSpec({ file: 'a.csv' }), source);
    expect(file.opened()).toBe(3);
  });

  it('keeps as many traces as there is room for, and lets no more go than it must', () => {
    const opened: string[] = [];
    const source = keepingTraces((file) => {
      opened.push(file);
      return [`at\n${Array.from({ length: Number(file[0]) }, (_, n) => `${n}\n`).join('')}`];
    }, 6);
    const opens = (...files: string[]): string[] => {
      opened.length = 0;
      for (const file of files) overlookTrace(traceSpec({ file }), source);
      return [...opened];
    };
    expect(opens('2-a', '2-b', '2-c')).toEqual(['2-a', '2-b', '2-c']);
    expect(opens('2-a', '2-b', '2-c')).toEqual([]);
    // Four more have no room unless the two oldest go.
    expect(opens('4-d')).toEqual(['4-d']);
    expect(opens('2-c', '4-d')).toEqual([]);
    expect(opens('2-a')).toEqual(['2-a']);
    expect(opens('4-d', '2-a')).toEqual([]);
    expect(opens('2-b', '2-c')).toEqual(['2-b', '2-c']);
  });

  it('keeps 500,000 rows where nobody says otherwise, and of a longer trace none', () => {
    const { kept } = keepingTraces(() => []);
    expect([500_000, 500_001].map((rows) => kept?.takes(traceSpec(), 10_000, rows))).toEqual([true, false]);
  });

  it('gives up a trace that is too long once, and no other part or reading of the file with it', () => {
    const file = counted('at,needs\n1,1\n2,1\n3,1\n');
    const source = keepingTraces(file.open, 2);
    overlookTrace(traceSpec(), source);
    expect(source.kept?.takes(traceSpec(), 10_000, 0)).toBe(false);
    expect(source.kept?.takes(traceSpec({ serviceColumn: 'needs' }), 10_000, 0)).toBe(true);
    expect(columnsOfTrace(traceSpec(), source).count).toBe(3);
    expect(columnsOfTrace(traceSpec(), source).count).toBe(3);
    expect(file.opened()).toBe(3);
  });

  it('keeps nothing of a trace that cannot be used: it is refused every time', () => {
    const source = keepingTraces(() => ['at\nsoon\n']);
    for (let times = 0; times < 2; times++) expect(() => overlookTrace(traceSpec(), source)).toThrow('line 2: "at" is no timestamp');
  });

  it('changes no byte of a run', () => {
    const replayed = scenario({
      accounts: [account({ limit: 2 })],
      workload: [flow({ arrivals: traceSpec({ serviceColumn: 'needs', badRows: 'skip' }) })],
    });
    const keeping = keepingTraces(() => [TEXT]);
    const anew = runScenario(replayed, { traceSource: () => [TEXT] });
    for (let times = 0; times < 2; times++) expect(runScenario(replayed, { traceSource: keeping })).toEqual(anew);
  });
});
