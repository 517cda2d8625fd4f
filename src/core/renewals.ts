import { EventKind, eventKey } from './event-keys.js';
import type { Execution } from './executions.js';
import { HistoryKind } from './history.js';
import type { Lease } from './limiter.js';
import type { Parts } from './parts.js';
import { FENCE_MARGIN, type LeaseTerms, reaperFindsUs } from './policy.js';
import { NONE, RequestState } from './requests.js';
import { Message, Part } from './topology.js';

/** What becomes of leases and work that outlive one another. */
export interface Heirs {
  /** The reaper has found an expired lease. */
  expired(lease: Lease): void;
  /** A runner stops work whose lease it cannot keep. */
  fenced(execution: Execution): void;
  /** A lease that was gone is there again, because somebody renewed it (`renew: upsert`). @returns it */
  readmitted(execution: Execution): Lease;
}

/**
 * Leases kept up by events: runners renew them over links that may fail, the reaper goes by the clock that the policy
 * names. Where no fault can come none of this runs: the last renewal is computed from the start of the work instead.
 */
export class Renewals {
  protected readonly terms: LeaseTerms | undefined;
  /** By part, µs. */
  private readonly skewUs = new Map<Part, number>();

  constructor(
    protected readonly parts: Parts,
    protected readonly heirs: Heirs,
  ) {
    this.terms = parts.wire.expectsFaults ? parts.policy.lease : undefined;
  }

  /** A slot was granted, or granted anew to the attempt that holds it. */
  granted(lease: Lease): void {
    const { terms } = this;
    lease.grantedUs = this.nowUs;
    if (terms === undefined) return;
    lease.expiresUs = this.nowUs + this.writerSkewUs(Part.dispatcher) + terms.ttlUs;
    this.arm(lease);
  }

  /** A lease is there again with the expiry that it had. */
  restored(lease: Lease): void {
    lease.grantedUs = this.nowUs;
    if (this.terms !== undefined) this.arm(lease);
  }

  /** The work has begun, which is the runner's first renewal. */
  begun(execution: Execution): void {
    const { terms } = this;
    const { lease } = execution;
    if (terms === undefined || lease === null) return;
    if (lease.isHeldWith(execution.leaseToken)) this.extend(lease, terms);
    this.keepGoing(execution, terms);
  }

  /** The runner's timer says that a lease is to be renewed. */
  renew(execution: Execution): void {
    execution.renewTimer = NONE;
    const { terms } = this;
    const { wire, policy, calendar } = this.parts;
    if (terms === undefined || execution.lease === null) return;
    const heard = wire.exchange(Message.renew, execution.request) !== 'lost';
    if (heard && !this.accepts(execution, terms)) return;
    const answered = heard && wire.exchange(Message.renewed, execution.request) !== 'lost';
    if (answered) {
      this.keepGoing(execution, terms);
      return;
    }
    const againUs = Math.min(terms.renewEveryUs, policy.resendEveryUs ?? terms.renewEveryUs);
    execution.renewTimer = calendar.scheduleIn(againUs, eventKey(EventKind.renewal, execution.number));
  }

  /** The runner could not renew in time. */
  fence(execution: Execution): void {
    execution.fenceTimer = NONE;
    this.heirs.fenced(execution);
  }

  /** Nothing is renewed any more: the work has ended, or its runner computes nothing. */
  rest(execution: Execution): void {
    const { calendar } = this.parts;
    if (execution.renewTimer !== NONE) calendar.cancel(execution.renewTimer);
    if (execution.fenceTimer !== NONE) calendar.cancel(execution.fenceTimer);
    execution.renewTimer = NONE;
    execution.fenceTimer = NONE;
  }

  /** The runner computes again: it renews at once, for who knows how long it was away. */
  resumed(execution: Execution): void {
    const { terms } = this;
    if (terms === undefined || execution.lease === null) return;
    this.armFence(execution, terms);
    this.renew(execution);
  }

  /** Whether a runner that wakes up finds that its lease has run out meanwhile, and cares. */
  mustFence(execution: Execution): boolean {
    const { terms } = this;
    if (terms === undefined || execution.lease === null || !this.parts.policy.selfFence) return false;
    return this.nowUs >= this.fenceAtUs(execution, terms);
  }

