import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, test } from 'vitest';
import type { Outside } from '../../src/cli/outside.js';
import { TestFolder } from './folder.js';
import { filesWith, slotstorm } from './memory-outside.js';

const REVOCATION = 'scenarios/key-revocation-mid-flight.yaml';
const own = new TestFolder();
const file = (name: string, text: string): string => own.file(name, text);

const REPLAY = `name: replay
platform:
  accounts: [{ id: acme, limit: 2, keys: [k] }]
  endpoints: [{ id: model, service: { exponential: { mean: 3s } } }]
workload:
  - { as: acme/k, endpoint: model, arrivals: { trace: requests.csv, columns: { arrival: at } } }
recovery: 10m
`;

/** Rows of a trace: an arrival each second, the one at 15 s later by so many seconds. */
function rows(late = 0): string {
  return `at\n${Array.from({ length: 30 }, (_, n) => n + (n === 15 ? late : 0)).join('\n')}\n`;
}

/** Metrics begin where a pilot of five seeds says. */
const WARM = `name: warm
platform:
  accounts: [{ id: acme, limit: 10, keys: [k] }]
  endpoints: [{ id: model, service: { exponential: { mean: 9s } } }]
workload:
  - { as: acme/k, endpoint: model, arrivals: { poisson: 1/s, from: 0s, to: 30m } }
recovery: 10m
warmup: auto
`;

/** Each look at the clock finds that a second has passed: every head start is over at once, so threads are used. */
function hurry(): Pick<Outside, 'monotonicMs'> {
  let ms = 0;
  return { monotonicMs: () => (ms += 1_000) };
}

function fixture(name: string): Pick<Outside, 'workerScript'> {
  return { workerScript: resolve(`test/replications/fixtures/${name}.mjs`) };
}

/** `result.json` without what may differ between two runs. */
function withoutMeta(json: string): string {
  const { meta: _, ...rest } = JSON.parse(json) as { meta: unknown };
  return JSON.stringify(rest);
}

async function resultOf(argv: readonly string[], changes: Partial<Outside> = {}): Promise<string> {
  const ran = await slotstorm(['run', ...argv, '--json', '--reporter', 'none'], changes);
  expect(ran.err).toBe('');
  return withoutMeta(ran.out);
}

/** Shows where two long texts part, not all of them. */
function expectSameBytes(one: string, other: string): void {
  if (one === other) return;
  let at = 0;
  while (one[at] === other[at]) at++;
  expect(one.slice(at - 60, at + 60)).toBe(other.slice(at - 60, at + 60));
}

