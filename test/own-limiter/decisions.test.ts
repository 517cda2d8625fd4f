import { describe, expect, it } from 'vitest';
import type { SlotAsk, Token } from '../../src/core/own-limiter-terms.js';
import { brokenIn, type Called, listening, platform, run, sourceOf, story } from './limiters.js';

const acquires = (calls: readonly Called[]): SlotAsk[] => calls.filter(({ method }) => method === 'acquire').map(({ given }) => given[0] as SlotAsk);

describe('what a limiter is asked', () => {
  it('hears who asks, for which attempt, in both scopes, and when', () => {
    const calls: Called[] = [];
    run(story(), listening(calls));
    expect(acquires(calls)[0]).toEqual({ request: 'req-1', attempt: 1, scopes: ['acme', 'acme at model'], nowMs: 0 });
    expect(acquires(calls).filter(({ request }) => request === 'req-3')).toContainEqual(expect.objectContaining({ attempt: 1, nowMs: 5_000 }));
  });

  it('is asked what has run out before everything else that happens at that time', () => {
    const calls: Called[] = [];
    run(story(), listening(calls));
    const timed = calls.filter(({ method }) => ['acquire', 'renew', 'release'].includes(method));
    expect(timed.length).toBeGreaterThan(12);
    for (const call of timed) {
      const [ask, nowMs] = call.given;
      const atMs = call.method === 'acquire' ? (ask as SlotAsk).nowMs : nowMs;
      const before = calls.slice(0, calls.indexOf(call)).findLast(({ method }) => method !== 'inUse');
      expect(before).toMatchObject({ method: 'reap', given: [atMs] });
    }
  });

  it('hears a renewal when the work begins, and every renewal interval while it goes on', () => {
    const calls: Called[] = [];
    run(story({ platform: platform({}, { endpoints: [{ id: 'model', service: '8s', runners: 10 }] }) }), listening(calls));
    const token = calls.find(({ method }) => method === 'acquire')?.answer;
    expect(calls.filter(({ method, given }) => method === 'renew' && given[0] === token).map(({ given }) => given[1])).toEqual([0, 3_000, 6_000]);
  });

  it('hears limits when they are set and when they change', () => {
    const calls: Called[] = [];
    run(story({ steps: [{ at: '3s', do: 'set-limit', account: 'acme', limit: 5 }] }), listening(calls));
    expect(calls.filter(({ method }) => method === 'setLimit').map(({ given }) => given)).toEqual([
      ['acme', 0, 0],
      ['acme', 2, 0],
      ['acme', 5, 3_000],
    ]);
  });

  it('hears of the ttl, or that there is none', () => {
    const heard: (number | undefined)[] = [];
    const limiter = sourceOf((_, { ttlMs }) => {
      heard.push(ttlMs);
      return {};
    });
    run(story(), limiter);
    run(story({ platform: platform({ lease: 'none' }) }), limiter);
    expect(heard).toEqual([10_000, undefined]);
  });

  it('is a new one in every run', () => {
    let made = 0;
    const limiter = sourceOf(() => {
      made++;
      return {};
    });
    run(story(), limiter);
    run(story(), limiter);
    expect(made).toBe(2);
  });
});

describe('what a limiter decides', () => {
  it('decides who works: beyond the limit, and S-CAP breaks', () => {
    const limits = sourceOf((fair) => ({ setLimit: (scope, limit, nowMs) => fair.setLimit(scope, limit + 1, nowMs) }));
    expect(brokenIn(run(story(), sourceOf()))).toEqual([]);
    expect(brokenIn(run(story(), limits))).toContain('S-CAP');
  });

  it('decides who does not: room that is never used breaks L-WC', () => {
    const stingy = sourceOf((fair) => ({ setLimit: (scope, limit, nowMs) => fair.setLimit(scope, Math.min(1, limit), nowMs) }));
    expect(brokenIn(run(story(), stingy))).toContain('L-WC');
  });

  it('counts what is admitted: a count that is off breaks S-LEDGER', () => {
    const off = sourceOf((fair) => ({ inUse: (scope) => Math.max(0, fair.inUse(scope) - 1) }));
    expect(brokenIn(run(story(), off))).toContain('S-LEDGER');
  });

  it('keeps a slot that it does not take back, and S-ORPH and L-QUIET break', () => {
    const keeping = sourceOf((fair) => ({
      release: (token, nowMs) => (String(token).startsWith('req-2/') ? false : fair.release(token, nowMs)),
      reap: () => [],
    }));
    const broken = brokenIn(run(story({ platform: platform({ maxHold: 'none' }) }), keeping));
    expect(broken).toEqual(expect.arrayContaining(['S-ORPH', 'L-QUIET']));
  });

  it('says when a grant has run out: under live work, and S-UNLEASED breaks', () => {
    const hasty = sourceOf((fair) => {
      const since = new Map<Token, number>();
      return {
        acquire: (ask) => {
          const token = fair.acquire(ask);
          if (token !== null) since.set(token, ask.nowMs);
          return token;
        },
        // By age, whether it was renewed or not.
        reap: (nowMs) =>
          [...since].filter(([token, fromMs]) => nowMs - fromMs >= 4_000 && since.delete(token) && fair.release(token, nowMs)).map(([token]) => token),
      };
    });
    expect(brokenIn(run(story(), hasty))).toContain('S-UNLEASED');
  });

  it('counts in a scope before there is a limit, so that a limit that comes upon running work is held', () => {
    const steps = [{ at: '1s', do: 'set-limit', account: 'acme', endpoint: 'model', limit: 2 }] as const;
    const accounts = [{ id: 'acme', limit: 4 }];
    const calls: Called[] = [];
    const outcome = run(story({ platform: platform({}, { accounts }), steps: [...steps] }), listening(calls));
    expect(calls.find(({ method, given }) => method === 'setLimit' && given[0] === 'acme at model')?.given).toEqual(['acme at model', 2, 1_000]);
    expect(brokenIn(outcome)).toEqual([]);
  });
});

