import { Line } from './line.js';
import type { Policy } from './policy.js';
import { NONE, type Request } from './requests.js';

/** The switches of a policy that the limiter itself knows. */
export type LimiterPolicy = Pick<Policy, 'release' | 'accounting' | 'gateways' | 'limitCheck'>;

/** The name of the scope of an account on one endpoint. */
export function endpointScopeName(account: string, endpoint: string): string {
  return `${account} at ${endpoint}`;
}

/**
 * What a limit applies to: an account, or an account on one endpoint where a per-endpoint limit comes "on top of" the
 * account's (seed 003).
 */
export class Scope {
  /** The number that admission compares with the limit. */
  inUse = 0;
  /** Up to where it admits: the limit, unless permits are a pool that cannot shrink below what is out. */
  capacity: number;
  /** Requests that wait for a slot here (`waiting: fifo` or `newest-first`). */
  readonly line = new Line();
  /** By gateway, where each counts for itself. */
  private readonly ofGateway: number[];

  constructor(
    readonly number: number,
    public limit: number,
    private readonly policy: LimiterPolicy,
  ) {
    this.capacity = limit;
    this.ofGateway = policy.accounting === 'per-gateway' ? new Array<number>(policy.gateways).fill(0) : [];
  }

  get hasRoom(): boolean {
    return this.inUse < this.capacity || (this.ofGateway.length > 0 && this.ofGateway.some((count) => count < this.capacity));
  }

  /** Whether the gateway that the request came through would admit it. */
  hasRoomFor(request: Request): boolean {
    if (this.ofGateway.length === 0) return this.inUse < this.capacity;
    return (this.ofGateway[this.gatewayOf(request)] as number) < this.capacity;
  }

  setLimit(limit: number): void {
    this.limit = limit;
    this.capacity = this.policy.limitCheck === 'permit-pool' ? Math.max(limit, this.inUse) : limit;
  }

  /** A slot is taken (1) or given back (-1). */
  count(request: Request, by: 1 | -1): void {
    this.inUse += by;
    if (this.ofGateway.length > 0) (this.ofGateway[this.gatewayOf(request)] as number) += by;
  }

  /** Nothing counted yet: one number for each gateway that counts for itself, or one in all. */
  get noCounts(): number[] {
    return new Array<number>(Math.max(1, this.ofGateway.length)).fill(0);
  }

  /** Which of these numbers a request belongs to. */
  placeOf(request: Request): number {
    return this.ofGateway.length === 0 ? 0 : this.gatewayOf(request);
  }

  /** From now on so many are in use. @param counts as `noCounts` @param onlyDown nothing is corrected upwards */
  correct(counts: readonly number[], onlyDown: boolean): void {
    const corrected = (now: number, count: number): number => (onlyDown ? Math.min(now, count) : count);
    if (this.ofGateway.length === 0) {
      this.inUse = corrected(this.inUse, counts[0] as number);
      return;
    }
    for (const [gateway, now] of this.ofGateway.entries()) this.ofGateway[gateway] = corrected(now, counts[gateway] as number);
    this.inUse = this.ofGateway.reduce((sum, count) => sum + count, 0);
  }

  private gatewayOf(request: Request): number {
    return request.ordinal % this.ofGateway.length;
  }
}

/** One grant of one slot: (lease, token). The object is used again, its token is not. */
export class Lease {
  live = false;
  token = 0;
  request!: Request;
  /** Which attempt of its request it was granted to. */
  attempt = 0;
  accountScope!: Scope;
  endpointScope: Scope | null = null;
  expiryTimer = NONE;
  holdTimer = NONE;
  /** Where faults may come: when it expires, on the clock that it was written with. µs */
  expiresUs = 0;
  grantedUs = 0;
  /** It was held too long and its work cannot be reached: it is not renewed any more. */
  condemned = false;
  /** Seen without work by the last reconciliation. */
  suspect = false;
  /** How often its account had been renamed when it was granted. */
  accountName = 0;

  /** @param number its place in the limiter, in calendar keys and in the history */
  constructor(readonly number: number) {}

  isHeldWith(token: number): boolean {
    return this.live && this.token === token;
  }
}

/** A grant as a copy of the slot store remembers it. */
export interface StoredLease {
  readonly lease: Lease;
  readonly token: number;
  readonly request: Request;
  readonly attempt: number;
  readonly accountScope: Scope;
  readonly endpointScope: Scope | null;
  readonly expiresUs: number;
}

/**
 * What the limiter believes: how many slots each scope has given out, and to whom. Admission compares a scope's count
 * with its limit in force at that moment; nothing is resized when a limit changes. A request takes a slot in all of its
 * scopes in one step, or in none.
 */
export class ConcurrencyLimiter {
  /** Whether somebody else decides (`OwnLimiter`). */
  readonly isOwn: boolean = false;
  readonly scopes: Scope[] = [];
  protected readonly all: Lease[] = [];
  private readonly free: Lease[] = [];

  constructor(private readonly policy: LimiterPolicy) {}

  /** @param _name for whoever knows scopes by their names */
  openScope(limit: number, _name = ''): Scope {
    const scope = new Scope(this.scopes.length, limit, this.policy);
    this.scopes.push(scope);
    return scope;
  }

  lease(number: number): Lease {
    return this.all[number] as Lease;
  }

