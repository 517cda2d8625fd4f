import { describe, expect, it } from 'vitest';
import { ILLUSTRATIVE_TIERS } from '../../src/core/tiers.js';
import { SimulatedPlanning } from '../../src/plan/planning.js';
import { Slos } from '../../src/plan/slos.js';
import { adviseTier, type TierTerms, usualTiers } from '../../src/plan/tiers.js';
import { FormulaWorld } from './formula-world.js';

const PRICED: TierTerms = { tiers: [{ limit: 100, usdPerMonth: 1_200 }, { limit: 40 }], source: 'the command line' };

describe('the tier to buy', () => {
  it('is the smallest that holds the answer, with its slack and its price', async () => {
    const { planning, answer } = await answered();
    expect(await adviseTier(planning, answer, PRICED)).toEqual({
      tiers: [{ limit: 40 }, { limit: 100, usdPerMonth: 1_200 }],
      source: 'the command line',
      tier: { limit: 100, usdPerMonth: 1_200 },
      slack: 31,
      text: 'tier 100 at $1,200 a month holds limit 69, with 31 slots to spare',
    });
    expect((await adviseTier(planning, answer, { tiers: [{ limit: 69 }], source: 'x' })).text).toBe('tier 69 holds limit 69, with no slot to spare');
    expect((await adviseTier(planning, answer, { tiers: [{ limit: 70 }], source: 'x' })).text).toBe('tier 70 holds limit 69, with 1 slot to spare');
  });

  it('is none where all are too small: then it says what would make the largest do', async () => {
    const { planning, answer } = await answered();
    const advice = await adviseTier(planning, answer, usualTiers());
    expect(advice.tier).toBeUndefined();
    expect(advice.source).toContain('2 and 40 are documented');
    const { ratePerSecondAtLargest: rate, serviceMsAtLargest: service } = advice;
    expect([rate?.low, rate?.high].map((perSecond) => perSecond?.toFixed(1))).toEqual(['2.7', '2.8']);
    // What is told is what was shown, and not the middle.
    expect([rate?.mean, service?.mean]).toEqual([rate?.low, service?.low]);
    expect(service?.low).toBeLessThan(6_866);
    expect(service?.high).toBeGreaterThan(6_865);
    expect(advice.text).toMatch(
      /^no self-service tier: they end at 40; ask sales for ≥ 69, cut load to ≤ 2\.(?:69|7\d?) req\/s, or shorten jobs to ≤ 6\.[78]\d?s$/,
    );
  });

  it('promises no more than was shown: numbers are rounded down', async () => {
    const { planning, answer } = await answered();
    const { text, ratePerSecondAtLargest } = await adviseTier(planning, answer, usualTiers());
    const said = Number(/≤ ([\d.]+) req/.exec(text)?.[1]);
    expect(said).toBeLessThanOrEqual(ratePerSecondAtLargest?.low ?? 0);
    expect(said).toBeGreaterThan((ratePerSecondAtLargest?.low ?? 0) * 0.995);
  });

  it('of a load that comes all at once names as many requests as were shown', async () => {
    const { planning, answer } = await answered();
    const { ratePerSecondAtLargest: rate } = await adviseTier(planning, answer, usualTiers());
    const atOnce = { ...planning.load, facts: { ...planning.load.facts, atOnce: 7 } };
    Object.assign(planning, { load: atOnce });
    const { requestsAtLargest, text } = await adviseTier(planning, answer, usualTiers());
    const shown = Math.round(((rate?.low ?? 0) / 5) * 7);
    expect(requestsAtLargest).toMatchObject({ mean: shown, low: shown });
    expect(text).toContain(`send ≤ ${shown} requests at once`);
  });

  it('is not advised without an answer, or without tiers', async () => {
    const simulator = new FormulaWorld({ p95Ms: () => 9_000 });
    const planning = planningOf(simulator);
    const none = await planning.smallestLimit({});
    expect((await adviseTier(planning, none, PRICED)).text).toMatch(/^no tier can be advised: no limit up to 10,000 meets it/);
    const { answer } = await answered();
    expect((await adviseTier(planning, answer, { tiers: [], source: 'the command line' })).text).toBe('limit 69 is needed; no tiers were given');
  });
});

describe('the usual tiers', () => {
  it('are those of the scenario, where it has its own', () => {
    const own = usualTiers({ tiers: [{ paidUsd: 0, limit: 3 }], tiersAreIllustrative: false });
    expect(own).toEqual({ tiers: [{ limit: 3 }], source: 'the scenario' });
    expect(usualTiers({ tiers: ILLUSTRATIVE_TIERS, tiersAreIllustrative: true })).toEqual(usualTiers());
  });
});

function planningOf(simulator: FormulaWorld): SimulatedPlanning {
  return new SimulatedPlanning({ load: simulator.load, slos: new Slos(['p(95)<2s']), simulator, seed: 1 });
}

async function answered() {
  const planning = planningOf(new FormulaWorld({ spread: 0.05 }));
  return { planning, answer: await planning.smallestLimit({}) };
}
