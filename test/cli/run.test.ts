import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, test } from 'vitest';
import type { ResultFile } from '../../src/measure/result.js';
import { TestFolder } from './folder.js';
import { filesWith, readJson, slotstorm } from './memory-outside.js';

const REVOCATION = 'scenarios/key-revocation-mid-flight.yaml';
const own = new TestFolder();
const file = (name: string, text: string): string => own.file(name, text);

/** A small scenario that passes; each test changes one thing. */
const SMALL = `name: small
platform:
  accounts: [{ id: acme, limit: 2, keys: [k] }]
  endpoints: [{ id: model, service: 1s }]
workload:
  - { as: acme/k, endpoint: model, arrivals: { burst: 3, at: 0s } }
recovery: 1m
expect:
  thresholds: { leaked_slots: ["value == 0"] }
`;

function run(path: string, ...more: string[]) {
  return slotstorm(['run', path, '--out', join(own.path, 'reports'), '--reporter', 'terminal', ...more]);
}

async function resultOf(path: string, ...more: string[]): Promise<ResultFile> {
  const ran = await slotstorm(['run', path, '--json', '--reporter', 'none', ...more]);
  return JSON.parse(ran.out) as ResultFile;
}

describe('slotstorm run', () => {
  it('shows six ghost slots under fal-939 that grow to the end, and none under reference', async () => {
    const result = await resultOf(REVOCATION);
    const byVariant = new Map(result.runs.map((one) => [one.variant, one]));
    const stranded = byVariant.get('fal-939');
    expect(stranded?.metrics['leaked_slots']).toMatchObject({ value: 6 });
    const ghosts = stranded?.evidence?.timeline.points.map((point) => point.ghost) ?? [];
    expect(ghosts[ghosts.length - 1]).toBe(6);
    expect(Math.max(...ghosts)).toBe(6);
    expect(byVariant.get('reference')?.metrics['leaked_slots']).toMatchObject({ value: 0 });
    expect(result.exitCode).toBe(0);
  });

  it('writes the same result.json twice but for meta, and another seed gives other arrivals', async () => {
    const { meta: _a, ...first } = await resultOf(REVOCATION);
    const { meta: _b, ...second } = await resultOf(REVOCATION);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    const other = await resultOf(REVOCATION, '--seed', '2');
    expect(other.runs[1]?.hash).not.toBe(first.runs[1]?.hash);
  });

  it('writes all reports into one folder that is named after scenario and seed', async () => {
    const ran = await slotstorm(['run', file('small.yaml', SMALL), '--out', join(own.path, 'reports')]);
    expect(ran.code).toBe(0);
    expect(readdirSync(join(own.path, 'reports')).sort()).toEqual(['history.ndjson', 'index.html', 'small-1']);
    const written = readdirSync(join(own.path, 'reports/small-1'));
    expect(written.sort()).toEqual(['charts', 'junit.xml', 'report.html', 'result.json', 'summary.md']);
    expect(readdirSync(join(own.path, 'reports/small-1/charts')).length).toBeGreaterThan(0);
    expect(readJson(join(own.path, 'reports/small-1/result.json'))).toMatchObject({ schemaVersion: 2, exitCode: 0 });
    expect(ran.out).toContain(join(own.path, 'reports/small-1/report.html'));
  });

  it('prints nothing but data with --json', async () => {
    const ran = await slotstorm(['run', file('small.yaml', SMALL), '--json', '--reporter', 'none']);
    expect((JSON.parse(ran.out) as ResultFile).scenario.name).toBe('small');
    expect(ran.err).toBe('');
  });

  it('changes the scenario with --set, by index, by id and inside a preset', async () => {
    const path = file('small.yaml', SMALL);
    const result = await resultOf(
      path,
      '--set',
      'platform.accounts.acme.limit=1',
      '--set',
      'workload.0.arrivals.burst=5',
      '--set',
      'platform.policy.waiting=fifo',
    );
    expect(result.runs[0]?.metrics['requests']).toMatchObject({ count: 5 });
    expect(result.runs[0]?.metrics['slots_in_use']).toMatchObject({ max: 1 });
    expect(result.scenario.rerun).toContain('--set platform.accounts.acme.limit=1');
  });

  it('runs several seeds and says which', async () => {
    const result = await resultOf(file('small.yaml', SMALL), '--seeds', '3', '--seed', '5');
    expect(result.seeds).toEqual([5, 6, 7]);
    expect(result.runs.map((one) => one.evidence !== undefined)).toEqual([true, false, false]);
  });

  it('takes options from the environment, and flags before them', async () => {
    const path = file('small.yaml', SMALL);
    const fromEnv = await slotstorm(['run', path, '--json', '--reporter', 'none'], { env: { SLOTSTORM_SEED: '9' } });
    expect((JSON.parse(fromEnv.out) as ResultFile).seeds).toEqual([9]);
    const flagged = await slotstorm(['run', path, '--json', '--reporter', 'none', '--seed', '3'], { env: { SLOTSTORM_SEED: '9' } });
    expect((JSON.parse(flagged.out) as ResultFile).seeds).toEqual([3]);
  });

  it('takes a warm-up from the command line or the environment, as if the scenario had it', async () => {
    const path = file('small.yaml', SMALL.replace('burst: 3, at: 0s', 'rate: 1/s, to: 5m'));
    const set = await resultOf(path, '--set', 'warmup=2m');
    expect(set.variants[0]).toMatchObject({ warmupUs: 120_000_000, warmupRule: 'fixed: 2m' });
    // Of 300, those of the last three minutes and the one that is at work when the warm-up ends.
    expect(set.runs[0]?.metrics['requests']).toMatchObject({ count: 181 });
    const { meta: _a, ...asOption } = await resultOf(path, '--warmup', '2m');
    const { meta: _b, ...asSetting } = set;
    expect(asOption).toEqual(asSetting);
    expect(asOption.scenario.rerun).toContain('--set warmup=2m');
    expect((await resultOf(path, '--warmup', 'auto')).variants[0]?.warmupRule).toMatch(/^auto: MSER-5/);
    const env = { SLOTSTORM_WARMUP: '1m' };
    const inEnvironment = async (...more: string[]): Promise<number | undefined> => {
      const ran = await slotstorm(['run', path, '--json', '--reporter', 'none', ...more], { env });
      return (JSON.parse(ran.out) as ResultFile).variants[0]?.warmupUs;
    };
    expect(await inEnvironment()).toBe(60_000_000);
    expect(await inEnvironment('--warmup', '3m')).toBe(180_000_000);
    expect(await inEnvironment('--set', 'warmup=4m')).toBe(240_000_000);
  });

  it('runs a scenario written in TypeScript', async () => {
    const result = await resultOf('test/cli/fixtures/burst.ts');
    expect(result.runs[0]?.metrics['requests']).toMatchObject({ count: 4 });
  });
});

