import { describe, expect, it } from 'vitest';
import { SEEDS } from './acceptance.js';
import { bundledSections } from './bundle.js';
import { describeGroup } from './describe-group.js';
import { observe } from './observation.js';
import type { TheoryPoint } from './point.js';

const { otherArrivals } = await bundledSections();

describeGroup(otherArrivals);

describe('PASTA', () => {
  it('is for Poisson arrivals only: at constant gaps requests find the server free more often than a clock does', () => {
    const { setting } = otherArrivals.group.points[0] as TheoryPoint;
    for (const seed of SEEDS.slice(0, 3)) {
      const run = observe(setting, 10_000, seed);
      expect(run.shareAllBusy - run.shareWaiting).toBeGreaterThan(0.1);
    }
  });
});
