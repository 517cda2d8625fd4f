import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConcurrencyLimiter, type Lease } from '../../src/core/limiter.js';
import type { Policy } from '../../src/core/policy.js';
import { Request } from '../../src/core/requests.js';
import { holds } from '../helpers/properties.js';
import { policyOf } from '../helpers/world.js';

function limiterOf(switches: Partial<Policy> = {}): ConcurrencyLimiter {
  return new ConcurrencyLimiter(policyOf('reference', switches));
}

describe('the limiter', () => {
  it('takes a slot in the account’s and the endpoint’s scope in one step, or in none', () => {
    const limiter = limiterOf();
    const account = limiter.openScope(2);
    const endpoint = limiter.openScope(1);
    expect(limiter.acquire(account, endpoint, new Request(0))).not.toBeNull();
    expect([account.inUse, endpoint.inUse]).toEqual([1, 1]);
    expect(limiter.acquire(account, endpoint, new Request(1))).toBeNull();
    expect([account.inUse, endpoint.inUse]).toEqual([1, 1]);
  });

  it('names the scope that refuses, the account’s first', () => {
    const limiter = limiterOf();
    const account = limiter.openScope(1);
    const endpoint = limiter.openScope(1);
    expect(limiter.refusingScope(account, endpoint, new Request(9))).toBeNull();
    limiter.acquire(account, endpoint, new Request(0));
    expect(limiter.refusingScope(account, endpoint, new Request(9))).toBe(account);
    account.setLimit(2);
    expect(limiter.refusingScope(account, endpoint, new Request(9))).toBe(endpoint);
    expect(limiter.refusingScope(account, null, new Request(9))).toBeNull();
  });

  it('takes a slot back once: the second release by token changes nothing', () => {
    const limiter = limiterOf();
    const account = limiter.openScope(3);
    const lease = limiter.acquire(account, null, new Request(0)) as Lease;
    limiter.acquire(account, null, new Request(1));
    const { token } = lease;
    expect(limiter.release(lease, token, account, null, lease.request)).toBe(true);
    expect(limiter.release(lease, token, account, null, lease.request)).toBe(false);
    expect(account.inUse).toBe(1);
  });

  it('does not let an old token release the grant that uses its lease now', () => {
    const limiter = limiterOf();
    const account = limiter.openScope(1);
    const lease = limiter.acquire(account, null, new Request(0)) as Lease;
    const { token } = lease;
    limiter.release(lease, token, account, null, lease.request);
    const next = limiter.acquire(account, null, new Request(1)) as Lease;
    expect(next).toBe(lease);
    expect(limiter.release(lease, token, account, null, lease.request)).toBe(false);
    expect(account.inUse).toBe(1);
    expect(next.live).toBe(true);
  });

  it('counts below the truth when a bare counter is released twice', () => {
    const limiter = limiterOf({ release: 'counter' });
    const account = limiter.openScope(2);
    const lease = limiter.acquire(account, null, new Request(0)) as Lease;
    const { token } = lease;
    limiter.release(lease, token, account, null, lease.request);
    limiter.release(lease, token, account, null, lease.request);
    expect(account.inUse).toBe(-1);
  });

  it('agrees with a set of holders under random grants, releases and limits', () => {
    const operation = fc.oneof(
      { weight: 5, arbitrary: fc.record({ do: fc.constant('acquire' as const), endpoint: fc.boolean() }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('release' as const), which: fc.nat(), again: fc.boolean() }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('limit' as const), account: fc.integer({ min: 0, max: 6 }), endpoint: fc.integer({ min: 0, max: 4 }) }),
      },
    );
    holds(
      fc.property(fc.array(operation, { maxLength: 200, size: 'max' }), (operations) => {
        const limiter = limiterOf();
        const account = limiter.openScope(3);
        const endpoint = limiter.openScope(2);
        const model = new Map<Lease, { token: number; onEndpoint: boolean }>();
        const onEndpoint = (): number => [...model.values()].filter((held) => held.onEndpoint).length;
        for (const [n, step] of operations.entries()) {
          if (step.do === 'limit') {
            account.setLimit(step.account);
            endpoint.setLimit(step.endpoint);
          } else if (step.do === 'acquire') {
            const expected = model.size < account.limit && (!step.endpoint || onEndpoint() < endpoint.limit);
            const lease = limiter.acquire(account, step.endpoint ? endpoint : null, new Request(n));
            expect(lease !== null).toBe(expected);
            if (lease !== null) model.set(lease, { token: lease.token, onEndpoint: step.endpoint });
          } else {
            const held = [...model][step.which % Math.max(1, model.size)];
            if (held === undefined) continue;
            const [lease, { token, onEndpoint: wasOnEndpoint }] = held;
            const scope = wasOnEndpoint ? endpoint : null;
            expect(limiter.release(lease, token, account, scope, lease.request)).toBe(true);
            model.delete(lease);
            if (step.again) expect(limiter.release(lease, token, account, scope, lease.request)).toBe(false);
          }
          expect(account.inUse).toBe(model.size);
          expect(endpoint.inUse).toBe(onEndpoint());
          expect(new Set(limiter.liveLeases(account))).toEqual(new Set(model.keys()));
        }
      }),
      200,
    );
  });
});