describe('exit codes', () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ['0 for a pass', 0, SMALL],
    ['99 for a crossed threshold', 99, SMALL.replace('value == 0', 'value > 0')],
    ['99 for something that was not exercised', 99, `${SMALL}  exercised: { start_timeouts: ">= 1" }\n`],
    [
      '98 for a broken invariant',
      98,
      `${SMALL.replace('platform:', 'platform:\n  policy: fal-939').replace('value == 0', 'value >= 0')}steps:\n  - { at: 500ms, do: revoke-key, key: acme/k }\n`,
    ],
    ['98 before 99 when both', 98, `${SMALL.replace('platform:', 'platform:\n  policy: fal-939')}steps:\n  - { at: 500ms, do: revoke-key, key: acme/k }\n`],
    ['96 for a metric without samples', 96, SMALL.replace('leaked_slots: ["value == 0"]', 'time_to_heal: ["value < 1s"]')],
  ];
  test.each(cases)('%s', async (_, code, text) => {
    expect((await run(file('s.yaml', text))).code).toBe(code);
  });

  it('107 for a script that throws, with its message and no stack', async () => {
    const ran = await run(file('bad.ts', 'throw new Error("no such luck");'));
    expect(ran.code).toBe(107);
    expect(ran.err).toContain('no such luck');
    expect(ran.err).not.toContain('    at ');
  });
});

