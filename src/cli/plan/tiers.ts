import type { TierPrice } from '../../measure/capacity/plan-result.js';
import { inOrder } from '../../measure/capacity/tiers.js';
import { UsageError } from '../failures.js';
import type { PlanArguments } from './options.js';

/** Limits that can be had without asking anybody, and who says so. */
export interface AskedTiers {
  readonly tiers: readonly TierPrice[];
  readonly source: string;
}

/** The user's tiers and prices; without any the usual ones. @throws UsageError for the price of no tier */
export function tiersAskedFor({ tiers, 'tier-price': prices = [] }: Pick<PlanArguments, 'tiers' | 'tier-price'>, usual: AskedTiers): AskedTiers {
  const limits = tiers === undefined ? usual.tiers : tiers.map((limit) => ({ limit }));
  const stranger = prices.find(({ limit }) => !limits.some((tier) => tier.limit === limit));
  if (stranger !== undefined)
    throw new UsageError(
      `--tier-price: expected the price of a tier (${limits.map(({ limit }) => limit).join(', ')}), got one of ${stranger.limit}; add it with --tiers`,
    );
  const priced = limits.map((tier) => ({ ...tier, ...prices.find(({ limit }) => limit === tier.limit) }));
  const source = tiers === undefined ? usual.source : 'given with --tiers';
  return { tiers: inOrder(priced), source: prices.length === 0 ? source : `${source}; prices given with --tier-price` };
}
