import { describe, expect, it } from 'vitest';
import type { LatencyBuckets } from '../../src/measure/result.js';
import { ghostsSummary } from '../../src/report/charts/summaries.js';
import { compareVariants } from '../../src/report/comparison.js';
import { countBins, countInBins, ecdfOf, quantileOf } from '../../src/report/distribution.js';
import { formatMargin, formatNumber, formatShare, formatUsd, formatValue, listOf, plural } from '../../src/report/format.js';
import { seededGates } from '../../src/report/gates.js';
import { leakCost } from '../../src/report/leak-cost.js';
import { fileStem, groupMarks, shownVariants } from '../../src/report/runs.js';
import { changesOf, coarse, ghostStretches, leakGrowth } from '../../src/report/timeline-series.js';
import { gatesSentence, slotsSentence } from '../../src/report/verdict.js';
import { bareFixture, fixture } from './fixture.js';

const buckets: LatencyBuckets = {
  buckets: [
    [0, 5],
    [10, 4],
    [30, 1],
  ],
  relativeError: 0,
};
const S = 1_000_000;

describe('numbers with units', () => {
  it.each([
    [formatValue(242_745.343, 'ms'), '4m 3s'],
    [formatValue(0, 'ms'), '0s'],
    [formatValue(1, 'slots'), '1 slot'],
    [formatValue(8929.73, 'slot_seconds'), '8,930 slot-s'],
    [formatValue(undefined, 'ms'), 'no samples'],
    [formatValue(null, 'usd'), 'no samples'],
    [formatUsd(5.76), '$5.76'],
    [formatUsd(0.003), '$0.003'],
    [formatUsd(0.00004), '$0.00004'],
    [formatUsd(-0.0000123456), '-$0.0000123'],
    [formatUsd(0), '$0.00'],
    [formatUsd(1234.5), '$1,234.50'],
    [formatShare(0.595), '59.5 %'],
    [formatMargin(-47.5), '−4,750 %'],
    [formatMargin(0), '±0 %'],
    [formatNumber(1_296_000), '1,296,000'],
    [plural(1, 'seed'), '1 seed'],
    [plural(1.0001, 'request'), '1 request'],
    [plural(1.01, 'request'), '1.01 requests'],
    [listOf(['a', 'b', 'c']), 'a, b and c'],
    [listOf(['a', 'b', 'c', 'd'], 3), 'a, b and 2 more'],
  ])('%s', (actual, expected) => expect(actual).toBe(expected));
});

describe('distributions', () => {
  it('have quantiles that at least that share does not exceed', () => {
    expect([0.5, 0.51, 0.9, 1].map((share) => quantileOf(buckets, share))).toEqual([0, 10, 10, 30]);
    expect(quantileOf({ buckets: [], relativeError: 0 }, 0.5)).toBeUndefined();
    expect(ecdfOf(buckets).map((point) => point.share)).toEqual([0.5, 0.9, 1]);
  });

  it('count every sample once, however many bins', () => {
    for (const max of [3, 12, 13, 200]) {
      const bins = countBins(max);
      const counts = countInBins({ buckets: Array.from({ length: max + 1 }, (_, value) => [value, 2] as const), relativeError: 0 }, bins, 0);
      expect(counts.reduce((a, b) => a + b)).toBe(2 * (max + 1));
    }
  });
});

