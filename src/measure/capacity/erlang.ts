import { mostPerSecond, offeredSlots, type QueueLoad, stableFrom } from './little.js';

/**
 * Erlang's formulas for c slots, Poisson arrivals, exponential service and waiting in order (reference: reports-and-gates,
 * 4.1). They are first guesses, never evidence. λ: rate, μ = 1/S, a = λS, ρ = a/c.
 */

/** Further than this no limit is looked for. */
const MOST_SLOTS = 1_000_000;

/**
 * The share of requests that would be turned away if nobody waited: B₀ = 1, Bᵢ = aBᵢ₋₁ / (i + aBᵢ₋₁).
 * @param slots a whole number from 0 up
 * @param offered in erlangs
 */
export function erlangB(slots: number, offered: number): number {
  let blocked = 1;
  for (let i = 1; i <= slots; i++) blocked = nextErlangB(blocked, i, offered);
  return blocked;
}

function nextErlangB(blocked: number, slots: number, offered: number): number {
  return (offered * blocked) / (slots + offered * blocked);
}

/** The share of requests that wait: B / (1 − ρ(1 − B)); 1 where the queue grows without end. */
export function erlangC(slots: number, offered: number): number {
  return slots <= offered ? 1 : shareWaiting(slots, offered, erlangB(slots, offered));
}

function shareWaiting(slots: number, offered: number, blocked: number): number {
  return blocked / (1 - (offered / slots) * (1 - blocked));
}

/** The mean wait of all requests in ms: P / (cμ − λ); Infinity where the queue grows without end. */
export function meanWaitMs(load: QueueLoad, limit: number): number {
  const offered = offeredSlots(load);
  if (limit <= offered) return Number.POSITIVE_INFINITY;
  return (erlangC(limit, offered) * load.meanServiceMs) / (limit - offered);
}

/**
 * The wait that the share `share` of the requests does not exceed, ms: ln(P / (1 − q)) / (cμ − λ), or 0 where fewer wait
 * at all; Infinity where the queue grows without end.
 * @param share q, from 0 up and below 1
 * @param variability waits are longer by this factor: see `variabilityFactor`
 */
export function waitQuantileMs(load: QueueLoad, limit: number, share: number, variability = 1): number {
  const offered = offeredSlots(load);
  if (limit <= offered) return Number.POSITIVE_INFINITY;
  return quantileMs(load, limit, erlangC(limit, offered), share) * variability;
}

function quantileMs(load: QueueLoad, limit: number, waiting: number, share: number): number {
  if (waiting <= 1 - share) return 0;
  return (Math.log(waiting / (1 - share)) * load.meanServiceMs) / (limit - offeredSlots(load));
}

/**
 * First guess at the shortest start_timeout that loses no more than a share of the requests, ms: ln(P / ε) / (cμ − λ). It is
 * the wait without any timeout, so that it errs on the long side.
 * @param lossShare ε, above 0
 */
export function startTimeoutGuessMs(load: QueueLoad, limit: number, lossShare: number, variability = 1): number {
  return waitQuantileMs(load, limit, 1 - lossShare, variability);
}

/** Which wait is asked about, and whether it is short enough. */
export interface WaitGoal {
  /** 0.95 for p(95). */
  readonly share: number;
  /** @param waitMs what that share of the requests does not exceed */
  isMetBy(waitMs: number): boolean;
}

/** The smallest limit whose waits meet a goal; undefined: none does. */
export function smallestLimitByErlangC(load: QueueLoad, goal: WaitGoal, variability = 1): number | undefined {
  const offered = offeredSlots(load);
  const first = stableFrom(offered);
  if (first > MOST_SLOTS) return undefined;
  let blocked = erlangB(first - 1, offered);
  for (let limit = first; limit <= MOST_SLOTS; limit++) {
    blocked = nextErlangB(blocked, limit, offered);
    const waitMs = quantileMs(load, limit, shareWaiting(limit, offered, blocked), goal.share) * variability;
    if (goal.isMetBy(waitMs)) return limit;
    // More slots cannot make it shorter.
    if (waitMs === 0) return undefined;
  }
  return undefined;
}

/** The highest rate, requests a second, whose waits meet a goal at a limit; 0: not even a single request now and then does. */
export function highestRateByErlangC(limit: number, meanServiceMs: number, goal: WaitGoal, variability = 1): number {
  let low = 0;
  let high = limit <= 0 ? 0 : mostPerSecond(limit, meanServiceMs);
  // Halving until two neighbouring doubles are left: the same steps everywhere.
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (goal.isMetBy(waitQuantileMs({ ratePerSecond: middle, meanServiceMs }, limit, goal.share, variability))) low = middle;
    else high = middle;
  }
  return low;
}
