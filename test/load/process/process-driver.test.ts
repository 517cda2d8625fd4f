import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Outcome } from '../../../src/core/history.js';
import { LoadError, type LoadOrder, type PreparedLoad } from '../../../src/load/driver.js';
import { engineDriver } from '../../../src/load/engine/driver.js';
import { processDriver } from '../../../src/load/process/process-driver.js';
import { LOAD_SCRIPT } from '../../build-page.js';
import { json, type Load, Notes, orderOf, ScriptedServer, SECRET } from '../engine/scene.js';

const folder = mkdtempSync(join(tmpdir(), 'load-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const AS = { as: 'acme/old', endpoint: 'fal-ai/flux/dev' } as const;

function orderFor(load: Load): LoadOrder {
  const { process: _, ...order } = orderOf(load);
  return order;
}

const epochMs = (): number => performance.timeOrigin + performance.now();

/** A script that load processes run instead of ours. */
function scriptThat(name: string, text: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return path;
}

const okServer = () => ScriptedServer.start((_heard, response) => json(response, 200, { images: [] }));

const STEADY: Load['workload'] = [
  { ...AS, call: 'run', sdk: 'none', arrivals: { rate: '100/s', from: '0s', to: '10s' } },
  { ...AS, as: 'acme/new', call: 'run', sdk: 'none', arrivals: { closedLoop: { users: 3, thinkTime: '1s' }, from: '0s', to: '5s' } },
];

describe('load processes', () => {
  it('send together just what one would send: the same calls, none lost, none twice, and all are told', async () => {
    const server = await okServer();
    const run = async (processes: number) => {
      const before = server.heard.length;
      const notes = new Notes();
      const load = await engineDriver(LOAD_SCRIPT).prepare(orderFor({ workload: STEADY, target: server.target, processes }), notes);
      load.start(epochMs() + 50);
      const report = await load.done;
      const open = notes.records.filter(({ key }) => key === 'old');
      return { calls: open.map(({ plannedUs }) => plannedUs).sort((a, b) => a - b), notes, report, requests: server.heard.length - before };
    };
    const one = await run(1);
    const three = await run(3);
    expect(one.calls).toEqual(Array.from({ length: 1_000 }, (_, n) => n * 10_000));
    expect(three.calls).toEqual(one.calls);
    for (const { report, notes, requests } of [one, three]) {
      expect(notes.records).toHaveLength(requests);
      expect(report.pacing).toMatchObject({ planned: requests, sent: requests, dropped: 0, httpRequests: requests });
      expect(report.pacing.sendErrorMs?.n).toBe(requests);
      expect(report.pacing.httpMs?.n).toBe(requests);
      expect(report.broken).toEqual([]);
      expect(notes.records.every(({ outcome }) => outcome === Outcome.ok)).toBe(true);
    }
    expect(three.report.pacing.processes).toBe(3);
  });

  it('know the same instant 0, and send nothing before it', async () => {
    const server = await okServer();
    const notes = new Notes();
    const workload: Load['workload'] = [{ ...AS, call: 'run', sdk: 'none', arrivals: { burst: 4, at: '1s' } }];
    const load = await engineDriver(LOAD_SCRIPT).prepare(orderFor({ workload, target: server.target, processes: 2, speed: 10 }), notes);
    expect(server.heard).toEqual([]);
    const startMs = epochMs();
    load.start(startMs);
    await load.done;
    expect(epochMs() - startMs).toBeGreaterThanOrEqual(100);
    for (const { plannedUs, sentUs } of notes.records) {
      expect(plannedUs).toBe(1_000_000);
      expect(sentUs).toBeGreaterThanOrEqual(1_000_000);
    }
  });

  it('stop when the run is over, and tell open calls as they stand', async () => {
    const server = await ScriptedServer.start(() => {});
    const notes = new Notes();
    const workload: Load['workload'] = [{ ...AS, call: 'run', sdk: 'js', arrivals: { burst: 6, at: '0s' } }];
    const load = await engineDriver(LOAD_SCRIPT).prepare(orderFor({ workload, target: server.target, processes: 2 }), notes);
    load.start(epochMs());
    await until(() => server.heard.length === 6);
    load.stop();
    load.stop();
    const report = await load.done;
    expect(notes.records.map(({ outcome }) => outcome)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(report.pacing).toMatchObject({ planned: 6, sent: 6 });
  });

  it('that sent nothing never pass', async () => {
    const server = await okServer();
    const { target } = server;
    await server.close();
    const notes = new Notes();
    const workload: Load['workload'] = [{ ...AS, call: 'run', sdk: 'none', arrivals: { burst: 3, at: '0s' } }];
    const load = await engineDriver(LOAD_SCRIPT).prepare(orderFor({ workload, target }), notes);
    load.start(epochMs());
    expect((await load.done).broken).toEqual(['nothing was sent: none of 3 planned calls reached a connection']);
    expect(notes.records).toMatchObject(Array(3).fill({ outcome: Outcome.gaveUp, acceptedUs: undefined }));
    expect(notes.records[0]!.trouble).toContain('ECONNREFUSED');
  });
});

describe('a load process that breaks', () => {
  const order = orderFor({ workload: STEADY, target: { ...DUMMY(), credentials: { 'acme/old': SECRET } } });

  const brokenBy = async (script: string): Promise<unknown> => {
    try {
      const load = await processDriver('engine', () => [], script).prepare(order, new Notes());
      load.start(epochMs());
      await load.done;
    } catch (error) {
      return error;
    }
    throw new Error('expected a LoadError');
  };

  it('before it is ready is an error with its last words', async () => {
    const error = await brokenBy(scriptThat('dies', `console.error('no such thing'); process.exit(3);`));
    expect(error).toBeInstanceOf(LoadError);
    expect((error as LoadError).message).toMatch(/load process 1 ended with exit code 3 before its calls were over/);
    expect((error as LoadError).message).toContain('no such thing');
    expect((error as LoadError).message).not.toContain(SECRET);
  });

  it('amid its calls is an error, for a share of them would be missing', async () => {
    const script = scriptThat(
      'dies-later',
      `process.on('message', ({ kind }) => kind === 'prepare' ? process.send({ kind: 'ready' }) : process.kill(process.pid, 'SIGKILL'));`,
    );
    expect(await brokenBy(script)).toMatchObject({ name: 'LoadError', message: expect.stringMatching(/ended by SIGKILL/) });
  });

  it('by what it says itself keeps its words and its exit code', async () => {
    const script = scriptThat('fails', `process.on('message', () => process.send({ kind: 'failed', message: 'no trace here', exitCode: 107 }));`);
    expect(await brokenBy(script)).toMatchObject({ name: 'LoadError', message: 'no trace here', exitCode: 107 });
  });

  it('because its script is missing is an error', async () => {
    expect(await brokenBy(join(folder, 'nowhere.js'))).toMatchObject({ name: 'LoadError', message: expect.stringMatching(/Cannot find module/) });
  });

  it('by a trace that is not there says which one', async () => {
    const traced: LoadOrder = { ...order, scenario: { ...order.scenario, workload: [{ ...order.scenario.workload[0]!, arrivals: TRACE as never }] } };
    await expect(engineDriver(LOAD_SCRIPT).prepare(traced, new Notes())).rejects.toThrow(/no-such-trace\.csv/);
  });
});

describe('nothing is left behind', () => {
  it('when the load is killed amid its calls', async () => {
    const { load, pids } = await underWay();
    load.kill();
    await expect(load.done).rejects.toThrow(/ended by SIGKILL/);
    await until(() => pids.every((pid) => !isAlive(pid)));
  });

  it('when the parent dies without a word', async () => {
    const server = await ScriptedServer.start(() => {});
    const parent = await startParent(server);
    const pids = parent.pids;
    parent.child.kill('SIGKILL');
    await until(() => pids.every((pid) => !isAlive(pid)));
  });

  it('and Ctrl-C, which reaches the load processes as well, leaves it to the parent what becomes of the run', async () => {
    const { load, pids, notes } = await underWay();
    for (const pid of pids) process.kill(pid, 'SIGINT');
    load.stop();
    await load.done;
    expect(notes.records.length).toBeGreaterThan(0);
    await until(() => pids.every((pid) => !isAlive(pid)));
  });

  it('and no key is among the arguments or the surroundings of a load process', async () => {
    const script = scriptThat(
      'tells',
      `process.on('message', ({ kind }) => process.send({ kind: 'failed', message: JSON.stringify([process.argv, process.execArgv, process.env]), exitCode: 104 }));`,
    );
    const env = { ...process.env, FAL_KEY: SECRET };
    const target = { ...DUMMY(), credentials: { 'acme/old': SECRET } };
    const prepared = processDriver('engine', () => [], script, { env }).prepare(orderFor({ workload: STEADY, target }), new Notes());
    const error = (await prepared.catch((reason: unknown) => reason)) as Error;
    expect(error.message).toContain('PATH');
    expect(error.message).not.toContain('key-secret');
    expect(error.message).not.toContain('FAL_KEY');
  });
});

const TRACE = { kind: 'trace', file: 'no-such-trace.csv', arrivalColumn: 'at', speed: 1, loop: 1, badRows: 'error' };

function DUMMY(): Load['target'] {
  const url = 'http://127.0.0.1:9';
  return { kind: 'fal', queueUrl: url, runUrl: url, apiUrl: url, ca: undefined, takesHints: false, credentials: {}, operator: undefined };
}

/** A load of two processes that has sent, and hears nothing. */
async function underWay(): Promise<{ readonly load: PreparedLoad; readonly pids: readonly number[]; readonly notes: Notes }> {
  const server = await ScriptedServer.start(() => {});
  const told = mkdtempSync(join(folder, 'pids-'));
  // The script of load processes, which tells its number first.
  const script = scriptThat(
    'told',
    `import { writeFileSync } from 'node:fs';
     writeFileSync(${JSON.stringify(`${told}/`)} + process.pid, '');
     await import(${JSON.stringify(LOAD_SCRIPT)});`,
  );
  const notes = new Notes();
  const workload: Load['workload'] = [{ ...AS, call: 'run', sdk: 'js', arrivals: { burst: 4, at: '0s' } }];
  const load = await engineDriver(script).prepare(orderFor({ workload, target: server.target, processes: 2 }), notes);
  load.start(epochMs());
  await until(() => server.heard.length === 4);
  const pids = readdirSync(told).map(Number);
  expect(pids).toHaveLength(2);
  return { load, pids, notes };
}

/** A process that has forked a load process, which has sent. */
async function startParent(server: ScriptedServer): Promise<{ readonly child: ChildProcess; readonly pids: readonly number[] }> {
  const script = scriptThat(
    'parent',
    `import { fork } from 'node:child_process';
     process.once('message', ({ script, order }) => {
       const child = fork(script, [], { serialization: 'advanced' });
       child.on('message', ({ kind }) => kind === 'ready' && child.send({ kind: 'start', epochMs: performance.timeOrigin + performance.now() }));
       child.send({ kind: 'prepare', driver: 'engine', order });
       process.send(child.pid);
     });`,
  );
  const child = fork(script, [], { serialization: 'advanced', execArgv: [] });
  const workload: Load['workload'] = [{ ...AS, call: 'run', sdk: 'js', arrivals: { burst: 1, at: '0s' } }];
  const pid = new Promise<number>((told) => child.once('message', (message) => told(message as number)));
  child.send({ script: LOAD_SCRIPT, order: orderOf({ workload, target: server.target }) });
  const pids = [await pid];
  await until(() => server.heard.length === 1);
  return { child, pids };
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('it did not come true within 20 s');
    await new Promise((done) => setTimeout(done, 5));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
