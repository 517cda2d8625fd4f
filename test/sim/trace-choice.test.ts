import { describe, expect, it } from 'vitest';
import { prepareScenario } from '../../src/prepare.js';
import { ScenarioError } from '../../src/scenario/problems.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { overlookTrace, replayTrace, TraceError, type TraceSource } from '../../src/sim/trace.js';
import { traceSpec } from '../helpers/scenario.js';
import { S } from '../helpers/world.js';

const text =
  (...lines: string[]): TraceSource =>
  () => [`${lines.join('\n')}\n`];

describe('rows that are asked for', () => {
  const source = text('at,needs,status,region', '1,5,ok,eu', '2,,failed,eu', '3,7, ok ,us', '4,9,pending,eu');

  it('are those with one of the wanted values, and all others are counted by the column that left them out', () => {
    const spec = traceSpec({ serviceColumn: 'needs', where: [{ column: 'status', values: ['ok', 'pending'] }] });
    const overview = overlookTrace(spec, source);
    expect([...replayTrace(spec, source, overview)].map(({ line }) => line)).toEqual([2, 4, 5]);
    expect(overview).toMatchObject({ rows: 4, used: 3, skipped: [{ reason: '"status" is not ok or pending', rows: 1, firstLine: 3 }] });
  });

  it('must have a wanted value in every column that is named', () => {
    const where = [
      { column: 'status', values: ['ok'] },
      { column: 'region', values: ['us'] },
    ];
    expect(overlookTrace(traceSpec({ where }), source)).toMatchObject({ used: 1, firstUs: 3 * S });
  });

  it('may not be none: the refusal says why each was left out', () => {
    expect(() => overlookTrace(traceSpec({ where: [{ column: 'status', values: ['lost'] }] }), source)).toThrow(
      'no row can be used (4 rows: "status" is not lost); "status" holds "ok", "failed", "pending"',
    );
  });

  it('and which values there are instead: some, escaped and cut short', () => {
    const where = [{ column: 'status', values: ['lost'] }];
    const refused = (...values: string[]): string => {
      try {
        overlookTrace(traceSpec({ where }), text('at,status', ...values.map((value) => `1,"${value}"`)));
      } catch (error) {
        return (error as Error).message;
      }
      return 'taken';
    };
    expect(refused('a\u001B[2J', 'x'.repeat(900), '')).toMatch(/holds "a\\u001b\[2J", "x{50,60}…, nothing$/);
    expect(refused(...Array.from({ length: 500 }, (_, n) => `v${n}`))).toMatch(/holds "v0", "v1", "v2", "v3", "v4", "v5" and others$/);
  });

  it('are asked for by a column that is there', () => {
    expect(() => overlookTrace(traceSpec({ where: [{ column: 'state', values: ['ok'] }] }), source)).toThrow(TraceError);
  });
});

describe('a replay', () => {
  it('begins when it is told to', () => {
    const spec = traceSpec({ fromUs: 10 * S, speed: 2 });
    const overview = overlookTrace(spec, text('at', '100', '104'));
    expect([...replayTrace(spec, text('at', '100', '104'), overview)].map(({ atUs }) => atUs)).toEqual([10 * S, 12 * S]);
    expect(overview.lastUs).toBe(12 * S);
  });

  it('with a service factor takes that many times as long, never less than a microsecond', () => {
    const spec = traceSpec({ serviceColumn: 'needs', serviceFactor: 0.5, serviceUnitUs: 1 });
    const source = text('at,needs', '1,4000000', '2,1');
    expect([...replayTrace(spec, source, overlookTrace(spec, source))].map(({ serviceUs }) => serviceUs)).toEqual([2 * S, 1]);
  });
});

describe('a scenario file', () => {
  const arrivals = (more: object): object => ({ trace: 'x.csv', columns: { arrival: 'at', service: 'needs' }, ...more });
  const prepared = (more: object) =>
    prepareScenario(
      sourceOfData('test', {
        name: 'trace',
        platform: { accounts: [{ id: 'app', limit: 1 }], endpoints: [{ id: 'model', service: '1s' }] },
        workload: [{ as: 'app/key', endpoint: 'model', arrivals: arrivals(more) }],
      }),
    ).variants[0]?.scenario.workload[0]?.arrivals;

  it('says which rows are wanted, when the replay begins, and how much longer work takes', () => {
    expect(prepared({ where: { status: ['ok', 'late'], code: 200 }, from: '1s', serviceFactor: 1.2 })).toMatchObject({
      where: [
        { column: 'status', values: ['ok', 'late'] },
        { column: 'code', values: ['200'] },
      ],
      fromUs: S,
      serviceFactor: 1.2,
    });
  });

  it.each([
    [{ where: {} }, 'expected wanted values by column such as { status: SUCCEED }'],
    [{ where: { status: [] } }, 'expected a value, or a list of values such as [SUCCEED, FAILED]'],
    [{ serviceFactor: 0 }, 'expected a factor above 0 and up to 1000000'],
    [{ to: '1h' }, 'expected no to with trace arrivals'],
    [{ columns: { arrival: 'at' }, serviceFactor: 2 }, 'expected no serviceFactor without a service column'],
  ])('with %j is refused', (more, complaint) => {
    expect(() => prepared(more)).toThrow(ScenarioError);
    expect(() => prepared(more)).toThrow(complaint);
  });
});
