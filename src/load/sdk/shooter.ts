import { PaceMeter } from '../engine/pace-meter.js';
import type { MakeShooter, Shooter, ShotReport } from '../shooter.js';
import { plannedCalls } from '../workload.js';
import { merged } from './merged-tallies.js';
import { SdkThread } from './sdk-thread.js';

/** A call costs the SDK about half a millisecond of CPU, so the last call of a burst is late by half a burst's milliseconds. */
const CALLS_OF_A_THREAD = 100;

/** The real `@fal-ai/client`, in one or two worker threads of a load process. */
export const makeSdkShooter: MakeShooter = async (order, sink, traceSource, thread) => {
  const { process: number, processes, ...load } = order;
  const calls = plannedCalls(order.scenario, order.seed, traceSource).length / processes;
  const count = calls > CALLS_OF_A_THREAD ? 2 : 1;
  const threads = Array.from({ length: count }, (_, place) => {
    const share = { number: number * count + place, of: processes * count };
    return new SdkThread(thread, { order: { ...load, processes }, share }, sink);
  });
  try {
    await Promise.all(threads.map(({ ready }) => ready));
  } catch (error) {
    await endAll(threads);
    throw error;
  }
  return new SdkThreads(threads);
};

class SdkThreads implements Shooter {
  readonly done: Promise<ShotReport>;
  private readonly meter = new PaceMeter();

  constructor(private readonly threads: readonly SdkThread[]) {
    this.done = this.run();
  }

  start(epochMs: number): void {
    this.meter.start();
    for (const thread of this.threads) thread.start(epochMs);
  }

  stop(): void {
    for (const thread of this.threads) thread.stop();
  }

  private async run(): Promise<ShotReport> {
    try {
      const reports = await Promise.all(this.threads.map(({ done }) => done));
      // Each thread counts the CPU time of the whole process.
      const { cpuUs, wallMs } = this.meter.stop();
      const tally = { ...merged(reports.map((report) => report.tally)), cpuUs, wallMs };
      return { tally, broken: reports.flatMap(({ broken }) => broken), notes: [...new Set(reports.flatMap(({ notes }) => notes))] };
    } finally {
      await endAll(this.threads);
    }
  }
}

async function endAll(threads: readonly SdkThread[]): Promise<void> {
  await Promise.all(threads.map((thread) => thread.end()));
}
