import type { Estimate } from '../../measure/capacity/plan-result.js';
import type { LoadClass, Planning, SeedFigures } from '../point.js';
import { type TrendNumber, trendEstimate } from './estimates.js';
import { type WaitSlo, waitSloOf } from './wait-slo.js';
import { timeWithBounds } from './words.js';

/** Percentiles that figures hold of every class. */
const NUMBERS: ReadonlyMap<number, TrendNumber> = new Map([
  [50, 'med'],
  [90, 'p90'],
  [95, 'p95'],
  [99, 'p99'],
]);

/** The wait of a class of traffic that a promise is about. */
export class ClassWaits {
  private constructor(
    private readonly planning: Planning,
    private readonly percentile: TrendNumber,
    private readonly slo: WaitSlo | undefined,
  ) {}

  static of(planning: Planning): ClassWaits {
    const slo = waitSloOf(planning.slos);
    const known = slo === undefined ? undefined : NUMBERS.get(slo.percentile);
    return new ClassWaits(planning, known ?? 'p95', known === undefined ? undefined : slo);
  }

  get heading(): string {
    return this.percentile === 'med' ? 'median wait' : `${this.percentile} wait`;
  }

  /** Whether a promise is about a percentile that is known of classes. */
  get canJudge(): boolean {
    return this.slo !== undefined;
  }

  /** By the worse end of the interval. */
  keeps(figures: readonly SeedFigures[], each: LoadClass): boolean {
    const estimate = this.of(figures, each);
    return estimate !== undefined && this.slo?.isMetBy(estimate.high) === true;
  }

  private of(figures: readonly SeedFigures[], { tag, name }: LoadClass): Estimate | undefined {
    return trendEstimate(this.planning, figures, `queue_latency{${tag}:${name}}`, this.percentile);
  }

  text(figures: readonly SeedFigures[], each: LoadClass): string {
    const estimate = this.of(figures, each);
    return estimate === undefined ? '–' : timeWithBounds(estimate);
  }
}
