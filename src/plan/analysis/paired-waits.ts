import type { Dials, Planning, SeedFigures } from '../point.js';
import { time } from './words.js';

/** p95 waits of two settings, ms, means over the seeds that both have: only the setting differs. */
export interface PairedWaits {
  readonly before: number;
  readonly after: number;
  /** The share of those seeds in which the second is shorter. */
  readonly shorterIn: number;
}

type Pair = Omit<PairedWaits, 'shorterIn'>;

/** @returns undefined where one of them grows without end, or nobody began */
export async function pairedWaits(planning: Planning, before: Dials, after: Dials): Promise<PairedWaits | undefined> {
  if ([before, after].some((dials) => planning.load.overload?.(dials) !== undefined)) return undefined;
  const [without, changed] = [await planning.figures(before, 'look'), await planning.figures(after, 'look')];
  const pairs = changed.flatMap((seed): Pair[] => {
    const own = p95Of(seed);
    const other = p95Of(without.find((one) => one.seed === seed.seed));
    return own === undefined || other === undefined ? [] : [{ before: other, after: own }];
  });
  const mean = (read: (pair: Pair) => number): number => pairs.reduce((sum, pair) => sum + read(pair), 0) / pairs.length;
  if (pairs.length === 0) return undefined;
  return { before: mean(({ before }) => before), after: mean(({ after }) => after), shorterIn: mean(({ before, after }) => (after < before ? 1 : 0)) };
}

function p95Of(seed: SeedFigures | undefined): number | undefined {
  const waits = seed?.metrics['queue_latency'];
  return waits?.type === 'trend' && waits.n > 0 ? waits.p95 : undefined;
}

/** Nearer together than this two waits are as long as each other. */
const CLEARLY_SHORTER = 0.05;

/** A worse world in which people wait less is not believed without its reason. @returns undefined: they do not clearly, or nobody sleeps through a backoff */
export function shorterNote(waits: PairedWaits | undefined, waiting: 'backoff' | 'fifo' | undefined): string | undefined {
  if (waits === undefined || waiting !== 'backoff') return undefined;
  if (waits.after > (1 - CLEARLY_SHORTER) * waits.before || waits.shorterIn <= 0.5) return undefined;
  return `the wait is shorter than the ${time(waits.before)} without (p95, same seeds), ${RUNNERS_WAKE}`;
}

/** See docs/model.md: only who finds no slot sleeps. */
const RUNNERS_WAKE =
  'for who waits for a runner is handed the next free one at once, in order, and only who finds no free slot sleeps through the backoff; that is no gain: slots handed over in order (fifo) give it too';
