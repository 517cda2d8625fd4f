import type { PointEvidence } from '../measure/capacity/plan-result.js';
import type { Dials, Effort, Planning } from './point.js';

/** Neighbours that lie closer together than this share are not told apart. */
const CLOSE = 0.015;
/** The first step away from the guess; each further one is as long as all before it together. */
const FIRST_STEP = 1.03;
/** Below this share of where the search began nothing is looked for any more. */
const NEXT_TO_NOTHING = 1e-4;
/** Nor above this factor: a load that fits even so has no largest one that anybody could ask for. */
const MOST_FACTOR = 1e4;
/** Nothing begins where the queue does not settle. */
const NOT_QUITE = 0.9;
const MOST_STEPS = 60;
const FACTOR_DIGITS = 6;

export interface FactorInterval {
  /** The largest factor that was shown to meet every SLO; 0: none was. */
  readonly low: number;
  /** The smallest that was shown to miss one; Infinity: none was, up to 10,000. */
  readonly high: number;
  readonly evidence: readonly PointEvidence[];
}

/**
 * Looks for the largest value of a factor that still meets every SLO: between what passes and what fails by halving, and
 * from both sides where chance leaves a stretch undecided.
 */
export class FactorSearch {
  private readonly tried: PointEvidence[] = [];
  private passing = 0;
  private failing = Number.POSITIVE_INFINITY;
  /** Factors that could not be decided, all of them between the two. */
  private open: number[] = [];
  private stride = FIRST_STEP;

  constructor(
    private readonly planning: Planning,
    private readonly dial: 'rateFactor' | 'serviceFactor',
    private readonly dials: Dials,
    private readonly terms: { readonly effort: Effort /** A first guess. */; readonly start: number },
  ) {}

  async find(): Promise<FactorInterval> {
    this.failing = this.unstableFrom();
    let factor = Math.min(this.terms.start, this.failing * NOT_QUITE, MOST_FACTOR);
    const least = factor * NEXT_TO_NOTHING;
    for (let step = 0; step < MOST_STEPS && factor > least; step++) {
      await this.judge(Number(factor.toPrecision(FACTOR_DIGITS)));
      const next = this.next();
      if (next === undefined) break;
      factor = next;
    }
    return { low: this.passing, high: this.failing, evidence: this.tried };
  }

  private async judge(factor: number): Promise<void> {
    this.planning.progress(`${this.dial === 'rateFactor' ? 'rate' : 'service time'} x ${factor} at limit ${this.dials.limit}`);
    const [evidence] = await this.planning.judge([{ ...this.dials, [this.dial]: factor }], this.terms.effort);
    if (evidence === undefined) return;
    this.tried.push(evidence);
    if (evidence.verdict === 'pass') this.passing = Math.max(this.passing, factor);
    else if (evidence.verdict === 'fail') this.failing = Math.min(this.failing, factor);
    else this.open.push(factor);
    // What lies beyond a verdict is decided by it.
    this.open = this.open.filter((one) => one > this.passing && one < this.failing);
  }

  /** Away from the guess until there is something on both sides, then the middle of the widest gap; undefined: there is none left. */
  private next(): number | undefined {
    const lowest = Math.min(...this.open, this.failing);
    const highest = Math.max(...this.open, this.passing);
    if (this.passing === 0) return lowest / this.strideOn();
    if (this.failing === Number.POSITIVE_INFINITY) return highest >= MOST_FACTOR ? undefined : Math.min(MOST_FACTOR, highest * this.strideOn());
    const below = lowest / this.passing;
    const above = this.failing / highest;
    if (Math.max(below, above) <= 1 + CLOSE) return undefined;
    return below >= above ? Math.sqrt(lowest * this.passing) : Math.sqrt(this.failing * highest);
  }

  private strideOn(): number {
    const { stride } = this;
    this.stride = stride * stride;
    return stride;
  }

  /** From here on the queue grows without end; Infinity: the load cannot tell. */
  private unstableFrom(): number {
    const { load } = this.planning;
    const overload = load.overload?.({ ...this.dials, [this.dial]: 1e9 });
    return overload === undefined ? Number.POSITIVE_INFINITY : (1e9 * overload.limit) / overload.offeredSlots;
  }
}
