import { waitQuantileMs } from '../../measure/capacity/erlang.js';
import { stableFrom } from '../../measure/capacity/little.js';
import type { Frontier, LimitAnswer, LoadFacts, TierPrice } from '../../measure/capacity/plan-result.js';
import { turnedLoad } from '../formula-guess.js';
import type { Planning } from '../point.js';
import { spread } from './limits-around.js';
import { waitSloOf } from './wait-slo.js';

const POINTS = 12;
/** How far beyond the answer the curve goes. */
const BEYOND = 1.5;
const DASHED_SHARE = 0.95;

/**
 * Waits against the limit, from just above Little's floor (of a load that comes all at once: from half the answer) to half as much again as the answer, with all tiers in between.
 * @param about the limit that the curve is drawn around
 */
export async function frontier(planning: Planning, about: number, answer: LimitAnswer, tiers: readonly TierPrice[]): Promise<Frontier> {
  const { facts } = planning.load;
  const first = Math.min(facts.atOnce === undefined ? stableFrom(facts.busiestOfferedSlots ?? facts.offeredSlots) : Math.ceil(about / 2), about);
  const last = Math.max(Math.ceil(about * BEYOND), about + 2, first + 2);
  const neighbours = answer.limit === undefined ? [about] : [answer.limit - 1, answer.limit, answer.limit + 1];
  const limits = spread(first, last, [...neighbours, ...tiers.map(({ limit }) => limit)], POINTS);
  const points = await planning.judge(
    limits.map((limit) => ({ limit })),
    'decide',
  );
  const slo = waitSloOf(planning.slos);
  return {
    points,
    erlangCP95Ms: facts.atOnce === undefined ? limits.map((limit) => dashedMs(facts, limit)) : [],
    sloMs: slo?.limitMs,
    sloPercentile: slo?.percentile,
  };
}

function dashedMs(facts: LoadFacts, limit: number): number | null {
  const waitMs = waitQuantileMs(turnedLoad(facts).load, limit, DASHED_SHARE);
  return Number.isFinite(waitMs) ? waitMs : null;
}
