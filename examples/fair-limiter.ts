// A limiter that keeps its word. Try it:
//
//   npx slotstorm fuzz --limiter examples/fair-limiter.ts --runs 10000
//
// What makes it hold: the grants themselves are the truth, and every number is read off them. A grant has a name (its
// token) that is never used again, so that what comes twice or too late finds nothing. And a grant ends by itself when
// nobody says any more that it is needed.
import type { LimiterFactory, SlotAsk, SlotLimiter, Token } from 'slotstorm';

interface Grant {
  readonly token: Token;
  /** Who asked: the attempt, not only the request. A second attempt must not live in the slot that the first gives back late. */
  readonly asker: string;
  readonly scopes: readonly string[];
  readonly expiresMs: number;
}

class FairLimiter implements SlotLimiter {
  private readonly limits = new Map<string, number>();
  /** In the order in which they run out: the ttl is the same for all, and who renews goes to the end. */
  private grants = new Map<Token, Grant>();
  private readonly byAsker = new Map<string, Grant>();
  private readonly byScope = new Map<string, Set<Token>>();
  private granted = 0;

  constructor(private readonly ttlMs: number) {}

  acquire({ request, attempt, scopes, nowMs }: SlotAsk): Token | null {
    const asker = `${request}/${attempt}`;
    // The answer was lost, so it is asked again: the same question gets the same slot, not another one.
    const known = this.byAsker.get(asker);
    if (known !== undefined) {
      this.renew(known.token, nowMs);
      return known.token;
    }
    // All scopes or none, in one step: nothing is taken before everything is known to be free.
    if (!scopes.every((scope) => this.inUse(scope) < this.limitOf(scope))) return null;
    // A number that only grows, also across a lost store: a token of before must not fit a grant of after.
    const token = `${asker}#${++this.granted}@${nowMs}`;
    this.enter({ token, asker, scopes, expiresMs: nowMs + this.ttlMs });
    return token;
  }

  renew(token: Token, nowMs: number): boolean {
    const grant = this.grants.get(token);
    // What is gone stays gone: to add it again would go over the limit.
    if (grant === undefined) return false;
    this.leave(grant);
    this.enter({ ...grant, expiresMs: nowMs + this.ttlMs });
    return true;
  }

  release(token: Token): boolean {
    const grant = this.grants.get(token);
    if (grant === undefined) return false;
    this.leave(grant);
    return true;
  }

  reap(nowMs: number): Token[] {
    const runOut: Token[] = [];
    for (const grant of this.grants.values()) {
      if (grant.expiresMs > nowMs) break;
      this.leave(grant);
      runOut.push(grant.token);
    }
    return runOut;
  }

  /** Compared with when somebody asks, and nowhere kept as free permits: so nothing has to be done to those who hold a slot. */
  setLimit(scope: string, limit: number): void {
    this.limits.set(scope, limit);
  }

  inUse(scope: string): number {
    return this.byScope.get(scope)?.size ?? 0;
  }

  snapshot(): Grant[] {
    return [...this.grants.values()];
  }

  restore(copy: unknown): void {
    for (const grant of copy as Grant[]) this.enter(grant);
  }

  private limitOf(scope: string): number {
    return this.limits.get(scope) ?? Number.POSITIVE_INFINITY;
  }

  private enter(grant: Grant): void {
    this.grants.set(grant.token, grant);
    this.byAsker.set(grant.asker, grant);
    for (const scope of grant.scopes) {
      const holders = this.byScope.get(scope);
      if (holders === undefined) this.byScope.set(scope, new Set([grant.token]));
      else holders.add(grant.token);
    }
  }

  private leave(grant: Grant): void {
    this.grants.delete(grant.token);
    this.byAsker.delete(grant.asker);
    for (const scope of grant.scopes) this.byScope.get(scope)?.delete(grant.token);
  }
}

const makeLimiter: LimiterFactory = ({ ttlMs = Number.POSITIVE_INFINITY }) => new FairLimiter(ttlMs);

export default makeLimiter;
