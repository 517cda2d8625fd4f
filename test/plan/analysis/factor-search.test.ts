import { describe, expect, it } from 'vitest';
import { FactorSearch } from '../../../src/plan/factor-search.js';
import { SimulatedPlanning } from '../../../src/plan/planning.js';
import type { Dials } from '../../../src/plan/point.js';
import { SimulatorHere } from '../../../src/plan/simulator-here.js';
import { Slos } from '../../../src/plan/slos.js';
import { loadOfTrace } from '../../../src/plan/trace/load-from-trace.js';
import { FormulaWorld, type FormulaWorldOptions } from '../formula-world.js';
import { COLUMNS, recording, together } from '../trace/trace-fixture.js';

function planningOf(options: FormulaWorldOptions): { readonly planning: SimulatedPlanning; readonly world: FormulaWorld } {
  const world = new FormulaWorld(options);
  return { world, planning: new SimulatedPlanning({ load: world.load, slos: new Slos(['p(95)<2s']), simulator: world, seed: 1 }) };
}

describe('the search for the largest factor', () => {
  it('goes no further than 10,000 times the load, and says that nothing was too much', async () => {
    const { planning } = planningOf({ p95Ms: () => 0, isStationary: false });
    for (const start of [1, 5, 1e9]) {
      const { low, high, evidence } = await new FactorSearch(planning, 'rateFactor', { limit: 5 }, { effort: 'weigh', start }).find();
      expect({ low, high }).toEqual({ low: 10_000, high: Number.POSITIVE_INFINITY });
      expect(evidence.length).toBeLessThan(12);
    }
  });

  it('ends for a recording of so few requests that nobody ever waits', async () => {
    const slos = new Slos(['p(95)<2s']);
    const load = loadOfTrace(COLUMNS, slos, recording([...together(2, 0, 10), { atS: 60, workS: 10 }]));
    const planning = new SimulatedPlanning({ load, slos, simulator: new SimulatorHere(load.source), seed: 1 });
    for (const dial of ['rateFactor', 'serviceFactor'] as const)
      expect(await planning.largestFactor(dial, { limit: 3 }), dial).toMatchObject({ low: 10_000, high: Number.POSITIVE_INFINITY });
  });

  it('begins where the formula would be right if it were wrong by as much as for a neighbour', async () => {
    // Only runs can tell that the load is far burstier than the formula thinks.
    const p95Ms = ({ limit, rateFactor = 1 }: Dials): number => (rateFactor < limit / 1000 ? 0 : 9_000);
    const { planning } = planningOf({ p95Ms, isStationary: false });
    const first = await planning.largestFactor('rateFactor', { limit: 40 });
    const second = await planning.largestFactor('rateFactor', { limit: 42 });
    expect(second.low).toBeLessThan(0.042);
    expect(second.high).toBeGreaterThanOrEqual(0.042);
    expect(second.evidence.length).toBeLessThan(first.evidence.length / 2);
  });
});
