import { describe, expect, it } from 'vitest';
import { shareBounds } from '../../../src/measure/binomial-bounds.js';
import { betaBelow, betaQuantile } from '../../../src/measure/gate/beta.js';
import { parseBudget } from '../../../src/measure/gate/budgets.js';
import { type Occurrences, requestsToShow, shareInterval } from '../../../src/measure/gate/share-interval.js';
import { chance } from '../../helpers/drawn-numbers.js';

describe('the beta distribution', () => {
  it('has the mass that textbooks give it', () => {
    expect(betaBelow(0.3, 1, 1)).toBeCloseTo(0.3, 12);
    expect(betaBelow(0.5, 7.3, 7.3)).toBeCloseTo(0.5, 12);
    expect(betaBelow(0.2, 2, 3)).toBeCloseTo(0.1808, 12);
    expect(betaQuantile(0.1808, 2, 3)).toBeCloseTo(0.2, 12);
    expect(betaBelow(0.9, 40.5, 3.25)).toBeCloseTo(1 - betaBelow(0.1, 3.25, 40.5), 12);
  });
});

describe('the interval of a share', () => {
  it('is that of independent requests where seeds do not differ more than those would', () => {
    const seeds = Array.from({ length: 400 }, (_, at): Occurrences => ({ k: at % 2, n: 10 }));
    const { low, high, rule } = shareInterval(seeds);
    const exact = shareBounds(200, 4000);
    expect(rule).toBe('clustered');
    expect(low).toBeCloseTo(exact.low, 3);
    expect(high).toBeCloseTo(exact.high, 3);
  });

  it('is far wider where all of it came from one seed', () => {
    const even = shareInterval(Array.from({ length: 20 }, () => ({ k: 10, n: 1000 })));
    const uneven = shareInterval(Array.from({ length: 20 }, (_, at) => ({ k: at === 0 ? 200 : 0, n: 1000 })));
    expect(uneven.share).toBe(even.share);
    expect(even.high).toBeLessThan(0.0125);
    expect(uneven.high).toBeGreaterThan(0.05);
  });

  it('of none seen has the bound of as many independent requests: 2,995 show less than 0.1 %, 2,994 do not', () => {
    const among = (n: number) => shareInterval(Array.from({ length: 59 }, (_, at) => ({ k: 0, n: at === 0 ? n - 58 : 1 })));
    expect(among(2995)).toMatchObject({ rule: 'requests', low: 0 });
    expect(among(2995).high).toBeLessThanOrEqual(0.001);
    expect(among(2994).high).toBeGreaterThan(0.001);
    expect([requestsToShow(0.001), requestsToShow(0.01), requestsToShow(0.05)]).toEqual([2995, 299, 59]);
  });

  it('of none seen in fewer than 59 seeds is that of seeds, whatever number of requests they had', () => {
    const among = (seeds: number) => shareInterval(Array.from({ length: seeds }, () => ({ k: 0, n: 1_000_000 })));
    expect(among(58)).toMatchObject({ rule: 'seeds', high: shareBounds(0, 58).high });
    expect(among(58).high).toBeGreaterThan(0.05);
    expect(among(59).rule).toBe('requests');
  });

  it('seldom lies within a budget that one bad seed in 20 exceeds: docs/statistics.md', () => {
    // In one seed of 20 a fifth of 300 requests is lost: 1 % of all, and 0.5 % is the budget.
    const next = chance(99);
    const trials = 4000;
    const passing = (seeds: number, high: (seeds: readonly Occurrences[]) => number): number => {
      let passed = 0;
      for (let trial = 0; trial < trials; trial++) {
        const own = Array.from({ length: seeds }, (): Occurrences => ({ k: next() < 0.05 ? 60 : 0, n: 300 }));
        if (high(own) <= 0.005) passed++;
      }
      return (100 * passed) / trials;
    };
    const ofRequestsAlone = (own: readonly Occurrences[]) => (own.every(({ k }) => k === 0) ? shareBounds(0, own.length * 300).high : 1);
    const before = [5, 10, 20, 50].map((seeds) => passing(seeds, ofRequestsAlone));
    expect(before.map(Math.round)).toEqual([78, 60, 35, 7]);
    expect([5, 10, 20, 50, 58].map((seeds) => passing(seeds, (own) => shareInterval(own).high))).toEqual([0, 0, 0, 0, 0]);
    expect(passing(59, (own) => shareInterval(own).high)).toBeLessThan(6);
  });

  it('is wider where it may miss more seldom, and then more seeds must show none', () => {
    const some = Array.from({ length: 20 }, (_, at): Occurrences => ({ k: at % 3, n: 100 }));
    expect(shareInterval(some, 0.05)).toEqual(shareInterval(some));
    const [usual, seldom] = [shareInterval(some), shareInterval(some, 0.01)];
    expect(seldom.low).toBeLessThan(usual.low);
    expect(seldom.high).toBeGreaterThan(usual.high);
    const even = shareInterval(
      Array.from({ length: 400 }, (_, at): Occurrences => ({ k: at % 2, n: 10 })),
      0.01,
    );
    // 2.576 standard errors of a half of 4,000.
    expect((even.high - even.low) / 2).toBeCloseTo(2.576 * Math.sqrt((0.05 * 0.95) / 4000), 3);
    const none = (seeds: number, miss?: number) =>
      shareInterval(
        Array.from({ length: seeds }, () => ({ k: 0, n: 1000 })),
        miss,
      );
    expect([none(58).rule, none(59).rule, none(89, 0.01).rule, none(90, 0.01).rule]).toEqual(['seeds', 'requests', 'seeds', 'requests']);
    expect(none(90, 0.01).high).toBeCloseTo(1 - 0.01 ** (1 / 90_000), 12);
  });

  it('counts the spread between seeds with one seed less than there are', () => {
    // Shares 0.1 and 0.3 in turn: 6 seeds of 100, between them 6/5 · 6 · 10² / 600² = 0.002, alone 0.16/600, widened by (2.5706/1.96)².
    const { low, high } = shareInterval([10, 30, 10, 30, 10, 30].map((k) => ({ k, n: 100 })));
    const independent = 600 / (0.002 / (0.16 / 600)) / (2.570581836 / 1.959963985) ** 2;
    expect(low).toBeCloseTo(betaQuantile(0.025, 0.2 * independent, 0.8 * independent + 1), 6);
    expect(high).toBeCloseTo(betaQuantile(0.975, 0.2 * independent + 1, 0.8 * independent), 6);
  });

  it('takes each of fewer than five seeds for one observation, however many requests it had', () => {
    expect(shareInterval([{ k: 0, n: 1_000_000 }])).toMatchObject({ rule: 'seeds', low: 0 });
    expect(shareInterval([{ k: 0, n: 1_000_000 }]).high).toBeCloseTo(0.95, 9);
    expect(shareInterval([1, 2, 3, 4].map(() => ({ k: 900, n: 1000 }))).low).toBeGreaterThan(0.2);
  });

  it('holds the truth in at least 93 of 100 batches of 20 seeds, where requests of a seed share their luck', () => {
    const next = chance(4711);
    const truth = 0.1;
    let held = 0;
    const batches = 1500;
    for (let batch = 0; batch < batches; batch++) {
      const seeds = Array.from({ length: 20 }, (): Occurrences => {
        // A seed is good or bad: 2 % or 18 % of its requests are lost.
        const share = next() < 0.5 ? 0.02 : 0.18;
        const n = 40 + Math.floor(next() * 40);
        let k = 0;
        for (let request = 0; request < n; request++) if (next() < share) k++;
        return { k, n };
      });
      const { low, high } = shareInterval(seeds);
      if (low <= truth && truth <= high) held++;
    }
    expect(held / batches).toBeGreaterThan(0.93);
    expect(held / batches).toBeLessThan(0.99);
  });
});

