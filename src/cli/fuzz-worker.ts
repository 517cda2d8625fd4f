import { parentPort, workerData } from 'node:worker_threads';
import { FuzzWorker } from '../fuzz/fuzz-worker.js';
import type { FuzzJob } from '../fuzz/jobs.js';
import type { Answer } from '../replications/jobs.js';
import { Pulse } from '../replications/pulse.js';
import { explainFailure } from './failures.js';
import type { FuzzThreadData } from './fuzz/fuzz-thread.js';
import { loadLimiter } from './load-limiter.js';

/** The script of a thread of `slotstorm fuzz`: one job at a time, and a pulse that the watchdog feels. */
const data = workerData as FuzzThreadData;
const pulse = new Pulse(data.pulse);
const ready = prepare();
// Whoever asks for something hears of it.
ready.catch(() => undefined);

parentPort?.on('message', async (job: FuzzJob) => parentPort?.postMessage(await answer(job)));

async function prepare(): Promise<FuzzWorker> {
  try {
    if (data.limiter !== undefined) pulse.loadsLimiter();
    const limiter = data.limiter === undefined ? undefined : { ...(await loadLimiter(data.limiter)), watch: pulse };
    return new FuzzWorker(
      () => pulse.runBegins(),
      limiter,
      () => new Promise((resolve) => setImmediate(resolve)),
    );
  } finally {
    pulse.works();
  }
}

async function answer(job: FuzzJob): Promise<Answer<unknown>> {
  try {
    const worker = await ready;
    pulse.stuckAt = 'stuckAt' in job ? (job.stuckAt ?? 0) : 0;
    return { value: await work(worker, job) };
  } catch (error) {
    return { failure: explainFailure(error) };
  }
}

function work(worker: FuzzWorker, job: FuzzJob): unknown {
  switch (job.kind) {
    case 'search':
      return worker.search(job);
    case 'shrink':
      return worker.shrink(job);
    case 'retell':
      return worker.retell(job);
    case 'history':
      return worker.history(job);
  }
}