describe('timelines', () => {
  const [leaky] = shownVariants(fixture());
  const timeline = leaky?.shown.evidence?.timeline ?? { binUs: 1, points: [] };

  it('keep what changes and end where the run ends', () => {
    expect(changesOf(timeline, ['ghost'], 200 * S).map((point) => [point.atUs / S, point.ghost])).toEqual([
      [0, 0],
      [22, 2],
      [200, 2],
    ]);
  });

  it('add leaks up to what the ledger says', () => {
    expect(leakGrowth(timeline, 200 * S).at(-1)).toEqual({ atUs: 200 * S, slotSeconds: 356 });
    expect(ghostStretches(timeline, 200 * S)).toEqual([{ fromUs: 22 * S, toUs: 200 * S, mostGhosts: 2, ghost: 2, slotSeconds: 356 }]);
  });

  it('tell stretches with ghosts apart, which together lost what the growth ends at', () => {
    const ghosts = [0, 1, 3, 0, 0, 2, 0];
    const healed = { binUs: S, points: ghosts.map((ghost, at) => ({ atUs: at * S, live: 0, ghost, queued: 0, limit: 4 })) };
    const stretches = ghostStretches(healed, 7 * S);
    expect(stretches.map(({ fromUs, toUs, mostGhosts }) => [fromUs / S, toUs / S, mostGhosts])).toEqual([
      [1, 3, 3],
      [5, 6, 2],
    ]);
    expect(stretches.reduce((sum, stretch) => sum + stretch.slotSeconds, 0)).toBe(leakGrowth(healed, 7 * S).at(-1)?.slotSeconds);
    expect(ghostStretches({ binUs: S, points: [] }, S)).toEqual([]);
  });

  it('let a stretch with ghosts begin when the ledger says, not where its bin does', () => {
    const [leak] = leaky?.shown.evidence?.leaks ?? [];
    if (leaky === undefined || leak === undefined) throw new Error('no leak');
    const late = (us: number) => ({ ...leak, ghostFromUs: us });
    const begins = (...ledger: (typeof leak)[]) => ghostStretches(timeline, 200 * S, ledger).map(({ fromUs }) => fromUs / S);
    expect(begins(late(23.5 * S), late(23 * S), late(90 * S))).toEqual([23]);
    expect(begins(late(90 * S))).toEqual([22]);
    const run = { ...leaky.shown, evidence: { ...leaky.shown.evidence!, leaks: [late(23 * S)] } };
    expect(ghostsSummary(run, timeline)).toMatch(/^Ghost slots since about 23s, and 2 still at the end\./);
    expect(ghostsSummary(run, timeline, 'other')).toMatch(/^Ghost slots since about 22s/);
  });

  it('keep their averages in a short table', () => {
    const table = coarse(timeline, 10);
    expect(table.points).toHaveLength(10);
    expect(table.points.reduce((sum, point) => sum + point.ghost, 0) / 10).toBeCloseTo(1.78);
  });
});

describe('what a result says', () => {
  it('names who leaks and who does not', () => {
    expect(slotsSentence(fixture())).toBe('leaky: 2 of 4 slots still held by no live work at the end (the worst seed; 2 of 2 leak); clean: none.');
    expect(slotsSentence(bareFixture())).toContain('nothing can be said');
  });

  it('sorts gates by verdict and counts seeds', () => {
    const gates = seededGates(fixture());
    expect(gates.map((gate) => gate.verdict)).toEqual(
      [...gates.map((gate) => gate.verdict)].sort((a, b) => ['fail', 'undecided', 'pass'].indexOf(a) - ['fail', 'undecided', 'pass'].indexOf(b)),
    );
    expect(gates[0]).toMatchObject({ scope: 'queue_latency{key:old}', seed: 2, seedsFailing: 2, seeds: 2, actual: '40s', limit: '5s', verdict: 'fail' });
    expect(gates.find((gate) => gate.scope === 'L-REL' && gate.variant === 'leaky')).toMatchObject({ verdict: 'pass', note: 'violated, as expected' });
    expect(gatesSentence(gates)).toContain('2 of 14 checks failed, 2 could not be decided');
    expect(gatesSentence([])).toBe('Nothing was checked.');
  });

  it('sets variants side by side, with best and worst', () => {
    const [leaky, clean] = compareVariants(fixture());
    expect(leaky?.cells[0]).toEqual({ text: '2', range: undefined, place: 'worst' });
    expect(clean?.cells[0]).toMatchObject({ text: '0', place: 'best' });
    expect(leaky?.cells[4]).toMatchObject({ text: '40.9s', range: '40.9s to 41.8s' });
  });

  it('puts a price on leaks', () => {
    const [leaky] = shownVariants(fixture());
    if (leaky === undefined) throw new Error('no variant');
    expect(leakCost(leaky.shown, leaky.info)).toMatchObject({
      slotSeconds: 356,
      leakedAtEnd: 2,
      limit: 4,
      shareAtEnd: 0.5,
      lostJobsPer30Days: 432_000,
      stuckRequests: 2,
      stuckUsd: 0.06,
    });
  });

  it('joins marks that fall on one spot', () => {
    const marks = [1, 2, 3].map((number) => ({ number, atUs: number === 3 ? 50 * S : number, label: 'x' }));
    expect(groupMarks(marks, 100 * S).map((group) => group.label)).toEqual(['1–2', '3']);
  });

  it('makes file names of a-z, 0-9 and -', () => {
    expect([fileStem('Fal 939/../x'), fileStem('"><')]).toEqual(['fal-939-x', 'unnamed']);
  });
});
