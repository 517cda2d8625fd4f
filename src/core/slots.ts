import type { Account } from './accounts.js';
import { EventKind, eventKey } from './event-keys.js';
import { HistoryKind } from './history.js';
import type { Lease } from './limiter.js';
import { Parcel } from './parcels.js';
import type { Parts } from './parts.js';
import { reaperFindsUs } from './policy.js';
import type { Renewals } from './renewals.js';
import { NONE, type Request } from './requests.js';
import { CrashPoint, Message } from './topology.js';

/** Told when a slot has become free. */
export interface SlotWatcher {
  slotFreed(account: Account): void;
  /** A wake-up may have been lost: the line is to be looked at by and by. */
  lookLater(account: Account): void;
}

/** An attempt whose slot has run out by itself, as a limiter of one's own says: the dispatcher is still to hear of it. */
export interface RunOut {
  readonly request: Request;
  readonly attempt: number;
}

/** Hands slots out and takes them back: every change of the limiter goes through here and into the history. */
export class Slots {
  protected renewals!: Renewals;

  constructor(
    protected readonly parts: Parts,
    private readonly watcher: SlotWatcher,
  ) {}

  connect(renewals: Renewals): void {
    this.renewals = renewals;
  }

  /** Takes a slot for the request. @returns whether it got one */
  grant(request: Request): boolean {
    const lease = this.take(request);
    if (lease === null) return false;
    this.tellGrant(request, lease);
    return true;
  }

  /** The same without a word to the history: for whoever tells more than the grant. @returns the lease, or null without room */
  take(request: Request): Lease | null {
    const { account } = request;
    const lease = this.parts.limiter.acquire(account.scope, account.endpointScope(request.endpoint), request);
    if (lease !== null) this.hold(request, lease);
    return lease;
  }

  /** Takes a slot without looking whether there is one: somebody has looked before. */
  takeAnyway(request: Request): void {
    const { account } = request;
    const lease = this.parts.limiter.admit(account.scope, account.endpointScope(request.endpoint), request);
    this.hold(request, lease);
    this.tellGrant(request, lease);
  }

  /** Takes a slot of the account alone, which nobody will give back: the endpoint's limit has refused meanwhile. */
  takeHalf(request: Request): void {
    const { account } = request;
    const lease = this.parts.limiter.admit(account.scope, null, request);
    this.hold(request, lease);
    // It is no attempt's: whoever asks again must not take it for the whole.
    lease.attempt = NONE;
    this.tellGrant(request, lease);
    this.lose(request);
  }

  tellGrant(request: Request, lease: Lease): void {
    this.parts.history.record(HistoryKind.leaseGranted, request.number, lease.number, request.account.scope.inUse);
  }

  /** The request has the lease, but nobody has told it so. */
  lose(request: Request): void {
    if (request.lease === null) return;
    request.lease = null;
    request.strays++;
  }

  /** The request hears of a lease that is its own already. */
  adopt(request: Request, lease: Lease): void {
    request.strays--;
    request.lease = lease;
    request.leaseToken = lease.token;
    request.endpointScope = lease.endpointScope;
    this.renewals.granted(lease);
  }

  /** Takes a held slot back in without a word to the history: for whoever tells why. @returns the account's slots in use after it */
  takeIn(lease: Lease): number {
    const { accountScope, request } = lease;
    // Before the release: a slot that was held over midnight counts for the new day too.
    request.account.usage.note(accountScope.inUse, accountScope.inUse);
    this.settle(lease);
    this.parts.limiter.release(lease, lease.token, accountScope, lease.endpointScope, request);
    return accountScope.inUse;
  }

  /** The holder gives its slot back: a message to the slot store, which may get lost. */
  giveBack(request: Request, lease: Lease, token: number): void {
    const { wire, policy } = this.parts;
    if (wire.calm && policy.releaseLatencyUs === 0) {
      this.release(request, lease, token);
      return;
    }
    // For the holder the slot is gone as soon as it has said so.
    if (request.lease === lease) this.lose(request);
    const parcel = new Parcel(Message.release, request).giving(lease, token);
    if (policy.releaseLatencyUs > 0) wire.sendLater(parcel, policy.releaseLatencyUs);
    else wire.send(parcel);
  }

  /** The slot store hears of it. Under `release: token` a second time changes nothing. */
  release(request: Request, lease: Lease, token: number): void {
    const { limiter, history } = this.parts;
    const { account } = request;
    const { scope } = account;
    const live = lease.isHeldWith(token);
    if (live && this.isMisdirected(request, lease)) return;
    // Before the release: a slot that was held over midnight counts for the new day too.
    account.usage.note(scope.inUse, scope.inUse);
    if (live) this.settle(lease);
    limiter.release(lease, token, scope, live ? lease.endpointScope : request.endpointScope, request);
    history.record(live ? HistoryKind.leaseReleased : HistoryKind.leaseReleasedAgain, request.number, lease.number, scope.inUse);
    this.wake(account);
  }

