import type { GatedNumber, RegressionTerms } from '../gate/gate-result.js';
import { USUAL_REGRESSION } from '../gate/regression-terms.js';

/** On the wall clock nothing is exact: the margin is wider, and a misrate of 5 % can be had with 4 runs. */
const LIVE_MARGIN_SHARE = 0.1;
const LIVE_MISRATE = 0.05;

/** Seeds that both sides need; bounds of a small misrate need more of them. */
export const LEAST_SEEDS = 6;
/** Live runs on each side. */
export const LEAST_RUNS = 4;

/** Held to nothing; everything is shown for information. */
export const NO_NUMBERS: RegressionTerms = { ...USUAL_REGRESSION, gated: [] };

/** Whether these are the numbers that nobody chose. */
export function areUsual(gated: readonly GatedNumber[]): boolean {
  const usual = USUAL_REGRESSION.gated;
  return gated.length === usual.length && usual.every(({ metric, number }, at) => gated[at]?.metric === metric && gated[at]?.number === number);
}

/** Terms of one variant: the user's own first, then the scenario's, then the usual ones. */
export function termsFor(scenario: RegressionTerms | undefined, own: Partial<RegressionTerms>, isLive: boolean): RegressionTerms {
  const asked = { ...USUAL_REGRESSION, ...scenario };
  const terms = isLive ? { ...asked, marginShare: Math.max(asked.marginShare, LIVE_MARGIN_SHARE), misrate: Math.max(asked.misrate, LIVE_MISRATE) } : asked;
  return { ...terms, ...own };
}
