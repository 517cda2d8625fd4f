import type { Baseline } from '../comparison/baseline.js';
import { percentileNumber } from '../comparison/seed-numbers.js';
import type { RunResult, ThresholdVerdict } from '../result.js';
import { type Aggregation, compares, parseSelector, type Threshold } from '../thresholds.js';
import { parseThreshold } from './threshold-grammar.js';

const MENTIONS_BASELINE = /\bbaseline\b/;

/** Judges thresholds such as `p(95) <= baseline*1.05`: every seed is held against the same seed of the baseline. */
export class BaselineLimits {
  private readonly understood = new Map<string, Threshold | undefined>();

  /** @param baseline undefined: such thresholds stay undecided */
  constructor(private readonly baseline: Baseline | undefined) {}

  judge(run: RunResult): RunResult {
    if (!run.thresholds.some(({ expression }) => MENTIONS_BASELINE.test(expression))) return run;
    return { ...run, thresholds: run.thresholds.map((threshold) => this.judgeOne(threshold, run)) };
  }

  private judgeOne(verdict: ThresholdVerdict, run: RunResult): ThresholdVerdict {
    const threshold = this.understand(verdict);
    if (threshold?.baselineFactor === undefined) return verdict;
    const former = this.formerly(threshold, run);
    if (former === undefined) return { ...verdict, limit: Number.NaN, verdict: 'undecided' };
    const limit = former * threshold.baselineFactor + threshold.limit;
    const { actual } = verdict;
    return { ...verdict, limit, verdict: actual == null ? 'undecided' : compares(actual, threshold.operator, limit) ? 'pass' : 'fail' };
  }

  private formerly({ selector, aggregation }: Threshold, { variant, seed }: RunResult): number | undefined {
    const own = this.baseline?.variants.find(({ name }) => (name ?? undefined) === (variant ?? undefined));
    return own?.metrics[selector.text]?.[numberOf(aggregation)]?.[seed];
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
