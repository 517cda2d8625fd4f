import { smallestLimitByErlangC, type WaitGoal, waitQuantileMs } from '../measure/capacity/erlang.js';
import { offeredSlots, type QueueLoad, stableFrom } from '../measure/capacity/little.js';
import type { FormulaGuess, LoadFacts } from '../measure/capacity/plan-result.js';
import { dispersionOfBatches, variabilityFactor } from '../measure/capacity/variability.js';
import type { Dials } from './point.js';
import type { Slos } from './slos.js';

/** A load with its dials turned, as formulas see it: Poisson and exponential where nothing else is known. */
export function turnedLoad(
  { ratePerSecond, meanServiceMs, offeredSlots: offered, busiestOfferedSlots = offered, arrivalScv = 1, serviceScv = 1 }: LoadFacts,
  { rateFactor = 1, serviceFactor = 1, batchMean, serviceCv }: Partial<Dials> = {},
): { readonly load: QueueLoad; readonly variability: number } {
  const arrivals = batchMean === undefined ? arrivalScv : dispersionOfBatches(batchMean);
  const service = serviceCv === undefined ? serviceScv : serviceCv * serviceCv;
  return {
    load: { ratePerSecond: offered === 0 ? 0 : (ratePerSecond * rateFactor * busiestOfferedSlots) / offered, meanServiceMs: meanServiceMs * serviceFactor },
    variability: variabilityFactor(arrivals, service),
  };
}

/** The first guesses of a plan. All of it is formula, and speaks of loads that go on: what comes all at once any limit works off. */
export function formulaGuess(facts: LoadFacts, slos: Slos): FormulaGuess {
  if (facts.atOnce !== undefined) return { stableFrom: 1 };
  const { load, variability } = turnedLoad(facts);
  return {
    stableFrom: stableFrom(facts.busiestOfferedSlots ?? facts.offeredSlots),
    erlangC: largestGuess(load, slos.waitGoals, 1),
    withVariability: largestGuess(load, slos.waitGoals, variability),
  };
}

/** Every goal must be met. @returns undefined where there is none, or one that no limit meets */
function largestGuess(load: QueueLoad, goals: readonly WaitGoal[], variability: number): number | undefined {
  const guesses = goals.map((goal) => smallestLimitByErlangC(load, goal, variability));
  if (guesses.length === 0 || guesses.includes(undefined)) return undefined;
  return Math.max(...guesses.map((guess) => guess ?? 0));
}

/** The largest factor that still meets every goal at a limit; undefined: there are no goals, or none does. */
export function largestFactorByErlangC(
  { load, variability }: ReturnType<typeof turnedLoad>,
  dial: 'rateFactor' | 'serviceFactor',
  limit: number,
  goals: readonly WaitGoal[],
): number | undefined {
  const scaled = (factor: number): QueueLoad =>
    dial === 'rateFactor' ? { ...load, ratePerSecond: load.ratePerSecond * factor } : { ...load, meanServiceMs: load.meanServiceMs * factor };
  let low = 0;
  let high = goals.length === 0 || limit <= 0 ? 0 : limit / offeredSlots(load);
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    const isMet = goals.every((goal) => goal.isMetBy(waitQuantileMs(scaled(middle), limit, goal.share, variability)));
    if (isMet) low = middle;
    else high = middle;
  }
  return low === 0 ? undefined : low;
}

const HALVINGS = 40;
