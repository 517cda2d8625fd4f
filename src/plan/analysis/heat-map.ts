import type { HeatMap, PointEvidence, TierPrice } from '../../measure/capacity/plan-result.js';
import type { Dials, Planning } from '../point.js';
import { spread } from './limits-around.js';
import type { AnalysisTerms } from './terms.js';
import { waitSloOf } from './wait-slo.js';

/** The rate of today times these. */
const RATE_FACTORS = [0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2];
const LIMITS = 9;
/** So many tiers have a row of their own; of more, those nearest to today's limit. */
const TIERS = 5;
/** Tiers further away than this are on another map, and no row is put in their place. */
const TIMES_AWAY = 3;
const HALF = 0.5;
const BEYOND = 1.5;
/** Whoever waits so many times too long asks again so often that a faster load takes seconds to simulate, and says no more. */
const FAR_TOO_LONG = 100;

type Cell = Pick<PointEvidence, 'verdict' | 'unstable' | 'queueLatency'>;

/** A recording under a backoff: what follows a wait that is far too long. */
const NOT_LOOKED_AT: Cell = { verdict: 'undecided' };

/**
 * p95 wait by rate and limit around today's. The first seeds only: a picture, not a proof. Of a recording under a backoff the
 * rates above one whose p95 wait is more than a hundred times too long are left out.
 * @param limit "you are here"
 */
export async function heatMap(planning: Planning, limit: number, { tiers, waiting }: Pick<AnalysisTerms, 'tiers' | 'waiting'>): Promise<HeatMap> {
  const rate = planning.load.facts.ratePerSecond;
  const limits = limitsOf(limit, tiers);
  const rows = await (planning.load.isRecorded && waiting !== 'fifo' ? rowsByRate(planning, limits) : rowsAtOnce(planning, limits));
  return {
    ratesPerSecond: RATE_FACTORS.map((factor) => factor * rate),
    limits,
    p95Ms: rows.map((row) => row.map(p95Of)),
    verdicts: rows.map((row) => row.map(({ verdict }) => verdict)),
    here: { ratePerSecond: rate, limit },
  };
}

function cellOf(limit: number, rateFactor: number): Dials {
  return { limit, ...(rateFactor === 1 ? {} : { rateFactor }) };
}

async function rowsAtOnce(planning: Planning, limits: readonly number[]): Promise<Cell[][]> {
  const judged = await planning.judge(
    limits.flatMap((limit) => RATE_FACTORS.map((rateFactor) => cellOf(limit, rateFactor))),
    'look',
  );
  return limits.map((_, row) => judged.slice(row * RATE_FACTORS.length, (row + 1) * RATE_FACTORS.length));
}

async function rowsByRate(planning: Planning, limits: readonly number[]): Promise<Cell[][]> {
  const farTooLongMs = (waitSloOf(planning.slos)?.limitMs ?? Number.POSITIVE_INFINITY) * FAR_TOO_LONG;
  const rows = new Map<number, Cell[]>(limits.map((limit) => [limit, []]));
  let open = limits;
  for (const rateFactor of RATE_FACTORS) {
    const judged = await planning.judge(
      open.map((limit) => cellOf(limit, rateFactor)),
      'look',
    );
    const cells = new Map(open.map((limit, at) => [limit, judged[at] as Cell]));
    for (const [limit, row] of rows) row.push(cells.get(limit) ?? NOT_LOOKED_AT);
    open = open.filter((limit) => (cells.get(limit)?.queueLatency?.p95.mean ?? 0) <= farTooLongMs);
  }
  return [...rows.values()];
}

function limitsOf(limit: number, tiers: readonly TierPrice[]): number[] {
  const distance = (other: number): number => Math.abs(Math.log(other / limit));
  const nearest = tiers.map((tier) => tier.limit).sort((a, b) => distance(a) - distance(b));
  const own = nearest.slice(0, TIERS);
  const first = Math.max(1, Math.round(limit * HALF));
  const last = Math.max(Math.ceil(limit * BEYOND), limit + 2);
  const far = own.filter((tier) => tier < first || tier > last);
  const near = spread(first, last, [limit, ...own], LIMITS - far.length);
  const shown = far.filter((tier) => distance(tier) <= Math.log(TIMES_AWAY));
  return [...new Set([...shown, ...near])].sort((a, b) => a - b);
}

function p95Of({ unstable, queueLatency }: Cell): number | null {
  return unstable === undefined ? (queueLatency?.p95.mean ?? null) : null;
}
