import type { Comparison } from '../comparison/comparison-result.js';
import type { RunCheck } from '../exit-codes.js';
import type { ResultFile, Verdict } from '../result.js';
import type { Quarantine, QuarantineOutcome, SeedsVerdict } from './gate-result.js';
import { parseGatedNumber } from './regression-terms.js';

/** One entry of the quarantine file. */
export interface QuarantineEntry extends Quarantine {
  readonly scenario: string;
  /** undefined: all variants. */
  readonly variant: string | undefined;
  /** As written: `L-REL`, `queue_latency p(95) < 5s`. */
  readonly check: string;
}

/** How a check is named in a quarantine file. @param expression left out for an invariant */
export function checkText(kind: RunCheck['kind'] | 'budget' | 'regression', scope: string, expression: string): string {
  return kind === 'invariant' ? scope : `${scope} ${expression}`;
}

/** Whether an entry is about this check of this variant. Spaces do not matter. */
export function isAbout({ variant, check }: Pick<QuarantineEntry, 'variant' | 'check'>, ofVariant: string | null | undefined, text: string): boolean {
  return (variant == null || variant === ofVariant) && spaceless(check) === spaceless(text);
}

export function spaceless(text: string): string {
  return text.replace(/\s+/g, '');
}

/** @param today a day as in `until` */
export function isExpired({ until }: Pick<Quarantine, 'until'>, today: string): boolean {
  return today > until;
}

/** What a result has of one check: whether it exists in a variant, and whether it fails or is undecided there. */
class Checks {
  private readonly isOpen = new Map<string, boolean>();

  note(variant: string | null | undefined, kind: Parameters<typeof checkText>[0], scope: string, expression: string, verdict: Verdict): void {
    const key = keyOf(variant, checkText(kind, scope, expression));
    if (verdict !== 'pass') this.isOpen.set(key, true);
    else if (!this.isOpen.has(key)) this.isOpen.set(key, false);
  }

  /** undefined: there is no such check. */
  stateOf(variant: string | null | undefined, text: string): boolean | undefined {
    return this.isOpen.get(keyOf(variant, text));
  }
}

function keyOf(variant: string | null | undefined, text: string): string {
  return JSON.stringify([variant ?? null, spaceless(text)]);
}

/** What became of every entry that is about this scenario. */
export function quarantineOutcomes(
  result: Pick<ResultFile, 'scenario' | 'variants' | 'runs' | 'comparison'>,
  acrossSeeds: readonly SeedsVerdict[],
  entries: readonly QuarantineEntry[],
  today: string,
): QuarantineOutcome[] {
  const own = entries.filter(({ scenario }) => scenario === result.scenario.name);
  if (own.length === 0) return [];
  const checks = checksOf(result, acrossSeeds);
  // A run of some variants cannot tell whether an entry is about one of the others.
  const isPartial = / --variant /.test(result.scenario.rerun);
  return own.flatMap((entry) => {
    const state = isExpired(entry, today) ? 'expired' : stateOf(entry, result, checks);
    return state === undefined || (state === 'unknown' && isPartial) ? [] : [{ ...entry, state }];
  });
}

/** Entries about scenarios that there are not. @param scenarioNames of all that a command runs */
export function entriesOfNone(entries: readonly QuarantineEntry[], scenarioNames: readonly string[]): QuarantineEntry[] {
  return entries.filter(({ scenario }) => !scenarioNames.includes(scenario));
}

/** @returns undefined for a number that is held against a baseline, where nothing was: neither does it pass, nor is it unknown */
function stateOf(
  entry: QuarantineEntry,
  { variants, comparison }: Pick<ResultFile, 'variants' | 'comparison'>,
  checks: Checks,
): QuarantineOutcome['state'] | undefined {
  const names = variants.map(({ name }) => name).filter((name) => entry.variant == null || entry.variant === name);
  const states = names.map((name) => checks.stateOf(name, entry.check)).filter((state) => state !== undefined);
  if (states.length === 0) return (comparison?.numbers ?? []).length === 0 && isNumberOfBaselines(entry) ? undefined : 'unknown';
  return states.includes(true) ? 'used' : 'removable';
}

function isNumberOfBaselines({ check }: QuarantineEntry): boolean {
  return !('complaint' in parseGatedNumber(check, 'error'));
}

function checksOf({ runs, comparison }: Pick<ResultFile, 'runs' | 'comparison'>, acrossSeeds: readonly SeedsVerdict[]): Checks {
  const checks = new Checks();
  for (const { variant, thresholds, invariants, exercised } of runs) {
    for (const { metric, expression, verdict, over } of thresholds)
      checks.note(variant, 'threshold', metric, expression, (over ?? 'every') === 'every' ? verdict : 'pass');
    for (const { id, verdict } of invariants) checks.note(variant, 'invariant', id, '', verdict);
    for (const { name, expression, verdict } of exercised) checks.note(variant, 'exercised', name, expression, verdict);
  }
  for (const { kind, variant, scope, expression, verdict } of acrossSeeds) checks.note(variant, kind, scope, expression, verdict);
  for (const { variant, metric, number, verdict } of comparison?.numbers ?? []) checks.note(variant, 'regression', metric, number, asVerdict(verdict));
  return checks;
}

/** What a comparison says, as a check. */
export function asVerdict(verdict: Comparison['numbers'][number]['verdict']): Verdict {
  if (verdict === 'worse') return 'fail';
  return verdict === 'undecided' || verdict === 'not-comparable' ? 'undecided' : 'pass';
}
