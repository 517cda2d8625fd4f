import { Line } from './line.js';
import { NONE, type Request } from './requests.js';

/**
 * What a limit applies to: an account, or an account on one endpoint where a per-endpoint limit comes "on top of" the
 * account's (seed 003).
 */
export class Scope {
  /** The number that admission compares with the limit. */
  inUse = 0;
  /** Requests that wait for a slot here (`waiting: fifo`). */
  readonly line = new Line();

  constructor(
    readonly number: number,
    public limit: number,
  ) {}

  get hasRoom(): boolean {
    return this.inUse < this.limit;
  }
}

/** One grant of one slot: (lease, token). The object is used again, its token is not. */
export class Lease {
  live = false;
  token = 0;
  request!: Request;
  accountScope!: Scope;
  endpointScope: Scope | null = null;
  expiryTimer = NONE;
  holdTimer = NONE;

  /** @param number its place in the limiter, in calendar keys and in the history */
  constructor(readonly number: number) {}

  isHeldWith(token: number): boolean {
    return this.live && this.token === token;
  }
}

/**
 * What the limiter believes: how many slots each scope has given out, and to whom. Admission compares a scope's count
 * with its limit in force at that moment; nothing is resized when a limit changes. A request takes a slot in all of its
 * scopes in one step, or in none.
 */
export class ConcurrencyLimiter {
  readonly scopes: Scope[] = [];
  private readonly all: Lease[] = [];
  private readonly free: Lease[] = [];

  /** @param onSecondRelease `counter`: a release of an ended lease decrements again (the failure of bare counters) */
  constructor(private readonly onSecondRelease: 'token' | 'counter') {}

  openScope(limit: number): Scope {
    const scope = new Scope(this.scopes.length, limit);
    this.scopes.push(scope);
    return scope;
  }

  lease(number: number): Lease {
    return this.all[number] as Lease;
  }

  /** The scope that has no room for one more, or null. */
  refusingScope(accountScope: Scope, endpointScope: Scope | null): Scope | null {
    if (!accountScope.hasRoom) return accountScope;
    return endpointScope !== null && !endpointScope.hasRoom ? endpointScope : null;
  }

  /** Takes one slot in every scope of the request, or in none. @returns the lease, or null when a scope has no room */
  acquire(accountScope: Scope, endpointScope: Scope | null, request: Request): Lease | null {
    if (this.refusingScope(accountScope, endpointScope) !== null) return null;
    accountScope.inUse++;
    if (endpointScope !== null) endpointScope.inUse++;
    const lease = this.free.pop() ?? this.create();
    lease.live = true;
    lease.request = request;
    lease.accountScope = accountScope;
    lease.endpointScope = endpointScope;
    return lease;
  }

  /**
   * Gives a slot back. Idempotent under `token`: only the grant that took the slot can return it, and only once.
   * The scopes are those the releaser believes it holds: a second release of a reused lease must not touch its successor's.
   * @returns whether this call ended the lease
   */
  release(lease: Lease, token: number, accountScope: Scope, endpointScope: Scope | null): boolean {
    const first = lease.isHeldWith(token);
    if (first || this.onSecondRelease === 'counter') {
      accountScope.inUse--;
      if (endpointScope !== null) endpointScope.inUse--;
    }
    if (first) {
      lease.live = false;
      lease.token = (lease.token + 1) | 0;
      this.free.push(lease);
    }
    return first;
  }

  /** A limit has come upon work that is in progress: its slots count from now on. */
  include(scope: Scope, leases: readonly Lease[]): void {
    for (const lease of leases) {
      lease.endpointScope = scope;
      lease.request.endpointScope = scope;
      scope.inUse++;
    }
  }

  /** The live leases of an account. O(all leases): for rare operations. */
  liveLeases(accountScope: Scope): Lease[] {
    return this.all.filter((lease) => lease.live && lease.accountScope === accountScope);
  }

  private create(): Lease {
    const lease = new Lease(this.all.length);
    this.all.push(lease);
    return lease;
  }
}
