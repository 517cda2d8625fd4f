import type { Estimate, InverseAnswer } from '../../measure/capacity/plan-result.js';
import type { Dials, Planning, SeedFigures } from '../point.js';
import { scaledCount } from '../whole-numbers.js';
import { countOf, trendEstimate } from './estimates.js';
import { withoutDeadline } from './no-deadline.js';
import { grouped, many, standing, time, timeWithBounds } from './words.js';

/** The burst that was asked about, half of it and twice as much. */
const SIZES = [0.5, 1, 2];
/** In every seed the longest wait must be so many times what it is without the burst: else it may be of the load itself. */
const CLEARLY_LONGER = 1.1;

/** What the load does by itself, and with the burst that was asked about. */
interface Runs {
  readonly without: readonly SeedFigures[];
  readonly with: readonly SeedFigures[];
}

/** How long a burst on top of the load needs until its last request has begun, and has ended. @param burst requests */
export async function burstDrain(planning: Planning, limit: number, burst: number): Promise<InverseAnswer> {
  const sizes = [...new Set(SIZES.map((factor) => scaledCount(burst, factor)))];
  // Who is dropped for having waited too long is in no wait: the longest one would be that of the survivors.
  const calm = withoutDeadline(planning, { limit });
  const settings: Dials[] = [calm, ...sizes.map((size) => ({ ...calm, burst: size }))];
  const [before] = await planning.judge(settings, 'look');
  const base = { question: 'burst-drain' as const, title: `A burst of ${grouped(burst)} requests at limit ${limit}, on top of the load` };
  if (before?.unstable !== undefined)
    return { ...base, answer: `Without start_timeout no burst is ever worked off: ${standing(before)}.`, columns: [], rows: [], notes: [] };
  const rows: string[][] = [];
  const told: SeedFigures[][] = [];
  for (const dials of settings) {
    planning.progress(`burst of ${grouped(dials.burst ?? 0)} requests`);
    const figures = await planning.figures(dials, 'look');
    told.push([...figures]);
    rows.push(rowOf(planning, dials, figures));
  }
  const runs: Runs = { without: told[0] ?? [], with: told[1 + sizes.indexOf(burst)] ?? [] };
  const asked = isTold(runs) ? longestWait(planning, runs.with) : undefined;
  return {
    ...base,
    answer: answerOf(planning, limit, burst, runs),
    value: asked === undefined ? undefined : { estimate: asked, unit: 'ms' },
    formula: lastBeginsMs(planning, limit, burst),
    columns: ['burst', 'slots to itself (formula)', 'last begins (formula)', 'queue as before (formula)', 'longest wait', 'longest time to a result', 'lost'],
    rows,
    notes: [
      'Formulas, with a slots in use on average: ceil(N / limit) x S, the least that any order can do; (N − (limit − a)) x S / limit until the last one begins; N x S / (limit − a) until the queue is as it was.',
      'The longest wait and time to a result are those of all requests of the run: where the row without a burst comes near, they are not of the burst.',
      'Nobody has a start_timeout here: it would drop those who wait longest. Who is dropped all the same, or gives up, is in no wait.',
    ],
  };
}

/** How long a load that comes all at once takes until its last request has begun, and has ended. @param atOnce how many come */
export async function drainAtOnce(planning: Planning, limit: number, atOnce: number): Promise<InverseAnswer> {
  const { load } = planning;
  // Who is dropped for having waited too long is in no wait.
  const calm = withoutDeadline(planning, { limit });
  const factors = load.dials.has('rateFactor') ? SIZES : [1];
  const settings = factors.map((rateFactor): Dials => (rateFactor === 1 ? calm : { ...calm, rateFactor }));
  await planning.judge(settings, 'look');
  const rows: string[][] = [];
  let asked: readonly SeedFigures[] = [];
  for (const [at, dials] of settings.entries()) {
    const size = scaledCount(atOnce, factors[at] as number);
    planning.progress(`burst of ${grouped(size)} requests`);
    const figures = await planning.figures(dials, 'look');
    if (factors[at] === 1) asked = figures;
    rows.push([grouped(size), time(leastMs(planning, limit, size)), ...longestOf(planning, figures)]);
  }
  const begun = longestWait(planning, asked);
  const ended = trendEstimate(planning, asked, 'time_to_result', 'max');
  return {
    question: 'burst-drain',
    title: `How long ${many(atOnce, 'request')} at once take at limit ${limit}`,
    answer:
      begun === undefined || ended === undefined
        ? 'No request began.'
        : `The last of ${many(atOnce, 'request')} begins ${timeWithBounds(begun)} after the burst, and has its result after ${timeWithBounds(ended)}.`,
    value: ended === undefined ? undefined : { estimate: ended, unit: 'ms' },
    formula: leastMs(planning, limit, atOnce),
    columns: ['burst', 'all done (formula)', 'last begins', 'last result', 'lost'],
    rows,
    notes: [
      'Formula: ceil(N / limit) x S, rounds of as many as there are slots, each as long as a mean service time.',
      'Nobody has a start_timeout here: it would drop those who wait longest. Who is dropped all the same, or gives up, is in no wait.',
    ],
  };
}

