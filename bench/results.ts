import { median, pairedRatios } from './paired-ratios.js';
import type { Bound, Comparison, Suite } from './suite.js';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  /** undefined: none was found. */
  readonly compiler?: string | undefined;
}

export interface ProgramResult {
  readonly name: string;
  /** Round by round; empty when it is missing. */
  readonly figures: readonly number[];
  readonly missing?: string | undefined;
}

export interface RatioResult {
  readonly of: string;
  readonly to: string;
  /** Median of the rounds' own ratios. */
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly bound?: Bound | undefined;
}

export interface SuiteResult {
  readonly name: string;
  readonly title: string;
  readonly load: string;
  readonly unit: string;
  /** The figures are costs. */
  readonly lessIsBetter?: boolean | undefined;
  /** What repeats it. */
  readonly command: string;
  readonly date: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly programs: readonly ProgramResult[];
  readonly ratios: readonly RatioResult[];
  readonly goals: readonly { readonly of: string; readonly median: number; readonly bound: Bound }[];
}

/** Puts a suite's figures together. Ratios with a program that is missing are left out. */
export function resultOf(
  suite: Suite,
  programs: readonly ProgramResult[],
  circumstances: Pick<SuiteResult, 'command' | 'date' | 'machine' | 'rounds'>,
): SuiteResult {
  const figures = new Map(programs.filter((program) => program.missing === undefined).map((program) => [program.name, program.figures]));
  const { name, title, load, unit, lessIsBetter } = suite;
  return {
    name,
    title,
    load,
    unit,
    lessIsBetter,
    ...circumstances,
    programs,
    ratios: suite.comparisons.flatMap((comparison) => ratioOf(comparison, figures)),
    goals: (suite.goals ?? []).flatMap(({ of, bound }) => {
      const own = figures.get(of);
      return own === undefined ? [] : [{ of, median: median(own), bound }];
    }),
  };
}

function ratioOf({ of, to, bound }: Comparison, figures: ReadonlyMap<string, readonly number[]>): RatioResult[] {
  const one = figures.get(of);
  const other = figures.get(to);
  if (one === undefined || other === undefined) return [];
  const ratios = pairedRatios(one, other);
  return [{ of, to, median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios), bound }];
}

export function isMet(ratio: number, bound: Bound): boolean {
  return 'atLeast' in bound ? ratio >= bound.atLeast : ratio <= bound.atMost;
}
