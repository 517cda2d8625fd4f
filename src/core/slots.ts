import { EventKind, eventKey } from './event-keys.js';
import { HistoryKind } from './history.js';
import type { Parts } from './parts.js';
import { NONE } from './requests.js';

/** Told when a slot has become free. */
export interface SlotWatcher {
  slotFreed(account: number, endpointScope: number): void;
}

/** Hands slots out and takes them back: every change of the limiter goes through here and into the history. */
export class Slots {
  constructor(
    private readonly parts: Parts,
    private readonly watcher: SlotWatcher,
  ) {}

  /** Takes a slot for the request. @returns whether it got one; if not, `refusedBy` says which scope refused */
  grant(id: number): boolean {
    const { limiter, requests, accounts, calendar, history, policy } = this.parts;
    const account = requests.account[id] as number;
    const scope = accounts.scope[account] as number;
    const lease = limiter.acquire(scope, accounts.endpointScope(account, requests.endpoint[id] as number), id);
    if (lease < 0) {
      this.refusedBy = lease;
      return false;
    }
    requests.lease[id] = lease;
    requests.leaseToken[id] = limiter.tokenOf(lease);
    const inUse = limiter.inUse(scope);
    accounts.noteUsage(account, calendar.nowUs, inUse);
    history.record(HistoryKind.leaseGranted, id, lease, inUse);
    if (policy.maxHoldUs !== undefined) {
      limiter.holdTimer[lease] = calendar.schedule(calendar.nowUs + policy.maxHoldUs, eventKey(EventKind.holdTooLong, lease));
    }
    return true;
  }

  /** One of `Refused`, after a grant that failed. */
  refusedBy = 0;

  /** The holder gives its slot back. Under `release: token` a second time changes nothing. */
  release(id: number, lease: number, token: number): void {
    const { limiter, requests, accounts, calendar, history } = this.parts;
    const account = requests.account[id] as number;
    const scope = accounts.scope[account] as number;
    const endpointScope = accounts.endpointScope(account, requests.endpoint[id] as number);
    accounts.noteUsage(account, calendar.nowUs, limiter.inUse(scope));
    const live = limiter.isLive(lease, token);
    if (live) this.disarm(lease);
    limiter.release(lease, token, scope, endpointScope);
    if (live && requests.lease[id] === lease) requests.lease[id] = NONE;
    history.record(live ? HistoryKind.leaseReleased : HistoryKind.leaseReleasedAgain, id, lease, limiter.inUse(scope));
    this.watcher.slotFreed(account, endpointScope);
  }

  /** The platform takes a slot away: it expired, was held too long, or its owner forced it. */
  revoke(lease: number): void {
    const { limiter, requests, accounts, history } = this.parts;
    const id = limiter.request[lease] as number;
    const account = requests.account[id] as number;
    const scope = accounts.scope[account] as number;
    const endpointScope = limiter.endpointScope[lease] as number;
    this.disarm(lease);
    limiter.release(lease, limiter.tokenOf(lease), scope, endpointScope);
    if (requests.lease[id] === lease) requests.lease[id] = NONE;
    history.record(HistoryKind.leaseRevoked, id, lease, limiter.inUse(scope));
    this.watcher.slotFreed(account, endpointScope);
  }

  /**
   * The holder has stopped without giving its slot back: from now on nobody renews the lease.
   * Renewals are not events: the last one is computed from the start of the work, and the reaper's next round from that.
   */
  abandon(lease: number, startedUs: number): void {
    const terms = this.parts.policy.lease;
    if (terms === undefined || lease === NONE) return;
    const { calendar, limiter } = this.parts;
    const renewals = Math.floor((calendar.nowUs - startedUs) / terms.renewEveryUs);
    const expiresUs = startedUs + renewals * terms.renewEveryUs + terms.ttlUs;
    const reapedUs = Math.max(calendar.nowUs, Math.ceil(expiresUs / terms.reapEveryUs) * terms.reapEveryUs);
    limiter.expiryTimer[lease] = calendar.schedule(reapedUs, eventKey(EventKind.leaseExpired, lease));
  }

  /** A lease's own timer has fired: its handle is dead. */
  timerFired(kind: number, lease: number): void {
    const { limiter } = this.parts;
    if (kind === EventKind.leaseExpired) limiter.expiryTimer[lease] = NONE;
    else limiter.holdTimer[lease] = NONE;
  }

  private disarm(lease: number): void {
    const { limiter, calendar } = this.parts;
    const expiry = limiter.expiryTimer[lease] as number;
    if (expiry !== NONE) calendar.cancel(expiry);
    const hold = limiter.holdTimer[lease] as number;
    if (hold !== NONE) calendar.cancel(hold);
    limiter.expiryTimer[lease] = NONE;
    limiter.holdTimer[lease] = NONE;
  }
}
