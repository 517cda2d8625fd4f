/** What a share may be, given that something was seen in `k` of `n` seeds. */
export interface ShareBounds {
  readonly low: number;
  readonly high: number;
}

const MISS = 0.05;

/**
 * Exact bounds (Clopper and Pearson) for the probability of something that happened in `k` of `n` independent seeds.
 * Strictly between none and all: both bounds of a two-sided 95 % interval. None, or all: the one bound that can be
 * wrong, at 95 %; for none it is `1 - 0.05^(1/n)`, near 3/n ("rule of three").
 */
export function shareBounds(k: number, n: number): ShareBounds {
  if (!(Number.isInteger(n) && n >= 1)) throw new RangeError(`expected at least 1 seed, got ${n}`);
  if (!(Number.isInteger(k) && k >= 0 && k <= n)) throw new RangeError(`expected a whole number from 0 to ${n} of them, got ${k}`);
  if (k === 0) return { low: 0, high: 1 - Math.exp(Math.log(MISS) / n) };
  if (k === n) return { low: Math.exp(Math.log(MISS) / n), high: 1 };
  // At most k of n is as rare as at least n - k of the others: one search serves both ends.
  return { low: 1 - highestShare(n - k, n, MISS / 2), high: highestShare(k, n, MISS / 2) };
}

/** The share at which `k` or fewer of `n` have just the probability `miss`. */
function highestShare(k: number, n: number, miss: number): number {
  const logWays = logChoose(n, k);
  // Up to k / n it is at least even odds, so the search begins there, where no term is too small for a double.
  let low = k / n;
  let high = 1;
  for (let middle = (low + high) / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (atMost(k, n, middle, logWays) > miss) low = middle;
    else high = middle;
  }
  return low;
}

/** P(X <= k) for X binomial(n, share), summed downwards from its largest term. @param logWays of choosing k of n */
function atMost(k: number, n: number, share: number, logWays: number): number {
  let term = Math.exp(logWays + k * Math.log(share) + (n - k) * Math.log(1 - share));
  let sum = term;
  const odds = (1 - share) / share;
  for (let i = k; i > 0; i--) {
    term *= (i / (n - i + 1)) * odds;
    sum += term;
  }
  return sum;
}

function logChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
  return sum;
}
