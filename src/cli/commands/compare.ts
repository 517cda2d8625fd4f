import type { Allowable } from '../../measure/comparison/comparability.js';
import { EXIT_CODES, worstExitCode } from '../../measure/exit-codes.js';
import type { GatedNumber, RegressionTerms } from '../../measure/gate/gate-result.js';
import { reasonOf } from '../../reasons.js';
import { renderComparisonMarkdown } from '../../report/comparison-text/markdown.js';
import { renderComparison } from '../../report/comparison-text/terminal.js';
import { terminalText } from '../../report/escape.js';
import { type Held, holdAgainst } from '../compare/held-against.js';
import type { MarginWish, VariantPair } from '../compare/options.js';
import { comparePlanFiles } from '../compare/plans.js';
import { readSides, type Side } from '../compare/sides.js';
import { showTrends } from '../compare/trends.js';
import { UsageError } from '../failures.js';
import type { Outside } from '../outside.js';
import { writeAside } from '../write-aside.js';

export interface CompareArguments {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly allow: readonly Allowable[];
  readonly variants: VariantPair | undefined;
  readonly gate: readonly GatedNumber[] | undefined;
  readonly misrate: number | undefined;
  readonly margin: MarginWish | undefined;
  readonly history: string | undefined;
  readonly json: boolean;
  readonly markdown: string | undefined;
}

/** Holds results against others, or against baselines. @returns the exit code: 97 for what got worse, 96 for what nobody can tell */
export async function compareCommand(options: CompareArguments, outside: Outside): Promise<number> {
  if (options.history !== undefined) return trendsAlone(options.history, options, outside);
  const ofPlans = comparePlanFiles(options, outside);
  if (ofPlans !== undefined) return ofPlans;
  const [from, to] = sidesOf(options, outside);
  const { pairs, missing, added } = pairsOf(from, to);
  const terms = { allow: options.allow, terms: termsOf(options), today: outside.now().toISOString().slice(0, 'YYYY-MM-DD'.length) };
  const held: Held[] = [];
  for (const [one, other] of pairs) held.push(await holdAgainst(one, other, terms, options.variants));
  if (options.markdown !== undefined) writeMarkdown(held, options.markdown, outside);
  show(held, options, outside);
  for (const name of missing) outside.err.write(`slotstorm: ${terminalText(name)} is in ${options.from} only: nobody can tell what became of it\n`);
  for (const name of added) outside.err.write(`slotstorm: ${terminalText(name)} is in ${options.to} only: there is nothing to hold it against\n`);
  return worstExitCode([...held.map(({ comparison }) => comparison.exitCode), missing.length > 0 ? EXIT_CODES.undecided.code : 0]);
}

/** A history stands by itself: what is said of two sides beside it would be passed over. */
function trendsAlone(history: string, options: CompareArguments, outside: Outside): number {
  const { from, to, allow, variants, gate, misrate, margin, markdown } = options;
  const words = [from, to].flatMap((word) => word ?? []);
  const flags = { allow: allow.length > 0 ? allow : undefined, variants, gate, misrate, margin, markdown };
  const others = Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
  if (words.length + others.length > 0)
    throw new UsageError(`--history looks at the runs of one history: expected nothing but --json beside it, got ${[...words, ...others].join(' ')}`);
  return showTrends(history, options, outside);
}

function sidesOf({ from, to, variants }: CompareArguments, outside: Outside): [Side[], Side[]] {
  if (from === undefined)
    throw new UsageError('expected two things to compare, for example: slotstorm compare reports/baselines reports/burst-submission-1-to-20');
  const first = readSides(from, outside);
  if (to !== undefined) return [first, readSides(to, outside)];
  // Two variants of one result need no second one.
  if (variants !== undefined) return [first, first];
  throw new UsageError(`expected something to hold against ${JSON.stringify(from)}: a result, a folder or a revision; or --variants old=new`);
}

interface Pairs {
  readonly pairs: readonly (readonly [Side, Side])[];
  /** Scenarios of one side only. */
  readonly missing: readonly string[];
  readonly added: readonly string[];
}

/** By scenario; two files are meant for each other, whatever they hold. */
function pairsOf(from: readonly Side[], to: readonly Side[]): Pairs {
  const nameOf = ({ baseline }: Side): string => baseline.scenario.name;
  const [one, other] = [from[0], to[0]];
  if (from.length === 1 && to.length === 1 && one !== undefined && other !== undefined) return { pairs: [[one, other]], missing: [], added: [] };
  const pairs = from.flatMap((side) => to.filter((candidate) => nameOf(candidate) === nameOf(side)).map((candidate) => [side, candidate] as const));
  const lacks = (sides: readonly Side[]) => (side: Side) => !sides.some((candidate) => nameOf(candidate) === nameOf(side));
  // Whoever compares one run with a folder of baselines means the one of its scenario.
  const missing = to.length === 1 && pairs.length > 0 ? [] : from.filter(lacks(to)).map(nameOf);
  const added = from.length === 1 && pairs.length > 0 ? [] : to.filter(lacks(from)).map(nameOf);
  if (pairs.length > 0) return { pairs, missing, added };
  throw new UsageError(`expected a scenario that both sides have, got ${from.map(nameOf).join(', ')} on the one, ${to.map(nameOf).join(', ')} on the other`);
}

function termsOf({ gate, misrate, margin }: CompareArguments): Partial<RegressionTerms> {
  return { ...(gate === undefined ? {} : { gated: gate }), ...(misrate === undefined ? {} : { misrate }), ...margin };
}

function show(held: readonly Held[], { json }: CompareArguments, { out, env }: Outside): void {
  if (json) {
    out.write(`${JSON.stringify(held.length === 1 ? held[0] : held, undefined, 1)}\n`);
    return;
  }
  const colour = out.isTTY && env['NO_COLOR'] === undefined;
  const texts = held.map(({ scenario, comparison }) => renderComparison(scenario, comparison, { colour, width: out.columns }));
  out.write(texts.join('\n'));
}

function writeMarkdown(held: readonly Held[], file: string, { files }: Outside): void {
  const text = held.map(({ scenario, comparison }) => renderComparisonMarkdown(scenario, comparison)).join('\n');
  try {
    writeAside(files, file, text);
  } catch (error) {
    throw new UsageError(`--markdown: expected to write ${JSON.stringify(file)}: ${reasonOf(error)}`);
  }
}
