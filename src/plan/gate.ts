import type { Overload, PlanGate, PointEvidence } from '../measure/capacity/plan-result.js';
import { checkText, formatCount, perSecondText, whyNotMet } from './why.js';

/**
 * Whether a limit is enough, in one sentence that says by how much it is not.
 * @param answer the smallest limit that is; a larger one that fails all the same is not too small
 */
export function planGate(evidence: PointEvidence, answer?: number): PlanGate {
  const { limit, verdict } = evidence;
  return { limit, evidence, verdict, text: textOf(evidence, answer !== undefined && answer < limit) };
}

function textOf(evidence: PointEvidence, isAboveAnswer: boolean): string {
  const { limit, verdict, unstable, ratePerSecond, seeds, checks, broken } = evidence;
  const law = broken.length === 0 ? '' : `; an invariant broke: ${broken.join(', ')}`;
  if (unstable !== undefined) return `limit ${formatCount(limit)} is not enough: ${shortage(unstable, ratePerSecond)}${law}`;
  if (verdict === 'pass') return `limit ${formatCount(limit)} meets every SLO: ${checks.map(checkText).join(', ')}${law}`;
  if (verdict === 'fail') return `limit ${formatCount(limit)} ${isAboveAnswer ? 'does not meet every SLO' : 'is not enough'}: ${whyNotMet(evidence)}${law}`;
  return `nobody can tell whether limit ${formatCount(limit)} is enough: ${whyNotMet(evidence)} after ${formatCount(seeds)} seeds; allow more with --seeds, or longer ones with --requests${law}`;
}

/** By how much a load does not fit: in slots, and in requests a second. */
function shortage({ offeredSlots, limit, mostPerSecond }: Overload, ratePerSecond: number): string {
  const missing = Math.floor(offeredSlots - limit) + 1;
  return (
    `the queue grows as long as the load lasts: ${formatCount(offeredSlots)} slots' worth of work is offered to ${formatCount(limit)} ` +
    `(at least ${formatCount(missing)} more are needed to be stable), and ${perSecondText(ratePerSecond)} must be carried where at most ${formatCount(mostPerSecond)} can be`
  );
}
