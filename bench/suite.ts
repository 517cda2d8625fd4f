import type { Sample } from './sample.js';

/** How one program of a suite is started: a fresh process for each sample. */
export interface Program {
  readonly name: string;
  readonly command: readonly string[];
  /** Why it cannot run on this machine; undefined: it can. */
  readonly missing?: string | undefined;
}

/** Two programs of a suite, compared round by round. */
export interface Comparison {
  readonly of: string;
  readonly to: string;
  /** What the ratio has to reach, or must not pass. */
  readonly bound?: Bound;
}

export type Bound = { readonly atLeast: number } | { readonly atMost: number };

/** One question, and the programs whose samples answer it. */
export interface Suite {
  readonly name: string;
  readonly title: string;
  /** What is run, so that the figures mean something. */
  readonly load: string;
  readonly unit: string;
  /** The figures are costs, not rates. */
  readonly lessIsBetter?: boolean | undefined;
  /** The figure of a sample, in the unit. */
  readonly figure: (sample: Sample) => number;
  readonly programs: readonly Program[];
  readonly comparisons: readonly Comparison[];
  /** What a single program's median has to reach, or must not pass. */
  readonly goals?: readonly { readonly of: string; readonly bound: Bound }[];
  /** Whether the programs did the same work. @returns what does not agree; empty: all does */
  readonly disagreements: (samples: ReadonlyMap<string, Sample>) => readonly string[];
}

/** What the command line asks of all suites. */
export interface SuiteOptions {
  /** The sizes that take minutes. */
  readonly full: boolean;
  /** Multiplies the work of every sample; below 1 for a look whether everything runs. */
  readonly scale: number;
  readonly programs: ProgramFinder;
}

/** Knows where the programs lie on this machine. */
export interface ProgramFinder {
  /** A file of bench/, run by this Node. */
  script(name: string, path: string, ...values: readonly (string | number)[]): Program;
  /** A C++ file of bench/reference. */
  native(name: string, source: string, ...values: readonly (string | number)[]): Program;
}