  /** The reaper looks at a lease whose time may have come. */
  reap(lease: Lease): void {
    const { wire, calendar } = this.parts;
    const { terms } = this;
    if (terms === undefined) return;
    // A direct call that waits for a runner to boot: the dispatcher itself keeps its slot.
    const isKept = waitsForRunner(lease) && !wire.isDown(Part.dispatcher) && wire.exchange(Message.acquire, lease.request) !== 'lost';
    if (isKept) this.granted(lease);
    else if (wire.isDown(Part.store)) lease.expiryTimer = calendar.scheduleIn(terms.reapEveryUs, eventKey(EventKind.leaseExpired, lease.number));
    else if (this.isExpired(lease)) this.heirs.expired(lease);
    else this.arm(lease);
  }

  /** @param byUs how far its clock is ahead of the others; negative: behind */
  skew(part: Part, byUs: number): void {
    this.skewUs.set(part, byUs);
    if (this.terms === undefined) return;
    for (const lease of this.parts.limiter.live()) this.arm(lease);
  }

  /** The store's answer to a renewal. @returns false when the runner has stopped because of it */
  protected accepts(execution: Execution, terms: LeaseTerms): boolean {
    const { policy, history } = this.parts;
    const lease = execution.lease as Lease;
    if (lease.isHeldWith(execution.leaseToken) && !lease.condemned) {
      this.extend(lease, terms);
      return true;
    }
    if (policy.renew === 'upsert') {
      const anew = this.heirs.readmitted(execution);
      execution.lease = anew;
      execution.leaseToken = anew.token;
      this.granted(anew);
      return true;
    }
    history.record(HistoryKind.messageRefused, execution.request.number, Message.renew, 0);
    if (!policy.selfFence) return true;
    this.heirs.fenced(execution);
    return false;
  }

  protected keepGoing(execution: Execution, terms: LeaseTerms): void {
    execution.validUntilUs = this.nowUs + terms.ttlUs;
    execution.renewTimer = this.parts.calendar.scheduleIn(terms.renewEveryUs, eventKey(EventKind.renewal, execution.number));
    this.armFence(execution, terms);
  }

  private armFence(execution: Execution, terms: LeaseTerms): void {
    const { calendar, policy } = this.parts;
    if (!policy.selfFence) return;
    if (execution.fenceTimer !== NONE) calendar.cancel(execution.fenceTimer);
    execution.fenceTimer = calendar.schedule(this.fenceAtUs(execution, terms), eventKey(EventKind.fence, execution.number));
  }

  private extend(lease: Lease, terms: LeaseTerms): void {
    lease.expiresUs = this.nowUs + this.writerSkewUs(Part.runner) + terms.ttlUs;
    // Otherwise a renewal only puts the end off, which the reaper finds out when it comes.
    if (this.writerSkewUs(Part.runner) < 0) this.arm(lease);
  }

  private fenceAtUs(execution: Execution, terms: LeaseTerms): number {
    return execution.validUntilUs - Math.round(terms.ttlUs * FENCE_MARGIN);
  }

  private isExpired(lease: Lease): boolean {
    return this.nowUs >= this.expiresAtUs(lease);
  }

  /** On this simulation's clock. */
  private expiresAtUs(lease: Lease): number {
    if (this.parts.policy.reaper === 'older-than-ttl') return lease.grantedUs + (this.terms as LeaseTerms).ttlUs;
    // `caller`: whoever comes to admit looks at the clock of its own machine.
    return lease.expiresUs - this.writerSkewUs(Part.dispatcher);
  }

  /** The reaper comes round at multiples of its interval. */
  protected arm(lease: Lease): void {
    const { calendar } = this.parts;
    if (lease.expiryTimer !== NONE) calendar.cancel(lease.expiryTimer);
    lease.expiryTimer = calendar.schedule(
      reaperFindsUs(this.expiresAtUs(lease), this.nowUs, this.terms as LeaseTerms),
      eventKey(EventKind.leaseExpired, lease.number),
    );
  }

  private writerSkewUs(part: Part): number {
    return this.parts.policy.clock === 'store' ? 0 : (this.skewUs.get(part) ?? 0);
  }

  private get nowUs(): number {
    return this.parts.calendar.nowUs;
  }
}

/** Whether the holder has its slot in hand and no runner yet. */
export function waitsForRunner({ request, live }: Lease): boolean {
  return live && request.state === RequestState.dispatched && request.line !== null;
}
