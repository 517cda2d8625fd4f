import type { Account } from './accounts.js';
import type { Admission } from './admission.js';
import { Chore } from './chores.js';
import type { Dispatcher } from './dispatcher.js';
import { EventKind, eventKey } from './event-keys.js';
import { HistoryKind } from './history.js';
import type { Lifecycle } from './lifecycle.js';
import type { Lease, StoredLease } from './limiter.js';
import { Parcel } from './parcels.js';
import type { Parts } from './parts.js';
import type { Renewals } from './renewals.js';
import { ChildState, type Request, RequestState } from './requests.js';
import type { RunOut, Slots } from './slots.js';
import { US_PER_MS } from './time.js';
import { Message } from './topology.js';

/** The slot store as it once was. */
export interface StoreCopy {
  readonly leases: readonly StoredLease[];
  /** Its requests are held until the store has come back as it; for a second time it is worth nothing. */
  isUsed: boolean;
  readonly atUs: number;
}

/** Jobs beside the requests: windows that begin anew, reconciliation, and what follows when the slot store is lost. */
export class Healing {
  private deniedUntilUs = 0;

  constructor(
    private readonly parts: Parts,
    private readonly slots: Slots,
    private readonly admission: Admission,
    private readonly dispatcher: Dispatcher,
    private readonly lifecycle: Lifecycle,
    private readonly renewals: Renewals,
    private readonly accounts: readonly Account[],
  ) {
    const { policy } = parts;
    if (policy.accounting === 'window-counter') this.scheduleChore(Chore.window, policy.accountingWindowUs);
    if (policy.reconcile !== 'none') this.scheduleChore(Chore.reconcile, policy.reconcileEveryUs);
  }

  /** A housekeeping event is due. */
  fire(chore: number): void {
    const { policy, limiter } = this.parts;
    switch (chore) {
      case Chore.window:
        limiter.beginWindow();
        this.scheduleChore(Chore.window, policy.accountingWindowUs);
        this.wakeAll();
        return;
      case Chore.reconcile:
        this.reconcile();
        this.scheduleChore(Chore.reconcile, policy.reconcileEveryUs);
        return;
      case Chore.reap:
        this.slots.reap();
        return;
      case Chore.runOut:
        for (const gone of this.slots.takeRunOut()) this.tellRunOut(gone);
        return;
      default:
        this.denialOver();
    }
  }

  /** The slot store is lost. @param kept what it is to come back as; undefined: empty */
  loseStore(kept: StoreCopy | undefined): void {
    const { limiter, history, policy, calendar } = this.parts;
    const fresh = kept?.isUsed === false ? kept : undefined;
    const copy = limiter.lose(fresh?.leases) ? fresh : undefined;
    const lost = copy === undefined ? limiter.live() : limiter.newSince(copy.leases);
    const revived = copy === undefined ? [] : copy.leases.filter(({ lease, token }) => !lease.isHeldWith(token));
    const ageMs = copy === undefined ? -1 : Math.round((calendar.nowUs - copy.atUs) / US_PER_MS);
    for (const lease of lost) {
      const { request } = lease;
      this.slots.forget(lease);
      this.lifecycle.letGo(request);
    }
    for (const stored of revived) {
      const lease = limiter.revive(stored);
      this.slots.restored(lease);
      this.renewals.restored(lease);
    }
    if (fresh !== undefined) this.letGoOf(fresh);
    limiter.recountAll();
    history.record(HistoryKind.storeLost, lost.length, revived.length, ageMs);
    if (policy.afterStoreLoss === 'deny-one-lease' && policy.lease !== undefined) this.denyFor(policy.lease.ttlUs);
    else this.wakeAll();
  }

  /** The copy has been used: it holds no request any more. */
  private letGoOf(copy: StoreCopy): void {
    copy.isUsed = true;
    for (const { request } of copy.leases) {
      request.strays--;
      this.lifecycle.letGo(request);
    }
  }

  private denyFor(forUs: number): void {
    this.deniedUntilUs = this.parts.calendar.nowUs + forUs;
    this.admission.deny(this.deniedUntilUs);
    this.parts.wire.hinder(true);
    this.scheduleChore(Chore.denialOver, forUs);
  }

  private denialOver(): void {
    // Another loss has put it off.
    if (this.parts.calendar.nowUs < this.deniedUntilUs) return;
    this.parts.wire.hinder(this.parts.limiter.isOwn);
    // No lease will expire for those whose lease was lost: who has not been heard of by now has died with its runner.
    for (const request of this.parts.requests.open()) if (this.isOrphaned(request)) this.lifecycle.expiryArrived(request, request.attempts);
    this.wakeAll();
  }

  /** The dispatcher hears that an attempt has lost its slot, and that the slot is free. */
  private tellRunOut({ request, attempt }: RunOut): void {
    const parcel = new Parcel(Message.expired, request);
    parcel.attempt = attempt;
    this.slots.wake(request.account);
    this.parts.wire.send(parcel);
    request.strays--;
    this.lifecycle.letGo(request);
  }

  /** Compares what admission counts with what it should count. */
  private reconcile(): void {
    const { limiter, policy, history } = this.parts;
    // Its own limiter counts for itself.
    if (limiter.isOwn) return;
    const counts = policy.reconcile === 'wrong-list' ? this.countAtWork() : limiter.countHeld();
    for (const account of this.accounts) {
      let isCorrected = false;
      for (const scope of [account.scope, ...account.limitedEndpoints]) {
        const before = scope.inUse;
        scope.correct(counts[scope.number] as number[], policy.reconcile === 'lower-only');
        if (scope.inUse === before) continue;
        history.record(HistoryKind.reconciled, account.number, before, scope.inUse);
        isCorrected = true;
      }
      if (isCorrected) this.dispatcher.slotFreed(account);
    }
    if (policy.reconcile === 'both-ways') for (const lease of limiter.live()) this.suspect(lease);
  }

  /** The wrong list: open requests have slots, it says, and whoever is not among them has none. */
  private countAtWork(): number[][] {
    const { limiter, requests } = this.parts;
    const counts = limiter.noCounts();
    for (const request of requests.open()) {
      if (request.state !== RequestState.inProgress || request.exempt) continue;
      limiter.countIn(counts, request, request.account.scope, request.account.endpointScope(request.endpoint));
    }
    return counts;
  }

  /** A lease without work goes back when it has none the second time: one look may fall between two steps. */
  private suspect(lease: Lease): void {
    const { request } = lease;
    if (!lease.live) return;
    const works = request.lease === lease && (request.execution !== null || request.isQueued || request.line !== null);
    if (works) lease.suspect = false;
    else if (!lease.suspect) lease.suspect = true;
    else this.lifecycle.expired(lease);
  }

  private isOrphaned({ state, exempt, child, lease, leaseToken }: Request): boolean {
    const isOut = state === RequestState.dispatched || state === RequestState.inProgress;
    if (!isOut || exempt || child === ChildState.awaited) return false;
    return lease === null || !lease.isHeldWith(leaseToken);
  }

  private wakeAll(): void {
    for (const account of this.accounts) this.dispatcher.slotFreed(account);
  }

  private scheduleChore(chore: number, inUs: number): void {
    this.parts.calendar.scheduleIn(inUs, eventKey(EventKind.housekeeping, chore));
  }
}
