import type { Baseline } from '../comparison/baseline.js';
import { baselineOf } from '../comparison/baseline-of.js';
import { type Allowable, comparabilityOf } from '../comparison/comparability.js';
import { percentileNumber } from '../comparison/seed-numbers.js';
import type { ResultFile, RunResult, ThresholdVerdict } from '../result.js';
import { type Aggregation, parseSelector, type Threshold } from '../thresholds.js';
import { isSameVariant } from '../variant-name.js';
import { parseThreshold } from './threshold-grammar.js';
import { thresholdVerdict } from './threshold-verdict.js';

const MENTIONS_BASELINE = /\bbaseline\b/;

export interface BaselineSource {
  /** undefined: such thresholds stay undecided. */
  readonly baseline: Baseline | undefined;
  readonly allow: readonly Allowable[];
  /** `2027-01-15` */
  readonly today: string;
}

/** Judges thresholds such as `p(95) <= baseline*1.05`: every seed is held against the same seed of the baseline. */
export class BaselineLimits {
  private readonly understood = new Map<string, Threshold | undefined>();
  private obstacles: readonly string[] | undefined;

  constructor(
    private readonly result: ResultFile,
    private readonly source: BaselineSource,
  ) {}

  judge(run: RunResult): RunResult {
    if (!run.thresholds.some(({ expression }) => MENTIONS_BASELINE.test(expression))) return run;
    return { ...run, thresholds: run.thresholds.map((threshold) => this.judgeOne(threshold, run)) };
  }

  private judgeOne(given: ThresholdVerdict, run: RunResult): ThresholdVerdict {
    const threshold = this.understand(given);
    if (threshold?.baselineFactor === undefined) return given;
    // It may have been judged before, by another baseline.
    const { note: _, ...verdict } = given;
    const { actual, n, minSamples } = verdict;
    const former = this.formerly(threshold, run);
    if (typeof former !== 'number') return { ...verdict, limit: Number.NaN, verdict: 'undecided', ...former };
    const limit = former * threshold.baselineFactor + threshold.limit;
    return { ...verdict, limit, verdict: thresholdVerdict({ operator: threshold.operator, minSamples }, { actual, n, limit }) };
  }

  private formerly({ selector, aggregation }: Threshold, { variant, seed }: RunResult): number | Pick<ThresholdVerdict, 'note'> {
    const { baseline } = this.source;
    if (baseline === undefined) return {};
    const [obstacle, ...more] = this.obstaclesTo(baseline);
    if (obstacle !== undefined) return { note: `not comparable with the baseline: ${[obstacle, ...more].join('; ')}` };
    const number = numberOf(aggregation);
    const own = baseline.variants.find(({ name }) => isSameVariant(name, variant));
    return own?.metrics[selector.text]?.[number]?.[seed] ?? { note: `the baseline has no ${selector.text} ${number} of this seed` };
  }

  /** The same as for a comparison, but that each seed stands for itself: a few of them will do, and variants do not need each other. */
  private obstaclesTo(baseline: Baseline): readonly string[] {
    if (this.obstacles === undefined) {
      const { allow, today } = this.source;
      const own = baselineOf(this.result, { reason: '', updated: '' });
      const shared = (one: Baseline, other: Baseline): Baseline => ({
        ...one,
        variants: one.variants.filter(({ name }) => other.variants.some((variant) => isSameVariant(name, variant.name))),
      });
      this.obstacles = comparabilityOf(shared(own, baseline), shared(baseline, own), {
        allow,
        today,
        asks: () => false,
        least: { seeds: 1, runs: 1 },
      }).obstacles;
    }
    return this.obstacles;
  }

  private understand({ metric, expression }: ThresholdVerdict): Threshold | undefined {
    const key = `${metric} ${expression}`;
    if (!this.understood.has(key)) this.understood.set(key, read(metric, expression));
    return this.understood.get(key);
  }
}

function read(metric: string, expression: string): Threshold | undefined {
  const selector = parseSelector(metric);
  if ('complaint' in selector) return undefined;
  const threshold = parseThreshold(selector, expression);
  return 'complaint' in threshold ? undefined : threshold;
}

/** As baselines call it: `p95`. */
function numberOf(aggregation: Aggregation): string {
  return typeof aggregation === 'object' ? percentileNumber(aggregation.percentile) : aggregation;
}
