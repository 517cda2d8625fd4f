import type { Estimate, PointEvidence, SloCheck } from '../measure/capacity/plan-result.js';
import { type Occurrences, shareInterval } from '../measure/gate/share-interval.js';
import { METRICS, type MetricValue } from '../measure/metrics.js';
import type { Verdict } from '../measure/result.js';
import type { Threshold } from '../measure/thresholds.js';
import { actualOfAll, droppedIn, named } from './dropped.js';
import { estimateOf } from './estimates.js';
import { besideIn, shareBeyond } from './levels.js';
import { FIRST_LOOK, type Looks } from './looks.js';
import type { SeedFigures } from './point.js';
import type { BudgetSlo, Slos, ThresholdSlo } from './slos.js';

/** Judges what the seeds of one setting said together. */
export class Judge {
  /** @param looks undefined: of recorded histories, which have no interval */
  constructor(
    private readonly slos: Slos,
    private readonly looks: Looks | undefined,
  ) {}

  /** @param figures of at least one seed */
  judge(figures: readonly SeedFigures[], setting: Pick<PointEvidence, 'limit' | 'ratePerSecond'>): PointEvidence {
    const checked = this.slos.all.map((slo) => (slo.kind === 'threshold' ? this.checkThreshold(slo, figures) : this.checkBudget(slo, figures)));
    // Two seeds agree by chance: nothing is decided before the first look.
    const isFew = this.looks !== undefined && figures.length < FIRST_LOOK;
    const checks = isFew ? checked.map((check) => ({ ...check, verdict: 'undecided' as const })) : checked;
    const broken = [...new Set(figures.flatMap((seed) => seed.broken))].sort();
    return {
      ...setting,
      checks,
      verdict: worst(checks.map(({ verdict }) => verdict)),
      seeds: figures.length,
      requests: sumOf(figures, ({ metrics }) => countOf(metrics['requests'])),
      events: sumOf(figures, ({ events }) => events),
      utilisation: this.mean(figures, ({ metrics }) => gaugeOf(metrics['slot_utilisation'])),
      queueLatency: this.waits(figures),
      broken,
    };
  }

  /** Whether all that keeps a setting from passing is that too few seeds have shown that nothing is lost. */
  lacksSeedsForNone({ checks }: PointEvidence): boolean {
    const isNone = ({ verdict, actual }: SloCheck, at: number): boolean =>
      verdict === 'pass' || (verdict === 'undecided' && this.slos.all[at]?.kind === 'budget' && actual?.mean === 0);
    return checks.every(isNone);
  }

  /** A wait is judged of all who came: of those that were dropped before their work began nobody knows a wait, and none would do. */
  private checkThreshold({ text, threshold, place }: ThresholdSlo, figures: readonly SeedFigures[]): SloCheck {
    const { metric } = threshold.selector;
    const floor = metric === 'effective_limit' ? Number.NEGATIVE_INFINITY : 0;
    const dropped = this.droppedOf(threshold, figures);
    const values = figures.map((seed) => {
      const own = droppedIn(seed, threshold);
      const served = seed.actuals[place] ?? null;
      return own === undefined ? served : actualOfAll(served, own, threshold, seed);
    });
    const actual = this.withSteps(estimateOf(values, this.looks, floor), threshold, figures);
    const beyond = shareBeyond(threshold.aggregation);
    const check = { slo: text, unit: METRICS[metric].unit, actual, ...(dropped === undefined ? {} : { dropped }) };
    if (dropped !== undefined && dropped.low > beyond) return { ...check, verdict: 'fail' };
    // What a seed without a sample would have said, nobody knows.
    if (actual === undefined || values.includes(null)) return { ...check, verdict: 'undecided' };
    const verdict = verdictOf(actual, threshold);
    return { ...check, verdict: verdict === 'pass' && dropped !== undefined && dropped.high > beyond ? 'undecided' : verdict };
  }

  /**
   * Waits under a backoff come in steps, so that all seeds may measure the very same: Student's interval has no width then,
   * though other seeds would measure the next step. Eight of eight on one side is 1/256 for the median, less than a look may
   * miss, but it is the mean that is promised: the share of seeds that differ is bounded as one of which none was seen, and
   * they may lie as far off as the levels beside within the seeds. Where these are the same too, there is no other step.
   */
  private withSteps(actual: Estimate | undefined, { selector, aggregation }: Threshold, figures: readonly SeedFigures[]): Estimate | undefined {
    const share = aggregation === 'med' ? 0.5 : typeof aggregation === 'object' ? aggregation.percentile / 100 : undefined;
    if (actual === undefined || this.looks === undefined || share === undefined || actual.low < actual.high) return actual;
    const unseen = shareInterval(
      figures.map(() => ({ k: 0, n: 1 })),
      this.looks.miss,
    ).high;
    const beside = figures.map(({ metrics }) => besideIn(metrics[named(selector.metric, selector.tags)], share));
    const below = this.mean(beside, (levels) => levels?.below ?? null) ?? actual.low;
    const above = this.mean(beside, (levels) => levels?.above ?? null) ?? actual.high;
    return { ...actual, low: actual.low - unseen * Math.max(0, actual.low - below), high: actual.high + unseen * Math.max(0, above - actual.high) };
  }

