import { offeredSlots, type QueueLoad } from '../measure/capacity/little.js';
import { relaxationTimeMs } from '../measure/capacity/variability.js';

/** Work in progress has been replaced several times over. */
const MEAN_SERVICES = 10;
/** What the empty start leaves behind fades by e for each: five leave less than a hundredth. */
const RELAXATION_TIMES = 5;
/** Where a queue remembers longer than that, the rest of the run would say little. It is not stable enough to be an answer. */
const MOST_OF_RUN = 0.3;

/** In words, for whoever reads a plan. */
export const WARMUP_RULE = `the larger of ${MEAN_SERVICES} mean service times and ${RELAXATION_TIMES} relaxation times S/(√c − √a)² of the queue, at most ${MOST_OF_RUN * 100} % of the run`;

/**
 * How long a run must be at least, ms, for its waits to be those of a queue that has been going for ever: until the warm-up
 * that its memory asks for is no more than is left out. Shorter ones end before long queues have grown: at 62 slots and 60
 * erlangs a run of 5 relaxation times shows a p95 a seventh too small, at 64 one of 21 shows the right one within 2 %.
 */
export function settlingMs(load: QueueLoad, limit: number, variability: number): number {
  return (RELAXATION_TIMES / MOST_OF_RUN) * relaxationTimeMs(load.meanServiceMs, limit, offeredSlots(load), variability);
}

/** Whether a start_timeout bounds the queue of a run: a longer one drops nobody before most of the run is over. */
export function isDropping(startTimeoutMs: number, runMs: number): boolean {
  return RELAXATION_TIMES * startTimeoutMs <= MOST_OF_RUN * runMs;
}

/**
 * How much of a run its metrics leave out because it began with an empty queue, ms.
 * @param runMs how long requests come
 * @param variability of arrivals and service: see `variabilityFactor`
 */
export function warmupMs(load: QueueLoad, limit: number, runMs: number, variability: number): number {
  const relaxationMs = relaxationTimeMs(load.meanServiceMs, limit, offeredSlots(load), variability);
  return Math.min(MOST_OF_RUN * runMs, Math.max(MEAN_SERVICES * load.meanServiceMs, RELAXATION_TIMES * relaxationMs));
}
