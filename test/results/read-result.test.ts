import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { resultPieces } from '../../src/cli/result-pieces.js';
import { RESULT_SCHEMA_VERSION, type ResultFile } from '../../src/measure/result.js';
import { renderPngs } from '../../src/report/png.js';
import { resultJson } from '../../src/result-file.js';
import { ResultError, readResult, readResultPieces } from '../../src/results/read-result.js';
import { bareFixture, fixture, seededFixture } from '../report/fixture.js';
import { liveFixture } from '../report/live-fixture.js';
import { richFixture } from '../report/rich-fixture.js';
import { RENDERERS } from './renderers.js';

const OLD = readFileSync('test/results/fixtures/result-v1.json', 'utf8');

const RESULTS: Readonly<Record<string, ResultFile>> = {
  'of a run': fixture(),
  'with every part': richFixture(),
  'of seven seeds': seededFixture(7),
  'of a live run': liveFixture(),
  'with next to nothing': bareFixture(),
};

describe('result.json', () => {
  test.each(Object.entries(RESULTS))('%s is read as it was written', (_name, result) => {
    expect(resultJson(readResult(resultJson(result), 'r.json'))).toBe(resultJson(result));
  });

  test.each(Object.entries(RESULTS))('%s is drawn the same after it was written and read', (_name, result) => {
    const read = readResult(resultJson(result), 'r.json');
    for (const [name, render] of Object.entries(RENDERERS)) {
      // The page carries the data itself, where fields that are undefined vanish.
      if (name !== 'html') expect(render(read), name).toEqual(render(result));
      else expect(withoutData(render(read) as string)).toBe(withoutData(render(result) as string));
    }
  });

  it('says "no limit" and "no number" in words, which are numbers again', () => {
    const [first, ...others] = fixture().runs;
    const result = {
      ...fixture(),
      runs: [{ ...first!, exercised: [{ name: 'x', expression: '>= 1', actual: Number.NaN, verdict: 'fail' as const }] }, ...others],
    };
    const page = { account: 'a', limit: Number.POSITIVE_INFINITY, paidUsd: 0, live: 0, peak: 0, days: [] };
    const endless = { ...result, runs: result.runs.map((run) => ({ ...run, evidence: run.evidence && { ...run.evidence, accounts: [page] } })) };
    const read = readResult(resultJson(endless as ResultFile), 'r.json');
    expect(read.runs[0]!.exercised[0]!.actual).toBeNaN();
    expect(read.runs.find((run) => run.evidence != null)!.evidence!.accounts[0]!.limit).toBe(Number.POSITIVE_INFINITY);
  });

  it('may come in pieces, however they are cut, and be parsed run by run', () => {
    for (const result of Object.values(RESULTS)) {
      const text = [...resultPieces(result)].join('');
      for (const length of [1 + (text.length >> 4), 997, 64]) {
        const pieces = Array.from({ length: Math.ceil(text.length / length) }, (_, at) => text.slice(at * length, (at + 1) * length));
        expect(resultJson(readResultPieces(pieces, 'r.json', 500).result)).toBe(text);
      }
    }
  });
});

describe('a result of schema version 1', () => {
  it('is brought up to the current one, and it is known what it was', () => {
    expect(JSON.parse(OLD)).toMatchObject({ schemaVersion: 1 });
    expect(readResult(OLD, 'r.json').schemaVersion).toBe(RESULT_SCHEMA_VERSION);
    expect(readResultPieces([OLD], 'r.json').schemaVersion).toBe(1);
  });

  test.each(Object.entries(RENDERERS))('is drawn as %s', (name, render) => {
    expect(JSON.stringify(render(readResult(OLD, 'r.json')))).toContain(name === 'charts' ? 'Queue latency' : 'key-revocation-mid-flight');
  });

  it('is drawn as pictures', async () => {
    const pictures = await renderPngs(readResult(OLD, 'r.json'));
    expect(pictures.map(({ name }) => name)).toContain('slots-fal-939.png');
    for (const { png } of pictures) expect(png.length).toBeGreaterThan(5_000);
  });
});

