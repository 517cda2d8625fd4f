import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../../src/start-emulator.js';
import { EXTENDED_K6, isBuilt, variablesFor } from './k6-run.js';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'slotstorm-segments-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

function judge(files: readonly string[], ...expectations: string[]): Promise<Finished> {
  return new Promise((done) => {
    const judging = execFile(process.execPath, ['scripts/judge-k6.mjs', ...files, '--', ...expectations], (_error, stdout, stderr) => {
      done({ code: judging.exitCode, output: stdout + stderr });
    });
  });
}

function csv(folder: string, name: string, ...rows: string[]): string {
  const file = join(folder, name);
  const text = ['metric_name,timestamp,metric_value,status,extra_tags,metadata', ...rows, ''].join('\n');
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text);
  return file;
}

describe('scripts/judge-k6.mjs', () => {
  it('judges what several files hold as one run', async () => {
    const folder = temporaryFolder();
    const one = csv(
      folder,
      'one.csv',
      'fal_queue_time,1,100,,outcome=ok,',
      'fal_queue_time,1,200,,outcome=ok,',
      'fal_requests,1,2,"a, ""b""",outcome=ok&mode=run,',
    );
    const two = csv(folder, 'two.csv.gz', 'fal_queue_time,1,900,,outcome=ok,', 'fal_requests,1,1,,outcome=gave_up,');
    // Neither file alone has this median, and no mean of percentiles is one.
    const { code, output } = await judge([one, two], 'fal_queue_time med == 200', 'fal_queue_time p(75) == 550', 'fal_requests{outcome:ok} count == 2');
    expect(output).toContain('✓ fal_queue_time med == 200: 200 (3 samples)');
    expect(code, output).toBe(0);
    expect((await judge([one, two], 'fal_queue_time max < 900')).code).toBe(99);
  });

  it('counts the samples of a trend, and adds up a counter', async () => {
    const folder = temporaryFolder();
    const rows = ['fal_queue_time,1,100,,,', 'fal_queue_time,1,200,,,', 'fal_requests,1,2,,,', 'fal_requests,1,3,,,', 'orders,1,7,,,'];
    const file = csv(folder, 'one.csv', ...rows);
    const expectations = ['fal_queue_time count == 2', 'fal_requests count == 5', 'counter orders count == 7', 'trend orders count == 1', 'orders max == 7'];
    const { code, output } = await judge([file], ...expectations);
    expect(code, output).toBe(0);
  });

  it.each([
    ['fal_requests rate > 0', 'expected count of the counter fal_requests'],
    ['fal_gave_up count == 0', 'expected rate of the rate fal_gave_up'],
    ['orders count > 0', 'expected the kind of orders'],
    ['trend fal_requests count > 0', 'fal_requests is a counter, not a trend'],
    ['fal_queue_time p(101) > 0', 'expected a percentile from 0 to 100'],
  ])('does not judge %s', async (expectation, complaint) => {
    const { code, output } = await judge([csv(temporaryFolder(), 'one.csv', 'orders,1,1,,,')], expectation);
    expect(output).toContain(complaint);
    expect(code).toBe(104);
  });

  it('takes tags as k6 writes them: nothing in them is encoded', async () => {
    const file = csv(temporaryFolder(), 'one.csv', 'fal_requests,1,1,,"q=l1\nl2&plus=a+b 50%&who=a&b=c",');
    const { code, output } = await judge([file], 'fal_requests{plus:a+b 50%} count == 1', 'fal_requests{who:a&b=c} count == 1');
    expect(code, output).toBe(0);
    expect((await judge([file], 'fal_requests{plus:a b 50%} count == 0')).code).toBe(99);
  });

  it.each([
    ['a value that is cut off', 'fal_queue_time,1,9', 'is it cut off?'],
    ['a line that is cut off', 'fal_queue_time,1', 'is it cut off?'],
    ['a value that is none', 'fal_queue_time,1,NaN,,,', 'is it cut off?'],
    ['a quoted field that is cut off', 'fal_queue_time,1,9,,"a=b', 'ends within a quoted field'],
  ])('complains of %s', async (_name, row, complaint) => {
    const { code, output } = await judge([csv(temporaryFolder(), 'one.csv', 'fal_queue_time,1,9,,,', row)], 'fal_queue_time max < 10');
    expect(output).toContain(complaint);
    expect(code).toBe(104);
  });

  it('complains of compressed files that are cut off, or not compressed', async () => {
    const folder = temporaryFolder();
    const whole = csv(folder, 'whole.csv.gz', 'fal_queue_time,1,9,,,');
    for (const [name, content] of [
      ['cut.csv.gz', readFileSync(whole).subarray(0, -6)],
      ['fake.csv.gz', 'metric_name'],
    ] as const) {
      writeFileSync(join(folder, name), content);
      const { code, output } = await judge([join(folder, name)], 'fal_queue_time max < 10');
      expect(output).toContain('could not read');
      expect(code).toBe(104);
    }
  });

  it('passes nothing without samples', async () => {
    const file = csv(temporaryFolder(), 'one.csv', 'fal_requests,1,1,,outcome=ok,');
    const { code, output } = await judge([file], 'fal_gave_up rate == 0');
    expect(output).toContain('✗ fal_gave_up rate == 0: no samples');
    expect(code).toBe(99);
  });

  it.each([
    ['an expectation that is none', ['fal_requests'], 'expected an expectation such as'],
    ['no expectation', [], 'expected files, then --, then expectations'],
  ])('complains of %s', async (_name, expectations, complaint) => {
    const file = csv(temporaryFolder(), 'one.csv', 'fal_requests,1,1,,,');
    const { code, output } = await judge([file], ...expectations);
    expect(output).toContain(complaint);
    expect(code).toBe(104);
  });

  it('complains of files that are missing, empty or of something else', async () => {
    const folder = temporaryFolder();
    const other = join(folder, 'other.csv');
    writeFileSync(other, 'a,b\n1,2\n');
    for (const [file, complaint] of [
      [join(folder, 'missing.csv'), 'could not read'],
      [csv(folder, 'empty.csv'), 'expected samples'],
      [other, 'expected a CSV of k6'],
    ] as const) {
      const { code, output } = await judge([file], 'fal_requests count > 0');
      expect(output).toContain(complaint);
      expect(code).toBe(104);
    }
  });
});

