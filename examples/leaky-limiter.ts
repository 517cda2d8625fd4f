// A limiter with a bug. It does everything right that a reviewer would look for: one step over all scopes, tokens, one
// slot for one asker, renewals that revive nothing, releases that may come twice. Its tests pass. It also loses slots
// for good. Can you see how? This can:
//
//   npx slotstorm fuzz --limiter examples/leaky-limiter.ts
//
// The answer is at the end of this file.
import type { LimiterFactory, SlotAsk, SlotLimiter, Token } from 'slotstorm';

interface Grant {
  readonly token: number;
  readonly asker: string;
  readonly scopes: readonly string[];
  expiresMs: number;
}

class LeakyLimiter implements SlotLimiter {
  private readonly limits = new Map<string, number>();
  private readonly counts = new Map<string, number>();
  private readonly grants = new Map<Token, Grant>();
  private readonly byAsker = new Map<string, Grant>();
  /** By the second in which they run out: nobody has to look through all grants to find those few. */
  private readonly wheel = new Map<number, Set<Grant>>();
  private granted = 0;

  constructor(private readonly ttlMs: number) {}

  acquire({ request, attempt, scopes, nowMs }: SlotAsk): Token | null {
    const asker = `${request}/${attempt}`;
    const known = this.byAsker.get(asker);
    if (known !== undefined) {
      this.renew(known.token, nowMs);
      return known.token;
    }
    if (!scopes.every((scope) => this.inUse(scope) < this.limitOf(scope))) return null;
    // Time first, so that tokens of a store that was lost are not given out again.
    const grant: Grant = { token: nowMs * 1e6 + ++this.granted, asker, scopes, expiresMs: nowMs + this.ttlMs };
    this.grants.set(grant.token, grant);
    this.byAsker.set(asker, grant);
    this.slotOf(grant).add(grant);
    for (const scope of scopes) this.counts.set(scope, this.inUse(scope) + 1);
    return grant.token;
  }

  renew(token: Token, nowMs: number): boolean {
    const grant = this.grants.get(token);
    if (grant === undefined) return false;
    this.slotOf(grant).delete(grant);
    grant.expiresMs = nowMs + this.ttlMs;
    this.slotOf(grant).add(grant);
    return true;
  }

  release(token: Token): boolean {
    const grant = this.grants.get(token);
    if (grant === undefined) return false;
    this.end(grant);
    return true;
  }

  reap(nowMs: number): Token[] {
    const second = Math.floor(nowMs / 1_000);
    const runOut = [...(this.wheel.get(second) ?? [])];
    for (const grant of runOut) this.end(grant);
    this.wheel.delete(second);
    return runOut.map((grant) => grant.token);
  }

  setLimit(scope: string, limit: number): void {
    this.limits.set(scope, limit);
  }

  inUse(scope: string): number {
    return this.counts.get(scope) ?? 0;
  }

  private limitOf(scope: string): number {
    return this.limits.get(scope) ?? Number.POSITIVE_INFINITY;
  }

  private end(grant: Grant): void {
    this.grants.delete(grant.token);
    this.byAsker.delete(grant.asker);
    this.slotOf(grant).delete(grant);
    for (const scope of grant.scopes) this.counts.set(scope, this.inUse(scope) - 1);
  }

  /** The first full second at which it has run out. */
  private slotOf({ expiresMs }: Grant): Set<Grant> {
    const second = Math.ceil(expiresMs / 1_000);
    const known = this.wheel.get(second);
    if (known !== undefined) return known;
    const made = new Set<Grant>();
    this.wheel.set(second, made);
    return made;
  }
}

const makeLimiter: LimiterFactory = ({ ttlMs = Number.POSITIVE_INFINITY }) => new LeakyLimiter(ttlMs);

export default makeLimiter;

// The answer: `reap` looks at the second that it is now, and at no other. As long as somebody comes by in every second
// nothing is missed, so it works under load, and in a test that ticks once a second. In a quiet hour the reaper comes
// round every two or five seconds: what ran out in a second between two of its visits is never looked at again. The
// slot of a runner that has died is then lost for good, in all of its scopes, although it has a ttl. The cure is to
// remember the second of the last visit and to go through all seconds since.