  /** The scope that has no room for the request, or null. */
  refusingScope(accountScope: Scope, endpointScope: Scope | null, request: Request): Scope | null {
    if (!accountScope.hasRoomFor(request)) return accountScope;
    return endpointScope !== null && !endpointScope.hasRoomFor(request) ? endpointScope : null;
  }

  /** Takes one slot in every scope of the request, or in none. @returns the lease, or null when a scope has no room */
  acquire(accountScope: Scope, endpointScope: Scope | null, request: Request): Lease | null {
    if (this.refusingScope(accountScope, endpointScope, request) !== null) return null;
    return this.admit(accountScope, endpointScope, request);
  }

  /** Takes the slots whether there is room or not: whoever calls this has looked before, or renews what was lost. */
  admit(accountScope: Scope, endpointScope: Scope | null, request: Request): Lease {
    accountScope.count(request, 1);
    if (endpointScope !== null) endpointScope.count(request, 1);
    const lease = this.free.pop() ?? this.create();
    lease.live = true;
    lease.request = request;
    lease.accountScope = accountScope;
    lease.endpointScope = endpointScope;
    lease.condemned = false;
    lease.suspect = false;
    return lease;
  }

  /**
   * Gives a slot back. Idempotent under `token`: only the grant that took the slot can return it, and only once.
   * The scopes are those the releaser believes it holds: a second release of a reused lease must not touch its successor's.
   * @returns whether this call ended the lease
   */
  release(lease: Lease, token: number, accountScope: Scope, endpointScope: Scope | null, request: Request): boolean {
    const first = lease.isHeldWith(token);
    if (first || this.policy.release === 'counter') {
      accountScope.count(request, -1);
      if (endpointScope !== null) endpointScope.count(request, -1);
    }
    if (first) this.end(lease);
    return first;
  }

  /** A lease ends without its holder: expired, taken away, lost. A bare counter does not notice. */
  drop(lease: Lease): void {
    if (this.policy.accounting !== 'counter') {
      lease.accountScope.count(lease.request, -1);
      lease.endpointScope?.count(lease.request, -1);
    }
    this.end(lease);
  }

  /** A limit has come upon work that is in progress: its slots count from now on. */
  include(scope: Scope, leases: readonly Lease[]): void {
    for (const lease of leases) {
      lease.endpointScope = scope;
      lease.request.endpointScope = scope;
      scope.count(lease.request, 1);
    }
  }

  /** The live leases of an account. O(all leases): for rare operations. */
  liveLeases(accountScope: Scope): Lease[] {
    return this.all.filter((lease) => lease.live && lease.accountScope === accountScope);
  }

  /** Every live lease. O(all leases). */
  live(): Lease[] {
    return this.all.filter((lease) => lease.live);
  }

  /** By scope: what is held there. One pass over all leases. */
  countHeld(): number[][] {
    const counts = this.noCounts();
    for (const { live, request, accountScope, endpointScope } of this.all) if (live) this.countIn(counts, request, accountScope, endpointScope);
    return counts;
  }

  /** By scope: nothing. */
  noCounts(): number[][] {
    return this.scopes.map((scope) => scope.noCounts);
  }

  countIn(counts: number[][], request: Request, accountScope: Scope, endpointScope: Scope | null): void {
    for (const scope of [accountScope, endpointScope]) {
      if (scope === null) continue;
      const ofScope = counts[scope.number] as number[];
      const place = scope.placeOf(request);
      ofScope[place] = (ofScope[place] as number) + 1;
    }
  }

  /** The lease that an attempt of a request holds already, or null. O(all leases). */
  leaseOf(request: Request, attempt: number): Lease | null {
    return this.all.find((lease) => lease.live && lease.request === request && lease.attempt === attempt) ?? null;
  }

  /** What is held now, as a copy for the day that the store is lost. */
  copy(): readonly StoredLease[] {
    return this.live().map((lease) => {
      const { token, request, attempt, accountScope, endpointScope, expiresUs } = lease;
      // What is in the copy may come back after it has ended, so its request may not be used for another.
      request.strays++;
      return { lease, token, request, attempt, accountScope, endpointScope, expiresUs };
    });
  }

  /** Of what is held now: grants that the copy does not know. */
  newSince(copy: readonly StoredLease[]): Lease[] {
    return this.live().filter((lease) => !copy.some((stored) => stored.lease === lease && stored.token === lease.token));
  }

  /** A grant of the copy is there again, under a token of its own. */
  revive({ accountScope, endpointScope, request, attempt, expiresUs }: StoredLease): Lease {
    const lease = this.admit(accountScope, endpointScope, request);
    lease.attempt = attempt;
    lease.expiresUs = expiresUs;
    return lease;
  }

  /** The store is lost. @returns whether what comes instead remembers what the copy does; what is held is settled one by one */
  lose(copy: readonly StoredLease[] | undefined): boolean {
    return copy !== undefined;
  }

  /** All that is held was settled after a loss. */
  recountAll(): void {}

  /** The run is over. */
  finish(): void {}

  /** The counts begin anew, whatever is held (`accounting: window-counter`). */
  beginWindow(): void {
    for (const scope of this.scopes) scope.inUse = 0;
  }

  protected end(lease: Lease): void {
    lease.live = false;
    lease.token = (lease.token + 1) | 0;
    this.free.push(lease);
  }

  private create(): Lease {
    const lease = new Lease(this.all.length);
    this.all.push(lease);
    return lease;
  }
}
