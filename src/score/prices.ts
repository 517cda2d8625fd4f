import type { PriceRow } from '../measure/score/score-result.js';
import type { Bill } from './simulated/bill.js';
import { usdText } from './words.js';

const NOTHING_STUCK = 'nothing was stuck: the same either way';
const UNKNOWN = 'unknown: seed 000 says that stuck requests may continue to accrue charges; give a price of a stuck second (--stuck-price)';

/**
 * A line of the price table, with stuck requests charged and not charged.
 * @param stuckUsdPerSecond the user's own; undefined: nobody knows one
 */
export function priceRow(provider: string, bill: Bill, stuckUsdPerSecond: number | undefined): PriceRow {
  const { usd, stuckSeconds } = bill;
  const isSame = stuckSeconds === 0;
  const usdWithStuck = isSame ? usd : stuckUsdPerSecond === undefined ? undefined : usd + stuckSeconds * stuckUsdPerSecond;
  return {
    provider,
    usdPerRequest: bill.usdPerRequest,
    priceSource: bill.priceSource,
    requests: bill.requests,
    stuckRequests: bill.stuckRequests,
    stuckSeconds,
    usdWithoutStuck: usd,
    ...(usdWithStuck === undefined ? {} : { usdWithStuck }),
    stuckRule: isSame
      ? NOTHING_STUCK
      : stuckUsdPerSecond === undefined
        ? UNKNOWN
        : `if charged at your ${usdText(stuckUsdPerSecond)} a stuck second (--stuck-price)`,
  };
}
