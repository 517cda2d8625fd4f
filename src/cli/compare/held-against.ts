import type { Baseline } from '../../measure/comparison/baseline.js';
import { type ComparisonOptions, compareBaselines } from '../../measure/comparison/compare-with-baseline.js';
import type { BehaviourChange, Comparison } from '../../measure/comparison/comparison-result.js';
import { UsageError } from '../failures.js';
import { firstDifference } from './first-difference.js';
import type { VariantPair } from './options.js';
import type { Side } from './sides.js';

/** Two sides of one scenario, compared. */
export interface Held {
  /** With the variant that is held against another. */
  readonly scenario: string;
  readonly comparison: Comparison;
}

/** Holds one side against the other, with the first event that differs where both histories are at hand. */
export async function holdAgainst(from: Side, to: Side, terms: Omit<ComparisonOptions, 'source' | 'sha256'>, pair: VariantPair | undefined): Promise<Held> {
  const baseline = pair === undefined ? from.baseline : onlyVariant(from, pair.old, pair.new);
  const candidate = pair === undefined ? to.baseline : onlyVariant(to, pair.new, pair.new);
  const source = pair === undefined ? from.source : `${pair.old} of ${from.source}`;
  const comparison = compareBaselines(candidate, baseline, { ...terms, source, sha256: from.sha256 }, to.terms);
  const scenario = pair === undefined ? candidate.scenario.name : `${candidate.scenario.name}: ${pair.new}`;
  const behaviour = await Promise.all(comparison.behaviour.map((change) => withFirstEvent(change, from, to, pair)));
  return { scenario, comparison: { ...comparison, behaviour } };
}

/** A baseline with one of its variants, under another name. */
function onlyVariant({ baseline, source }: Side, old: string, name: string): Baseline {
  const variant = baseline.variants.find((one) => one.name === old);
  if (variant !== undefined) return { ...baseline, variants: [{ ...variant, name }] };
  const known = baseline.variants.flatMap((one) => one.name ?? []);
  throw new UsageError(`--variants: ${source} has ${known.length === 0 ? 'no variants' : `the variants ${known.join(', ')}`}, got ${JSON.stringify(old)}`);
}

async function withFirstEvent(change: BehaviourChange, from: Side, to: Side, pair: VariantPair | undefined): Promise<BehaviourChange> {
  const { first } = change;
  if (first === undefined || from.trace === undefined || to.trace === undefined) return change;
  // A trace holds the first seed of its run, which need not be the first one that differs.
  const seed = from.baseline.seeds[0];
  if (seed === undefined || seed !== to.baseline.seeds[0] || !change.seedsChanged.includes(seed)) return change;
  const before = { file: from.trace, variant: pair?.old ?? change.variant };
  const found = await firstDifference(before, { file: to.trace, variant: change.variant }, seed);
  return found === undefined ? change : { ...change, first: found };
}
