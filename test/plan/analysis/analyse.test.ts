import { describe, expect, it } from 'vitest';
import type { LimitAnswer } from '../../../src/measure/capacity/plan-result.js';
import { analyse } from '../../../src/plan/analysis/analyse.js';
import { DEFAULT_TERMS } from '../../../src/plan/analysis/terms.js';
import type { Dials, Effort } from '../../../src/plan/point.js';
import { FormulaPlanning } from './formula-planning.js';

const NONE: LimitAnswer = { mostTried: 100, evidence: [], exceptions: [], why: 'none' };

async function analysed(planning: FormulaPlanning, terms = DEFAULT_TERMS) {
  return analyse(planning, await planning.smallestLimit({}), terms);
}

describe('the analyses of a plan', () => {
  it('are all there for a load with all dials, and ask Planning only', async () => {
    const parts = await analysed(new FormulaPlanning());
    expect(Object.entries(parts).filter(([, part]) => part === undefined)).toEqual([]);
    expect(parts.inverse?.map(({ question }) => question)).toEqual(['highest-rate', 'start-timeout', 'burst-drain', 'give-ups', 'outage']);
    expect(parts.ghosts).toHaveLength(6);
  });

  it('say what they are doing', async () => {
    const planning = new FormulaPlanning();
    await analysed(planning);
    expect(planning.told).toEqual(expect.arrayContaining(['limits around the answer', 'heat map', 'sensitivity', 'what-ifs', 'ghost costs', 'outage']));
  });

  it('leave out what the load has no dial for, and say why', async () => {
    const { notes, ...parts } = await analysed(new FormulaPlanning({ dials: [] }));
    expect(parts).toMatchObject({ heatMap: undefined, ghosts: undefined, sensitivity: [], inverse: [] });
    expect(parts.frontier?.points.length).toBeGreaterThan(5);
    for (const missing of ['heat map', 'ghost costs', 'highest rate', 'start_timeout', 'drain of a burst', 'give-ups', 'outage'])
      expect(notes.join('\n')).toContain(`No ${missing}: `);
  });

  it('look at the limit that was asked about, and say by how much it is too small', async () => {
    const { inverse, notes } = await analysed(new FormulaPlanning(), { ...DEFAULT_TERMS, limit: 40 });
    expect(inverse?.map(({ question }) => question)).toEqual(['highest-rate']);
    expect(notes.join('\n')).toContain("at limit 40: the queue grows without end: 60 slots' worth of work for 40, which could carry 3.33 requests/s at most.");
  });

  it('look at the largest tier where no limit meets the SLOs', async () => {
    const { frontier, sensitivity, notes } = await analyse(new FormulaPlanning(), NONE, { ...DEFAULT_TERMS, tiers: [{ limit: 10 }, { limit: 80 }] });
    expect(frontier?.points.map(({ limit }) => limit)).toContain(80);
    expect(sensitivity).toBeUndefined();
    expect(notes.join('\n')).toContain('No sensitivity and no what-ifs');
  });

  it('say so where there is no limit at all to look at', async () => {
    const parts = await analyse(new FormulaPlanning(), NONE, DEFAULT_TERMS);
    expect(parts.frontier).toBeUndefined();
    expect(parts.notes).toEqual([expect.stringContaining('There is no limit to look at more closely')]);
  });

  it('say what a heat map of a recording leaves out', async () => {
    class Endless extends FormulaPlanning {
      override async judge(dials: readonly Dials[], effort: Effort) {
        const hour = { mean: 3_600_000, low: 3_600_000, high: 3_600_000, seeds: 1 };
        const judged = await super.judge(dials, effort);
        return judged.map(({ unstable, ...one }) => (unstable === undefined ? one : { ...one, queueLatency: { p50: hour, p95: hour, p99: hour } }));
      }
    }
    const terms = { ...DEFAULT_TERMS, waiting: 'backoff' as const };
    const leftOut = 'higher rates at the same limit are not simulated';
    expect((await analysed(new Endless({ dials: ['rateFactor'], isRecorded: true }), terms)).notes.join('\n')).toContain(leftOut);
    expect((await analysed(new FormulaPlanning({ dials: ['rateFactor'] }), terms)).notes.join('\n')).not.toContain(leftOut);
  });

  it('speak of fewer seeds only where chance has a part', async () => {
    const ofChance = await analysed(new FormulaPlanning({ dials: [] }));
    const recorded = await analysed(new FormulaPlanning({ dials: [], isRecorded: true }));
    expect(ofChance.notes.join('\n')).toContain('fewer seeds');
    expect(recorded.notes.join('\n')).not.toContain('fewer seeds');
  });

  it('give finite numbers, so that nothing becomes null in plan.json', async () => {
    const parts = await analysed(new FormulaPlanning());
    const walk = (value: unknown): void => {
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
      else if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) walk(inner);
    };
    walk(parts);
  });
});
