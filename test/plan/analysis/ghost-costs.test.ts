import { describe, expect, it } from 'vitest';
import { ghostArithmetic, ghostCosts } from '../../../src/plan/analysis/ghost-costs.js';
import { DEFAULT_TERMS } from '../../../src/plan/analysis/terms.js';
import { FormulaPlanning } from './formula-planning.js';

const DAY_MS = 86_400_000;
const TEN = { ratePerSecond: 0.4, meanServiceMs: 12_000 };
const TIERS = [{ limit: 2 }, { limit: 10, usdPerMonth: 50 }, { limit: 20, usdPerMonth: 250 }];

describe('what ghost slots take, by arithmetic', () => {
  it('six for 30 days are the work of 1,296,000 requests of 12 s', () => {
    const six = ghostArithmetic(6, 30 * DAY_MS, 10, 12_000, undefined);
    expect(six.lostJobs).toBe(1_296_000);
    expect(six.slotSeconds).toBe(15_552_000);
    expect(six.shareOfLimit).toBe(0.6);
    expect(six.stuckUsd).toBeUndefined();
  });

  it('cost what the user says that a stuck second costs, and nobody else', () => {
    expect(ghostArithmetic(2, 3_600_000, 10, 12_000, 0.001).stuckUsd).toBeCloseTo(7.2);
  });

  it('are at most all slots', () => {
    expect(ghostArithmetic(6, DAY_MS, 2, 12_000, undefined)).toMatchObject({ shareOfLimit: 1, slotSeconds: 2 * 86_400 });
  });
});

describe('what ghost slots cost at limit 10', () => {
  it('six of them take 75 % of the rate, and not 60 %', async () => {
    const costs = await ghostCosts(new FormulaPlanning(TEN), 10, DEFAULT_TERMS);
    const six = costs.at(-1);
    expect(six?.ghosts).toBe(6);
    expect(six?.ratePerSecond?.without.low).toBeCloseTo(0.497, 3);
    expect(six?.ratePerSecond?.with.low).toBeCloseTo(0.126, 3);
    expect(six?.lostRateShare).toBeCloseTo(0.746, 2);
    expect(six?.text.join(' ')).toContain('falls from 0.497 requests/s to 0.126 requests/s: 74.7 % of the rate for 60 % of the slots');
  });

  it('are made up for by as many slots more, and by the tier that has them', async () => {
    const costs = await ghostCosts(new FormulaPlanning(TEN), 10, { ...DEFAULT_TERMS, tiers: TIERS });
    expect(costs.map(({ limitToRestore }) => limitToRestore)).toEqual([11, 12, 13, 14, 15, 16]);
    expect(costs.at(-1)).toMatchObject({ tierToRestore: { limit: 20 }, tierUsdPerMonth: 250 });
    expect(costs.at(-1)?.text).toContain('Limit 16 restores the old rate: tier 20 at 250 USD a month, 200 USD more than without them.');
  });

  it('say so where the price of a tier is unknown, and where no tier is large enough', async () => {
    const [unknown] = await ghostCosts(new FormulaPlanning(TEN), 10, { ...DEFAULT_TERMS, ghosts: 1, tiers: [{ limit: 20 }] });
    expect(unknown?.tierUsdPerMonth).toBeUndefined();
    expect(unknown?.text).toContain('Limit 11 restores the old rate: tier 20, at an unknown price: none was given for it.');
    const [none] = await ghostCosts(new FormulaPlanning(TEN), 10, { ...DEFAULT_TERMS, ghosts: 1, tiers: [{ limit: 10 }] });
    expect(none?.tierToRestore).toBeUndefined();
    expect(none?.text).toContain('Limit 11 restores the old rate: no self-service tier is that large.');
  });

  it('are no share of a rate that nobody has found', async () => {
    class Idle extends FormulaPlanning {
      override async largestFactor() {
        return { low: 10_000, high: Number.POSITIVE_INFINITY, evidence: [] };
      }
    }
    const [one] = await ghostCosts(new Idle(TEN), 10, { ...DEFAULT_TERMS, ghosts: 1 });
    expect(one?.ratePerSecond).toBeUndefined();
    expect(one?.lostRateShare).toBeUndefined();
    expect(one?.text.join(' ')).not.toContain('The highest rate');
  });

  it('invent no charge for stuck requests', async () => {
    const [without] = await ghostCosts(new FormulaPlanning(TEN), 10, { ...DEFAULT_TERMS, ghosts: 1 });
    expect(without?.stuckUsd).toBeUndefined();
    expect(without?.text.at(-1)).toMatch(/unknown: no price was given.*may go on/);
    const [given] = await ghostCosts(new FormulaPlanning(TEN), 10, { ...DEFAULT_TERMS, ghosts: 1, usdPerStuckSecond: 0.001 });
    expect(given?.stuckUsd).toBeCloseTo(2592);
    expect(given?.text.at(-1)).toMatch(/cost 2,592 USD for 2,592,000 seconds; whether they are charged at all is not confirmed/);
  });

  it('leave nothing of a limit that has no more slots than ghosts', async () => {
    const costs = await ghostCosts(new FormulaPlanning({ ratePerSecond: 0.01, meanServiceMs: 12_000 }), 2, { ...DEFAULT_TERMS, ghosts: 3 });
    expect(costs.map(({ lostRateShare }) => lostRateShare)).toEqual([expect.any(Number), 1, 1]);
    expect(costs[1]?.text.join(' ')).toContain('no slot is left, and nothing ever begins');
    expect(costs[1]?.ratePerSecond?.with).toMatchObject({ low: 0, high: 0 });
  });

  it('say nothing of a rate that the load cannot change', async () => {
    const [cost] = await ghostCosts(new FormulaPlanning({ ...TEN, dials: ['ghosts'] }), 10, { ...DEFAULT_TERMS, ghosts: 1 });
    expect(cost).toMatchObject({ ratePerSecond: undefined, lostRateShare: undefined, limitToRestore: undefined });
    expect(cost?.lostJobs).toBe(216_000);
  });
});
