import { SELF_SERVE_MAX, type Tier } from '../../core/tiers.js';
import type { TierPrice } from './plan-result.js';

/** Where tiers come from that nobody has given. */
export const ILLUSTRATIVE_TIERS_SOURCE = 'illustrative: 2 and 40 are documented (seed 003), the steps between and the amounts of money are not';

/** The smallest tier of at least `limit` slots; undefined: none is large enough. @param tiers in any order */
export function snapToTier(tiers: readonly TierPrice[], limit: number): TierPrice | undefined {
  return inOrder(tiers).find((tier) => tier.limit >= limit);
}

/** The largest; undefined without tiers. */
export function largestTier(tiers: readonly TierPrice[]): TierPrice | undefined {
  return inOrder(tiers).at(-1);
}

/** By limit, each limit once: the first that names it counts. */
export function inOrder(tiers: readonly TierPrice[]): TierPrice[] {
  const ofLimit = new Map<number, TierPrice>();
  for (const tier of tiers) if (!ofLimit.has(tier.limit)) ofLimit.set(tier.limit, tier);
  return [...ofLimit.values()].sort((one, other) => one.limit - other.limit);
}

/** Tiers of a platform as a plan shows them. What a tier's paid sum is no price: it says what was paid before, so none is known. */
export function tiersOfPlatform(tiers: readonly Tier[]): TierPrice[] {
  return inOrder(tiers.map(({ limit }) => ({ limit: Math.min(limit, SELF_SERVE_MAX) })));
}
