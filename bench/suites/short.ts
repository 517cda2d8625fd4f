import type { Suite, SuiteOptions } from '../suite.js';
import { requestsPerCpuSecond } from './product.js';

/** Thousands of seeds of a short run: what a search for a failing seed is made of. */
export function shortSuite({ scale, programs }: SuiteOptions): Suite {
  const seeds = Math.max(10, Math.round(10_000 * scale));
  return {
    name: 'short',
    title: 'Short runs, many seeds',
    load: 'Ten accounts with limits of 2 to 40, 140 runners, 95 % load, all checks, the verdict, a new engine for every seed; after 200 seeds to warm up.',
    unit: 'seeds per CPU-second',
    figure: requestsPerCpuSecond,
    programs: [
      programs.script('200 requests', 'samples/short-runs.js', 200, seeds),
      programs.script('1,000 requests', 'samples/short-runs.js', 1_000, Math.max(10, Math.round(seeds / 4))),
    ],
    comparisons: [],
    goals: [{ of: '200 requests', bound: { atLeast: 5_000 } }],
    disagreements: () => [],
  };
}
