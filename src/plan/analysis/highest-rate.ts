import { highestRateByErlangC } from '../../measure/capacity/erlang.js';
import type { Estimate, InverseAnswer, TierPrice } from '../../measure/capacity/plan-result.js';
import { inOrder } from '../../measure/capacity/tiers.js';
import type { Dials, Planning } from '../point.js';
import { scaledCount } from '../whole-numbers.js';
import { type WaitSlo, waitSloOf } from './wait-slo.js';
import { grouped, many, number, percentOf, rateText } from './words.js';

/** Between what does and what does not, requests a second. */
export interface RateInterval {
  /** The highest rate that was shown to meet every SLO; 0: none was. */
  readonly low: number;
  /** The lowest that was shown to miss one; Infinity: none was. */
  readonly high: number;
  readonly seeds: number;
}

/** Where the highest rate lies that meets every SLO. */
export async function highestRateOf(planning: Planning, dials: Dials): Promise<RateInterval> {
  const rate = planning.load.facts.ratePerSecond;
  const { low, high, seeds } = await timesToday(planning, dials);
  return { low: low * rate, high: high * rate, seeds };
}

/** The same, times the load of today. */
async function timesToday(planning: Planning, dials: Dials): Promise<RateInterval> {
  if (await nothingBegins(planning, dials)) return { low: 0, high: 0, seeds: 0 };
  const { low: shown, high, evidence } = await planning.largestFactor('rateFactor', dials);
  // The rate of today may have been decided with more seeds than a search spends.
  const low = shown < 1 && high > 1 && (await isMetToday(planning, dials)) ? 1 : shown;
  return { low, high, seeds: Math.max(0, ...evidence.map(({ seeds }) => seeds)) };
}

/** What was shown is the number: the middle was never tried. @returns undefined where nothing that was tried was too much: that is no estimate */
export function rateEstimate({ low, high, seeds }: RateInterval): Estimate | undefined {
  return Number.isFinite(high) ? { mean: low, low, high, seeds } : undefined;
}

/** Ghosts on every slot, of a policy that never takes them back. */
async function nothingBegins(planning: Planning, dials: Dials): Promise<boolean> {
  if (dials.limit > (dials.ghosts ?? 0)) return false;
  const [evidence] = await planning.judge([dials], 'look');
  return evidence?.unstable === undefined ? evidence?.queueLatency === undefined : evidence.unstable.limit === 0;
}

async function isMetToday(planning: Planning, dials: Dials): Promise<boolean> {
  return (await planning.judge([dials], 'weigh'))[0]?.verdict === 'pass';
}

/** How much a limit sustains, and each tier. */
export async function highestRate(planning: Planning, limit: number, tiers: readonly TierPrice[]): Promise<InverseAnswer> {
  const slo = waitSloOf(planning.slos);
  const rows: string[][] = [];
  let asked: RateInterval | undefined;
  for (const each of limitsOf(limit, tiers)) {
    planning.progress(`highest rate at limit ${each}`);
    const found = await highestRateOf(planning, { limit: each });
    if (each === limit) asked = found;
    rows.push(rowOf(planning, each, found, slo));
  }
  const found = asked as RateInterval;
  const estimate = rateEstimate(found);
  return {
    question: 'highest-rate',
    title: `The highest rate that limit ${limit} sustains`,
    answer: answerOf(limit, found),
    value: estimate === undefined ? undefined : { estimate, unit: 'requests/s' },
    formula: slo === undefined ? undefined : byErlangC(planning, limit, slo),
    columns: ['limit', 'sustains, requests/s', 'not, requests/s', 'by Erlang C (formula)', 'slots busy'],
    rows,
    notes: [
      'The load is the same, sped up or slowed down as a whole: what comes together stays together.',
      ...(slo === undefined ? [] : ['Erlang C takes arrivals as Poisson, service times as exponential and slots as handed over in order.']),
    ],
  };
}

/** How many requests a limit can take at once: of a load that comes so, a rate says nothing. @param atOnce how many come today */
export async function largestBurst(planning: Planning, limit: number, tiers: readonly TierPrice[], atOnce: number): Promise<InverseAnswer> {
  const rows: string[][] = [];
  let asked: RateInterval | undefined;
  for (const each of limitsOf(limit, tiers)) {
    planning.progress(`largest burst at limit ${each}`);
    const { low, high, seeds } = await timesToday(planning, { limit: each });
    const found = { low: low === 0 ? 0 : scaledCount(atOnce, low), high: scaledCount(atOnce, high), seeds };
    if (each === limit) asked = found;
    rows.push([
      String(each),
      Number.isFinite(high) ? grouped(found.low) : `more than ${grouped(found.low)}`,
      Number.isFinite(high) ? grouped(found.high) : '–',
    ]);
  }
  const found = asked as RateInterval;
  const estimate = rateEstimate(found);
  return {
    question: 'largest-burst',
    title: `The largest burst that limit ${limit} holds`,
    answer:
      found.low === 0
        ? `No burst that was tried meets every SLO at limit ${limit}.`
        : `Limit ${limit} holds ${estimate === undefined ? 'more than ' : ''}${many(found.low, 'request')} at once${estimate === undefined ? '' : ` (no longer ${grouped(found.high)})`} within every SLO.`,
    value: estimate === undefined ? undefined : { estimate, unit: 'requests' },
    columns: ['limit', 'holds, requests', 'not, requests'],
    rows,
    notes: ['All requests of the load come at one instant: it has no rate, and none is told.'],
  };
}

function limitsOf(limit: number, tiers: readonly TierPrice[]): number[] {
  return inOrder([...tiers, { limit }]).map((tier) => tier.limit);
}

/** What was shown to do, and beside it what was shown not to: `5.04 requests/s (no longer 5.13 requests/s)` */
export function bracketText({ low, high }: Pick<RateInterval, 'low' | 'high'>): string {
  const [does, not] = [rateText(low), rateText(high)];
  return does === not ? does : `${does} (no longer ${not})`;
}

function answerOf(limit: number, { low, high }: RateInterval): string {
  if (low === 0) return `No rate that was tried meets every SLO at limit ${limit}.`;
  if (Number.isFinite(high)) return `Limit ${limit} sustains ${bracketText({ low, high })} within every SLO.`;
  return `Limit ${limit} sustains more than ${rateText(low)} within every SLO: nothing that was tried was too much.`;
}

function rowOf(planning: Planning, limit: number, { low, high }: RateInterval, slo: WaitSlo | undefined): string[] {
  const formula = slo === undefined ? '–' : number(byErlangC(planning, limit, slo));
  if (!Number.isFinite(high)) return [String(limit), low === 0 ? '0' : `more than ${number(low)}`, '–', formula, '–'];
  const busy = (low * planning.load.facts.meanServiceMs) / 1000 / limit;
  return [String(limit), number(low), number(high), formula, percentOf(busy)];
}

function byErlangC({ load: { facts } }: Planning, limit: number, slo: WaitSlo): number {
  // Rates are of all accounts together, the formula of the busiest one.
  const { offeredSlots, busiestOfferedSlots = offeredSlots } = facts;
  return (highestRateByErlangC(limit, facts.meanServiceMs, slo) * offeredSlots) / busiestOfferedSlots;
}
