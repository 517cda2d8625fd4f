import { EXIT_CODES } from '../exit-codes.js';
import type { RegressionTerms } from '../gate/gate-result.js';
import type { ResultFile } from '../result.js';
import type { Baseline, BaselineVariant } from './baseline.js';
import { baselineOf } from './baseline-of.js';
import { type Allowable, comparabilityOf } from './comparability.js';
import { type NumberInQuestion, numbersInQuestion } from './compared-numbers.js';
import { type BehaviourChange, type ComparedNumber, type Comparison, type ComparisonVerdict, isAskedFor } from './comparison-result.js';
import { holmLevels } from './holm.js';
import { NO_NUMBERS, termsFor } from './terms.js';

export interface ComparisonOptions {
  /** Where the baseline came from: `reports/baselines/x.json`. */
  readonly source: string;
  /** Day of the comparison, `2027-01-15`: live baselines expire. */
  readonly today: string;
  /** SHA-256 of the baseline's file; undefined: that of its scenario. */
  readonly sha256?: string | undefined;
  readonly allow?: readonly Allowable[] | undefined;
  /** Instead of what the scenario asks for. */
  readonly terms?: Partial<RegressionTerms> | undefined;
  /** Variants that do not ask are held to nothing; otherwise to the usual numbers. */
  readonly onlyAsked?: boolean | undefined;
}

/** Terms by variant: what the scenario asks for. Terms without numbers: it asks to be left alone. */
export type TermsByVariant = (variant: string | undefined) => RegressionTerms | undefined;

export function termsAskedBy({ variants }: Pick<ResultFile, 'variants'>): TermsByVariant {
  return (name) => {
    const gate = variants.find((variant) => (variant.name ?? undefined) === name)?.gate;
    return gate?.regressionOff === true ? NO_NUMBERS : (gate?.regression ?? undefined);
  };
}

/** Holds a result against a baseline. What cannot be compared has obstacles and exit code 96; nothing is thrown. */
export function compareWithBaseline(result: ResultFile, baseline: Baseline, options: ComparisonOptions): Comparison {
  return compareBaselines(baselineOf(result, { reason: '', updated: options.today }), baseline, options, termsAskedBy(result));
}

/** The same for two baselines, or what was made one. */
export function compareBaselines(candidate: Baseline, baseline: Baseline, options: ComparisonOptions, asked: TermsByVariant = () => undefined): Comparison {
  const asks = (name: string | undefined): boolean => (asked(name)?.gated.length ?? 0) > 0;
  const { obstacles, allowed, commonSeeds } = comparabilityOf(candidate, baseline, { allow: options.allow ?? [], today: options.today, asks });
  const rule = baseline.world.kind === 'live' ? 'shift' : 'paired';
  const frame = {
    baseline: {
      source: options.source,
      tool: baseline.tool,
      sha256: options.sha256 ?? baseline.scenario.sha256,
      reason: baseline.reason === '' ? undefined : baseline.reason,
      updated: baseline.updated === '' ? undefined : baseline.updated,
    },
    rule,
    obstacles,
    allowed,
  } as const;
  if (obstacles.length > 0) return { ...frame, numbers: [], behaviour: [], latencyCurves: {}, exitCode: EXIT_CODES.undecided.code };
  const variants = sidesByVariant(candidate, baseline, rule, commonSeeds);
  const behaviour = rule === 'shift' ? [] : variants.map((sides) => behaviourOf(sides, commonSeeds));
  const unasked = options.onlyAsked === true ? NO_NUMBERS : undefined;
  const numbers = compareNumbers(variants, behaviour, (name) => termsFor(asked(name) ?? unasked, options.terms ?? {}, rule === 'shift'), rule);
  const latencyCurves = Object.fromEntries(variants.map(({ baseline: { name, latencyCurve } }) => [name ?? '', latencyCurve]));
  return { ...frame, numbers, behaviour, latencyCurves, exitCode: exitCodeOf(numbers) };
}