describe('seeds on several threads', () => {
  it.each([REVOCATION, 'scenarios/direct-calls-retry.yaml', 'replay', 'warm'])('%s gives the same bytes with 1, 2 and 3 workers', async (name) => {
    file('requests.csv', rows());
    const own: Readonly<Record<string, string>> = { replay: REPLAY, warm: WARM };
    const scenario = own[name] === undefined ? name : file(`${name}.yaml`, own[name]);
    const alone = await resultOf([scenario, '--seeds', '23', '--workers', '1']);
    expectSameBytes(await resultOf([scenario, '--seeds', '23', '--workers', '2'], hurry()), alone);
    expectSameBytes(await resultOf([scenario, '--seeds', '23', '--workers', '3'], hurry()), alone);
  });

  it('and in processes of their own', async () => {
    const [alone, shared] = await Promise.all(
      ['1', '2'].map(async (workers) => {
        const argv = ['bin/slotstorm.js', 'run', REVOCATION, '--seeds', '40', '--workers', workers, '--json', '--reporter', 'none'];
        const { stdout } = await promisify(execFile)(process.execPath, argv, { maxBuffer: 1e9 });
        return withoutMeta(stdout);
      }),
    );
    expectSameBytes(shared as string, alone as string);
  });

  it('keep charts for the first seed of each variant only', async () => {
    const result = JSON.parse(await resultOf([REVOCATION, '--seeds', '4', '--workers', '2'], hurry())) as { runs: { seed: number; evidence?: unknown }[] };
    for (const run of result.runs) expect(run.evidence !== undefined).toBe(run.seed === 1);
  });

  it.each([
    ['a single seed', ['--seeds', '1', '--workers', '8']],
    ['one worker', ['--seeds', '9', '--workers', '1']],
  ])('none is started for %s', async (_, argv) => {
    const ran = await slotstorm(['run', REVOCATION, ...argv, '--reporter', 'none'], { ...hurry(), ...fixture('dying-worker') });
    expect(ran).toMatchObject({ code: 0, err: '' });
  });

  it('none is started for seeds that are over at once', async () => {
    const ran = await slotstorm(['run', REVOCATION, '--seeds', '9', '--workers', '2', '--reporter', 'none'], {
      monotonicMs: () => 0,
      ...fixture('dying-worker'),
    });
    expect(ran).toMatchObject({ code: 0, err: '' });
  });

  it('one that dies is an internal error that says so', async () => {
    const ran = await slotstorm(['run', REVOCATION, '--seeds', '9', '--workers', '2', '--reporter', 'none'], { ...hurry(), ...fixture('dying-worker') });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('a worker thread was lost (worker exited with code: 3); --workers 1 runs all seeds in this process');
  });

  it('one whose script is missing is an internal error too', async () => {
    const ran = await slotstorm(['run', REVOCATION, '--seeds', '9', '--workers', '2', '--reporter', 'none'], { ...hurry(), ...fixture('no-such-worker') });
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('a worker thread was lost');
  });

  it('what goes wrong in one has the words and the exit code that it has here', async () => {
    const scenario = file('replay.yaml', REPLAY);
    file('requests.csv', 'when\n1\n');
    const here = await slotstorm(['run', scenario, '--reporter', 'none']);
    const readHere = filesWith({ readChunks: () => [rows()] });
    const there = await slotstorm(['run', scenario, '--seeds', '9', '--workers', '2', '--reporter', 'none'], { ...hurry(), files: readHere });
    expect(here.code).toBe(104);
    expect(here.err).toContain('"at"');
    expect(there).toEqual(here);
  });

  it('end with the program when the user interrupts', async () => {
    const scenario = file('replay.yaml', REPLAY);
    file('requests.csv', rows());
    let interrupt = (): void => undefined;
    const running = slotstorm(['run', scenario, '--seeds', '9', '--workers', '2', '--out', join(own.path, 'reports')], {
      ...hurry(),
      ...fixture('hanging-worker'),
      onInterrupt: (listener) => {
        interrupt = listener;
        return () => undefined;
      },
    });
    await expect.poll(() => existsSync(`${scenario}.begun`)).toBe(true);
    interrupt();
    expect(await running).toMatchObject({ code: 105, out: '' });
    expect(existsSync(join(own.path, 'reports'))).toBe(false);
  });

  test.each(['0', '1.5', 'all', '1025'])('--workers %s is refused', async (workers) => {
    const ran = await slotstorm(['run', REVOCATION, '--workers', workers]);
    expect(ran.code).toBe(104);
    expect(ran.err).toMatch(/--workers: expected a whole number from 1 up to 1024, got /);
  });

  it('SLOTSTORM_WORKERS stands for --workers', async () => {
    const ran = await slotstorm(['run', REVOCATION, '--seeds', '9', '--reporter', 'none'], {
      ...hurry(),
      ...fixture('dying-worker'),
      env: { SLOTSTORM_WORKERS: '1' },
    });
    expect(ran.code).toBe(0);
  });
});

