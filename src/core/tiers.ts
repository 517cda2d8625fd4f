import { US_PER_DAY } from './time.js';

/** "…the total amount of paid invoices from the last four weeks" (seed 003). */
export const INVOICE_WINDOW_US = 28 * US_PER_DAY;
/** "Every new account starts with a concurrency limit of 2 concurrent requests" (seed 003). */
export const DEFAULT_LIMIT = 2;
/** "Self-serve limits scale up to 40 concurrent requests" (seed 003). */
export const SELF_SERVE_MAX = 40;

export interface Invoice {
  /** When it was paid, µs; negative before the run. */
  readonly atUs: number;
  readonly usd: number;
}

/** From `paidUsd` within the window on, an account has `limit`. */
export interface Tier {
  readonly paidUsd: number;
  readonly limit: number;
}

/**
 * ILLUSTRATIVE. fal's page names the ends (2 and 40) and says "the thresholds above" without showing them; 10 and 20 were
 * seen in use. The amounts of money are ours: a scenario that depends on them should state its own.
 */
export const ILLUSTRATIVE_TIERS: readonly Tier[] = [
  { paidUsd: 0, limit: DEFAULT_LIMIT },
  { paidUsd: 50, limit: 10 },
  { paidUsd: 250, limit: 20 },
  { paidUsd: 1000, limit: SELF_SERVE_MAX },
];

/** The paid sum that counts at `nowUs`. An invoice counts from the instant it is paid until four weeks later. */
export function paidInWindowUsd(invoices: readonly Invoice[], nowUs: number): number {
  let sum = 0;
  for (const invoice of invoices) {
    if (invoice.atUs <= nowUs && nowUs - invoice.atUs < INVOICE_WINDOW_US) sum += invoice.usd;
  }
  return sum;
}

/** The self-service limit that `paidUsd` buys. `tiers` may be in any order; below all of them the default applies. */
export function tierLimit(tiers: readonly Tier[], paidUsd: number): number {
  let limit = DEFAULT_LIMIT;
  let reached = Number.NEGATIVE_INFINITY;
  for (const tier of tiers) {
    if (paidUsd >= tier.paidUsd && tier.paidUsd > reached) {
      reached = tier.paidUsd;
      limit = tier.limit;
    }
  }
  return Math.min(limit, SELF_SERVE_MAX);
}
