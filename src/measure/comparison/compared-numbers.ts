import type { GatedNumber, Level, RegressionTerms } from '../gate/gate-result.js';
import { METRICS, type MetricUnit } from '../metrics.js';
import type { BaselineVariant } from './baseline.js';
import type { ComparedNumber } from './comparison-result.js';
import { directionOf, nameOf } from './directions.js';
import { medianOf, type NumberSides, NumberTest } from './number-test.js';
import { areUsual } from './terms.js';

/** One variant on both sides. */
export interface VariantSides {
  readonly candidate: BaselineVariant;
  readonly baseline: BaselineVariant;
  /** Seeds that are compared; for live runs all of each side. */
  readonly commonSeeds: readonly number[];
  readonly rule: 'paired' | 'shift';
  readonly terms: RegressionTerms;
}

/** A number that is to be compared. */
export class NumberInQuestion {
  readonly test: NumberTest | undefined;
  private readonly sides: NumberSides;
  private readonly unit: MetricUnit;

  /** @param gated undefined: for information */
  constructor(
    readonly variant: VariantSides,
    private readonly metric: string,
    private readonly number: string,
    private readonly gated: GatedNumber | undefined,
  ) {
    const name = nameOf(metric);
    this.unit = name === undefined ? 'requests' : METRICS[name].unit;
    this.sides = sidesOf(variant, metric, number);
    const { baseline, candidate, pairs } = this.sides;
    const canTest = variant.rule === 'shift' ? baseline.length > 0 && candidate.length > 0 : pairs.length > 0;
    if (canTest) this.test = new NumberTest(this.sides, variant.rule, directionOf(metric), this.unit, variant.terms);
  }

  /** How much it counts; undefined: for information. */
  get level(): Level | undefined {
    return this.gated?.level;
  }

  /** Whether it decides the exit code. */
  get gates(): boolean {
    return this.level === 'error';
  }

  /** Whether no run has a value, on either side. */
  get isNeverMeasured(): boolean {
    return this.sides.baseline.length + this.sides.candidate.length === 0;
  }

  /** Whether some seed has another value than before. */
  get isChanged(): boolean {
    return this.test !== undefined && !this.test.isUnchanged;
  }

  rejectedAt(level: number): boolean {
    const verdict = this.test?.at(level).verdict;
    return verdict === 'worse' || verdict === 'better';
  }

  /** @param misrate after any correction @param isIdentical every history of the variant is the same */
  compared(misrate: number, isIdentical: boolean): ComparedNumber {
    const { test, gates, sides } = this;
    const finding = test?.at(misrate);
    const isSame = isIdentical && test?.isUnchanged === true;
    const note = isSame ? 'identical histories' : (finding?.note ?? this.nothingMeasured());
    return {
      variant: this.variant.candidate.name,
      metric: this.metric,
      number: this.number,
      unit: this.unit,
      gates,
      ...(this.gated === undefined || this.gated.level === 'error' ? {} : { level: this.gated.level }),
      baseline: sides.baseline.length === 0 ? undefined : medianOf(sides.baseline),
      candidate: sides.candidate.length === 0 ? undefined : medianOf(sides.candidate),
      shift: finding?.shift,
      low: finding?.low,
      high: finding?.high,
      shiftShare: finding?.shiftShare,
      margin: test?.margin ?? 0,
      misrate,
      verdict: isSame ? 'same' : (finding?.verdict ?? 'undecided'),
      note: this.gated?.level === 'warn' ? ['fails nothing: level warn', note].filter((text) => text !== '').join('; ') : note,
      ...this.seedsWorse(),
      pairs: sides.pairs.slice(0, this.gated === undefined ? MOST_PAIRS_FOR_INFORMATION : MOST_PAIRS),
    };
  }

  private nothingMeasured(): string {
    const { baseline, candidate } = this.sides;
    if (nameOf(this.metric) === undefined) return `this version knows no metric ${JSON.stringify(this.metric)}`;
    const [tags] = /\{.*\}$/.exec(this.metric) ?? [];
    if (this.isNeverMeasured) return `nothing was measured on either side${tags === undefined ? '' : `: no request has the tags ${tags}, or none got so far`}`;
    if (baseline.length > 0 && candidate.length > 0) return 'no seed has a value on both sides';
    return baseline.length === 0 ? 'nothing was measured in the baseline' : 'nothing was measured in the result';
  }

