import type { Answer, EventsJob, EventsSeen, SeedsDone, SeedsJob, Testimony, WitnessJob } from '../replications/jobs.js';
import { SeedWorker } from '../replications/seed-runs.js';
import { explainFailure } from './failures.js';
import { realOutside } from './outside.js';
import { tracesBeside } from './trace-files.js';

/** The script of a worker thread: a second entry of the program beside `bin`, bundled into one file. */
const outside = realOutside();
const worker = new SeedWorker((scenarioFile) => tracesBeside(scenarioFile, outside.files), outside.monotonicMs);

export function runSeeds(job: SeedsJob): Answer<SeedsDone> {
  return answer(() => worker.runSeeds(job));
}

export function witness(job: WitnessJob): Answer<Testimony> {
  return answer(() => worker.witness(job));
}

export function events(job: EventsJob): Answer<EventsSeen> {
  return answer(() => worker.events(job));
}

function answer<T>(work: () => T): Answer<T> {
  try {
    return { value: work() };
  } catch (error) {
    return { failure: explainFailure(error) };
  }
}
