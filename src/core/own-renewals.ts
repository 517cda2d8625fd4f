import { EventKind, eventKey } from './event-keys.js';
import type { Execution } from './executions.js';
import { HistoryKind } from './history.js';
import type { Lease } from './limiter.js';
import type { OwnSlots } from './own-slots.js';
import type { Parts } from './parts.js';
import type { LeaseTerms } from './policy.js';
import { type Heirs, Renewals, waitsForRunner } from './renewals.js';
import { NONE } from './requests.js';
import { Message, Part } from './topology.js';

/** Renewals that a limiter of one's own answers. When a lease runs out that limiter says too, by the store's clock. */
export class OwnRenewals extends Renewals {
  constructor(
    parts: Parts,
    heirs: Heirs,
    private readonly slots: OwnSlots,
  ) {
    super(parts, heirs);
  }

  override begun(execution: Execution): void {
    const { terms } = this;
    if (terms === undefined || execution.lease === null) return;
    if (this.accepts(execution, terms)) this.keepGoing(execution, terms);
  }

  override skew(_part: Part, _byUs: number): void {}

  protected override accepts(execution: Execution, _terms: LeaseTerms): boolean {
    const { policy, history } = this.parts;
    // What is held too long is not renewed any more, whatever the limiter would say.
    if (execution.lease?.condemned !== true && this.slots.renew(execution)) return true;
    history.record(HistoryKind.messageRefused, execution.request.number, Message.renew, 0);
    if (!policy.selfFence) return true;
    this.heirs.fenced(execution);
    return false;
  }

  /** A direct call may wait for a runner to boot: as long as it does, the dispatcher itself keeps its slot. */
  override reap(lease: Lease): void {
    const { wire } = this.parts;
    if (!waitsForRunner(lease)) return;
    const isKept = !wire.isDown(Part.dispatcher) && wire.exchange(Message.acquire, lease.request) !== 'lost';
    if (isKept) this.slots.keep(lease);
    if (lease.live) this.arm(lease);
  }

  /** Leases have no end that is known here. What is armed is the next time that somebody keeps this one. */
  protected override arm(lease: Lease): void {
    const { calendar } = this.parts;
    const { renewEveryUs } = this.terms as LeaseTerms;
    if (lease.expiryTimer !== NONE) calendar.cancel(lease.expiryTimer);
    lease.expiryTimer = calendar.scheduleIn(renewEveryUs, eventKey(EventKind.leaseExpired, lease.number));
  }
}