function rowOf(planning: Planning, { limit, burst = 0 }: Dials, figures: readonly SeedFigures[]): string[] {
  const longest = longestOf(planning, figures);
  if (burst === 0) return ['none', '–', '–', '–', ...longest];
  const asBefore = asBeforeMs(planning, limit, burst);
  return [
    grouped(burst),
    time(leastMs(planning, limit, burst)),
    time(lastBeginsMs(planning, limit, burst)),
    asBefore === undefined ? 'never' : time(asBefore),
    ...longest,
  ];
}

/** The longest wait and time to a result, and how many never got there. */
function longestOf(planning: Planning, figures: readonly SeedFigures[]): string[] {
  const longest = ['queue_latency', 'time_to_result'].map((metric) => {
    const estimate = trendEstimate(planning, figures, metric, 'max');
    return estimate === undefined ? '–' : timeWithBounds(estimate);
  });
  const lost = LOST.reduce((sum, name) => sum + countOf(figures, name), 0);
  return [...longest, lost === 0 ? 'none' : grouped(lost)];
}

/** Ways in which a request ends without having been served. */
const LOST = ['start_timeouts', 'gave_up'] as const;

function longestWait(planning: Planning, figures: readonly SeedFigures[]): Estimate | undefined {
  return trendEstimate(planning, figures, 'queue_latency', 'max');
}

/** Seed by seed, for both had the same arrivals. */
function isTold(runs: Runs): boolean {
  const longest = ({ metrics }: SeedFigures): number => {
    const waits = metrics['queue_latency'];
    return waits?.type === 'trend' && waits.n > 0 ? waits.max : 0;
  };
  return runs.with.every((seed, at) => longest(seed) > CLEARLY_LONGER * longest(runs.without[at] as SeedFigures));
}

function answerOf(planning: Planning, limit: number, burst: number, runs: Runs): string {
  const [asked, before] = [longestWait(planning, runs.with), longestWait(planning, runs.without)];
  if (asked === undefined) return 'No request of the burst began.';
  const asBefore = asBeforeMs(planning, limit, burst);
  const queue =
    asBefore === undefined ? 'the queue would never get shorter again (formula)' : `in order the queue would be as it was after ${time(asBefore)} (formula)`;
  if (before !== undefined && !isTold(runs))
    return `When the last of ${grouped(burst)} requests begins cannot be told from the waits of the load itself: the longest wait is ${timeWithBounds(asked)} with the burst, ${timeWithBounds(before)} without; ${queue}.`;
  return `The last of ${grouped(burst)} requests begins ${timeWithBounds(asked)} after the burst; ${queue}.`;
}

/** Rounds of as many as there are slots. */
function leastMs({ load: { facts } }: Planning, limit: number, burst: number): number {
  return Math.ceil(burst / limit) * facts.meanServiceMs;
}

/** In order: who comes later does not matter. */
function lastBeginsMs({ load: { facts } }: Planning, limit: number, burst: number): number {
  const free = Math.max(0, limit - facts.offeredSlots);
  return (Math.max(0, burst - free) * facts.meanServiceMs) / limit;
}

function asBeforeMs({ load: { facts } }: Planning, limit: number, burst: number): number | undefined {
  const free = limit - facts.offeredSlots;
  return free > 0 ? (burst * facts.meanServiceMs) / free : undefined;
}
