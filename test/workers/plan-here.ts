import { onTestFinished } from 'vitest';
import type { Simulator } from '../../src/plan/point.js';
import { connectSimulator, type RedisSimulatorOptions } from '../../src/workers/redis-simulator.js';
import { noTrace } from './points.js';
import { BUILD } from './worker-program.js';

export interface PlanHere {
  readonly simulator: Simulator;
  /** What a person was told. */
  readonly said: readonly string[];
  readonly progress: readonly string[];
  interrupt(reason: Error): void;
}

/** A plan of this process; it is over when the test is. @param onEnd the test's own, where several run at once */
export async function openPlan(
  url: string,
  changes: Partial<RedisSimulatorOptions> = {},
  onEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<PlanHere> {
  const interrupt = new AbortController();
  const said: string[] = [];
  const progress: string[] = [];
  const simulator = await connectSimulator(url, {
    build: BUILD,
    traceSource: noTrace,
    interrupt: interrupt.signal,
    say: (line) => said.push(line),
    progress: (what) => progress.push(what),
    ...changes,
  });
  onEnd(() => simulator.stop());
  return { simulator, said, progress, interrupt: (reason) => interrupt.abort(reason) };
}
