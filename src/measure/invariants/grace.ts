import type { Policy } from '../../core/policy.js';

/**
 * How long each law waits before it speaks: derived from the policy's latencies in this one place, never a constant. All
 * in µs, all counted from the later of the event and the end of the last active fault.
 *
 * | here | symbol | is |
 * | --- | --- | --- |
 * | `dispatchUs` | d_max | from a granted slot to its work: the dispatch latency. A direct call that waits for a runner to boot has no bound |
 * | `releaseUs` | r_max | from the end of the work to the free slot: the release latency, and once more a lost message |
 * | `promptUs` | | the same where messages are not lost, for who promises prompt release: the release latency alone |
 * | `expiryUs` | T + p | until an abandoned lease is found: its ttl and the reaper's interval; 0 without leases, where nothing expires |
 * | `killUs` | g_kill | from an accepted stop to stopped work: the stop delay |
 * | `returnUs` | G_rel | until a slot must be back: r_max + T + p |
 * | `healUs` | g2 | until a slot without work is a permanent ghost: 3 r_max + T + p |
 * | `wakeUs` | W | how long somebody may wait beside a free slot: the tick of the line (none: 0), d_max, r_max, the gap between check and act |
 * | `wholeUs` | T_heal | until all is whole after a fault: g2, g_kill, W and one round of the reconciler |
 */
export class Grace {
  readonly dispatchUs: number;
  readonly releaseUs: number;
  readonly promptUs: number;
  readonly expiryUs: number;
  readonly killUs: number;
  readonly returnUs: number;
  readonly healUs: number;
  readonly wakeUs: number;
  readonly wholeUs: number;
  /** The longest time in which the platform may hand out again what it has lost: 0 where it never does. */
  readonly redeliverUs: number;
  private readonly maxHoldUs: number | undefined;

  constructor(policy: Policy) {
    const { lease, resendEveryUs = 0, wakeEveryUs = 0 } = policy;
    this.dispatchUs = policy.dispatchLatencyUs;
    this.promptUs = policy.releaseLatencyUs;
    this.releaseUs = policy.releaseLatencyUs + resendEveryUs;
    this.expiryUs = lease === undefined ? 0 : lease.ttlUs + lease.reapEveryUs;
    this.killUs = policy.stopDelayUs;
    this.returnUs = this.releaseUs + this.expiryUs;
    this.healUs = 3 * this.releaseUs + this.expiryUs;
    // What asked the store in vain asks again after the resend interval, which releaseUs holds.
    this.wakeUs = wakeEveryUs + this.dispatchUs + this.releaseUs + (policy.acquire === 'check-then-act' ? policy.checkGapUs : 0);
    this.wholeUs = this.healUs + this.killUs + this.wakeUs + (policy.reconcile === 'none' ? 0 : policy.reconcileEveryUs);
    this.redeliverUs = policy.redeliverAfterUs ?? 0;
    this.maxHoldUs = policy.maxHoldUs;
  }

  /** @param hung some work was made to never end: only the bound on holds ends it */
  wholeAgainUs(hung: boolean): number {
    return this.wholeUs + (hung ? (this.maxHoldUs ?? 0) : 0);
  }
}
