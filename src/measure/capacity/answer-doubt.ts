import type { LimitAnswer } from './plan-result.js';

/** Whether fewer slots might do, for all that runs of this length can show. */
export function isTooShortBelow({ limit, evidence }: LimitAnswer): boolean {
  return limit !== undefined && evidence.some((point) => point.limit === limit - 1 && point.tooShort !== undefined);
}
