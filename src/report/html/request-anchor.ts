import { sumOf } from '../text-sum.js';

/** The longest name that stands in an anchor as it is. */
const LONGEST = 40;

/**
 * Where on the page a request's row stands: `request-req-17`, for a run of a variant `request-fal-939-req-17`. Two different
 * requests never share one: what cannot stand in an address, or is cut off, is told apart by a sum over the whole names.
 */
export function requestAnchor(request: string, variant?: string | null): string {
  const whole = variant == null ? request : `${variant}-${request}`;
  const plain = whole.replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, LONGEST);
  return plain === whole && variant == null ? `request-${plain}` : `request-${plain}.${sumOf(JSON.stringify([variant ?? null, request]))}`;
}
