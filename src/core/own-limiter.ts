import type { Account } from './accounts.js';
import type { Endpoint } from './endpoints.js';
import { ConcurrencyLimiter, endpointScopeName, type Lease, type Scope, type StoredLease } from './limiter.js';
import { LimiterCalls } from './limiter-calls.js';
import type { LimiterSource, Token } from './own-limiter-terms.js';
import { OwnScope } from './own-scope.js';
import type { Policy } from './policy.js';
import type { Request } from './requests.js';
import { US_PER_MS } from './time.js';

/** The policy beside a limiter of one's own: what such a limiter decides itself, the platform does not decide as well. */
export function besideOwnLimiter(policy: Policy): Policy {
  return {
    ...policy,
    acquire: 'atomic',
    scopes: 'together',
    // Whoever asks again is heard by the limiter again.
    acquireRetry: 'second-slot',
    limitCheck: 'at-admission',
    accounting: 'lease-set',
    release: 'token',
    renew: 'existing',
    reaper: 'expired',
    clock: 'store',
    reconcile: 'none',
  };
}

interface OwnStoredLease extends StoredLease {
  readonly ownToken: Token;
}

/** Holders that speak up after so many more grants are not heard: their tokens are forgotten. */
const TOKENS_KEPT = 10_000;

/**
 * Asks a limiter of one's own for every decision and keeps a mirror of what it has said: the leases that history and
 * checkers know. The mirror decides nothing.
 */
export class OwnLimiter extends ConcurrencyLimiter {
  override readonly isOwn = true;
  private readonly calls: LimiterCalls;
  /** By account, by endpoint. */
  private readonly scopeNames: (readonly string[])[][] = [];
  /** By grant, which is the lease's own token: the limiter's token, also for some time after the grant has ended. */
  private readonly tokens = new Map<number, Token>();
  /** By the limiter's token. */
  private readonly leases = new Map<Token, Lease>();
  private readonly states = new WeakMap<readonly StoredLease[], unknown>();
  private grants = 0;
  private releasesAsked = 0;
  private hasGivenBack = false;

  constructor(
    private readonly ownPolicy: Policy,
    source: LimiterSource,
    seed: number,
    clock: { readonly nowUs: number },
  ) {
    super(ownPolicy);
    const { lease } = ownPolicy;
    this.calls = new LimiterCalls(source, { ttlMs: lease === undefined ? undefined : lease.ttlUs / US_PER_MS }, seed, clock);
  }

  override openScope(limit: number, name: string): Scope {
    const scope = new OwnScope(this.scopes.length, limit, this.ownPolicy, name, this.calls);
    this.scopes.push(scope);
    scope.tellLimit();
    return scope;
  }

  get hasGrants(): boolean {
    return this.leases.size > 0;
  }

  /** Asks for a slot. @returns a lease: a new one has no attempt yet; one that the request has already is that one; null: no room */
  override acquire(accountScope: Scope, endpointScope: Scope | null, request: Request): Lease | null {
    const { calls } = this;
    const { account, endpoint, ordinal } = request;
    const token = calls.acquire({ request: `req-${ordinal}`, attempt: request.attempts + 1, scopes: this.scopesOf(account, endpoint), nowMs: calls.nowMs });
    const known = token === null ? undefined : this.leases.get(token);
    if (known !== undefined && known.request !== request)
      throw calls.complaint(`expected a token that no grant has, got ${JSON.stringify(token)}, which is that of req-${known.request.ordinal}`);
    const lease = token === null ? null : (known ?? this.enter(token, accountScope, endpointScope, request));
    this.recount(account);
    return lease;
  }

  /** The grant that a holder speaks of, as long as it has not ended. */
  named(grant: number): Lease | null {
    const token = this.tokens.get(grant);
    return token === undefined ? null : (this.leases.get(token) ?? null);
  }

  /** @returns whether the limiter knows the grant */
  renew(grant: number, account: Account): boolean {
    const token = this.tokens.get(grant);
    if (token === undefined) return false;
    const isKnown = this.calls.renew(token);
    this.recount(account);
    return isKnown;
  }

  /** A grant that had ended is there again, for its holder has renewed it. */
  returned(grant: number, accountScope: Scope, endpointScope: Scope | null, request: Request): Lease {
    const lease = this.enter(this.tokens.get(grant) as Token, accountScope, endpointScope, request);
    this.recount(request.account);
    return lease;
  }

