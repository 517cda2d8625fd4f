import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FitResult } from '../../src/measure/capacity/fit-result.js';
import type { RecordedRows } from '../../src/measure/capacity/recorded-rows.js';
import { readPlan } from '../../src/results/plan-file.js';
import { parseXml } from '../report/xml.js';
import { TestFolder } from './folder.js';
import { type Ran, slotstorm } from './memory-outside.js';

const folder = new TestFolder();
const COLUMNS = ['--arrival-column', 'at', '--service-column', 'seconds'];
const QUICK = ['--quick', '--workers', '1', '--slo', 'p(95)<5s'];

function plan(...argv: readonly string[]): Promise<Ran> {
  return slotstorm(['plan', ...argv, ...QUICK, '--out', folder.path]);
}

/** What a plan says of the rows of its recordings. */
async function rowsOf(...argv: readonly string[]): Promise<readonly RecordedRows[]> {
  const { out, err } = await plan(...argv, '--reporter', 'none', '--json');
  if (out === '') throw new Error(err);
  const { trace, recordings = [] } = readPlan(out, 'standard output').load;
  return trace === undefined ? recordings : [trace];
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

/** 200 requests, of which every second has no service time; one in ten no tenant. */
function halfLost(name = 'half.csv'): string {
  const rows = Array.from({ length: 200 }, (_, n) => `${n * 2},${n % 2 === 0 ? 5 : 'n/a'},${n % 10 === 0 ? '' : 'ann'}`);
  return folder.file(name, ['at,seconds,who', ...rows].join('\n'));
}

/** 100 requests, of which one has no service time. */
function oneLost(): string {
  return folder.file('few.csv', ['at,seconds', ...Array.from({ length: 100 }, (_, n) => `${n},${n === 40 ? '' : 3}`)].join('\n'));
}

function replaying(trace: string, more: string): string {
  return folder.file(
    'replay.yaml',
    `name: replay
platform:
  accounts: [{ id: a, limit: 4, keys: [k] }]
  endpoints: [{ id: e, service: 1s }]
workload:
  - { as: a/k, endpoint: e, call: submit, arrivals: { trace: ${trace}, columns: { arrival: at, service: seconds }${more} } }
recovery: 10m
`,
  );
}

const HALF = '100 of 200 rows used; 100 left out, from line 3 on: "seconds" is no number';
const WARNING = 'Warning: 50 % of the rows that were asked for cannot be used; where they were requests, limits come out too small.';

describe('rows that a recording loses', () => {
  it('are told where the load is, in everything that a plan writes, with a warning where they are many', async () => {
    const { out, code } = await plan('--trace', halfLost(), ...COLUMNS, '--reporter', 'terminal,html,json,junit,markdown,csv', '--name', 'half');
    expect(code).toBe(0);
    const file = (name: string): string => readFileSync(join(folder.path, 'plan-half', name), 'utf8');
    const [load] = /LOAD\n[\s\S]*?EVIDENCE/.exec(out) ?? [''];
    expect(oneLine(load)).toContain(`${WARNING} ${HALF}`);
    expect(file('plan.md')).toContain('\n- **Warning: 50 % of the rows');
    expect(file('plan.html')).toMatch(/<p class="notice">Warning: 50 % of the rows[^<]* 100 of 200 rows used;/);
    expect(readPlan(file('plan.json'), 'plan.json').load.trace).toMatchObject({
      rows: 200,
      used: 100,
      skipped: [{ reason: '"seconds" is no number', count: 100, firstLine: 3, kind: 'unusable' }],
    });
    expect(file('plan.csv')).toContain(`half.csv,,,,,,,rows used,rows,100,,\r\n`);
    expect(file('plan.csv')).toMatch(/"rows left out: ""seconds"" is no number",rows,100,,\r\n/);
    const properties = parseXml(file('junit.xml')).children[0]!.children[0]!.children;
    expect(properties.find(({ attributes }) => attributes['name'] === 'rows')?.attributes['value']).toBe(`${WARNING} ${HALF}`);
  });

  it('are told without a warning where they are few', async () => {
    const { out } = await plan('--trace', oneLost(), ...COLUMNS, '--reporter', 'terminal');
    expect(oneLine(out)).toContain('99 of 100 rows used; 1 left out, from line 42 on: "seconds" is missing or empty');
    expect(out).not.toContain('Warning');
  });

  it('are those without a tenant, where there is a limit for each, and lines that are no JSON', async () => {
    expect(await rowsOf('--trace', halfLost(), ...COLUMNS, '--by', 'who')).toMatchObject([
      { rows: 200, used: 80, skipped: [{ reason: '"who" is missing or empty', count: 20 }, { reason: '"seconds" is no number' }] },
    ]);
    const lines = Array.from({ length: 50 }, (_, n) => (n === 20 ? '{"at": 20' : JSON.stringify({ at: n, seconds: 3 })));
    expect(await rowsOf('--trace', folder.file('log.ndjson', lines.join('\n')), ...COLUMNS)).toMatchObject([
      { rows: 50, used: 49, skipped: [{ reason: 'the line is no JSON object', count: 1, firstLine: 21 }] },
    ]);
  });

  it('are told of a scenario that replays them as well', async () => {
    const [scenario] = [replaying(halfLost(), ', badRows: skip')];
    expect(await rowsOf(scenario)).toMatchObject([{ rows: 200, used: 100, skipped: [{ count: 100, firstLine: 3, kind: 'unusable' }] }]);
    const { out } = await plan(scenario, '--reporter', 'terminal');
    expect(oneLine(out)).toContain(`${WARNING} 100 of 200 rows of half.csv used; 100 left out, from line 3 on: "seconds" is no number`);
  });

  it('are told by a fit in the same words, in its scenario as well', async () => {
    const path = join(folder.path, 'mine.yaml');
    const { out, code } = await slotstorm(['fit', halfLost(), ...COLUMNS, '--write', path]);
    expect(code).toBe(0);
    expect(out).toContain(`${WARNING} ${HALF}`);
    expect(readFileSync(path, 'utf8')).toContain('\n# WARNING: many rows could not be used. Where they were requests, limits come out too small.\n');
    const data = JSON.parse((await slotstorm(['fit', halfLost(), ...COLUMNS, '--json'])).out) as FitResult;
    expect(data.skipped).toEqual([{ reason: '"seconds" is no number', count: 100, firstLine: 3, kind: 'unusable' }]);
  });
});

describe('--bad-rows', () => {
  it('error refuses a recording with a row that cannot be used, in plan and in fit, and says the way out', async () => {
    for (const words of [
      ['plan', '--trace', halfLost(), ...QUICK],
      ['fit', halfLost()],
    ]) {
      const { code, out, err } = await slotstorm([...words, ...COLUMNS, '--bad-rows', 'error']);
      expect({ code, out }).toEqual({ code: 104, out: '' });
      expect(err).toContain('half.csv, line 3: "seconds" is no number, got "n/a". ');
      expect(err).toContain('--bad-rows skip');
    }
  });

  it('skip is what is done without it; the command that asks again says what was asked for', async () => {
    const skipped = await rowsOf('--trace', oneLost(), ...COLUMNS, '--bad-rows', 'skip');
    expect(skipped).toEqual(await rowsOf('--trace', oneLost(), ...COLUMNS));
    const { out } = await plan('--trace', oneLost(), ...COLUMNS, '--bad-rows', 'skip', '--reporter', 'terminal');
    expect(out).toContain('--bad-rows skip');
  });

  it.each([
    [['--rate', '5/s', '--service', '1s', '--bad-rows', 'skip'], '--bad-rows says how a trace is read, but there is none: add --trace FILE'],
    [['--trace', 'x.csv', '--bad-rows', 'maybe'], '--bad-rows: expected skip, error, got "maybe"'],
  ])('%j is told', async (argv, message) => {
    const { code, err } = await plan(...argv);
    expect(code).toBe(104);
    expect(err).toContain(message);
  });
});

/** Recordings of which no row can be used, and what is said of the first one. */
const HOPELESS: readonly (readonly [what: string, text: string, advice: string])[] = [
  [
    'digits that are no epoch',
    'at,seconds\n20241115165750,5\n',
    'line 2: "at" is no timestamp, got "20241115165750". Expected a timestamp such as 2024-11-15 16:57:50',
  ],
  ['dates of a country', 'at,seconds\n15.11.2024 16:57,5\n', 'line 2: "at" is no timestamp, got "15.11.2024 16:57". Expected ISO 8601'],
  ['semicolons and decimal commas', 'at;seconds\n2024-11-15 16:57:50;2,5\n', 'line 2: "seconds" has a comma in its number, got "2,5". Expected a point'],
  ['columns between bars', 'at|seconds\n1|2\n', "expected commas, tabs or semicolons between columns: tr '|' ','"],
];

describe('a recording of which no row can be used', () => {
  it.each(HOPELESS)('is refused by run, plan and fit with the same advice: %s', async (_, text, advice) => {
    const trace = folder.file('odd.csv', text);
    for (const words of [
      ['run', replaying(trace, ', badRows: skip'), '--reporter', 'none', '--workers', '1'],
      ['plan', '--trace', trace, ...COLUMNS, ...QUICK],
      ['fit', trace, ...COLUMNS],
    ]) {
      const { code, err } = await slotstorm([...words, ...(words[0] === 'fit' ? [] : ['--out', folder.path])]);
      expect(code).toBe(104);
      expect(err).toContain(advice);
    }
  });

  it('because none is asked for, is refused with the values that there are', async () => {
    const trace = folder.file('status.csv', `at,seconds,status\n1,2,ok\n2,2,failed\n3,2,\n4,2,"\u001B[31mred"\n`);
    for (const words of [
      ['plan', '--trace', trace, ...QUICK],
      ['fit', trace],
    ]) {
      const { code, err } = await slotstorm([...words, ...COLUMNS, '--where', 'status=okay']);
      expect(code).toBe(104);
      expect(err).toContain('no row can be used (4 rows: "status" is not okay); "status" holds "ok", "failed", nothing, "\\u001b[31mred"');
      expect(err).not.toContain('\u001B');
    }
  });
});

describe('a folder where a file was expected', () => {
  it.each([
    [['plan', '--trace', 'FOLDER', ...QUICK], '--trace: expected a file of recorded requests, but "FOLDER" is a folder, not a file'],
    [['fit', 'FOLDER'], 'fit: expected a file of recorded requests, but "FOLDER" is a folder, not a file'],
    [['plan', 'SCENARIO', ...QUICK], 'or in the current folder, but "FOLDER" is a folder, not a file'],
    [['plan', 'BESIDE', ...QUICK], 'or in the current folder, but "FOLDER" is a folder, not a file'],
    [['plan', 'FOLDER', ...QUICK], 'expected to read the scenario "FOLDER": it is a folder, not a file'],
    [['serve', '--handlers', 'FOLDER'], '--handlers: expected a TypeScript or JavaScript module, but "FOLDER" is a folder, not a file'],
    [['run', 'SCENARIO', '--limiter', 'FOLDER'], '--limiter: expected a TypeScript or JavaScript module, but "FOLDER" is a folder, not a file'],
    [['run', 'SCENARIO', '--quarantine', 'FOLDER'], '--quarantine: expected a file, but "FOLDER" is a folder, not a file'],
  ])('is told so: %j', async (argv, message) => {
    const inside = join(folder.path, 'traffic');
    mkdirSync(inside);
    const scenario = replaying(argv.includes('BESIDE') ? 'traffic' : inside, '');
    const { code, err } = await slotstorm(argv.map((word) => word.replace('FOLDER', inside).replace(/SCENARIO|BESIDE/, scenario)));
    expect(code).toBe(104);
    expect(err).toContain(message.replace('FOLDER', inside));
    expect(err).not.toContain('does not exist');
  });
});
