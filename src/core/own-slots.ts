import { Chore } from './chores.js';
import { EventKind, eventKey } from './event-keys.js';
import type { Execution } from './executions.js';
import { HistoryKind } from './history.js';
import type { Lease } from './limiter.js';
import type { OwnLimiter } from './own-limiter.js';
import type { Parts } from './parts.js';
import type { Request } from './requests.js';
import { type RunOut, Slots, type SlotWatcher } from './slots.js';
import { Message, Part } from './topology.js';

/**
 * Slots that a limiter of one's own decides on. What has run out is asked for before everything else, so that the
 * mirror knows at every instant what the limiter knows.
 */
export class OwnSlots extends Slots {
  private readonly runOut: RunOut[] = [];
  private reaperIsArmed = false;

  constructor(
    parts: Parts,
    watcher: SlotWatcher,
    private readonly limiter: OwnLimiter,
  ) {
    super(parts, watcher);
  }

  override grant(request: Request): boolean {
    const { account } = request;
    this.endRunOut();
    const lease = this.limiter.acquire(account.scope, account.endpointScope(request.endpoint), request);
    if (lease === null) return false;
    if (lease.attempt === 0) {
      this.hold(request, lease);
      this.tellGrant(request, lease);
      this.armReaper();
    } else if (request.lease !== lease) {
      this.takeUp(request, lease);
    }
    return true;
  }

  /** Nobody gets past a limiter of one's own. */
  override takeAnyway(request: Request): void {
    this.grant(request);
  }

  override release(request: Request, lease: Lease, token: number): void {
    const { history } = this.parts;
    const { account } = request;
    const { scope } = account;
    this.endRunOut();
    const held = this.limiter.named(token);
    if (held !== null && this.isMisdirected(request, held)) return;
    account.usage.note(scope.inUse, scope.inUse);
    const hasEnded = this.limiter.giveBack(token, account);
    if (held === null) {
      history.record(HistoryKind.leaseReleasedAgain, request.number, lease.number, scope.inUse);
    } else if (!hasEnded) {
      this.refused(request, held);
    } else {
      this.settle(held);
      this.limiter.leave(held);
      history.record(HistoryKind.leaseReleased, request.number, held.number, scope.inUse);
    }
    this.wake(account);
  }

  override takeBack(lease: Lease): void {
    const { request, token } = lease;
    const { account } = request;
    this.endRunOut();
    // It may have run out just now.
    if (!lease.isHeldWith(token)) return;
    if (!this.limiter.giveBack(token, account)) {
      this.refused(request, lease);
      return;
    }
    this.settle(lease);
    this.limiter.leave(lease);
    this.parts.history.record(HistoryKind.leaseTakenBack, request.number, lease.number, account.scope.inUse);
    this.wake(account);
  }

  /** A runner says that it is still at work. @returns whether its grant is known */
  renew(execution: Execution): boolean {
    const { request, leaseToken } = execution;
    this.endRunOut();
    if (!this.limiter.renew(leaseToken, request.account)) return false;
    const held = this.limiter.named(leaseToken) ?? this.comeBack(execution);
    // A token that is another's by now renews the other's grant.
    if (held.request !== request) return true;
    execution.lease = held;
    execution.leaseToken = held.token;
    return true;
  }

  /** The dispatcher keeps a slot whose work has not begun. */
  keep(lease: Lease): void {
    this.endRunOut();
    if (lease.live) this.limiter.renew(lease.token, lease.request.account);
  }

  override restored(lease: Lease): void {
    super.restored(lease);
    this.armReaper();
  }

  override reap(): void {
    this.reaperIsArmed = false;
    if (this.parts.wire.isDown(Part.store)) this.armReaper();
    else this.endRunOut();
  }

  override takeRunOut(): readonly RunOut[] {
    return this.runOut.splice(0);
  }

  private endRunOut(): void {
    const { calendar } = this.parts;
    for (const lease of this.limiter.expired()) {
      const { request, attempt } = lease;
      // It is not to be forgotten before the dispatcher has heard of it.
      request.strays++;
      if (this.runOut.push({ request, attempt }) === 1) calendar.scheduleIn(0, eventKey(EventKind.housekeeping, Chore.runOut));
      this.drop(lease, HistoryKind.leaseTakenBack);
    }
    this.armReaper();
  }

  /** A grant that the limiter had ended is there again, because it was renewed. */
  private comeBack({ request, leaseToken, attempt }: Execution): Lease {
    const { account } = request;
    const lease = this.limiter.returned(leaseToken, account.scope, account.endpointScope(request.endpoint), request);
    lease.attempt = attempt;
    this.restored(lease);
    return lease;
  }

  /** The request hears of a grant that is its own already. */
  private takeUp(request: Request, lease: Lease): void {
    if (request.lease !== null) this.lose(request);
    this.adopt(request, lease);
    lease.attempt = request.attempts + 1;
  }

  /** The limiter says that a release has ended nothing. @param held what it should have ended: nobody asks again */
  private refused(request: Request, held: Lease): void {
    if (request.lease === held) this.lose(request);
    this.parts.history.record(HistoryKind.messageRefused, request.number, Message.release, 0);
  }

  /** Comes round at multiples of its interval, as long as there is anything that could run out. */
  private armReaper(): void {
    const { calendar, policy } = this.parts;
    if (policy.lease === undefined || this.reaperIsArmed || !this.limiter.hasGrants) return;
    const { reapEveryUs } = policy.lease;
    this.reaperIsArmed = true;
    calendar.schedule((Math.floor(calendar.nowUs / reapEveryUs) + 1) * reapEveryUs, eventKey(EventKind.housekeeping, Chore.reap));
  }
}