describe('a budget', () => {
  const complaintAbout = (name: string, expression: string) => (parseBudget(name, expression, 'error') as { complaint: string }).complaint;

  it('is a share of what can end so', () => {
    expect(parseBudget('start_timeouts', ' 0.1 % ', 'warn')).toEqual({ name: 'start_timeouts', expression: '0.1 %', share: 0.001, level: 'warn' });
    expect(parseBudget('requests{ outcome:failed }', '2%', 'error')).toMatchObject({ name: 'requests{outcome:failed}', share: 0.02 });
  });

  it('is refused by name where it is none', () => {
    expect(complaintAbout('start_timeout', '1%')).toContain('unknown budget "start_timeout"; did you mean "start_timeouts"?');
    expect(complaintAbout('cost_usd', '1%')).toContain('known: failed_seeds, start_timeouts, gave_up');
    expect(complaintAbout('gave_up{key:k}', '1%')).toContain('unknown budget');
    expect(complaintAbout('requests{outcome:fine}', '1%')).toContain('unknown outcome "fine"');
    for (const text of ['1', '0.001', '101%', '-1%', 'some', '1%%'])
      expect(complaintAbout('gave_up', text)).toContain(`expected a share such as 0.1%, got "${text}"`);
  });

  it('of nothing at all is refused: a threshold says that', () => {
    expect(complaintAbout('lost_requests', '0%')).toContain('lost_requests: count == 0');
  });
});
