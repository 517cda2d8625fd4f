import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Baseline } from '../../src/measure/comparison/baseline.js';
import { baselineText, readBaseline } from '../../src/results/baseline-file.js';
import { ResultError } from '../../src/results/result-error.js';
import { holds } from '../helpers/properties.js';
import { counted, madeBaseline, madeRun, waits } from '../measure/comparison/results.js';

const RUNS = [2, 10, 1].map((seed) => madeRun(seed, { queue_latency: waits(1_000 + seed), gave_up: counted(seed) }));
const BASELINE = madeBaseline(RUNS);
const TEXT = baselineText(BASELINE);

describe('the file of a baseline', () => {
  it('gives back what was written, byte for byte', () => {
    const read = readBaseline(TEXT, 'made.json');
    expect(read).toEqual(JSON.parse(JSON.stringify(BASELINE)));
    expect(baselineText(read)).toBe(TEXT);
  });

  it('has its names in order, seeds by their size, and a line for each number of each seed', () => {
    const lines = TEXT.split('\n');
    const from = lines.indexOf('          "p95": {');
    expect(lines.slice(from, from + 5)).toEqual([
      '          "p95": {',
      '            "1": 1001,',
      '            "2": 1002,',
      '            "10": 1010',
      '          },',
    ]);
    expect(lines).toContain('  "seeds": [2, 10, 1],');
    const names = lines.filter((line) => /^ {2}"/.test(line)).map((line) => line.split('"')[1]);
    expect(names).toEqual(names.toSorted());
  });

  it('changes one line when one number does', () => {
    const changed = madeBaseline(
      RUNS.map((run) =>
        run.seed === 2 ? { ...run, metrics: { ...run.metrics, gave_up: { type: 'counter' as const, n: 100, count: 5, rate: 2 / 60 } } } : run,
      ),
    );
    const others = baselineText(changed).split('\n');
    expect(TEXT.split('\n').filter((line, at) => line !== others[at])).toEqual(['            "2": 2,']);
  });

  it('keeps percentiles that only a threshold has asked for', () => {
    const asked = madeRun(
      1,
      {},
      { thresholds: [{ metric: 'queue_latency', expression: 'p(99.9) < 5s', actual: 4_000, limit: 5_000, unit: 'ms', n: 9, verdict: 'pass' }] },
    );
    expect(madeBaseline([asked]).variants[0]!.metrics['queue_latency']).toEqual({ 'p99.9': { 1: 4_000 } });
  });

  it('holds nothing where nothing was measured, and nothing that is no number', () => {
    const run = madeRun(1, {
      queue_latency: waits(0, 0),
      effective_limit: { type: 'gauge', n: 5, value: Number.POSITIVE_INFINITY, min: 3, max: Number.POSITIVE_INFINITY, avg: Number.NaN },
    });
    expect(madeBaseline([run]).variants[0]!.metrics).toEqual({ effective_limit: { min: { 1: 3 } } });
  });
});

function altered(change: (data: Record<string, unknown>) => void): string {
  const data = JSON.parse(TEXT) as Record<string, unknown>;
  change(data);
  return JSON.stringify(data);
}

describe('a file that is no baseline has a named error', () => {
  const BAD: readonly (readonly [string, string, RegExp])[] = [
    ['empty', '', /made\.json: expected JSON, but it is empty/],
    ['truncated', TEXT.slice(0, TEXT.length / 2), /it breaks off after/],
    ['no JSON', 'seeds: [1]', /expected JSON, but it is none/],
    ['foreign', '{"a":1}', /expected a baseline of slotstorm, got something else/],
    ['a list', '[]', /expected a baseline of slotstorm/],
    ['a result', '{"schemaVersion":2,"runs":[]}', /got a result; make a baseline of it with "slotstorm baseline update"/],
    ['newer', altered((data) => Object.assign(data, { schemaVersion: 7 })), /schema version 1, got 7: a newer slotstorm wrote it/],
    [
      'a day that is none',
      altered((data) => Object.assign(data, { updated: 'yesterday' })),
      /at updated: expected a day such as "2027-01-15", got "yesterday"/,
    ],
    ['no seeds', altered((data) => Object.assign(data, { seeds: [] })), /at seeds: expected a list of at least 1/],
    ['a seed twice', altered((data) => Object.assign(data, { seeds: [1, 1, 2] })), /at seeds: expected every seed once/],
    ['a strange seed', altered((data) => Object.assign(data, { seeds: [1, 2] })), /at variants\[0\]\.hashes: expected one of the seeds, got "10"/],
    [
      'a number that is a word',
      TEXT.replace('"1": 1001', '"1": "x"'),
      /at variants\[0\]\.metrics\.queue_latency\.\w+(\[?"?1"?\]?|\.1): expected a finite number, got "x"; the file is damaged or was edited/,
    ],
  ];
  test.each(BAD)('%s', (_, text, words) => {
    expect(() => readBaseline(text, 'made.json')).toThrow(ResultError);
    expect(() => readBaseline(text, 'made.json')).toThrow(words);
  });

  it('whatever is cut out of it', () => {
    holds(
      fc.property(fc.nat(TEXT.length), fc.nat(200), (from, length) => {
        try {
          readBaseline(TEXT.slice(0, from) + TEXT.slice(from + length), 'made.json');
        } catch (error) {
          expect(error).toBeInstanceOf(ResultError);
        }
      }),
      500,
    );
  });

  it('a metric of the name __proto__ changes nothing but the baseline', () => {
    const metrics = JSON.parse('{"__proto__":{"type":"counter","n":1,"count":3,"rate":1}}') as Parameters<typeof madeRun>[1];
    const made: Baseline = madeBaseline([madeRun(1, metrics)]);
    expect(Object.keys(readBaseline(baselineText(made), 'made.json').variants[0]!.metrics)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['count']).toBeUndefined();
  });
});
