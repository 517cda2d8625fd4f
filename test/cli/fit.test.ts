import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { flowYaml } from '../../src/fit/flow-yaml.js';
import type { FitResult } from '../../src/measure/capacity/fit-result.js';
import { holds } from '../helpers/properties.js';
import { TestFolder } from './folder.js';
import { filesWith, type Ran, slotstorm } from './memory-outside.js';

const folder = new TestFolder();
const COLUMNS = ['--arrival-column', 'created', '--service-column', 'seconds'];

/** Made up: 600 requests in about five hours, 40 of which failed at once. */
function requests(name = 'requests.csv'): string {
  const rows = Array.from({ length: 600 }, (_, n) => {
    const at = new Date(Date.UTC(2024, 10, 15, 9) + n * 30_000 + ((n * 7919) % 25) * 1000);
    return `${at.toISOString().slice(0, 19).replace('T', ' ')},${4 + ((n * 31) % 17)},team-${n % 3},${n % 15 === 0 ? 'FAILED' : 'SUCCEED'}`;
  });
  return folder.file(name, ['created,seconds,team,status', ...rows].join('\n'));
}

function fitted(...words: string[]): Promise<Ran> {
  return slotstorm(['fit', ...words]);
}

describe('slotstorm fit', () => {
  it('says what a trace looks like, and which models come closest', async () => {
    const { code, out, err } = await fitted(requests(), ...COLUMNS, '--where', 'status=SUCCEED');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('560 of 600 rows used; 40 left out, from line 2 on: "status" is not SUCCEED');
    expect(out).toMatch(/✓ .*\n[\s\S]*trace [\d.]+, model [\d.]+/);
    expect(out).toContain('Service (largest distance from the sample, 0 to 1)');
  });

  it('prints the same as data, and nothing else', async () => {
    const { code, out, err } = await fitted(requests(), ...COLUMNS, '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const data = JSON.parse(out) as Record<string, unknown>;
    expect(data).toMatchObject({ rows: 600, used: 600, skipped: [], service: { maxMs: 20_000 } });
    expect(data['hours']).toHaveLength(24);
  });

  it('writes a scenario that runs and passes, the same bytes every time', async () => {
    const trace = requests();
    const path = join(folder.path, 'scenarios', 'My load.yaml');
    const written = await fitted(trace, ...COLUMNS, '--where', 'status=SUCCEED', '--write', path);
    expect(written.code).toBe(0);
    expect(written.err).toBe(`slotstorm: wrote ${path}\n`);
    const text = readFileSync(path, 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/scenario\.schema\.json\n/);
    expect(text).toContain('name: my-load\n');
    expect(text).toContain("away from the sample's distribution function");
    const ran = await slotstorm(['run', path, '--seeds', '3', '--workers', '1', '--reporter', 'none']);
    expect(ran.code, ran.err).toBe(0);
    const again = join(folder.path, 'scenarios', 'again.yaml');
    await fitted(trace, ...COLUMNS, '--where', 'status=SUCCEED', '--write', again);
    expect(readFileSync(again, 'utf8').replace('name: again', 'name: my-load')).toBe(text);
    expect(readdirSync(join(folder.path, 'scenarios')).sort()).toEqual(['My load.yaml', 'again.yaml']);
  });

  it.each(['2024', 'true', '1e3'])('writes a scenario that loads when its file is called %s', async (name) => {
    const path = join(folder.path, `${name}.yaml`);
    expect((await fitted(requests(), ...COLUMNS, '--where', 'status=SUCCEED', '--write', path)).code).toBe(0);
    const ran = await slotstorm(['run', path, '--workers', '1', '--reporter', 'none']);
    expect(ran.code, ran.err).toBe(0);
  });

  it('writes nothing that does not load, however short or fast the trace is', async () => {
    const path = join(folder.path, 'short.yaml');
    const at = (us: number): string => `2024-11-15 09:00:${String(Math.floor(us / 1e6)).padStart(2, '0')}.${String(us % 1e6).padStart(6, '0')}`;
    const traces = [
      [0, 1, 2],
      [0, 1],
      [0, 0, 0, 1],
      [0, 9, 10, 11, 1000],
      [0, 0, 0, 0],
      [0, 1, 2, 3_000_000, 3_000_001, 9_000_000],
    ];
    const crowd = Array.from({ length: 200 }, (_, n) => Math.floor(n / 50) * 1_000_000 + (n % 50));
    for (const rows of [...traces, crowd, [...crowd, ...crowd.map((us) => us + 7_000_000)]]) {
      const trace = folder.file('short.csv', ['created,seconds', ...rows.map((us, n) => `${at(us)},${1 + (n % 3)}`)].join('\n'));
      const { code, err } = await fitted(trace, ...COLUMNS, '--write', path, '--force');
      expect(code, err).toBe(0);
      const ran = await slotstorm(['run', path, '--workers', '1', '--reporter', 'none']);
      expect(ran.code, `${rows.join()}: ${ran.err}`).not.toBe(104);
    }
  });

  it('says first, and first in the scenario, that a load is not fit to plan with, and the command that plans with the trace', async () => {
    // Long work comes together, which no model of arrivals knows.
    const rows = Array.from(
      { length: 1200 },
      (_, n) => `${new Date(Date.UTC(2024, 10, 15, 9) + n * 3000 + ((n * 7919) % 2900)).toISOString()},${n < 900 ? 1 : 60}`,
    );
    const trace = folder.file('late.csv', ['created,seconds', ...rows].join('\n'));
    const [path, markdown] = [join(folder.path, 'late.yaml'), join(folder.path, 'late.md')];
    const { out } = await fitted(trace, ...COLUMNS, '--bad-rows', 'error', '--write', path, '--markdown', markdown);
    const [, head, command] = out.split('\n') as [string, string, string];
    expect(head).toMatch(/^ {2}✗ Do not plan with the fitted load: it is .* than the trace/);
    expect(command.trim()).toBe(`npx slotstorm plan --trace ${trace} --arrival-column created --service-column seconds --bad-rows error --slo 'p(95)<5s'`);
    expect(readFileSync(path, 'utf8')).toContain(
      `\n# DO NOT PLAN WITH THIS LOAD: limits would come out wrong. Plan with the trace itself:\n#   npx slotstorm plan --trace`,
    );
    expect(readFileSync(markdown, 'utf8')).toMatch(/^# Fit of .*\n\n\*\*✗ Do not plan with the fitted load/);
  });

  it('gives no verdict on two rows, and on arrivals without service times only theirs', async () => {
    const path = join(folder.path, 'mine.yaml');
    const two = folder.file('two.csv', 'created,seconds\n2024-11-15 09:00:00,3\n2024-11-15 09:00:04,9\n');
    const { out } = await fitted(two, ...COLUMNS, '--write', path);
    expect(out).toContain('? Too few rows to tell');
    expect(readFileSync(path, 'utf8')).toContain('\n# TOO FEW ROWS TO TELL whether this load may be planned with.');
    await fitted(requests(), '--arrival-column', 'created', '--service', '12s', '--write', path, '--force');
    expect(readFileSync(path, 'utf8')).toContain('\n# This load may be planned with, its arrivals only, for the trace has no service times: ');
  });

  it('by tenant, the busiest are fitted one by one and the others together', async () => {
    const rows = Array.from({ length: 900 }, (_, n) => {
      const team = n % 3 === 0 ? 'big' : `team-${n % 8}`;
      return `${new Date(Date.UTC(2024, 10, 15, 9) + n * 3000 + ((n * 7919) % 2900)).toISOString()},${team === 'big' ? 20 : 5},${team}`;
    });
    const trace = folder.file('tenants.csv', ['created,seconds,team', ...rows].join('\n'));
    const { code, out } = await fitted(trace, ...COLUMNS, '--by', 'team');
    expect(code).toBe(0);
    expect(out).toMatch(/\nBy team, each fitted by itself\n {2}big: 300 requests, 66\.7 % of all; .*service constant 20s\n/);
    expect(out).toMatch(/\n {2}4 others: \d+ requests, /);
    const data = JSON.parse((await fitted(trace, ...COLUMNS, '--by', 'team', '--endpoint-column', 'seconds', '--json')).out) as FitResult;
    expect(data.parts?.map(({ column, list }) => [column, list.length])).toEqual([
      ['team', 6],
      ['seconds', 2],
    ]);
    expect(data.parts?.[0]?.list.reduce((sum, { requests }) => sum + requests, 0)).toBe(900);
    // One that is left over is no others.
    const six = await fitted(
      folder.file('six.csv', ['created,team', ...rows.map((row, n) => `${row.slice(0, 24)},t${n % 6}`)].join('\n')),
      '--arrival-column',
      'created',
      '--by',
      'team',
      '--json',
    );
    expect((JSON.parse(six.out) as FitResult).parts?.[0]?.list.map(({ name }) => name)).toEqual(['t0', 't1', 't2', 't3', 't4', 't5']);
    expect(data.parts?.[0]?.list.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('writes how to replay the trace itself: what it says passes as well', async () => {
    const path = join(folder.path, 'scenarios', 'mine.yaml');
    await fitted(requests(), ...COLUMNS, '--where', 'status=SUCCEED', '--write', path);
    const replay = readFileSync(path, 'utf8')
      .replace(/^ {4}arrivals: .*\n/m, '')
      .replace('#arrivals:', 'arrivals:');
    expect(replay).toContain(
      'arrivals: { trace: ../requests.csv, columns: { arrival: created, service: seconds }, where: { status: [SUCCEED] }, badRows: skip }',
    );
    const replayPath = folder.file('scenarios/replay.yaml', replay);
    const ran = await slotstorm(['run', replayPath, '--reporter', 'none', '--json']);
    expect(ran.code).toBe(0);
    expect(ran.out).toMatch(/"used": ?560/);
  });

  it('never replaces a file, unless it is told to', async () => {
    const path = folder.file('mine.yaml', 'my own');
    const kept = await fitted(requests(), ...COLUMNS, '--write', path);
    expect(kept.code).toBe(104);
    expect(kept.err).toContain(`--write: ${JSON.stringify(path)} is there already; choose another path, or replace it with --force`);
    expect(readFileSync(path, 'utf8')).toBe('my own');
    expect((await fitted(requests(), ...COLUMNS, '--write', path, '--force')).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toContain('Fitted to a trace');
  });

  it('writes both files or none', async () => {
    const [scenario, markdown] = [join(folder.path, 'mine.yaml'), join(folder.path, 'fit.md')];
    const files = filesWith({
      write: (path) => {
        if (path.includes('fit.md')) throw new Error('no space left on device');
      },
    });
    const ran = await slotstorm(['fit', requests(), ...COLUMNS, '--write', scenario, '--markdown', markdown], { files });
    expect(ran.code).toBe(104);
    expect(ran.err).toContain('no space left on device');
    expect(existsSync(scenario)).toBe(false);
    expect((await fitted(requests(), ...COLUMNS, '--markdown', markdown)).code).toBe(0);
    expect(readFileSync(markdown, 'utf8')).toContain('| Taken | Law | Largest distance | AIC |');
  });

  it('stands a service time in where the trace has none', async () => {
    const path = join(folder.path, 'mine.yaml');
    expect((await fitted(requests(), '--arrival-column', 'created', '--service', '12s', '--write', path)).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toContain('service: 12s');
    const without = await fitted(requests(), '--arrival-column', 'created');
    expect(without.code).toBe(0);
    expect(without.out).toContain('note: Without service times no law of service was fitted.');
  });

  it('looks at a part of the trace', async () => {
    const { out } = await fitted(requests(), ...COLUMNS, '--slice', '0s..1h', '--json');
    expect(JSON.parse(out)).toMatchObject({ used: 120, skipped: [{ reason: 'outside the slice', count: 480 }] });
  });

  it('shows what names from outside hold, and obeys none of it', async () => {
    const trace = folder.file('evil.csv', 'created,seconds,"st\u001B[31mat\nus"\n2024-11-15 09:00:00,5,x\n2024-11-15 09:00:09,6,y\n2024-11-15 09:00:19,6,y\n');
    const path = join(folder.path, 'mine.yaml');
    const { code, out } = await fitted(trace, ...COLUMNS, '--where', 'st\u001B[31mat\nus=y', '--write', path);
    expect(code).toBe(0);
    expect(out).not.toContain('\u001B');
    const text = readFileSync(path, 'utf8');
    for (const line of text.split('\n').filter((one) => one.includes('is not y'))) expect(line).toMatch(/^ *#/);
    expect(parse(text)).toMatchObject({ name: 'mine' });
  });
});

describe('a mistake of slotstorm fit is told with what was expected', () => {
  it.each([
    [['nowhere.csv', ...COLUMNS], 'fit: expected a file of recorded requests, but there is no file "nowhere.csv"'],
    [
      ['TRACE'],
      'expected the column with the arrival times (--arrival-column), got none; the file has "created", "seconds", "team", "status"; --arrival-column "created" looks right',
    ],
    [['TRACE', '--arrival-column', 'team'], '"team" is no timestamp'],
    [['TRACE', '--arrival-column', 'when'], 'expected a column "when", but the header has'],
    [
      ['TRACE', '--arrival-column', 'created', '--service-unit', 'ms'],
      '--service-unit says how a column is read, but there is none: add --service-column NAME',
    ],
    [['TRACE', ...COLUMNS, '--service-unit', 'parsec'], 'expected a unit of the service column'],
    [['TRACE', ...COLUMNS, '--service', '12s'], 'expected --service or --service-column, got both'],
    [['TRACE', '--arrival-column', 'created', '--write', 'x.yaml'], '--write: a scenario needs service times: add --service-column NAME, or --service 12s'],
    [['TRACE', ...COLUMNS, '--write', 'x.json'], '--write: expected the path of a scenario file such as scenarios/mine.yaml, got "x.json"'],
    [['TRACE', ...COLUMNS, '--by', 'team', '--write', 'x.yaml'], '--by splits it: leave --by out, or write one part with --where team=VALUE'],
    [['TRACE', ...COLUMNS, '--endpoint-column', 'team', '--write', 'x.yaml'], '--endpoint-column splits it'],
    [['TRACE', ...COLUMNS, '--where', 'status'], '--where: expected column=value such as predict_status=SUCCEED, got "status"'],
    [['TRACE', ...COLUMNS, '--where', 'status=LOST'], 'no row can be used (600 rows: "status" is not LOST); "status" holds "FAILED", "SUCCEED"'],
    [['TRACE', ...COLUMNS, '--slice', 'today'], '--slice: expected a part of the trace from its first row on, such as 0s..6h, got "today"'],
    [['TRACE', ...COLUMNS, '--slice', '9d..10d'], 'expected arrivals in the slice, but the recording ends 17976s after its first arrival'],
    [['TRACE', ...COLUMNS, '--bad-rows', 'maybe'], 'bad-rows'],
  ] as const)('%j', async (words, complaint) => {
    const { code, out, err } = await fitted(...words.map((word) => (word === 'TRACE' ? requests() : word)));
    expect({ code, out }).toEqual({ code: 104, out: '' });
    expect(err).toContain(complaint);
    expect(err).not.toMatch(/\n {4}at /);
  });
});

describe('YAML in one line', () => {
  it('is read again as it was, whatever words hold', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !/\p{Surrogate}/u.test(text)),
      fc.constantFrom('on', '12', '1e3', '0x1', 'null', '~', '2024-01-01', '- a', 'a: b', '#', '12s', '5/s', ''),
    );
    const value = fc.letrec((tie) => ({
      value: fc.oneof(word, fc.integer(), fc.boolean(), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(word, tie('value'), { maxKeys: 3 })),
    })).value;
    holds(
      fc.property(value, (written) => {
        expect(parse(flowYaml(written))).toEqual(written);
        expect(flowYaml(written)).not.toContain('\n');
      }),
      150,
    );
  });

  it('is plain where it can be', () => {
    expect(flowYaml({ lognormal: { mean: '12s', cv: 0.5 } })).toBe('{ lognormal: { mean: 12s, cv: 0.5 } }');
    expect(flowYaml({ batches: { poisson: '0.2/s', size: { geometric: { mean: 4 } } }, from: '0s' })).toBe(
      '{ batches: { poisson: 0.2/s, size: { geometric: { mean: 4 } } }, from: 0s }',
    );
  });
});
