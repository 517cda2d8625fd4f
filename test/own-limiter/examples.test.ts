import { describe, expect, it } from 'vitest';
import makeFair from '../../examples/fair-limiter.js';
import makeLeaky from '../../examples/leaky-limiter.js';
import type { LimiterFactory, LimiterSource, SlotLimiter } from '../../src/core/own-limiter-terms.js';
import { Storyteller } from '../../src/fuzz/storyteller.js';
import { runTrial } from '../../src/fuzz/trial.js';
import { bounds, seeds } from '../fuzz/bounds.js';
import { brokenIn, platform, run, story } from './limiters.js';

const FAIR: LimiterSource = { file: 'examples/fair-limiter.ts', make: makeFair };
const LEAKY: LimiterSource = { file: 'examples/leaky-limiter.ts', make: makeLeaky };

const ask = (request: string, nowMs = 0, attempt = 1) => ({ request, attempt, scopes: ['a', 'a at m'], nowMs });

/** What both examples get right. */
describe.each<[string, LimiterFactory]>([
  ['the fair limiter', makeFair],
  ['the leaky limiter', makeLeaky],
])('%s', (_, make) => {
  const limiterOf = (limits: Record<string, number> = { a: 2 }): SlotLimiter => {
    const limiter = make({ ttlMs: 10_000 });
    for (const [scope, limit] of Object.entries(limits)) limiter.setLimit(scope, limit, 0);
    return limiter;
  };

  it('grants up to the limit of every scope, and takes nothing where one has no room', () => {
    const limiter = limiterOf({ a: 3, 'a at m': 1 });
    expect(limiter.acquire(ask('one'))).not.toBeNull();
    expect(limiter.acquire(ask('two'))).toBeNull();
    expect([limiter.inUse('a'), limiter.inUse('a at m')]).toEqual([1, 1]);
  });

  it('gives the same asker the same slot, and the next attempt another one', () => {
    const limiter = limiterOf();
    const first = limiter.acquire(ask('one'));
    expect(limiter.acquire(ask('one', 5))).toBe(first);
    expect(limiter.acquire(ask('one', 5, 2))).not.toBe(first);
    expect(limiter.inUse('a')).toBe(2);
  });

  it('gives a slot back once, however often it is told', () => {
    const limiter = limiterOf();
    const token = limiter.acquire(ask('one'))!;
    expect([limiter.release(token, 1), limiter.release(token, 2)]).toEqual([true, false]);
    expect(limiter.inUse('a')).toBe(0);
  });

  it('lets a grant run out when it is not renewed, names it once, and does not bring it back', () => {
    const limiter = limiterOf();
    const token = limiter.acquire(ask('one'))!;
    expect(limiter.renew(token, 5_000)).toBe(true);
    for (let nowMs = 6_000; nowMs < 15_000; nowMs += 1_000) expect(limiter.reap(nowMs)).toEqual([]);
    expect(limiter.reap(15_000)).toEqual([token]);
    expect(limiter.reap(16_000)).toEqual([]);
    expect([limiter.renew(token, 16_000), limiter.release(token, 16_000), limiter.inUse('a')]).toEqual([false, false, 0]);
  });

  it('evicts nobody when a limit is lowered', () => {
    const limiter = limiterOf();
    limiter.acquire(ask('one'));
    limiter.acquire(ask('two'));
    limiter.setLimit('a', 1, 1);
    expect(limiter.inUse('a')).toBe(2);
    expect(limiter.acquire(ask('three'))).toBeNull();
  });
});

describe('the fair limiter in the simulator', () => {
  it('does everything that the reference policy does: the same verdicts, fault for fault', () => {
    const teller = new Storyteller(bounds());
    for (const seed of seeds(150)) {
      const drawn = teller.draw(seed);
      const verdicts = (limiter?: LimiterSource): string[] =>
        runTrial(drawn, seed, undefined, undefined, limiter).invariants.map(({ id, verdict }) => `${id} ${verdict}`);
      expect(verdicts(FAIR), `seed ${seed}`).toEqual(verdicts());
    }
  });

  it('gives the same history every time', () => {
    const teller = new Storyteller(bounds());
    for (const seed of seeds(20)) {
      const drawn = teller.draw(seed);
      const hash = (): string => runTrial(drawn, seed, undefined, undefined, FAIR).hash;
      expect(hash()).toBe(hash());
    }
  });
});

describe('the leaky limiter in the simulator', () => {
  const lostWork = (reapEvery: string) =>
    story({
      platform: platform({ lease: { ttl: '10s', renewEvery: '3s', reapEvery } }),
      workload: [{ as: 'acme', endpoint: 'model', arrivals: { burst: 1, at: '100ms' } }],
      steps: [{ at: '4s', do: 'crash-runner', endpoint: 'model', silent: true }],
    });

  it('holds as long as somebody looks once a second', () => {
    expect(brokenIn(run(lostWork('1s'), LEAKY))).toEqual([]);
  });

  it('loses a slot that runs out between two looks', () => {
    expect(brokenIn(run(lostWork('5s'), LEAKY))).toContain('S-ORPH');
    expect(brokenIn(run(lostWork('5s'), FAIR))).toEqual([]);
  });
});
