import type { Account } from './accounts.js';
import { EventKind, eventKey } from './event-keys.js';
import { HistoryKind } from './history.js';
import type { Lease } from './limiter.js';
import type { Parts } from './parts.js';
import { NONE, type Request } from './requests.js';

/** Told when a slot has become free. */
export interface SlotWatcher {
  slotFreed(account: Account): void;
}

/** Hands slots out and takes them back: every change of the limiter goes through here and into the history. */
export class Slots {
  constructor(
    private readonly parts: Parts,
    private readonly watcher: SlotWatcher,
  ) {}

  /** Takes a slot for the request. @returns whether it got one */
  grant(request: Request): boolean {
    const lease = this.take(request);
    if (lease === null) return false;
    this.parts.history.record(HistoryKind.leaseGranted, request.number, lease.number, request.account.scope.inUse);
    return true;
  }

  /** The same without a word to the history: for whoever tells more than the grant. @returns the lease, or null without room */
  take(request: Request): Lease | null {
    const { limiter, calendar, policy } = this.parts;
    const { account } = request;
    const { scope } = account;
    const lease = limiter.acquire(scope, account.endpointScope(request.endpoint), request);
    if (lease === null) return null;
    request.lease = lease;
    request.leaseToken = lease.token;
    request.endpointScope = lease.endpointScope;
    account.usage.note(scope.inUse, scope.inUse - 1);
    if (policy.maxHoldUs !== undefined) lease.holdTimer = calendar.scheduleIn(policy.maxHoldUs, eventKey(EventKind.holdTooLong, lease.number));
    return lease;
  }

  /** Takes a held slot back in without a word to the history: for whoever tells why. @returns the account's slots in use after it */
  takeIn(lease: Lease): number {
    const { accountScope, request } = lease;
    // Before the release: a slot that was held over midnight counts for the new day too.
    request.account.usage.note(accountScope.inUse, accountScope.inUse);
    this.disarm(lease);
    this.parts.limiter.release(lease, lease.token, accountScope, lease.endpointScope);
    if (request.lease === lease) request.lease = null;
    return accountScope.inUse;
  }

  /** The holder gives its slot back. Under `release: token` a second time changes nothing. */
  release(request: Request, lease: Lease, token: number): void {
    const { limiter, history } = this.parts;
    const { account } = request;
    const { scope } = account;
    // Before the release: a slot that was held over midnight counts for the new day too.
    account.usage.note(scope.inUse, scope.inUse);
    const live = lease.isHeldWith(token);
    if (live) this.disarm(lease);
    limiter.release(lease, token, scope, request.endpointScope);
    if (live && request.lease === lease) request.lease = null;
    history.record(live ? HistoryKind.leaseReleased : HistoryKind.leaseReleasedAgain, request.number, lease.number, scope.inUse);
    this.watcher.slotFreed(account);
  }

  /** The platform takes a slot away: it expired, was held too long, or its owner forced it. */
  takeBack(lease: Lease): void {
    const { request } = lease;
    const count = this.takeIn(lease);
    this.parts.history.record(HistoryKind.leaseTakenBack, request.number, lease.number, count);
    this.watcher.slotFreed(request.account);
  }

  /**
   * The holder has stopped without giving its slot back: from now on nobody renews the lease.
   * Renewals are not events: the last one is computed from the start of the work, and the reaper's next round from that.
   */
  abandon(lease: Lease, startedUs: number): void {
    const terms = this.parts.policy.lease;
    if (terms === undefined) return;
    const { calendar } = this.parts;
    const renewals = Math.floor((calendar.nowUs - startedUs) / terms.renewEveryUs);
    const expiresUs = startedUs + renewals * terms.renewEveryUs + terms.ttlUs;
    const reapedUs = Math.max(calendar.nowUs, Math.ceil(expiresUs / terms.reapEveryUs) * terms.reapEveryUs);
    lease.expiryTimer = calendar.schedule(reapedUs, eventKey(EventKind.leaseExpired, lease.number));
  }

  private disarm(lease: Lease): void {
    const { calendar } = this.parts;
    if (lease.expiryTimer !== NONE) {
      calendar.cancel(lease.expiryTimer);
      lease.expiryTimer = NONE;
    }
    if (lease.holdTimer === NONE) return;
    calendar.cancel(lease.holdTimer);
    lease.holdTimer = NONE;
  }
}
