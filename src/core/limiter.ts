import { grownI32 } from './growth.js';
import { NONE } from './requests.js';

/** Answers of `acquire` that are not a lease. */
export const Refused = { byAccount: -2, byEndpoint: -3 } as const;

/**
 * What the limiter believes: how many slots each scope has given out, and to whom.
 *
 * A scope is an account, or an account on one endpoint where a per-endpoint limit applies "on top of" the account's
 * (seed 003). Admission compares a scope's counter with its limit in force at that moment; nothing is resized when a
 * limit changes. All scopes of a request are taken in one step, or none.
 *
 * A lease is one grant: (lease, token). A number is used again; its token is not.
 */
export class ConcurrencyLimiter {
  private readonly limits: number[] = [];
  private readonly counts: number[] = [];

  private capacity = 64;
  private freeHead = NONE;
  private used = 0;
  private nextFree = new Int32Array(this.capacity);
  private token = new Int32Array(this.capacity);
  private liveFlag = new Int32Array(this.capacity);
  /** By lease: who holds it. */
  accountScope = new Int32Array(this.capacity);
  endpointScope = new Int32Array(this.capacity);
  request = new Int32Array(this.capacity);
  expiryTimer = new Int32Array(this.capacity);
  holdTimer = new Int32Array(this.capacity);

  /** @param onSecondRelease `counter`: a release of an ended lease decrements again (the failure of bare counters) */
  constructor(private readonly onSecondRelease: 'token' | 'counter') {}

  /** Opens a scope with a limit and returns its number. */
  openScope(limit: number): number {
    this.counts.push(0);
    return this.limits.push(limit) - 1;
  }

  limit(scope: number): number {
    return this.limits[scope] as number;
  }

  setLimit(scope: number, limit: number): void {
    this.limits[scope] = limit;
  }

  /** The number that admission compares with the limit. */
  inUse(scope: number): number {
    return this.counts[scope] as number;
  }

  hasRoom(scope: number): boolean {
    return (this.counts[scope] as number) < (this.limits[scope] as number);
  }

  /**
   * Takes one slot in every scope of the request, or in none.
   * @param endpointScope NONE where no per-endpoint limit applies
   * @returns a lease (>= 0), or the scope that refused
   */
  acquire(accountScope: number, endpointScope: number, request: number): number {
    if (!this.hasRoom(accountScope)) return Refused.byAccount;
    if (endpointScope !== NONE && !this.hasRoom(endpointScope)) return Refused.byEndpoint;
    this.add(accountScope, 1);
    if (endpointScope !== NONE) this.add(endpointScope, 1);
    const lease = this.take();
    this.liveFlag[lease] = 1;
    this.accountScope[lease] = accountScope;
    this.endpointScope[lease] = endpointScope;
    this.request[lease] = request;
    this.expiryTimer[lease] = NONE;
    this.holdTimer[lease] = NONE;
    return lease;
  }

  tokenOf(lease: number): number {
    return this.token[lease] as number;
  }

  isLive(lease: number, token: number): boolean {
    return this.liveFlag[lease] === 1 && this.token[lease] === token;
  }

  /**
   * Gives a slot back. Idempotent under `token`: only the grant that took the slot can return it, and only once.
   * The scopes are those the releaser believes it holds: a second release of a reused lease must not touch its successor's.
   * @returns whether this call ended the lease
   */
  release(lease: number, token: number, accountScope: number, endpointScope: number): boolean {
    const first = this.isLive(lease, token);
    if (first || this.onSecondRelease === 'counter') {
      this.add(accountScope, -1);
      if (endpointScope !== NONE) this.add(endpointScope, -1);
    }
    if (first) {
      this.liveFlag[lease] = 0;
      this.token[lease] = ((this.token[lease] as number) + 1) | 0;
      this.nextFree[lease] = this.freeHead;
      this.freeHead = lease;
    }
    return first;
  }

  /** Calls `visit` with every live lease of an account scope. O(all leases): for rare operations. */
  forEachLive(accountScope: number, visit: (lease: number) => void): void {
    for (let lease = 0; lease < this.used; lease++) {
      if (this.liveFlag[lease] === 1 && this.accountScope[lease] === accountScope) visit(lease);
    }
  }

  private add(scope: number, by: number): void {
    this.counts[scope] = (this.counts[scope] as number) + by;
  }

  private take(): number {
    if (this.freeHead !== NONE) {
      const lease = this.freeHead;
      this.freeHead = this.nextFree[lease] as number;
      return lease;
    }
    if (this.used === this.capacity) this.grow();
    return this.used++;
  }

  private grow(): void {
    const size = this.capacity * 2;
    this.capacity = size;
    this.nextFree = grownI32(this.nextFree, size);
    this.token = grownI32(this.token, size);
    this.liveFlag = grownI32(this.liveFlag, size);
    this.accountScope = grownI32(this.accountScope, size);
    this.endpointScope = grownI32(this.endpointScope, size);
    this.request = grownI32(this.request, size);
    this.expiryTimer = grownI32(this.expiryTimer, size);
    this.holdTimer = grownI32(this.holdTimer, size);
  }
}