describe('a question that is asked again because the answer was lost', () => {
  const lostGrant = story({
    steps: [{ at: '0s', do: 'drop', message: 'grant', count: 1 }],
    workload: [{ as: 'acme', endpoint: 'model', arrivals: { burst: 1, at: '1s' } }],
  });

  it('is the same attempt, and the grant that it has is its own', () => {
    const calls: Called[] = [];
    const outcome = run(lostGrant, listening(calls));
    expect(acquires(calls).map(({ request, attempt }) => `${request}/${attempt}`)).toEqual(['req-1/1', 'req-1/1']);
    expect(new Set(calls.filter(({ method }) => method === 'acquire').map(({ answer }) => answer)).size).toBe(1);
    expect(brokenIn(outcome)).toEqual([]);
  });

  it('takes a second slot where the limiter gives another token, and S-ONE breaks', () => {
    let nth = 0;
    const forgetful = sourceOf((fair) => ({ acquire: (ask) => fair.acquire({ ...ask, attempt: ++nth }) }));
    expect(brokenIn(run(lostGrant, forgetful))).toContain('S-ONE');
  });
});

describe('a holder that comes too late', () => {
  /** The runner computes nothing for longer than its lease lives, and does not look at the time when it wakes up. */
  const zombie = story({
    platform: platform({ selfFence: false }),
    workload: [{ as: 'acme', endpoint: 'model', arrivals: { burst: 1, at: '0s' } }],
    steps: [{ at: '1s', do: 'pause-runner', endpoint: 'model', for: '12s' }],
  });

  it('finds its grant gone, and the limiter says no', () => {
    const calls: Called[] = [];
    run(zombie, listening(calls));
    const [first] = acquires(calls);
    const token = calls.find(({ method }) => method === 'acquire')?.answer;
    expect(first?.nowMs).toBe(0);
    expect(calls.filter(({ method, given }) => method === 'renew' && given[0] === token).map(({ answer }) => answer)).toContain(false);
  });

  it('has its slot again where a renewal makes it anew: two slots, one request, and S-ONE breaks', () => {
    const reviving = sourceOf((fair) => {
      const asks = new Map<Token, SlotAsk>();
      const names = new Map<Token, Token>();
      return {
        acquire: (ask) => {
          const token = fair.acquire(ask);
          if (token !== null) asks.set(token, ask);
          return token;
        },
        renew: (token, nowMs) => {
          if (fair.renew(names.get(token) ?? token, nowMs)) return true;
          const anew = fair.acquire({ ...(asks.get(token) as SlotAsk), nowMs });
          if (anew !== null) names.set(token, anew);
          return anew !== null;
        },
        release: (token, nowMs) => fair.release(names.get(token) ?? token, nowMs),
        reap: (nowMs) => fair.reap(nowMs).map((token) => [...names].find(([, now]) => now === token)?.[0] ?? token),
      };
    });
    expect(brokenIn(run(zombie, reviving))).toContain('S-ONE');
  });
});

describe('a direct call', () => {
  it('has its slot kept while it waits for a runner that boots for longer than the ttl', () => {
    const booting = platform({}, { endpoints: [{ id: 'model', service: '5s', runners: { coldStart: '25s' } }] });
    const calls: Called[] = [];
    const outcome = run(
      story({ platform: booting, workload: [{ as: 'acme', endpoint: 'model', call: 'run', arrivals: { burst: 1, at: '0s' } }] }),
      listening(calls),
    );
    expect(calls.filter(({ method }) => method === 'renew').map(({ given }) => given[1])).toEqual(expect.arrayContaining([3_000, 24_000, 25_000, 28_000]));
    expect(brokenIn(outcome)).toEqual([]);
  });

  it('fails where the limiter says no although it counts room', () => {
    const direct = story({ workload: [{ as: 'acme', endpoint: 'model', call: 'run', arrivals: { burst: 1, at: '0s' } }] });
    const outcome = run(
      direct,
      sourceOf(() => ({ acquire: () => null })),
    );
    expect(brokenIn(outcome)).toEqual([]);
  });
});

describe('a slot store that is lost', () => {
  const loss = (age?: string) => story({ steps: [{ at: '3s', do: 'lose-store', ...(age === undefined ? {} : { age }) }] });

  it('comes back as a new limiter, which is told the limits again', () => {
    const calls: Called[] = [];
    let made = 0;
    const heard = listening(calls);
    const outcome = run(loss(), {
      ...heard,
      make: (terms) => {
        made++;
        return heard.make(terms);
      },
    });
    expect(made).toBe(2);
    expect(calls.filter(({ method }) => method === 'setLimit').at(-1)?.given).toEqual(['acme', 2, 3_000]);
    expect(brokenIn(outcome)).toEqual([]);
  });

  it('comes back as it was where the limiter can be copied', () => {
    const calls: Called[] = [];
    const outcome = run(loss('1s'), listening(calls));
    expect(calls.find(({ method }) => method === 'restore')?.given[0]).toEqual(calls.find(({ method }) => method === 'snapshot')?.answer);
    expect(outcome.exercised['leases_forgotten']).toBe(0);
    expect(brokenIn(outcome)).toEqual([]);
  });

  it('comes back empty where it cannot', () => {
    const outcome = run(
      loss('1s'),
      sourceOf(() => ({ restore: undefined }) as never),
    );
    expect(outcome.exercised['leases_forgotten']).toBe(2);
    expect(brokenIn(outcome)).toEqual([]);
  });
});
