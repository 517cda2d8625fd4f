import type { MetricSet } from '../metric-set.js';
import { compares, type Selector, type Threshold } from '../thresholds.js';

/** What a level did in the stretches of time in which it was to have settled. */
export interface SettledLevel {
  /** The value that was farthest from what was asked for; undefined: there was no such stretch. */
  readonly worst: number | undefined;
  /** Stretches that were looked at. */
  readonly stretches: number;
  /** Such steps that happened; of several at one instant the last counts. */
  readonly steps: number;
}

interface RunOfSteps {
  /** All steps, scripted and drawn, by the index that the history gives them. */
  readonly steps?: readonly { readonly do: string }[] | undefined;
  readonly warmupUs: number;
  setFor(selector: Selector): MetricSet;
}

/** Looks at the levels that thresholds want to have settled some time after a step. */
export class SettlingWatches {
  private readonly watches: ReadonlyMap<Threshold, SettlingWatch>;

  constructor(thresholds: readonly Threshold[], run: RunOfSteps) {
    this.watches = new Map(thresholds.map((threshold) => [threshold, new SettlingWatch(threshold, run)]));
  }

  /** A step happens. @param index in the order in which the run has them */
  step(index: number, atUs: number): void {
    for (const watch of this.watches.values()) watch.step(index, atUs);
  }

  /** Levels have held from the one instant to the other. */
  timePassed(fromUs: number, toUs: number): void {
    for (const watch of this.watches.values()) watch.timePassed(fromUs, toUs);
  }

  of(threshold: Threshold): SettledLevel | undefined {
    return this.watches.get(threshold);
  }
}

const LEVELS = { slots_in_use: 'inUse', leaked_slots: 'leaked', effective_limit: 'effective' } as const;

class SettlingWatch implements SettledLevel {
  worst: number | undefined;
  stretches = 0;
  steps = 0;
  private readonly level: { readonly value: number };
  /** The level must meet the threshold from here on. */
  private settledUs = Number.POSITIVE_INFINITY;
  private isCounted = false;
  private lastUs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly threshold: Threshold,
    private readonly run: RunOfSteps,
  ) {
    const { selector } = threshold;
    this.level = run.setFor(selector)[LEVELS[selector.metric as keyof typeof LEVELS]];
  }

  step(index: number, atUs: number): void {
    const { afterUs = 0, step = '' } = this.threshold.within ?? {};
    const isOurs = isStep(step, index, this.run.steps);
    this.settledUs = isOurs ? Math.max(atUs + afterUs, this.run.warmupUs) : Number.POSITIVE_INFINITY;
    this.isCounted = false;
    if (!isOurs) return;
    if (atUs !== this.lastUs) this.steps++;
    this.lastUs = atUs;
  }

  timePassed(fromUs: number, toUs: number): void {
    // A level that lasted no time does not count.
    if (toUs <= this.settledUs || toUs <= fromUs) return;
    if (!this.isCounted) this.stretches++;
    this.isCounted = true;
    const { value } = this.level;
    if (this.worst === undefined || isWorse(value, this.worst, this.threshold)) this.worst = value;
  }
}

const NUMBERED = /^step (\d+)$/;

/** @param step as a threshold names it: `revoke-key`, `step 2` */
export function isStep(step: string, index: number, steps: readonly { readonly do: string }[] | undefined): boolean {
  const number = NUMBERED.exec(step)?.[1];
  return number === undefined ? steps?.[index]?.do === step : Number(number) === index + 1;
}

/** Whether a value is farther from what the threshold asks for. */
export function isWorse(value: number, than: number, { operator, limit }: Pick<Threshold, 'operator' | 'limit'>): boolean {
  if (operator.startsWith('<')) return value > than;
  if (operator.startsWith('>')) return value < than;
  const meets = compares(value, operator, limit);
  if (meets !== compares(than, operator, limit)) return !meets;
  return operator === '!=' ? false : Math.abs(value - limit) > Math.abs(than - limit);
}
