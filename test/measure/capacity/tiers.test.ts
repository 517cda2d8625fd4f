import { describe, expect, it } from 'vitest';
import { ILLUSTRATIVE_TIERS } from '../../../src/core/tiers.js';
import { inOrder, largestTier, snapToTier, tiersOfPlatform } from '../../../src/measure/capacity/tiers.js';

const TIERS = [{ limit: 40, usdPerMonth: 900 }, { limit: 2 }, { limit: 20, usdPerMonth: 250 }, { limit: 10, usdPerMonth: 50 }];

describe('tiers', () => {
  it('snap a limit up to the smallest that holds it', () => {
    expect(snapToTier(TIERS, 1)).toEqual({ limit: 2 });
    expect(snapToTier(TIERS, 10)).toEqual({ limit: 10, usdPerMonth: 50 });
    expect(snapToTier(TIERS, 11)).toEqual({ limit: 20, usdPerMonth: 250 });
    expect(snapToTier(TIERS, 41)).toBeUndefined();
  });

  it('are shown by limit, each once', () => {
    expect(inOrder([...TIERS, { limit: 10 }]).map(({ limit }) => limit)).toEqual([2, 10, 20, 40]);
    expect(largestTier(TIERS)?.limit).toBe(40);
    expect(largestTier([])).toBeUndefined();
  });

  it('of the platform have no price: what was paid before is none', () => {
    expect(tiersOfPlatform(ILLUSTRATIVE_TIERS)).toEqual([{ limit: 2 }, { limit: 10 }, { limit: 20 }, { limit: 40 }]);
  });
});
