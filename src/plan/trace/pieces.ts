import { US_PER_DAY, US_PER_HOUR } from '../../core/time.js';
import type { PieceAnswer } from '../../measure/capacity/plan-result.js';
import type { Planning } from '../point.js';
import { partOfTrace, type TraceLoad } from './load-from-trace.js';

/** A part of a trace that is planned by itself. */
export interface Piece {
  readonly name: string;
  readonly load: TraceLoad;
}

const LENGTHS_US = { day: US_PER_DAY, hour: US_PER_HOUR };

/** Clocks that begin at 0 count from no calendar. Recordings of requests are younger than 1990. */
const CALENDAR_FROM_US = 20 * 365 * US_PER_DAY;

/** What the reader of the answers should know. */
export const PIECES_NOTE =
  'Each day (or hour) is planned by itself, in the clock of the trace: it begins with an empty platform, and what is in progress at its end is still finished.';

/**
 * A trace cut at midnight (or on the hour) of its own clock; parts without requests are left out. Each begins empty: work of
 * the evening before is not there. Requests that still wait at its end are worked off after it and count to it.
 */
export function piecesOf(load: TraceLoad, by: 'day' | 'hour'): Piece[] {
  const { recorded, options } = load;
  const lengthUs = LENGTHS_US[by];
  const arrivalsUs = recorded.arrivalsUs;
  const sliceToUs = options.slice?.toUs ?? Number.POSITIVE_INFINITY;
  const sliceFromUs = options.slice?.fromUs ?? 0;
  const pieces: Piece[] = [];
  let number = -1;
  for (const atUs of arrivalsUs) {
    const next = Math.floor(atUs / lengthUs);
    if (next === number) continue;
    number = next;
    const fromUs = Math.max(sliceFromUs, number * lengthUs - recorded.firstUs);
    const toUs = Math.min(sliceToUs, (number + 1) * lengthUs - recorded.firstUs);
    pieces.push({ name: nameOf(number * lengthUs, by, recorded.firstUs), load: partOfTrace(load, { slice: { fromUs, toUs } }) });
  }
  return pieces;
}

/** The tenants with the most work, each alone with the limit. Empty without a column of tenants. */
export function tenantsOf(load: TraceLoad, most: number): Piece[] {
  const { tenantColumn, where } = load.options;
  if (tenantColumn === undefined) return [];
  return load.recorded
    .sharesBy('accounts')
    .slice(0, most)
    .map(({ name }) => ({ name, load: partOfTrace(load, { tenantColumn: undefined, where: { ...where, [tenantColumn]: [name] } }) }));
}

/** The smallest limit of each piece. @param planningOf asks the same SLOs of another load */
export async function answerPieces(pieces: readonly Piece[], planningOf: (load: TraceLoad) => Planning): Promise<PieceAnswer[]> {
  return Promise.all(pieces.map((piece) => answerPiece(piece, planningOf(piece.load))));
}

async function answerPiece({ name, load }: Piece, planning: Planning): Promise<PieceAnswer> {
  const { limit, evidence } = await planning.smallestLimit({});
  const atLimit = evidence.find((point) => point.limit === limit);
  return {
    name,
    requests: load.recorded.used,
    offeredSlots: load.facts.offeredSlots,
    peakInFlight: load.facts.trace?.peakInFlight ?? 0,
    limit,
    evidence: atLimit,
    p95Ms: atLimit?.queueLatency?.p95.mean,
  };
}

/** On how many of them a limit is enough. */
export function enoughOn(pieces: readonly PieceAnswer[], limit: number): { readonly enough: number; readonly of: number } {
  return { enough: pieces.filter((piece) => piece.limit !== undefined && piece.limit <= limit).length, of: pieces.length };
}

/** `limit 12 is enough on 22 of 24 days; it is not on 2024-11-28 (14), 2024-12-03 (17)`. */
export function enoughText(pieces: readonly PieceAnswer[], limit: number, what: string): string {
  const { enough, of } = enoughOn(pieces, limit);
  const not = pieces.filter((piece) => piece.limit === undefined || piece.limit > limit);
  const named = not.slice(0, MOST_NAMED).map((piece) => `${piece.name} (${piece.limit ?? 'none'})`);
  const more = not.length > MOST_NAMED ? `, and ${not.length - MOST_NAMED} more` : '';
  return `limit ${limit} is enough on ${enough} of ${of} ${what}${named.length === 0 ? '' : `; it is not on ${named.join(', ')}${more}`}`;
}

const MOST_NAMED = 5;

function nameOf(beginUs: number, by: 'day' | 'hour', firstUs: number): string {
  if (firstUs < CALENDAR_FROM_US) {
    const number = Math.floor(beginUs / LENGTHS_US[by]) - Math.floor(firstUs / LENGTHS_US[by]) + 1;
    return `${by} ${number}`;
  }
  const text = new Date(beginUs / 1000).toISOString();
  return by === 'day' ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}