describe('bad input gets one clear message, code 104, and leaves nothing behind', () => {
  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['an empty file', '', /s\.yaml: expected a scenario, but the file is empty/],
    ['a syntax error', 'name: [small', /s\.yaml:1:\d+: expected YAML or JSON/],
    ['an unknown key', SMALL.replace('recovery:', 'recovry:'), /s\.yaml:7:1: .*unknown key "recovry"; did you mean "recovery"/],
    [
      '12 parsecs as a duration',
      SMALL.replace('service: 1s', 'service: 12 parsecs'),
      /s\.yaml:4:37: platform\.endpoints\[0\]\.service: expected a duration such as .*got "12 parsecs"/,
    ],
    [
      'a negative rate',
      SMALL.replace('burst: 3, at: 0s', 'poisson: -1/s, to: 5s'),
      /s\.yaml:6:\d+: workload\[0\]\.arrivals\.poisson: expected a rate above 0 .*got "-1\/s"/,
    ],
    ['limit 0', SMALL.replace('limit: 2', 'limit: 0'), /s\.yaml:3:33: platform\.accounts\[0\]\.limit: expected a whole number from 1 up, got 0/],
    [
      'a step that names an unknown key',
      `${SMALL}steps:\n  - { at: 1s, do: revoke-key, key: acme/kk }\n`,
      /s\.yaml:11:36: steps\[0\]\.key: expected a key as account\/key \(did you mean "acme\/k"\?\), got "acme\/kk"/,
    ],
    [
      'a step that names an unknown account',
      `${SMALL}steps:\n  - { at: 1s, do: set-limit, account: acmee, limit: 3 }\n`,
      /expected the id of an account \(did you mean "acme"\?\), got "acmee"/,
    ],
    ['an unknown step', `${SMALL}steps:\n  - { at: 1s, do: revoke-keys, key: acme/k }\n`, /expected do: one of burst, .*did you mean "revoke-key"/],
    [
      'two accounts of one name',
      SMALL.replace('[{ id: acme, limit: 2, keys: [k] }]', '[{ id: acme }, { id: acme }]').replace('acme/k', 'acme/key'),
      /platform\.accounts\[1\]\.id: expected every account to have a name of its own, but "acme"/,
    ],
    [
      'a threshold on an unknown metric',
      SMALL.replace('leaked_slots:', 'leeked_slots:'),
      /s\.yaml:9:17: expect\.thresholds\.leeked_slots: unknown metric "leeked_slots"; did you mean "leaked_slots"\?/,
    ],
    ['a threshold that cannot be read', SMALL.replace('value == 0', 'value is 0'), /expected "aggregation operator number"/],
    ['a percentile of a gauge', SMALL.replace('value == 0', 'p(95) < 1'), /a gauge such as leaked_slots has value, min, max, avg; got "p\(95\)"/],
    ['two kinds of arrivals', SMALL.replace('burst: 3', 'burst: 3, rate: 1/s'), /expected exactly one of burst, rate, .*, trace, got burst and rate/],
    ['a list instead of a scenario', '[1, 2]', /expected a scenario \{ name/],
    [
      'an unknown setting of a variant',
      `${SMALL}variants:\n  - { name: x, set: { platform.policy: fal-93 } }\n`,
      /variant "x": platform\.policy: expected one of .*did you mean "fal-939"/,
    ],
    [
      'a trace without the named column',
      SMALL.replace('burst: 3, at: 0s', 'trace: t.csv, columns: { arrival: when, service: s }'),
      /expected a column "when", but the header has: "time", "s"/,
    ],
    [
      'a warm-up as long as the load',
      SMALL.replace('arrivals: { burst: 3, at: 0s }', 'arrivals: { rate: 1/s, to: 8m }').concat('warmup: 8m\n'),
      /warmup: expected a warm-up shorter than the load, which ends at 8m, got 8m/,
    ],
    ['rates beyond the clock', SMALL.replace('burst: 3, at: 0s', 'rate: 1000000000/s, to: 8m'), /expected a rate above 0 .* at most 100000\/s/],
    [
      'phases that nobody can count',
      SMALL.replace('burst: 3, at: 0s', 'onOff: { onRate: 1/s, meanOn: 1us, meanOff: 1us }, to: 30d'),
      /onOff: expected phases so long that at most 1000000 of each fit/,
    ],
    ['a trace that is missing', SMALL.replace('burst: 3, at: 0s', 'trace: gone.csv, columns: { arrival: when }'), /expected the trace "gone\.csv" beside/],
  ];
  test.each(bad)('%s', async (_, text, message) => {
    file('t.csv', 'time,s\n1,2\n');
    const ran = await run(file('s.yaml', text), '--reporter', 'html');
    expect(ran.err).toMatch(message);
    expect(ran.code).toBe(104);
    expect(ran.out).toBe('');
    expect(ran.err).not.toContain('    at ');
    expect(existsSync(join(own.path, 'reports')) ? readdirSync(join(own.path, 'reports')) : []).toEqual([]);
  });

  it('cannot make names from a file or the command line command the terminal', async () => {
    file('t.csv', '\u001b]0;owned\u0007,\u001b[31mred\n1,2\n');
    const ran = await run(file('s.yaml', SMALL.replace('burst: 3, at: 0s', 'trace: t.csv, columns: { arrival: when }')));
    expect(ran.code).toBe(104);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys
    expect(ran.err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
    const typed = await slotstorm(['run', REVOCATION, '--\u001b[31mred', '1']);
    expect(typed.code).toBe(104);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal obeys
    expect(typed.err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  });

  const badUse: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['a missing file', ['run', 'no-such-file.yaml'], /"no-such-file\.yaml" does not exist/],
    ['a pattern that matches nothing', ['run', 'scenarios/*.nope'], /expected the pattern "scenarios\/\*\.nope" to match/],
    ['an unknown option', ['run', REVOCATION, '--sead', '1'], /Unknown argument: sead/],
    ['an unknown command', ['rum', REVOCATION], /got "rum"; did you mean run\?/],
    ['no command', [], /expected a command/],
    ['a seed that is no number', ['run', REVOCATION, '--seed', 'abc'], /--seed: expected a whole number from 0 up to \d+, got "abc"/],
    ['zero seeds', ['run', REVOCATION, '--seeds', '0'], /--seeds: expected a whole number from 1 up to 100000, got 0/],
    ['a setting without a value', ['run', REVOCATION, '--set', 'platform'], /--set: expected path=value/],
    ['a setting that leads nowhere', ['run', REVOCATION, '--set', 'platform.accounts.nobody.limit=3'], /no entry of the list has the id or name "nobody"/],
    ['a warm-up that is no time', ['run', REVOCATION, '--warmup', 'soon'], /^slotstorm: --warmup: expected auto, or a duration such as .*, got "soon"$/m],
    ['a warm-up of nothing', ['run', REVOCATION, '--warmup', '0'], /--warmup: expected auto, or a duration such as .*, longer than 0, got/],
    ['two warm-ups', ['run', REVOCATION, '--warmup', '1m', '--warmup', '2m'], /--warmup: expected auto, or .*, got \["1m","2m"\]/],
    ['an unknown reporter', ['run', REVOCATION, '--reporter', 'pdf'], /--reporter: expected terminal, html/],
  ];
  test.each(badUse)('%s', async (_, argv, message) => {
    const ran = await slotstorm(argv);
    expect(ran.err).toMatch(message);
    expect(ran.code).toBe(104);
  });

  it('an output folder that cannot be written', async () => {
    const ran = await slotstorm(['run', file('s.yaml', SMALL), '--out', file('taken', 'a file')]);
    expect(ran.err).toMatch(/expected to write to the output folder .*choose another with --out/);
    expect(ran.code).toBe(104);
  });

  it('a disk that fills up half-way', async () => {
    const full = filesWith({
      write: () => {
        throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      },
    });
    const ran = await slotstorm(['run', file('s.yaml', SMALL), '--out', join(own.path, 'reports')], { files: full });
    expect(ran.err).toContain('no space left');
    expect(ran.code).toBe(104);
    expect(existsSync(join(own.path, 'reports'))).toBe(false);
  });

  it('reports all problems of a file at once', async () => {
    const ran = await run(file('s.yaml', SMALL.replace('limit: 2', 'limit: -1').replace('service: 1s', 'service: soon')));
    expect(ran.err.split('\n').filter((line) => line.includes('expected'))).toHaveLength(2);
  });

  it('names from outside cannot steer the terminal', async () => {
    const ran = await run(file('s.yaml', SMALL.replace('{ id: model', '{ id: "\\e[31mred\\a"').replace('endpoint: model', 'endpoint: "\\e[31mred\\a"')));
    expect(ran.code).toBe(0);
    expect(ran.out).not.toContain('\u001b[31m');
    expect(ran.out).not.toContain('\u0007');
  });
});

describe('an interrupt', () => {
  it('ends with 105 and leaves the former report as it was', async () => {
    const path = file('s.yaml', SMALL);
    const out = join(own.path, 'reports');
    await slotstorm(['run', path, '--out', out, '--reporter', 'json']);
    const before = readFileSync(join(out, 'small-1/result.json'), 'utf8');
    const ran = await slotstorm(['run', path, '--out', out, '--reporter', 'json'], {
      onInterrupt: (listener) => {
        listener();
        return () => undefined;
      },
    });
    expect(ran.code).toBe(105);
    expect(ran.err).toContain('interrupted');
    expect(readdirSync(out).sort()).toEqual(['history.ndjson', 'index.html', 'small-1']);
    expect(readFileSync(join(out, 'small-1/result.json'), 'utf8')).toBe(before);
  });

  it('reaches a real process in the middle of a long run', async () => {
    // Half full for eleven years: minutes of work that need no more memory however late the interrupt comes.
    const long = SMALL.replace('burst: 3, at: 0s', 'rate: 1/s, to: 100000h');
    const out = join(own.path, 'reports');
    const child = spawn(process.execPath, ['bin/slotstorm.js', 'run', file('long.yaml', long), '--out', out], { stdio: ['ignore', 'ignore', 'pipe'] });
    let err = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, err })));
    try {
      // The program listens for interrupts before it makes the folder.
      await expect.poll(() => existsSync(out)).toBe(true);
      child.kill('SIGINT');
      expect(await ended).toEqual({ code: 105, signal: null, err: expect.stringContaining('interrupted') });
    } finally {
      child.kill('SIGKILL');
    }
    expect(existsSync(out)).toBe(false);
  });
});

describe('the built program', () => {
  it('prints help with examples and exit codes', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['bin/slotstorm.js', '--help']);
    expect(stdout).toContain('scenarios/key-revocation-mid-flight.yaml');
    expect(stdout).toMatch(/98 {2}an invariant broken/);
  });

  it('prints a completion script', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['bin/slotstorm.js', 'completion']);
    expect(stdout).toContain('slotstorm --get-yargs-completions');
  });
});
