import { describe, expect, it } from 'vitest';
import type { SensitivityRow } from '../../../src/measure/capacity/plan-result.js';
import { sensitivity } from '../../../src/plan/analysis/sensitivity.js';
import { FormulaPlanning, type FormulaTerms } from './formula-planning.js';

async function rowsOf(terms: FormulaTerms = {}, ghosts = 6): Promise<SensitivityRow[]> {
  return sensitivity(new FormulaPlanning(terms), 69, { ghosts });
}

function row(rows: readonly SensitivityRow[], factor: string, change: string): SensitivityRow {
  return rows.find((one) => one.factor === factor && one.change === change) as SensitivityRow;
}

describe('the sensitivity', () => {
  it('needs a larger limit for a fifth more requests or longer work, and a smaller one for less', async () => {
    const rows = await rowsOf();
    for (const factor of ['rate', 'service']) {
      expect(row(rows, factor, '+20 %').limit).toBeGreaterThan(69);
      expect(row(rows, factor, '−20 %').limit).toBeLessThan(69);
    }
  });

  it('needs a slot more for each ghost slot', async () => {
    const rows = await rowsOf();
    const ghosts = rows.filter(({ factor }) => factor === 'ghost slots');
    expect(ghosts.map(({ change, limit }) => [change, limit])).toEqual([6, 5, 4, 3, 2, 1].map((count) => [`+${count}`, 69 + count]));
  });

  it('does not search for the limit with ghosts where the seeds wait as long with as many slots more', async () => {
    const planning = new FormulaPlanning({ dials: ['ghosts'] });
    await sensitivity(planning, 69, { ghosts: 6 });
    expect(planning.asked).toHaveLength(1);
  });

  it('searches for the limit with ghosts where they are more than missing slots', async () => {
    class Haunted extends FormulaPlanning {
      override async figures(...[dials]: Parameters<FormulaPlanning['figures']>) {
        const figures = await super.figures(dials);
        return dials.ghosts === undefined ? figures : figures.map((seed) => ({ ...seed, occurrences: [{ name: 'start_timeouts', k: 1, n: 10 }] }));
      }
    }
    const planning = new Haunted({ dials: ['ghosts'] });
    const rows = await sensitivity(planning, 69, { ghosts: 1 });
    expect(rows[0]?.limit).toBe(70);
    expect(planning.asked.length).toBeGreaterThan(1);
  });

  it('says how many times as long p95 is at the limit of the answer, where it is finite', async () => {
    const rows = await rowsOf();
    expect(row(rows, 'burstiness', 'batches of 2').p95Ratio).toBeCloseTo(2);
    expect(row(rows, 'rate', '+20 %').atAnswer.unstable?.offeredSlots).toBeCloseTo(72);
    expect(row(rows, 'rate', '+20 %').p95Ratio).toBeUndefined();
  });

  it('compares waits of the same seeds only', async () => {
    /** The answer has seen more seeds, and worse ones. */
    class MoreSeeds extends FormulaPlanning {
      override async figures(dials: Parameters<FormulaPlanning['figures']>[0]) {
        const figures = await super.figures(dials);
        const [first] = figures;
        const waits = { type: 'trend' as const, n: 1, avg: 0, min: 0, med: 0, max: 0, p90: 0, p95: 1e9, p99: 0 };
        if (dials.batchMean !== undefined || first === undefined) return figures;
        return [...figures, { ...first, seed: 99, metrics: { ...first.metrics, queue_latency: waits } }];
      }
    }
    const rows = await sensitivity(new MoreSeeds({ dials: ['batchMean'] }), 69, { ghosts: 0 });
    expect(row(rows, 'burstiness', 'batches of 2').p95Ratio).toBeCloseTo(2);
  });

  it('explains cold starts under a backoff that make waits shorter', async () => {
    class Woken extends FormulaPlanning {
      override async figures(dials: Parameters<FormulaPlanning['figures']>[0]) {
        const figures = await super.figures(dials);
        const waits = { type: 'trend' as const, n: 1, avg: 0, min: 0, med: 0, max: 0, p90: 0, p95: dials.coldStartMs === undefined ? 9_000 : 8_000, p99: 0 };
        return figures.map((seed) => ({ ...seed, metrics: { ...seed.metrics, queue_latency: waits } }));
      }
    }
    const noteOf = async (planning: FormulaPlanning, waiting: 'backoff' | 'fifo') => (await sensitivity(planning, 69, { ghosts: 0, waiting }))[0]?.note;
    expect(await noteOf(new Woken({ dials: ['coldStartMs'] }), 'backoff')).toMatch(
      /^the wait is shorter than the 9s without .*handed the next free one at once/,
    );
    expect(await noteOf(new Woken({ dials: ['coldStartMs'] }), 'fifo')).toBeUndefined();
    expect(await noteOf(new FormulaPlanning({ dials: ['coldStartMs'] }), 'backoff')).toBeUndefined();
  });

  it('puts the factor with the largest effect first, and inside a factor the largest effect', async () => {
    const rows = await rowsOf();
    const factors = [...new Set(rows.map(({ factor }) => factor))];
    const off = (one: SensitivityRow | undefined): number => Math.abs((one?.limit ?? Number.POSITIVE_INFINITY) - 69);
    const largest = factors.map((factor) => off(rows.find((one) => one.factor === factor)));
    expect(largest).toEqual(largest.toSorted((a, b) => b - a));
    for (const factor of factors) {
      const own = rows.filter((one) => one.factor === factor).map(off);
      expect(own).toEqual(own.toSorted((a, b) => b - a));
    }
    // Rows of a factor stand together.
    expect(rows.filter((one, at) => one.factor !== rows[at - 1]?.factor)).toHaveLength(factors.length);
  });

  it('has a word for the risk: low while the SLO holds, critical where the queue grows without end', async () => {
    const rows = await rowsOf({}, 7);
    expect(row(rows, 'rate', '−20 %').risk).toBe('Low');
    expect(row(rows, 'service variability', 'all alike').risk).toBe('Low');
    expect(row(rows, 'ghost slots', '+1').risk).toBe('Medium');
    expect(row(rows, 'ghost slots', '+6').risk).toBe('Medium');
    expect(row(rows, 'ghost slots', '+7').risk).toBe('High');
    expect(row(rows, 'rate', '+20 %').risk).toBe('Critical');
  });

  it('is critical where no limit at all would do, and says why', async () => {
    const rows = await rowsOf({ dials: ['coldStartMs'], sloMs: 290, mostTried: 200 });
    expect(rows[0]).toMatchObject({ factor: 'cold starts', limit: undefined, why: 'no limit up to 200 is enough', risk: 'Critical' });
  });

  it('asks with more seeds where the first ones leave every limit undecided', async () => {
    class Unsure extends FormulaPlanning {
      override async smallestLimit(...[dials, effort]: Parameters<FormulaPlanning['smallestLimit']>) {
        const answer = await super.smallestLimit(dials, effort);
        const [evidence] = answer.evidence;
        if (effort !== 'weigh' || evidence === undefined) return answer;
        return { ...answer, limit: undefined, evidence: [{ ...evidence, verdict: 'undecided' as const }] };
      }
    }
    const rows = await sensitivity(new Unsure({ dials: ['serviceFactor'] }), 69, { ghosts: 0 });
    expect(row(rows, 'service', '+20 %').limit).toBeGreaterThan(69);
  });

  it('leaves out what the load has no dial for, and changes that change nothing', async () => {
    const rows = await rowsOf({ dials: ['rateFactor', 'serviceCv', 'ghosts'] }, 2);
    expect(rows.map(({ what }) => what).sort()).toEqual([
      '1 ghost slot',
      '2 ghost slots',
      'rate +20 %',
      'rate −20 %',
      'service times all alike',
      'service times with cv 2',
    ]);
  });
});
