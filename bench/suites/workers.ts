import type { Suite, SuiteOptions } from '../suite.js';

/** What a second core brings to many seeds: the command line as a user calls it, by the clock on the wall. */
export function workersSuite({ scale, programs }: SuiteOptions): Suite {
  const seeds = Math.max(4, Math.round(6_000 * scale));
  return {
    name: 'workers',
    title: 'Two workers',
    load: `slotstorm run with ${seeds} seeds of 5,000 requests each (ten accounts, 95 % load), from the start of the process to its end, no report written.`,
    unit: 'seeds per second by the clock',
    figure: (sample) => sample.work / (sample.wallSeconds ?? Number.NaN),
    programs: [programs.script('1 worker', 'samples/workers.js', 1, seeds), programs.script('2 workers', 'samples/workers.js', 2, seeds)],
    comparisons: [{ of: '2 workers', to: '1 worker', bound: { atLeast: 1.8 } }],
    disagreements: () => [],
  };
}