  /** @returns undefined: nobody was dropped, or it is not about waits */
  private droppedOf(threshold: Threshold, figures: readonly SeedFigures[]): Estimate | undefined {
    const seeds = figures.flatMap((seed) => {
      const own = droppedIn(seed, threshold);
      return own === undefined || own.n === 0 ? [] : [own];
    });
    if (!seeds.some(({ k }) => k > 0)) return undefined;
    const { share: mean, low, high } = this.shareOf(seeds);
    return { mean, low, high, seeds: seeds.length };
  }

  private checkBudget({ text, budget }: BudgetSlo, figures: readonly SeedFigures[]): SloCheck {
    const seeds = figures.flatMap(({ occurrences }) => occurrences.filter(({ name, n }) => name === budget.name && n > 0));
    const base = { slo: text, unit: 'ratio' };
    if (seeds.length === 0) return { ...base, verdict: 'undecided' };
    const { share: mean, low, high } = this.shareOf(seeds);
    const verdict = high <= budget.share ? 'pass' : low > budget.share ? 'fail' : 'undecided';
    return { ...base, actual: { mean, low, high, seeds: seeds.length }, verdict };
  }

  /**
   * Of one recorded history the share is what it is. Where some were seen, each look may miss in its share of the 5 %. That
   * none was seen passes at one look only, the first with seeds and requests enough: whatever is seen none of at a later
   * one, none of it was seen there. So it has 5 % for itself.
   */
  private shareOf(seeds: readonly Occurrences[]): { readonly share: number; readonly low: number; readonly high: number } {
    if (this.looks === undefined) return recordedShare(seeds);
    return seeds.some(({ k }) => k > 0) ? shareInterval(seeds, this.looks.miss) : shareInterval(seeds);
  }

  private waits(figures: readonly SeedFigures[]): PointEvidence['queueLatency'] {
    const of = (name: 'med' | 'p95' | 'p99'): Estimate | undefined =>
      estimateOf(
        figures.map(({ metrics }) => trendOf(metrics['queue_latency'], name)),
        this.looks,
      );
    const [p50, p95, p99] = [of('med'), of('p95'), of('p99')];
    return p50 === undefined || p95 === undefined || p99 === undefined ? undefined : { p50, p95, p99 };
  }

  private mean<Seed>(seeds: readonly Seed[], value: (seed: Seed) => number | null): number | undefined {
    return estimateOf(seeds.map(value), this.looks)?.mean;
  }
}

/** Pass: the worse end of the interval meets it. Fail: not even the better end does. */
export function verdictOf({ low, high }: Pick<Estimate, 'low' | 'high'>, { operator, limit }: Pick<Threshold, 'operator' | 'limit'>): Verdict {
  switch (operator) {
    case '<':
      return high < limit ? 'pass' : low >= limit ? 'fail' : 'undecided';
    case '<=':
      return high <= limit ? 'pass' : low > limit ? 'fail' : 'undecided';
    case '>':
      return low > limit ? 'pass' : high <= limit ? 'fail' : 'undecided';
    case '>=':
      return low >= limit ? 'pass' : high < limit ? 'fail' : 'undecided';
    case '==':
    case '===':
      return low === limit && high === limit ? 'pass' : limit < low || limit > high ? 'fail' : 'undecided';
    case '!=':
      return limit < low || limit > high ? 'pass' : low === limit && high === limit ? 'fail' : 'undecided';
  }
}

/** One that fails decides; one that is undecided leaves all undecided. */
function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('undecided') ? 'undecided' : 'pass';
}

function recordedShare(seeds: readonly Occurrences[]) {
  const share = seeds.reduce((sum, { k }) => sum + k, 0) / seeds.reduce((sum, { n }) => sum + n, 0);
  return { share, low: share, high: share };
}

function sumOf(figures: readonly SeedFigures[], value: (seed: SeedFigures) => number): number {
  return figures.reduce((sum, seed) => sum + value(seed), 0);
}

function countOf(value: MetricValue | undefined): number {
  return value?.type === 'counter' ? value.count : 0;
}

function gaugeOf(value: MetricValue | undefined): number | null {
  return value?.type === 'gauge' && value.n > 0 ? value.value : null;
}

function trendOf(value: MetricValue | undefined, name: 'med' | 'p95' | 'p99'): number | null {
  return value?.type === 'trend' && value.n > 0 ? value[name] : null;
}
