import type { Lease } from './limiter.js';
import type { Parts } from './parts.js';
import type { Request } from './requests.js';
import type { Slots } from './slots.js';
import { CrashPoint, Message } from './topology.js';

/**
 * What the slot store says to a request: a lease; `full`; nothing at all (`silent`: whether a slot was taken is not known);
 * or the dispatcher itself is gone (`crashed`).
 */
export type Answer = Lease | 'full' | 'silent' | 'crashed';

/** How the dispatcher asks for a slot where the way to the slot store may fail, or the policy takes the step apart. */
export class Admission {
  private deniedUntilUs = 0;

  constructor(
    private readonly parts: Parts,
    private readonly slots: Slots,
  ) {}

  /** The store admits nobody for a while. */
  deny(untilUs: number): void {
    this.deniedUntilUs = untilUs;
  }

  /** Whether the store admits nobody now, or cannot be asked. For whoever will not wait for an answer. */
  isClosed(request: Request): boolean {
    return this.parts.calendar.nowUs < this.deniedUntilUs || this.parts.wire.exchange(Message.acquire, request) === 'lost';
  }

  /** The answer to somebody who will not wait: a slot may have been taken all the same. @returns whether it came */
  isHeard(request: Request): boolean {
    const { wire } = this.parts;
    if (wire.passes(CrashPoint['grant-reply']) && wire.exchange(Message.grant, request) !== 'lost') return true;
    this.slots.lose(request);
    return false;
  }

  ask(request: Request): Answer {
    const { wire, calendar } = this.parts;
    if (!wire.passes(CrashPoint['dequeue-acquire'])) return 'crashed';
    const asked = wire.exchange(Message.acquire, request);
    if (asked === 'lost' || calendar.nowUs < this.deniedUntilUs) return 'silent';
    if (!this.take(request)) return 'full';
    if (asked === 'twice' && this.parts.policy.acquireRetry === 'second-slot') this.slots.grant(request);
    if (!this.isHeard(request)) return 'silent';
    if (wire.passes(CrashPoint['acquire-dispatch'])) return request.lease as Lease;
    this.slots.lose(request);
    return 'crashed';
  }

  /** @returns whether the request has a slot now */
  private take(request: Request): boolean {
    const { limiter, policy } = this.parts;
    const { account } = request;
    // Asked again by an attempt that was given a slot and never heard of it.
    const known = policy.acquireRetry === 'adopt' && request.strays > 0 ? limiter.leaseOf(request, request.attempts + 1) : null;
    if (known !== null) {
      this.slots.adopt(request, known);
      return true;
    }
    if (this.slots.grant(request)) return true;
    if (policy.scopes === 'one-by-one' && account.scope.hasRoomFor(request)) this.slots.takeHalf(request);
    return false;
  }
}
