import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { explainFailure } from '../../../src/cli/failures.js';
import { realOutside } from '../../../src/cli/outside.js';
import { LocalSimulator, type LocalSimulatorOptions } from '../../../src/cli/plan/local-simulator.js';
import { PinnedTraces } from '../../../src/cli/trace-files.js';
import { loadOfSetting } from '../../../src/plan/load-from-setting.js';
import type { PlanPoint, SeedFigures } from '../../../src/plan/point.js';
import { sha256OfRecording } from '../../../src/plan/recordings.js';
import { SimulatorHere } from '../../../src/plan/simulator-here.js';
import { Slos } from '../../../src/plan/slos.js';
import { WorkerPool } from '../../../src/replications/worker-pool.js';
import { PointDocuments } from '../../../src/workers/point-documents.js';
import { WORKER_SCRIPT } from '../../build-page.js';
import { SMALL } from '../../plan/settings.js';

const load = loadOfSetting({ ...SMALL, requests: 3_000 }, new Slos(['p(95)<2s']));
const POINTS = [5, 6, 7, 8].map((limit) => load.point({ limit }));
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];
const folder = mkdtempSync(join(tmpdir(), 'slotstorm-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('points on this machine', () => {
  it('say the same, whoever runs them and in whatever order they are asked for', async () => {
    const expected = await new SimulatorHere(noTraces).run(POINTS, SEEDS);
    for (const workers of [1, 2, 3]) expect(await run({ workers }, POINTS, SEEDS), `${workers} workers`).toEqual(expected);
    const backwards = await run({ workers: 2 }, POINTS.toReversed(), SEEDS.toReversed());
    expect(backwards.toReversed().map((seeds) => seeds.toReversed())).toEqual(expected);
  });

  it('that are soon over start no threads', async () => {
    const simulator = new LocalSimulator(optionsOf({ workers: 2 }), { ...realOutside(), monotonicMs: () => 0, workerScript: 'there is none' });
    expect(await simulator.run(POINTS, [1, 2])).toHaveLength(4);
    await simulator.stop();
  });

  it('go on on the same threads when more is asked for', async () => {
    await withSimulator({ workers: 2 }, async (simulator) => {
      const first = await simulator.run(POINTS, SEEDS);
      const second = await simulator.run(POINTS, SEEDS);
      expect(second).toEqual(first);
      expect(simulator.description).toBe('2 threads');
    });
  });

  it('that are asked for at once share one pool of threads', async () => {
    const start = vi.spyOn(WorkerPool, 'start');
    try {
      await withSimulator({ workers: 2 }, async (simulator) => {
        const seeds = [1, 2, 3];
        const expected = await new SimulatorHere(noTraces).run(POINTS, seeds);
        expect(await Promise.all([1, 2, 3].map(() => simulator.run(POINTS, seeds)))).toEqual([expected, expected, expected]);
      });
      expect(start).toHaveBeenCalledTimes(1);
    } finally {
      start.mockRestore();
    }
  });

  it('start no threads any more when the simulator was stopped', async () => {
    const start = vi.spyOn(WorkerPool, 'start');
    try {
      const simulator = new LocalSimulator(optionsOf({ workers: 2 }), { ...realOutside(), workerScript: WORKER_SCRIPT, monotonicMs: countingClock() });
      const running = simulator.run(POINTS, SEEDS);
      await simulator.stop();
      await expect(running).rejects.toThrow('the simulator was stopped');
      expect(start).not.toHaveBeenCalled();
    } finally {
      start.mockRestore();
    }
  });

  it('report how many runs are over', async () => {
    const shares: number[] = [];
    await run({ workers: 2, progress: (share) => shares.push(share) }, POINTS, SEEDS);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
  });

  it('fail as the first of them does, on threads as here', async () => {
    const broken = [...POINTS, brokenPoint('first'), brokenPoint('second')];
    for (const workers of [1, 2]) await expect(run({ workers }, broken, SEEDS), `${workers} workers`).rejects.toThrow(/the planned load: .*"first"/);
  });

  it('end when the user interrupts', async () => {
    const interrupt = new AbortController();
    const reason = new Error('interrupted');
    const progress = (): void => interrupt.abort(reason);
    for (const workers of [1, 2]) await expect(run({ workers, interrupt: interrupt.signal, progress }, POINTS, SEEDS)).rejects.toBe(reason);
  });

  it('find recordings beside the scenario', async () => {
    writeFileSync(join(folder, 'requests.csv'), 'at,seconds\n0,1\n1,2\n2,3\n');
    const found = await run({ workers: 2 }, recordedPoints('requests.csv'), SEEDS, countingClock());
    expect(new Set(found.flat().map(({ hash }) => hash)).size).toBe(1);
    expect(found[0]?.[0]?.metrics['requests']).toMatchObject({ count: 3 });
  });
});