/** A port that was free just now. */
function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Lets a paused k6 go on, as the operator's starter does. Asks until its REST API is there. */
async function release(port: number): Promise<void> {
  const body = JSON.stringify({ data: { type: 'status', id: 'default', attributes: { paused: false } } });
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/status`, { method: 'PATCH', body }).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`no k6 answered at port ${port}`);
}

describe.skipIf(!isBuilt)('runners as k6-operator starts them', () => {
  it('two segments, started paused and released together, make one burst between them', async () => {
    const accounts = [{ id: 'acme', limit: 5, keys: ['old', 'new'] }];
    const platform = { policy: 'fal-documented' as const, accounts, endpoints: [{ id: 'fal-ai/flux/dev', service: '2s' }] };
    const emulator = await startEmulator({ speed: 20, seed: 1, scenario: { name: 'segments', platform } });
    onTestFinished(() => emulator.close(0));
    const folder = temporaryFolder();
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, K6_NO_USAGE_REPORT: 'true', ...variablesFor(emulator, 20), SCENE: 'burst', CALLS: '20' };
    const runners = await Promise.all(
      ['0:1/2', '1/2:1'].map(async (segment, index) => {
        const file = join(folder, `runner-${index}.csv.gz`);
        const port = await freePort();
        const args = ['run', '--quiet', '--paused', `--address=127.0.0.1:${port}`, '--execution-segment', segment, '--execution-segment-sequence', '0,1/2,1'];
        const k6 = spawn(EXTENDED_K6, [...args, '--no-thresholds', '--out', `csv=${file}`, resolve('scenarios/k6/extension.ts')], {
          env,
          stdio: 'ignore',
          timeout: 60_000,
        });
        return { file, port, ended: new Promise<number | null>((done) => k6.on('close', done)) };
      }),
    );
    await Promise.all(runners.map(({ port }) => release(port)));
    expect(await Promise.all(runners.map(({ ended }) => ended))).toEqual([0, 0]);
    const files = runners.map(({ file }) => file);
    const { code, output } = await judge(files, 'fal_requests{outcome:ok} count == 20', 'fal_run_time max == 2000', 'fal_queue_time max >= 6000');
    expect(code, output).toBe(0);
    expect(emulator.requestLog().filter(({ method }) => method === 'POST')).toHaveLength(20);
  });
});
