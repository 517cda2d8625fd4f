/** An exponential backoff. All delays in µs. */
export interface Backoff {
  /** Delay before the first retry. */
  readonly baseUs: number;
  readonly factor: number;
  /** No delay is longer than this. */
  readonly capUs: number;
  /** The delay is multiplied by a uniform draw from [1 - jitter, 1 + jitter]. 0 = none. */
  readonly jitter: number;
  /** Whether the cap is applied before the jitter (a capped delay still varies) or after it. */
  readonly capFirst?: boolean;
}

/**
 * The delay before retry number `retry` (1 = the first), in whole µs.
 * @param uniform a draw from [0, 1); only used when there is jitter
 */
export function backoffDelayUs(backoff: Backoff, retry: number, uniform: number): number {
  let delayUs = backoff.baseUs;
  for (let n = 1; n < retry && delayUs < backoff.capUs; n++) delayUs *= backoff.factor;
  const spread = backoff.jitter === 0 ? 1 : 1 + backoff.jitter * (2 * uniform - 1);
  const jittered = backoff.capFirst === false ? Math.min(backoff.capUs, delayUs * spread) : Math.min(backoff.capUs, delayUs) * spread;
  return Math.max(0, Math.round(jittered));
}