describe('a recording that changes while its plan runs', () => {
  const FIRST = 'at,seconds\n0,1\n1,2\n2,3\n';
  const read = ({ source }: PinnedTraces, file: string): string => [...source(file)].join('');

  it('is refused by the threads that read it after it was read here', async () => {
    const file = join(folder, 'growing.csv');
    writeFileSync(file, FIRST);
    const progress = (): void => writeFileSync(file, `${FIRST}3,4\n`);
    const failure = await run({ workers: 2, progress }, recordedPoints('growing.csv'), SEEDS).catch((error: unknown) => error);
    expect(explainFailure(failure)).toMatchObject({
      code: 104,
      message: expect.stringMatching(
        /^expected the recording "growing.csv" to stay as it was when the plan began \(SHA-256 [0-9a-f]{12}…\), but it has changed meanwhile \(now [0-9a-f]{12}…\): plan again/,
      ),
    });
  });

  it('is no other while nothing in it changes', async () => {
    writeFileSync(join(folder, 'still.csv'), FIRST);
    const pinned = recordings();
    expect(read(pinned, 'still.csv')).toBe(FIRST);
    expect(read(pinned, 'still.csv')).toBe(FIRST);
    expect(pinned.sha256s).toEqual({ 'still.csv': sha256OfRecording('still.csv', () => [FIRST]) });
  });

  it('is refused by who was told of its content, and by who reads only its beginning', () => {
    const file = join(folder, 'told.csv');
    writeFileSync(file, FIRST);
    const pinned = recordings();
    for (const chunk of pinned.source('told.csv')) if (chunk !== '') break;
    writeFileSync(file, FIRST.replace('3', '4'));
    const told = new PinnedTraces(join(folder, 'plan.yaml'), realOutside().files, pinned.sha256s);
    expect(() => read(told, 'told.csv')).toThrow('"told.csv" to stay as it was');
    const readsTheBeginning = (): void => {
      for (const _ of pinned.source('told.csv')) break;
    };
    expect(readsTheBeginning).toThrow('"told.csv" to stay as it was');
  });

  it('is refused before it is sent to workers, which know it by its content alone', async () => {
    writeFileSync(join(folder, 'sent.csv'), FIRST);
    const pinned = recordings();
    read(pinned, 'sent.csv');
    writeFileSync(join(folder, 'sent.csv'), `${FIRST}3,4\n`);
    const [point] = recordedPoints('sent.csv') as [PlanPoint];
    await expect(new PointDocuments(pinned.source).of(point)).rejects.toThrow('"sent.csv" to stay as it was');
  });

  it('that cannot be read any more is said to be that', () => {
    const readChunks = function* (): Generator<string> {
      yield 'at\n';
      throw new Error('device lost');
    };
    writeFileSync(join(folder, 'lost.csv'), FIRST);
    const pinned = recordings({ ...realOutside().files, readChunks });
    expect(() => read(pinned, 'lost.csv')).toThrow('expected to read the trace "lost.csv": device lost');
    expect(pinned.sha256s).toEqual({});
  });
});

function recordedPoints(trace: string): PlanPoint[] {
  const input = {
    name: 'recorded',
    platform: { accounts: [{ id: 'app', limit: 1 }], endpoints: [{ id: 'model', service: '1s' }] },
    workload: [{ arrivals: { trace, columns: { arrival: 'at', service: 'seconds' } } }],
    expect: { thresholds: { queue_latency: ['max < 1s'] } },
  };
  return Array.from({ length: 40 }, (_, n) => ({ input: { ...input, description: String(n) }, key: String(n) }));
}

type Options = Partial<LocalSimulatorOptions>;

function optionsOf(options: Options): LocalSimulatorOptions {
  return { recordings: recordings(), interrupt: new AbortController().signal, ...options };
}

function recordings(files = realOutside().files): PinnedTraces {
  return new PinnedTraces(join(folder, 'plan.yaml'), files);
}

async function withSimulator<T>(options: Options, work: (simulator: LocalSimulator) => Promise<T>, monotonicMs = countingClock()): Promise<T> {
  const simulator = new LocalSimulator(optionsOf(options), { ...realOutside(), workerScript: WORKER_SCRIPT, monotonicMs });
  try {
    return await work(simulator);
  } finally {
    await simulator.stop();
  }
}

function run(options: Options, points: readonly PlanPoint[], seeds: readonly number[], clock = countingClock()): Promise<readonly (readonly SeedFigures[])[]> {
  return withSimulator(options, (simulator) => simulator.run(points, seeds), clock);
}

/** Every look at it is 15 ms later: threads are started after some runs, however fast this machine is. */
function countingClock(): () => number {
  let nowMs = 0;
  return () => {
    nowMs += 15;
    return nowMs;
  };
}

function brokenPoint(name: string): PlanPoint {
  const { input } = POINTS[0] as PlanPoint;
  return { input: { ...(input as object), platform: { policy: name, endpoints: [] } }, key: name };
}

function noTraces(): never {
  throw new Error('there are no traces');
}