interface Sides {
  readonly candidate: BaselineVariant;
  readonly baseline: BaselineVariant;
  readonly commonSeeds: readonly number[];
}

/** Variants of both sides. */
function sidesByVariant(candidate: Baseline, baseline: Baseline, rule: Comparison['rule'], commonSeeds: readonly number[]): Sides[] {
  return candidate.variants.flatMap((own) => {
    const former = baseline.variants.find(({ name }) => name === own.name);
    return former === undefined ? [] : [{ candidate: own, baseline: former, commonSeeds: rule === 'shift' ? [] : commonSeeds }];
  });
}

function behaviourOf({ candidate, baseline }: Sides, seeds: readonly number[]): BehaviourChange {
  const compared = seeds.filter((seed) => candidate.hashes[seed] !== undefined && baseline.hashes[seed] !== undefined);
  const seedsChanged = compared.filter((seed) => candidate.hashes[seed] !== baseline.hashes[seed]);
  const [seed] = seedsChanged;
  return {
    variant: candidate.name,
    seedsCompared: compared.length,
    seedsChanged,
    first: seed === undefined ? undefined : { seed, event: undefined, atUs: undefined, baseline: undefined, candidate: undefined },
  };
}

/** Numbers that gate share one misrate (Holm), and so do those that warn; each of the others has its own. */
function compareNumbers(
  variants: readonly Sides[],
  behaviour: readonly BehaviourChange[],
  termsOf: (variant: string | undefined) => RegressionTerms,
  rule: Comparison['rule'],
): ComparedNumber[] {
  const questions = variants.flatMap((sides) => numbersInQuestion({ ...sides, rule, terms: termsOf(sides.candidate.name) }));
  const isIdentical = ({ variant }: NumberInQuestion): boolean =>
    behaviour.some((one) => one.variant === variant.candidate.name && isWhole(one, variant.commonSeeds.length) && one.seedsChanged.length === 0);
  // Warnings are a family of their own, so that to ask for one more takes nothing from what gates.
  const levels = new Map((['error', 'warn'] as const).flatMap((level) => sharedLevels(questions.filter((question) => question.level === level))));
  const numbers = questions.map((question) => question.compared(levels.get(question) ?? question.variant.terms.misrate, isIdentical(question)));
  return numbers.toSorted(worstFirst);
}

/** Whether every common seed has a history on both sides. */
function isWhole({ seedsCompared }: BehaviourChange, seeds: number): boolean {
  return seeds > 0 && seedsCompared === seeds;
}

/** The smallest misrate of any variant, shared out. */
function sharedLevels(questions: readonly NumberInQuestion[]): [NumberInQuestion, level: number][] {
  // What no seed changed could not be rejected at any level, so it takes nothing from the others.
  const family = questions.filter(({ test }) => test?.isUnchanged !== true);
  const shared = Math.min(...family.map((question) => question.variant.terms.misrate));
  return holmLevels(family, shared).map((level, at) => [family[at] as NumberInQuestion, level]);
}

const RANK: Readonly<Record<ComparisonVerdict, number>> = { worse: 0, 'not-comparable': 1, undecided: 2, better: 3, same: 4 };

function worstFirst(one: ComparedNumber, other: ComparedNumber): number {
  const size = ({ shiftShare }: ComparedNumber): number => Math.abs(shiftShare ?? 0);
  return standing(other) - standing(one) || RANK[one.verdict] - RANK[other.verdict] || size(other) - size(one);
}

/** What gates stands before what warns, and that before information. */
function standing(number: ComparedNumber): number {
  return Number(isAskedFor(number)) + Number(number.gates);
}

function exitCodeOf(numbers: readonly ComparedNumber[]): number {
  const verdicts = numbers.filter(({ gates }) => gates).map(({ verdict }) => verdict);
  if (verdicts.includes('worse')) return EXIT_CODES.regression.code;
  return verdicts.some((verdict) => verdict === 'undecided' || verdict === 'not-comparable') ? EXIT_CODES.undecided.code : EXIT_CODES.passed.code;
}