describe('what is no result', () => {
  const good = resultJson(fixture());
  const changed = (change: (data: Record<string, unknown>) => void): string => {
    const data = JSON.parse(good) as Record<string, unknown>;
    change(data);
    return JSON.stringify(data);
  };
  const run = (data: Record<string, unknown>, at: number): Record<string, unknown> => (data['runs'] as Record<string, unknown>[])[at]!;

  test.each([
    ['an empty file', '', 'expected JSON, but it is empty; run the scenario again'],
    ['half of it', good.slice(0, good.length / 2), 'expected JSON, but it breaks off after'],
    ['no JSON', 'name: x\n', 'expected JSON, but it is none; give a file that slotstorm wrote'],
    ['another program’s JSON', '{"name":"x","version":1}', 'expected a result of slotstorm, got an object with name, version, which slotstorm did not write'],
    ['a list', '[1,2]', 'expected a result of slotstorm, got a list of 2'],
    ['a number', '7', 'expected a result of slotstorm, got 7'],
    ['a baseline', '{"kind":"slotstorm-baseline"}', 'got a baseline; give a result.json'],
    ['zoo.json', '{"tool":{"name":"slotstorm"},"rows":[]}', 'got zoo.json; give a result.json'],
    ['a result without runs', changed((data) => delete data['runs']), 'got a file of slotstorm that is no result, or not all of one'],
    ['a newer version', changed((data) => Object.assign(data, { schemaVersion: 99 })), 'schema version 2 or older, got version 99 (written by slotstorm '],
    [
      'a version that is none',
      changed((data) => Object.assign(data, { schemaVersion: 'two' })),
      'expected schemaVersion to be a whole number from 1 up to 2, got "two"',
    ],
    ['a missing part', changed((data) => delete data['meta']), 'at meta: expected an object, got nothing; the file is damaged or was edited'],
    [
      'a wrong word',
      changed((data) => Object.assign(run(data, 0), { verdict: 'maybe' })),
      'at runs[0].verdict: expected "pass" or "fail" or "undecided", got "maybe"',
    ],
    [
      'a wrong number',
      changed((data) => Object.assign(run(data, 1), { endUs: -1 })),
      'at runs[1].endUs: expected a number from 0 up to 9007199254740991, got -1',
    ],
    ['a run twice', changed((data) => (data['runs'] as unknown[]).push(structuredClone(run(data, 0)))), 'expected one run of each variant with each seed'],
    [
      'a run of no variant',
      changed((data) => Object.assign(run(data, 0), { variant: 'nobody' })),
      'at runs[0].variant: expected the name of one of the variants, got "nobody"',
    ],
    ['a seed that was not asked for', changed((data) => Object.assign(run(data, 0), { seed: 77 })), 'at runs[0].seed: expected one of the seeds, got 77'],
    ['endless nesting', '['.repeat(100_000), 'nested more than 60 deep'],
    ['nesting where nobody looks', changed((data) => Object.assign(data, { extra: JSON.parse('['.repeat(90) + ']'.repeat(90)) })), 'nested more than 60 deep'],
  ])('%s is refused by name', (_name, text, message) => {
    const read = (): unknown => readResult(text, 'a/r.json');
    expect(read).toThrow(ResultError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^a\/r\.json: /);
  });

  it('is refused by name when a long one breaks off', () => {
    expect(() => readResultPieces([good.slice(0, good.length - 20_000)], 'r.json', 500)).toThrow(/^r\.json: expected JSON, but it breaks off within run \d/);
    expect(() => readResultPieces(['x'.repeat(1_000)], 'r.json', 500)).toThrow('expected JSON, but it is none');
  });

  it('tells of hostile texts no more than fits into a line', () => {
    const text = changed((data) => Object.assign(run(data, 0), { verdict: 'x'.repeat(10_000) }));
    expect(() => readResult(text, 'r.json')).toThrow(expect.objectContaining({ message: expect.stringMatching(/^.{0,400}$/s) }));
  });
});

function withoutData(html: string): string {
  return html.replace(/id="result-data"[^>]*>[^<]*</, '');
}
