import type { MetricUnit } from '../metrics.js';
import type { ComparisonVerdict } from './comparison-result.js';
import type { Direction } from './directions.js';
import { leastRuns, leastSeeds } from './rank-levels.js';
import { pairedShift, type Shift, shiftBetween } from './shifts.js';

/** What is too small to matter. */
export interface MarginTerms {
  readonly marginShare: number;
  readonly marginMs: number;
}

/** One number on both sides. */
export interface NumberSides {
  /** Of seeds that have a value on both sides; live runs have nothing to do with one another, so there are none. */
  readonly pairs: readonly (readonly [seed: number, baseline: number, candidate: number])[];
  readonly baseline: readonly number[];
  readonly candidate: readonly number[];
  /** Seeds with a value on one side only. */
  readonly onlyBaseline: readonly number[];
  readonly onlyCandidate: readonly number[];
  /** How many there were on each side, with a value or without. */
  readonly runs: readonly [baseline: number, candidate: number];
}

/** What the bounds of one misrate say, in the metric's unit. */
export interface NumberFinding {
  readonly shift: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly shiftShare: number | undefined;
  readonly verdict: ComparisonVerdict;
  readonly note: string;
}

/** Holds one number against its baseline, at any misrate. */
export class NumberTest {
  readonly medianBaseline: number;
  readonly medianCandidate: number;
  /** In the metric's unit. */
  readonly margin: number;
  /** Differences are taken between logarithms: what is compared is how many times as long. */
  private readonly isRatio: boolean;
  private readonly known = new Map<number, NumberFinding>();

  /** @param sides with a value on both sides at least */
  constructor(
    readonly sides: NumberSides,
    private readonly rule: 'paired' | 'shift',
    private readonly direction: Direction,
    unit: MetricUnit,
    { marginShare, marginMs }: MarginTerms,
  ) {
    this.medianBaseline = medianOf(sides.baseline);
    this.medianCandidate = medianOf(sides.candidate);
    const byShare = marginShare * Math.abs(this.medianBaseline);
    this.margin = unit === 'ms' ? Math.max(byShare, marginMs) : byShare;
    // Below that the fixed margin decides, and a fixed margin is a difference.
    const isLong = byShare > 0 && byShare >= marginMs;
    this.isRatio = rule === 'paired' && unit === 'ms' && isLong && sides.pairs.every(([, from, to]) => from > 0 && to > 0);
  }

  /** Every seed has the value that it had. */
  get isUnchanged(): boolean {
    const { pairs, onlyBaseline, onlyCandidate } = this.sides;
    return this.rule === 'paired' && onlyBaseline.length + onlyCandidate.length === 0 && pairs.every(([, from, to]) => from === to);
  }

  /** @param misrate chance that the bounds miss */
  at(misrate: number): NumberFinding {
    const known = this.known.get(misrate) ?? this.find(misrate);
    this.known.set(misrate, known);
    return known;
  }

  /** How much more a seed has, on the scale of the comparison. */
  differenceOf([, from, to]: readonly [number, number, number]): number {
    return this.isRatio ? Math.log(to / from) : to - from;
  }

  private find(misrate: number): NumberFinding {
    if (this.isUnchanged) return { shift: 0, low: 0, high: 0, shiftShare: 0, verdict: 'same', note: '' };
    const { centre, bounds } = this.shiftAt(misrate);
    const shift = this.inUnit(centre);
    const shiftShare = this.medianBaseline === 0 ? undefined : shift / Math.abs(this.medianBaseline);
    if (bounds === undefined) return { shift, low: undefined, high: undefined, shiftShare, verdict: 'undecided', note: this.tooFew(misrate) };
    const [low, high] = [this.inUnit(bounds.low), this.inUnit(bounds.high)];
    return { shift, low, high, shiftShare, ...this.verdictOn(low, high) };
  }

  private shiftAt(misrate: number): Shift {
    const { sides, rule } = this;
    if (rule === 'shift') return shiftBetween(sides.baseline, sides.candidate, misrate);
    return pairedShift(
      sides.pairs.map((pair) => this.differenceOf(pair)),
      misrate,
    );
  }

  private inUnit(difference: number): number {
    return this.isRatio ? Math.expm1(difference) * this.medianBaseline : difference;
  }

  private verdictOn(low: number, high: number): Pick<NumberFinding, 'verdict' | 'note'> {
    const { margin, direction } = this;
    const isMore = low > margin;
    if (!isMore && high >= -margin) {
      if (low >= -margin && high <= margin) return this.unlessMissing('same', this.someMoved());
      return { verdict: 'undecided', note: 'the bounds allow a change beyond the margin, and none; more seeds narrow them' };
    }
    if (direction === 'neither') return { verdict: 'undecided', note: `there is ${isMore ? 'more' : 'less'} of it, which is neither better nor worse` };
    return isMore === (direction === 'high') ? this.unlessMissing('better', '') : { verdict: 'worse', note: this.missing() };
  }

  /** Values that are gone may be the worst ones: what never healed has no time to heal. */
  private unlessMissing(verdict: ComparisonVerdict, note: string): Pick<NumberFinding, 'verdict' | 'note'> {
    const missing = this.missing();
    return missing === '' ? { verdict, note } : { verdict: 'undecided', note: missing };
  }

  /** The centre may stay where it is while a few seeds do not, and then the medians may tell another story. */
  private someMoved(): string {
    const { pairs } = this.sides;
    const most = this.isRatio ? Math.log1p(this.margin / this.medianBaseline) : this.margin;
    const moved = pairs.filter((pair) => Math.abs(this.differenceOf(pair)) > most).length;
    return moved === 0 ? '' : `in the centre; ${moved} of ${pairs.length} seeds moved by more than the margin`;
  }

  private missing(): string {
    const { onlyBaseline, onlyCandidate } = this.sides;
    if (this.rule === 'shift') return this.missingRuns();
    const texts: string[] = [];
    if (onlyBaseline.length > 0) texts.push(`${onlyBaseline.length} ${onlyBaseline.length === 1 ? 'seed has' : 'seeds have'} a value in the baseline only`);
    if (onlyCandidate.length > 0) texts.push(`${onlyCandidate.length} in the result only`);
    return texts.join(', ');
  }

  /** Live runs are not paired: what counts is which share of them has a value. */
  private missingRuns(): string {
    const { baseline, candidate, runs } = this.sides;
    const [from, to] = runs;
    if (baseline.length * to === candidate.length * from) return '';
    return `${baseline.length} of ${from} runs of the baseline have a value, ${candidate.length} of ${to} of the result`;
  }

  private tooFew(misrate: number): string {
    const percent = `${Number((misrate * 100).toPrecision(3))} %`;
    if (this.rule === 'shift') return `bounds that miss in ${percent} need at least ${leastRuns(misrate)} runs a side`;
    return `bounds that miss in ${percent} need at least ${leastSeeds(misrate)} seeds, got ${this.sides.pairs.length}`;
  }
}

/** A value of its own: of an even number the lower of the two in the middle. */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] as number;
}
