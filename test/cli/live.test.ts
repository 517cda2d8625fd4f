import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultFile } from '../../src/measure/result.js';
import { startEmulator } from '../../src/start-emulator.js';
import { slotstorm } from './memory-outside.js';

const FILE = 'scenarios/start-timeout-expiry.yaml';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slotstorm-live-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('options of live runs', () => {
  it.each([
    [['--driver', 'k6'], '--driver goes with --live'],
    [['--target', 'http://127.0.0.1:1'], '--target goes with --live'],
    [['--speed=10'], '--speed goes with --live'],
    [['--live', '--driver', 'wrk'], '--driver: expected engine, autocannon, k6, fal-client, got "wrk"'],
    [['--live', '--follow', 'closely'], '--follow: expected stream, poll, none'],
    [['--live', '--speed', '0'], '--speed: expected a number from 0.001'],
    [['--live', '--load-processes', '0'], '--load-processes: expected a whole number from 1'],
    [['--live', '--check-determinism'], '--check-determinism: two live runs never have the same history'],
    [['--live', '--trace'], '--trace: a live run keeps no trace'],
    [['--live', '--limiter', 'x.ts'], '--limiter: a limiter of your own decides in virtual time only'],
    [['--live', '--operator-key', 'op:secret'], '--operator-key goes with --target'],
    [['--live', '--target', 'http://127.0.0.1:1', '--compare-with-sim'], '--compare-with-sim: expected an emulator of the run'],
    [['--live', '--k6-bin', 'k6'], '--k6-bin goes with --driver k6'],
    [['--live', '--target', 'http://127.0.0.1:1', '--ca', 'no.pem', '--key', 'acme/key=a:b'], '--ca: expected to read the PEM file "no.pem"'],
    [['--variant', 'fif'], 'did you mean "fifo"?'],
  ])('%j is a mistake that is named', async (words, message) => {
    const { code, err } = await slotstorm(['run', FILE, '--reporter', 'none', ...words]);
    expect(err).toContain(message);
    expect(code).toBe(104);
  });

  it('what the environment says for live runs does not disturb a simulated one', async () => {
    const { code } = await slotstorm(['run', FILE, '--reporter', 'none', '--quiet'], { env: { SLOTSTORM_SPEED: '10', SLOTSTORM_KEY: 'acme/key=a:b' } });
    expect(code).toBe(0);
  });

  it('--variant runs only what it names, also in virtual time, and the line that runs it again says so', async () => {
    const { out } = await slotstorm(['run', FILE, '--variant', 'fifo', '--json', '--reporter', 'none']);
    const { runs, scenario } = JSON.parse(out) as ResultFile;
    expect(runs.map(({ variant }) => variant)).toEqual(['fifo']);
    expect(scenario.rerun).toContain('--variant fifo');
  });
});

describe('a target that is no use', () => {
  it('is named with what to do, before anything is sent', async () => {
    const { code, err } = await slotstorm(['run', FILE, '--live', '--target', 'http://127.0.0.1:1', '--key', 'acme/key=a:b', '--reporter', 'none']);
    expect(code).toBe(104);
    expect(err).toMatch(/127\.0\.0\.1:1\b.*(refused|nobody)/is);
  });

  it('never sees its key printed', async () => {
    await using emulator = await startEmulator({ speed: 10 });
    const { code, err } = await slotstorm([
      'run',
      FILE,
      '--live',
      '--target',
      emulator.url,
      '--key',
      'acme/key=who:hush-hush',
      '--speed',
      '10',
      '--reporter',
      'none',
    ]);
    expect(code).toBe(104);
    expect(err).toContain('acme/key');
    expect(err).not.toContain('hush-hush');
  });
});

