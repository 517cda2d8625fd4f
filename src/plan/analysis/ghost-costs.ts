import type { Estimate, GhostCost, PointEvidence, TierPrice } from '../../measure/capacity/plan-result.js';
import { snapToTier } from '../../measure/capacity/tiers.js';
import type { Planning } from '../point.js';
import { isShiftedByGhosts } from './ghost-shift.js';
import { bracketText, highestRateOf, rateEstimate } from './highest-rate.js';
import type { AnalysisTerms } from './terms.js';
import { grouped, many, percentOf, standing, time, usd } from './words.js';

/** What can be told without simulating anything (reference: reports-and-gates, 4.5). */
export interface GhostArithmetic {
  readonly slotSeconds: number;
  /** Of the limit; at most 1. */
  readonly shareOfLimit: number;
  /** Requests that the slots would have served: G·H/S. */
  readonly lostJobs: number;
  readonly stuckUsd: number | undefined;
}

export function ghostArithmetic(ghosts: number, heldMs: number, limit: number, meanServiceMs: number, usdPerStuckSecond: number | undefined): GhostArithmetic {
  // No more slots can be held than there are.
  const held = Math.min(ghosts, limit);
  const slotSeconds = (held * heldMs) / 1000;
  return {
    slotSeconds,
    shareOfLimit: held / limit,
    lostJobs: (held * heldMs) / meanServiceMs,
    stuckUsd: usdPerStuckSecond === undefined ? undefined : slotSeconds * usdPerStuckSecond,
  };
}

/** What ghost slots cost at a limit, from one to `terms.ghosts`. */
export async function ghostCosts(planning: Planning, limit: number, terms: AnalysisTerms): Promise<GhostCost[]> {
  const counts = Array.from({ length: terms.ghosts }, (_, at) => at + 1);
  const atLimit = await planning.judge(
    counts.map((ghosts) => ({ limit, ghosts })),
    'look',
  );
  const hasRate = planning.load.dials.has('rateFactor') && planning.load.facts.atOnce === undefined;
  const without = hasRate ? rateEstimate(await highestRateOf(planning, { limit })) : undefined;
  const costs: GhostCost[] = [];
  for (const [at, ghosts] of counts.entries()) {
    planning.progress(`cost of ${many(ghosts, 'ghost slot')}`);
    const sweep = without === undefined ? undefined : await sweepOf(planning, limit, ghosts, without);
    costs.push(costOf(planning, limit, ghosts, terms, atLimit[at] as PointEvidence, sweep));
  }
  return costs;
}

/** What the simulation says of the rate. */
interface Sweep {
  readonly without: Estimate;
  readonly with: Estimate;
  readonly limitToRestore: number | undefined;
}

/** @returns undefined where there is no highest rate to compare with */
async function sweepOf(planning: Planning, limit: number, ghosts: number, without: Estimate): Promise<Sweep | undefined> {
  const haunted = rateEstimate(await highestRateOf(planning, { limit, ghosts }));
  if (haunted === undefined) return undefined;
  return { without, with: haunted, limitToRestore: await limitToRestore(planning, limit, ghosts, without) };
}

/** As many slots more carry the old rate, where ghosts do nothing else; else one more than that is looked at too. */
async function limitToRestore(planning: Planning, limit: number, ghosts: number, without: Estimate): Promise<number | undefined> {
  const rateFactor = without.low / planning.load.facts.ratePerSecond;
  if (rateFactor === 0) return undefined;
  if (await isShiftedByGhosts(planning, { limit, rateFactor }, ghosts)) return limit + ghosts;
  const judged = await planning.judge(
    [0, 1].map((more) => ({ limit: limit + ghosts + more, ghosts, rateFactor })),
    'weigh',
  );
  return judged.find(({ verdict }) => verdict === 'pass')?.limit;
}

function costOf(planning: Planning, limit: number, ghosts: number, terms: AnalysisTerms, atLimit: PointEvidence, sweep: Sweep | undefined): GhostCost {
  const { meanServiceMs } = planning.load.facts;
  const heldMs = terms.ghostHoldMs;
  const arithmetic = ghostArithmetic(ghosts, heldMs, limit, meanServiceMs, terms.usdPerStuckSecond);
  const lostRateShare = sweep === undefined || sweep.without.mean === 0 ? undefined : Math.max(0, 1 - sweep.with.mean / sweep.without.mean);
  const tierToRestore = sweep?.limitToRestore === undefined ? undefined : snapToTier(terms.tiers, sweep.limitToRestore);
  const cost = {
    ghosts,
    heldMs,
    limit,
    ...arithmetic,
    ratePerSecond: sweep === undefined ? undefined : { without: sweep.without, with: sweep.with },
    lostRateShare,
    limitToRestore: sweep?.limitToRestore,
    tierToRestore,
    tierUsdPerMonth: tierToRestore?.usdPerMonth,
    atLimit,
  };
  return { ...cost, text: [...capacityText(cost, meanServiceMs), ...moneyText(cost, terms.tiers, limit)] };
}

type Untold = Omit<GhostCost, 'text'>;

function capacityText(cost: Untold, meanServiceMs: number): string[] {
  const { ghosts, limit, heldMs, slotSeconds, shareOfLimit, lostJobs, ratePerSecond, lostRateShare, atLimit } = cost;
  const held = `${many(ghosts, 'ghost slot')} of ${limit} (${percentOf(shareOfLimit)}), held for ${time(heldMs)}: ${grouped(slotSeconds)} slot-seconds`;
  const sentences = [`${held}, the work of ${grouped(lostJobs)} requests of ${time(meanServiceMs)}.`, `At limit ${limit}: ${standing(atLimit)}.`];
  if (ratePerSecond !== undefined && lostRateShare !== undefined) {
    const { without, with: left } = ratePerSecond;
    sentences.push(
      `The highest rate within every SLO falls from ${bracketText(without)} to ${bracketText(left)}: ${percentOf(lostRateShare)} of the rate for ${percentOf(shareOfLimit)} of the slots.`,
    );
  }
  return sentences;
}

function moneyText({ limitToRestore, tierToRestore, ratePerSecond, stuckUsd, slotSeconds }: Untold, tiers: readonly TierPrice[], limit: number): string[] {
  const sentences: string[] = [];
  if (limitToRestore !== undefined) sentences.push(`Limit ${limitToRestore} restores the old rate: ${tierText(tierToRestore, snapToTier(tiers, limit))}.`);
  else if (ratePerSecond !== undefined) sentences.push('No limit that was tried restores the old rate.');
  sentences.push(
    stuckUsd === undefined
      ? 'What is charged for the stuck requests themselves is unknown: no price was given. fal says that it bills inference time only; seed 000 says no more than that charges may go on.'
      : `At the price that was given the stuck requests themselves cost ${usd(stuckUsd)} for ${grouped(slotSeconds)} seconds; whether they are charged at all is not confirmed.`,
  );
  return sentences;
}

function tierText(restoring: TierPrice | undefined, today: TierPrice | undefined): string {
  if (restoring === undefined) return 'no self-service tier is that large';
  const tier = `tier ${restoring.limit}`;
  if (restoring.usdPerMonth === undefined) return `${tier}, at an unknown price: none was given for it`;
  const price = `${tier} at ${usd(restoring.usdPerMonth)} a month`;
  if (today?.usdPerMonth === undefined) return price;
  const more = restoring.usdPerMonth - today.usdPerMonth;
  return more === 0 ? `${price}, the tier that is needed without them too` : `${price}, ${usd(more)} more than without them`;
}