describe('--check-determinism', () => {
  test.each(['1', '2'])('passes when the histories are the same, with %s workers', async (workers) => {
    const checked = await resultOf([REVOCATION, '--seeds', '3', '--workers', workers, '--check-determinism']);
    expectSameBytes(checked, await resultOf([REVOCATION, '--seeds', '3', '--workers', '1']));
  });

  it('names the first event that differs between two runs in this process', async () => {
    const scenario = file('replay.yaml', REPLAY);
    file('requests.csv', rows());
    // A run reads a trace twice: to look it over, and to replay it. Every other run finds another row in the middle.
    let reads = 0;
    const files = filesWith({ readChunks: () => [rows((Math.floor(reads++ / 2) % 2) / 2)] });
    const ran = await slotstorm(['run', scenario, '--workers', '1', '--check-determinism', '--reporter', 'none'], { files });
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(
      /same seed, other history: replay, seed 1: hash in this process [0-9a-f]{16} \(\d+ events\), in a second run [0-9a-f]{16} \(\d+ events\)/,
    );
    expect(ran.err).toMatch(
      /the first event that differs is number \d+\n {2}in this process: submitted at 15s: request req-16, account acme, key k, endpoint model/,
    );
    expect(ran.err).toMatch(/in a second run: \w+ at /);
    expect(ran.err).not.toContain('    at ');
  });

  it('names the event when only a worker thread sees another trace', async () => {
    const scenario = file('replay.yaml', REPLAY);
    file('requests.csv', rows(0.5));
    const files = filesWith({ readChunks: () => [rows()] });
    const ran = await slotstorm(['run', scenario, '--workers', '2', '--check-determinism', '--reporter', 'none'], { files });
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/in this process: submitted at 15s: request req-16/);
    expect(ran.err).toMatch(/in a worker thread: \w+ at /);
  });

  it('says so when the difference does not come back', async () => {
    const scenario = file('replay.yaml', REPLAY);
    file('requests.csv', rows());
    let reads = 0;
    const files = filesWith({ readChunks: () => [rows(reads++ < 2 ? 0.5 : 0)] });
    const ran = await slotstorm(['run', scenario, '--workers', '1', '--check-determinism', '--reporter', 'none'], { files });
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(/the histories parted between events \d+ and \d+, and were the same there when both were run once more/);
  });

  it('SLOTSTORM_CHECK_DETERMINISM=true stands for it', async () => {
    const scenario = file('replay.yaml', REPLAY);
    file('requests.csv', rows());
    let reads = 0;
    const files = filesWith({ readChunks: () => [rows((Math.floor(reads++ / 2) % 2) / 2)] });
    const ran = await slotstorm(['run', scenario, '--workers', '1', '--reporter', 'none'], { files, env: { SLOTSTORM_CHECK_DETERMINISM: 'true' } });
    expect(ran.code).toBe(1);
  });
});

describe('progress', () => {
  it('counts the seeds that are done', async () => {
    const scenario = file('replay.yaml', REPLAY);
    file('requests.csv', rows());
    const { Replications } = await import('../../src/replications/replications.js');
    const { Study } = await import('../../src/replications/study.js');
    const { prepareScenario } = await import('../../src/prepare.js');
    const { parseSource } = await import('../../src/scenario/source.js');
    const prepared = prepareScenario(parseSource(scenario, readFileSync(scenario, 'utf8')));
    const seen: string[] = [];
    const options = {
      workers: 1,
      pool: () => Promise.reject(new Error('no threads')),
      scenarioFile: scenario,
      traceSource: () => [rows()],
      firstSeeds: [],
      progress: (share: number, what: string) => seen.push(`${share} ${what}`),
    };
    const around = { breathe: () => Promise.resolve(), monotonicMs: () => 0, interrupt: new AbortController().signal };
    await new Replications(new Study(prepared.variants, [1, 2, 3, 4]), options, around).run();
    expect(seen).toEqual(['0.25 1 of 4 seeds', '0.5 2 of 4 seeds', '0.75 3 of 4 seeds', '1 4 of 4 seeds']);
  });
});
