import { showRatio } from './numbers.js';
import type { RatioResult, SuiteResult } from './results.js';

/** A ratio may fall to this share of the recorded one before the gate closes: what other machines and minutes need. */
const TOLERATED = 0.8;

/**
 * Holds ratios against the recorded ones. Ratios only: a figure in itself says more about the machine than about the code.
 * @returns what has become worse; empty: nothing
 */
export function regressions(measured: readonly SuiteResult[], recorded: readonly SuiteResult[]): string[] {
  return measured.flatMap((suite) => {
    const before = recorded.find((one) => one.name === suite.name);
    if (before === undefined) return [`${suite.name}: expected bench/results.json to have it, run npm run bench -- ${suite.name} --write-docs first`];
    return suite.ratios.flatMap((ratio) => {
      const then = before.ratios.find((one) => one.of === ratio.of && one.to === ratio.to);
      return then === undefined || holdsUp(ratio, then, suite.lessIsBetter === true)
        ? []
        : [`${suite.name}: ${ratio.of} : ${ratio.to} is ${showRatio(ratio.median)}, was ${showRatio(then.median)}`];
    });
  });
}

/** Figures of a suite are rates, of which more is better, or costs. */
function holdsUp(now: RatioResult, then: RatioResult, lessIsBetter: boolean): boolean {
  return lessIsBetter ? now.median <= then.median / TOLERATED : now.median >= then.median * TOLERATED;
}
