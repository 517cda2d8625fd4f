import type { Simulator } from '../../plan/point.js';
import { terminalText } from '../../report/escape.js';
import type { Outside } from '../outside.js';
import type { PinnedTraces } from '../trace-files.js';
import { thisBuild } from '../worker/this-build.js';
import { LocalSimulator } from './local-simulator.js';
import type { PlanArguments } from './options.js';
import type { PlanProgress } from './plan-progress.js';

interface SimulatorTerms {
  readonly given: Pick<PlanArguments, 'workers' | 'prefix' | 'worker-wait'>;
  readonly recordings: PinnedTraces;
  readonly interrupt: AbortSignal;
  readonly progress: PlanProgress;
}

/** Threads of this machine, or workers that a queue in Redis gives its jobs to. @throws WorkersError when there is no Redis */
export async function simulatorFor({ given, recordings, interrupt, progress }: SimulatorTerms, outside: Outside): Promise<Simulator> {
  const { workers, prefix } = given;
  if (workers === undefined || 'threads' in workers) {
    const onProgress = (share: number, what: string): void => progress.simulated(share, what);
    return new LocalSimulator({ workers: workers?.threads, recordings, interrupt, progress: onProgress }, outside);
  }
  // Loaded when it is asked for: whoever plans on this machine needs no Redis.
  const { connectSimulator } = await import('../../workers/redis-simulator.js');
  return connectSimulator(workers.url, {
    build: thisBuild(outside),
    traceSource: recordings.source,
    interrupt,
    progress: (what) => progress.simulated(0, what),
    say: (line) => outside.err.write(`slotstorm: ${terminalText(line)}\n`),
    prefix,
    workerWaitMs: given['worker-wait']?.value,
  });
}
