import type { FiguresDone, FiguresJob } from '../plan/figures-job.js';
import { PointRuns } from '../plan/point-runs.js';
import type { Answer, EventsJob, EventsSeen, SeedsDone, SeedsJob, Testimony, VariantWork, WitnessJob } from '../replications/jobs.js';
import { Pulse } from '../replications/pulse.js';
import { type LimiterUnderWatch, SeedWorker } from '../replications/seed-runs.js';
import { explainFailure } from './failures.js';
import { loadLimiter } from './load-limiter.js';
import { realOutside } from './outside.js';
import { PinnedTraces, tracesBeside } from './trace-files.js';

/** The script of a worker thread: a second entry of the program beside `bin`, bundled into one file. */
const outside = realOutside();
const worker = new SeedWorker((scenarioFile) => tracesBeside(scenarioFile, outside.files), outside.monotonicMs, outside.breathe);

export function runSeeds(job: SeedsJob): Promise<Answer<SeedsDone>> {
  return answer(job, (limiter) => worker.runSeeds(job, limiter));
}

export function witness(job: WitnessJob): Promise<Answer<Testimony>> {
  return answer(job, (limiter) => worker.witness(job, limiter));
}

export function events(job: EventsJob): Promise<Answer<EventsSeen>> {
  return answer(job, (limiter) => worker.events(job, limiter));
}

/** One after the other, in one go: a thread of a plan has nothing else to attend to. */
export function figures({ point, seeds, scenarioFile, sha256s }: FiguresJob): Promise<Answer<FiguresDone>> {
  return answer({}, async () => {
    const startedMs = outside.monotonicMs();
    points ??= new PointRuns(new PinnedTraces(scenarioFile, outside.files, sha256s).source);
    const runs = points.of(point);
    return { figures: seeds.map((seed) => runs.run(seed)), ms: outside.monotonicMs() - startedMs };
  });
}

/** A thread serves one plan, and all its points read the same recordings. */
let points: PointRuns | undefined;

async function answer<T>(job: Pick<VariantWork, 'limiter' | 'watch'>, work: (limiter: LimiterUnderWatch | undefined) => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await work(await limiterOf(job)) };
  } catch (error) {
    return { failure: explainFailure(error) };
  }
}

async function limiterOf({ limiter, watch }: Pick<VariantWork, 'limiter' | 'watch'>): Promise<LimiterUnderWatch | undefined> {
  if (limiter === undefined || watch === undefined) return undefined;
  const pulse = new Pulse(watch.pulse);
  pulse.stuckAt = watch.stuckAt;
  pulse.loadsLimiter();
  const source = await loadLimiter(limiter);
  pulse.works();
  return { ...source, watch: pulse };
}
