import type { MetricValue } from './metrics.js';
import { type SeedStatistics, SeedValues } from './seed-values.js';

type MetricType = MetricValue['type'];

/** The numbers of each type of metric, in the order in which a result has them. */
const NUMBERS: Readonly<Record<MetricType, readonly string[]>> = {
  trend: ['avg', 'min', 'med', 'max', 'p90', 'p95', 'p99'],
  counter: ['count', 'rate'],
  gauge: ['value', 'min', 'max', 'avg'],
  rate: ['rate'],
};

/** One metric of every seed: a column for each of its numbers. */
export class MetricColumns {
  private names: readonly string[] = [];
  private columns: readonly SeedValues[] = [];

  /** @param seeds room for so many */
  constructor(private readonly seeds: number) {}

  /** A counter starts at zero and therefore always has a value; the other types have none without samples. */
  add(value: MetricValue | undefined): void {
    if (value === undefined || (value.n === 0 && value.type !== 'counter')) return;
    if (this.columns.length === 0) this.open(value.type);
    this.addNumbers(value);
  }

  /** By number: `statistics.p95`. @returns undefined when no seed has a value */
  statistics(floor: number): Readonly<Record<string, SeedStatistics>> | undefined {
    const statistics: Record<string, SeedStatistics> = {};
    for (const [at, name] of this.names.entries()) {
      const one = (this.columns[at] as SeedValues).statistics(floor);
      if (one !== undefined) statistics[name] = one;
    }
    return Object.keys(statistics).length === 0 ? undefined : statistics;
  }

  private open(type: MetricType): void {
    this.names = NUMBERS[type];
    this.columns = this.names.map(() => new SeedValues(this.seeds));
  }

  /** Written out by type: to look fields up by name takes longer than all the statistics. */
  private addNumbers(value: MetricValue): void {
    switch (value.type) {
      case 'trend':
        this.put(0, value.avg);
        this.put(1, value.min);
        this.put(2, value.med);
        this.put(3, value.max);
        this.put(4, value.p90);
        this.put(5, value.p95);
        this.put(6, value.p99);
        return;
      case 'counter':
        this.put(0, value.count);
        this.put(1, value.rate);
        return;
      case 'gauge':
        this.put(0, value.value);
        this.put(1, value.min);
        this.put(2, value.max);
        this.put(3, value.avg);
        return;
      case 'rate':
        this.put(0, value.rate);
    }
  }

  private put(at: number, number: number): void {
    (this.columns[at] as SeedValues).add(number);
  }
}