  private seedsWorse(): Pick<ComparedNumber, 'seeds' | 'seedsWorse' | 'worstSeed'> {
    const { pairs, candidate } = this.sides;
    const direction = directionOf(this.metric);
    const { test } = this;
    let [seedsWorse, worst, worstSeed] = [0, 0, undefined as number | undefined];
    for (const pair of test === undefined || direction === 'neither' ? [] : pairs) {
      const worse = (test as NumberTest).differenceOf(pair) * (direction === 'low' ? 1 : -1);
      if (worse > 0) seedsWorse++;
      if (worse > worst) [worst, worstSeed] = [worse, pair[0]];
    }
    return { seeds: this.variant.rule === 'paired' ? pairs.length : candidate.length, seedsWorse, worstSeed };
  }
}

const MOST_PAIRS = 200;
const MOST_PAIRS_FOR_INFORMATION = 50;

type Values = Readonly<Record<string, number>>;

function valuesOf({ metrics }: BaselineVariant, metric: string, number: string): Values {
  const numbers = Object.hasOwn(metrics, metric) ? metrics[metric] : undefined;
  return numbers !== undefined && Object.hasOwn(numbers, number) ? (numbers[number] as Values) : {};
}

function sidesOf({ candidate, baseline, commonSeeds, rule }: VariantSides, metric: string, number: string): NumberSides {
  const [from, to] = [valuesOf(baseline, metric, number), valuesOf(candidate, metric, number)];
  const runs = [baseline, candidate].map(({ hashes }) => Object.keys(hashes).length) as [number, number];
  if (rule === 'shift') return { pairs: [], baseline: Object.values(from), candidate: Object.values(to), onlyBaseline: [], onlyCandidate: [], runs };
  const has = (values: Values) => (seed: number) => values[seed] !== undefined;
  const [inBaseline, inCandidate] = [commonSeeds.filter(has(from)), commonSeeds.filter(has(to))];
  const both = inBaseline.filter(has(to));
  return {
    pairs: both.map((seed) => [seed, from[seed] as number, to[seed] as number]),
    baseline: inBaseline.map((seed) => from[seed] as number),
    candidate: inCandidate.map((seed) => to[seed] as number),
    onlyBaseline: inBaseline.filter((seed) => to[seed] === undefined),
    onlyCandidate: inCandidate.filter((seed) => from[seed] === undefined),
    runs,
  };
}

/** What of a metric is shown for information. */
const SHOWN_BY_TYPE = { trend: ['med', 'p95', 'p99'], counter: ['count'], gauge: ['value'], rate: ['rate'] } as const;
const SHOWN_BY_METRIC: Readonly<Record<string, readonly string[]>> = { slots_in_use: ['avg', 'max'], leaked_slots: ['value', 'max'] };

/** The numbers of a variant: those that gate first, then all that both sides may have. */
export function numbersInQuestion(variant: VariantSides): NumberInQuestion[] {
  const gated = variant.terms.gated.filter(({ level }) => level !== 'off');
  const isGated = (metric: string, number: string): boolean => gated.some((one) => one.metric === metric && one.number === number);
  const questions = gatedQuestions(variant, gated);
  for (const metric of Object.keys(variant.candidate.metrics)) {
    const name = nameOf(metric);
    if (name === undefined) continue;
    for (const number of SHOWN_BY_METRIC[name] ?? SHOWN_BY_TYPE[METRICS[name].type]) {
      const question = new NumberInQuestion(variant, metric, number, undefined);
      if (!isGated(metric, number) && question.isChanged) questions.push(question);
    }
  }
  return questions;
}

/**
 * Nobody wished for each single one of the usual numbers: where calls never wait in a queue, their latency there decides nothing
 * and is shown for information. One of them must have been measured, though.
 */
function gatedQuestions(variant: VariantSides, gated: readonly GatedNumber[]): NumberInQuestion[] {
  const questions = gated.map((one) => new NumberInQuestion(variant, one.metric, one.number, one));
  if (!areUsual(variant.terms.gated) || questions.every(({ isNeverMeasured }) => isNeverMeasured)) return questions;
  return gated.map(({ metric, number }, at) => {
    const question = questions[at] as NumberInQuestion;
    return question.isNeverMeasured ? new NumberInQuestion(variant, metric, number, undefined) : question;
  });
}