  /** The platform takes a slot away: it expired, was held too long, or its owner forced it. */
  takeBack(lease: Lease): void {
    const { request } = lease;
    this.drop(lease, HistoryKind.leaseTakenBack);
    this.wake(request.account);
  }

  /** The reaper's round where leases have no timers of their own: ends what has run out. */
  reap(): void {}

  /** @returns what has run out since the last time */
  takeRunOut(): readonly RunOut[] {
    return [];
  }

  /** The slot store has lost it. */
  forget(lease: Lease): void {
    this.drop(lease, HistoryKind.leaseForgotten);
  }

  /** The work of a request is in its slot again, without a grant. */
  readmit(request: Request, attempt: number): Lease {
    const { account } = request;
    const lease = this.parts.limiter.admit(account.scope, account.endpointScope(request.endpoint), request);
    lease.attempt = attempt;
    this.restored(lease);
    return lease;
  }

  /** A lease is in the slot store again: it belongs to a request that may know nothing of it. */
  restored(lease: Lease): void {
    const { request } = lease;
    request.strays++;
    lease.accountName = request.account.renames;
    this.parts.history.record(HistoryKind.leaseRestored, request.number, lease.number, request.account.scope.inUse);
  }

  /**
   * The holder has stopped without giving its slot back: from now on nobody renews the lease.
   * Renewals are not events: the last one is computed from the start of the work, and the reaper's next round from that.
   */
  abandon(lease: Lease, startedUs: number): void {
    const { calendar, policy, wire } = this.parts;
    const terms = policy.lease;
    if (terms === undefined || wire.expectsFaults) return;
    const renewals = Math.floor((calendar.nowUs - startedUs) / terms.renewEveryUs);
    const expiresUs = startedUs + renewals * terms.renewEveryUs + terms.ttlUs;
    lease.expiryTimer = calendar.schedule(reaperFindsUs(expiresUs, calendar.nowUs, terms), eventKey(EventKind.leaseExpired, lease.number));
  }

  protected hold(request: Request, lease: Lease): void {
    const { calendar, policy, wire } = this.parts;
    const { account } = request;
    const { scope } = account;
    // A second slot: the first stays held, and its request knows it no more.
    if (request.lease !== null) this.lose(request);
    request.lease = lease;
    request.leaseToken = lease.token;
    request.endpointScope = lease.endpointScope;
    lease.attempt = request.attempts + 1;
    lease.accountName = account.renames;
    account.usage.note(scope.inUse, scope.inUse - 1);
    account.shownInUse++;
    if (policy.maxHoldUs !== undefined) lease.holdTimer = calendar.scheduleIn(policy.maxHoldUs, eventKey(EventKind.holdTooLong, lease.number));
    if (wire.expectsFaults) this.renewals.granted(lease);
  }

  protected drop(lease: Lease, kind: HistoryKind): void {
    const { accountScope, request } = lease;
    request.account.usage.note(accountScope.inUse, accountScope.inUse);
    this.settle(lease);
    this.parts.limiter.drop(lease);
    this.parts.history.record(kind, request.number, lease.number, accountScope.inUse);
  }

  /** Whether the release is looked up by a name that its account had once. */
  protected isMisdirected(request: Request, lease: Lease): boolean {
    const { policy, history } = this.parts;
    if (policy.boundTo !== 'name' || lease.accountName === request.account.renames) return false;
    if (request.lease === lease) this.lose(request);
    history.record(HistoryKind.releaseMisdirected, request.number, lease.number, 0);
    return true;
  }

  /** A slot of the account is free. */
  wake(account: Account): void {
    const { wire } = this.parts;
    if (wire.calm) {
      this.watcher.slotFreed(account);
      return;
    }
    if (wire.passes(CrashPoint['release-wake'])) wire.send(Parcel.to(account));
    this.watcher.lookLater(account);
  }

  /** The lease is about to end: its timers go, and its request knows it no more. */
  protected settle(lease: Lease): void {
    const { calendar } = this.parts;
    const { request } = lease;
    if (request.lease === lease) request.lease = null;
    else request.strays--;
    if (lease.expiryTimer !== NONE) {
      calendar.cancel(lease.expiryTimer);
      lease.expiryTimer = NONE;
    }
    if (lease.holdTimer === NONE) return;
    calendar.cancel(lease.holdTimer);
    lease.holdTimer = NONE;
  }
}