  /** Asks to end a grant; the mirror follows when whoever asks has settled it. @returns whether the limiter says that this has ended one */
  giveBack(grant: number, account: Account): boolean {
    const token = this.tokens.get(grant);
    if (token === undefined) return false;
    const before = account.scope.inUse;
    const hasEnded = this.calls.release(token);
    if (this.leases.has(token)) this.releasesAsked++;
    this.recount(account);
    if (hasEnded || account.scope.inUse < before) this.hasGivenBack = true;
    return hasEnded;
  }

  /** A grant leaves the mirror, for the limiter has ended it. */
  leave(lease: Lease): void {
    const { account } = lease.request;
    this.drop(lease);
    this.recount(account);
  }

  /**
   * Grants that have run out by themselves since the last time. Each is to be dropped next, one after the other; until
   * then it counts as before.
   */
  expired(): readonly Lease[] {
    const { calls } = this;
    const named = calls.reap();
    if (named.length === 0) return NOTHING;
    const leases = new Set<Lease>();
    for (const token of named) {
      const lease = this.leases.get(token);
      if (lease === undefined) throw calls.complaint(`expected live grants, got ${JSON.stringify(token)}, which was never granted or has ended`);
      if (leases.has(lease)) throw calls.complaint(`expected every grant once, got ${JSON.stringify(token)} twice`);
      leases.add(lease);
    }
    this.recountAll();
    for (const lease of leases) countAsBefore(lease);
    return [...leases];
  }

  /** The store is lost: a new limiter takes over. @returns whether it remembers what the copy does */
  override lose(copy: readonly StoredLease[] | undefined): boolean {
    const { calls, scopes } = this;
    calls.beginAnew();
    const remembers = copy !== undefined && this.states.has(copy) && calls.canRestore;
    if (remembers) calls.restore(this.states.get(copy));
    for (const scope of scopes) calls.setLimit((scope as OwnScope).name, scope.limit);
    return remembers;
  }

  override recountAll(): void {
    for (const scope of this.scopes) (scope as OwnScope).recount();
  }

  override copy(): readonly StoredLease[] {
    if (!this.calls.canRestore) return NOTHING_STORED;
    const copy = super.copy().map((stored): OwnStoredLease => ({ ...stored, ownToken: this.tokens.get(stored.token) as Token }));
    this.states.set(copy, this.calls.snapshot());
    return copy;
  }

  override revive(stored: StoredLease): Lease {
    const { ownToken, accountScope, endpointScope, request, attempt } = stored as OwnStoredLease;
    const lease = this.enter(ownToken, accountScope, endpointScope, request);
    lease.attempt = attempt;
    return lease;
  }

  /** The run is over. @throws LimiterError when the limiter never gave anything back, and does not do so when it is new either */
  override finish(): void {
    this.recountAll();
    if (this.releasesAsked > 0 && !this.hasGivenBack) this.calls.mustGiveBack(this.releasesAsked);
  }

  /** The counts of an account, as the limiter says them now. */
  private recount({ scope, limitedEndpoints }: Account): void {
    (scope as OwnScope).recount();
    for (const limited of limitedEndpoints) (limited as OwnScope).recount();
  }

  /** A grant enters the mirror, and with it the books. */
  private enter(token: Token, accountScope: Scope, endpointScope: Scope | null, request: Request): Lease {
    const lease = this.admit(accountScope, endpointScope, request);
    lease.token = ++this.grants;
    lease.attempt = 0;
    this.tokens.set(lease.token, token);
    this.leases.set(token, lease);
    if (this.tokens.size > TOKENS_KEPT) this.forgetOldest();
    return lease;
  }

  protected override end(lease: Lease): void {
    const token = this.tokens.get(lease.token);
    if (token !== undefined && this.leases.get(token) === lease) this.leases.delete(token);
    super.end(lease);
  }

  /** The token of the oldest grant, unless that is still live: then it is as good as new. */
  private forgetOldest(): void {
    for (const [grant, token] of this.tokens) {
      this.tokens.delete(grant);
      if (this.leases.get(token)?.token === grant) this.tokens.set(grant, token);
      return;
    }
  }

  private scopesOf(account: Account, endpoint: Endpoint): readonly string[] {
    const known = this.scopeNames[account.number]?.[endpoint.number];
    if (known !== undefined) return known;
    const names = Object.freeze([account.name, endpointScopeName(account.name, endpoint.name)]);
    const ofAccount = this.scopeNames[account.number] ?? [];
    ofAccount[endpoint.number] = names;
    this.scopeNames[account.number] = ofAccount;
    return names;
  }
}

/** What is about to end one by one counts until it has. */
function countAsBefore({ accountScope, endpointScope, request }: Lease): void {
  accountScope.count(request, 1);
  endpointScope?.count(request, 1);
}

const NOTHING: readonly Lease[] = [];
const NOTHING_STORED: readonly StoredLease[] = [];