describe('live runs', { timeout: 120_000 }, () => {
  const SMALL = (name: string): string => {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(
      file,
      `name: ${name}\nplatform: { policy: reference, accounts: [{ id: acme, limit: 2 }], endpoints: [{ id: fal-ai/x, service: 5s }] }\nworkload: [{ as: acme, call: submit, arrivals: { burst: 4, at: 0s } }]\nrecovery: 1m\nexpect: { thresholds: { "requests{outcome:ok}": ["count == 4"], leaked_slots: ["value == 0"] } }\n`,
    );
    return file;
  };

  it('of several files, with all reports, go one after the other', async () => {
    const out = join(folder, 'reports');
    const { code, err } = await slotstorm(['run', SMALL('one'), SMALL('two'), '--live', '--speed', '20', '--quiet', '--out', out]);
    expect(err).not.toContain('internal error');
    expect(code).toBe(0);
    expect(readdirSync(out).sort()).toEqual(['history.ndjson', 'index.html', 'one-1-live-engine', 'two-1-live-engine']);
    expect(readdirSync(join(out, 'two-1-live-engine')).sort()).toEqual(['charts', 'junit.xml', 'report.html', 'result.json', 'summary.md']);
  });

  it('--compare-with-sim holds the same seeds against virtual time', async () => {
    const { out } = await slotstorm(['run', SMALL('same'), '--live', '--speed', '20', '--seeds', '2', '--compare-with-sim', '--json', '--reporter', 'none']);
    const { agreement, runs } = JSON.parse(out) as ResultFile;
    expect(runs.map(({ live }) => live?.judgedBy)).toEqual(['server', 'server']);
    expect(agreement?.find(({ metric }) => metric === 'requests{outcome:ok}')).toMatchObject({ pairs: 2, simulated: 4, live: 4, verdict: 'agrees' });
  });

  it('several load processes send each call once', async () => {
    const { out } = await slotstorm(['run', FILE, '--variant', 'fifo', '--live', '--speed', '20', '--load-processes', '3', '--json', '--reporter', 'none']);
    const [run] = (JSON.parse(out) as ResultFile).runs;
    expect(run?.live?.pacing).toMatchObject({ planned: 30, sent: 30, processes: 3 });
    expect(run?.metrics['requests']).toMatchObject({ count: 30 });
  });

  it('against somebody’s server say only what can be seen from there', async () => {
    await using emulator = await theirServer();
    const words = ['--target', emulator.url, '--key', `acme/key=${emulator.credentials('acme/key')}`, '--operator-key', emulator.operatorCredentials];
    const { out, err } = await slotstorm(['run', SMALL('theirs'), '--live', '--speed', '20', ...words, '--json', '--reporter', 'none']);
    expect(out, err).not.toBe('');
    const result = JSON.parse(out) as ResultFile;
    const [run] = result.runs;
    expect(run?.live?.target.kind).toBe('slotstorm');
    expect(run?.live?.judgedBy).toBe('client');
    expect(run?.thresholds.map(({ metric, verdict }) => `${metric}: ${verdict}`)).toEqual(['requests{outcome:ok}: pass', 'leaked_slots: pass']);
    expect(run?.metrics['server_requeues']).toMatchObject({ n: 0 });
    expect(out).not.toContain(emulator.operatorCredentials.split(':')[1]);
  });

  it('against somebody’s server end only when its slots have been seen to be free, whoever follows the requests', async () => {
    await using emulator = await theirServer();
    const words = ['--target', emulator.url, '--key', `acme/key=${emulator.credentials('acme/key')}`, '--operator-key', emulator.operatorCredentials];
    const { out, err } = await slotstorm(['run', SMALL('unfollowed'), '--live', '--follow', 'none', '--speed', '20', ...words, '--json', '--reporter', 'none']);
    expect(out, err).not.toBe('');
    const [run] = (JSON.parse(out) as ResultFile).runs;
    expect(run?.metrics['slots_in_use']).toMatchObject({ value: 0, max: 2 });
    // Nobody has seen how they ended.
    expect(run?.thresholds.find(({ metric }) => metric === 'requests{outcome:ok}')?.verdict).toBe('undecided');
  });

  it('end at once when they are interrupted, and leave nothing half-written', async () => {
    const out = join(folder, 'interrupted');
    let interrupt = (): void => {};
    const ending = slotstorm(['run', FILE, '--variant', 'fifo', '--live', '--out', out], {
      onInterrupt: (listener) => {
        interrupt = listener;
        return () => {};
      },
    });
    setTimeout(() => interrupt(), 1_500);
    expect((await ending).code).toBe(105);
    expect(readdirSync(folder).includes('interrupted') ? readdirSync(out) : []).toEqual([]);
  });
});

/** Somebody's `slotstorm serve`, with an account of two slots. */
function theirServer(): ReturnType<typeof startEmulator> {
  return startEmulator({
    speed: 20,
    scenario: {
      name: 'theirs',
      platform: { policy: 'reference', accounts: [{ id: 'acme', limit: 2 }], endpoints: [{ id: 'fal-ai/x', service: '1h' }] },
      workload: [{ as: 'acme', call: 'submit', arrivals: { burst: 1, at: '0s' } }],
    },
  });
}
