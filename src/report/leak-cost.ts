import { SELF_SERVE_MAX } from '../core/tiers.js';
import type { RunResult, VariantInfo } from '../measure/result.js';
import { finalLimit, metricOf } from './runs.js';

const SECONDS_PER_30_DAYS = 30 * 24 * 3600;

/** What the leaks of one run cost. Undefined where there is nothing to compute with. */
export interface LeakCost {
  /** As metrics have it: without the warm-up. */
  readonly slotSeconds: number;
  readonly leakedAtEnd: number;
  readonly limit: number | undefined;
  /** Of the slot-seconds that the limit allowed, over the same time. */
  readonly shareOfRun: number | undefined;
  /** Of the limit, at the end. */
  readonly shareAtEnd: number | undefined;
  readonly lostJobs: number | undefined;
  /** If the leak stays as it is at the end. */
  readonly lostJobsPer30Days: number | undefined;
  /** Requests whose slot never came back, and their price if each were charged once. */
  readonly stuckRequests: number;
  readonly stuckUsd: number | undefined;
  /** The limit that would leave as many usable slots as there were before the leak. */
  readonly limitToRestore: number | undefined;
  /** Whether that limit can be had by paying invoices; above it there are only contracts. */
  readonly isSelfService: boolean;
}

export function leakCost(run: RunResult, variant: VariantInfo): LeakCost {
  const slotSeconds = metricOf(run, 'leaked_slot_seconds', 'count') ?? 0;
  const leakedAtEnd = metricOf(run, 'leaked_slots', 'value') ?? 0;
  const limit = finalLimit(run);
  const serviceS = (variant.meanServiceUs ?? 0) / 1_000_000;
  const timeline = run.evidence?.timeline;
  const limits = timeline?.points.filter((point) => point.atUs >= (variant.warmupUs ?? 0)).map((point) => point.limit) ?? [];
  const meanLimit = limits.length === 0 ? limit : limits.reduce((sum, value) => sum + value, 0) / limits.length;
  const allowed = (meanLimit ?? 0) * (Math.max(0, run.endUs - (variant.warmupUs ?? 0)) / 1_000_000);
  const stuck = run.evidence?.leaks.filter((leak) => leak.toUs == null) ?? [];
  const limitToRestore = limit === undefined || leakedAtEnd === 0 ? undefined : limit + leakedAtEnd;
  return {
    limitToRestore,
    isSelfService: limitToRestore !== undefined && limitToRestore <= SELF_SERVE_MAX,
    slotSeconds,
    leakedAtEnd,
    limit,
    shareOfRun: allowed > 0 ? slotSeconds / allowed : undefined,
    shareAtEnd: limit !== undefined && limit > 0 ? leakedAtEnd / limit : undefined,
    lostJobs: serviceS > 0 ? slotSeconds / serviceS : undefined,
    lostJobsPer30Days: serviceS > 0 ? (leakedAtEnd * SECONDS_PER_30_DAYS) / serviceS : undefined,
    stuckRequests: stuck.length,
    stuckUsd: priceOf(
      stuck.map((leak) => leak.endpoint),
      variant,
    ),
  };
}

function priceOf(endpoints: readonly string[], variant: VariantInfo): number | undefined {
  let usd = 0;
  for (const endpoint of endpoints) {
    const price = variant.prices.find((candidate) => candidate.endpoint === endpoint) ?? variant.prices[0];
    if (price === undefined) return undefined;
    usd += price.usd;
  }
  return usd;
}
