/** Two phases that take turns, and how many requests come in a window of each. */
export interface TwoPhases {
  /** Requests in a window: in the busy phase, and in the quiet one. */
  readonly busy: number;
  readonly quiet: number;
  /** The chance to leave each phase from one window to the next. */
  readonly leaveBusy: number;
  readonly leaveQuiet: number;
}

const ROUNDS = 60;
const LEAST = 1e-6;

/**
 * The two phases under which counts are most likely (Baum and Welch): Poisson counts whose mean switches like a Markov chain.
 * It begins with the windows above and below the mean. undefined: there are no two phases.
 */
export function twoPhasesOf(counts: Float64Array): TwoPhases | undefined {
  let phases = firstGuess(counts);
  if (phases === undefined) return undefined;
  for (let round = 0; round < ROUNDS; round++) phases = improved(phases, counts);
  return phases.busy > phases.quiet * 1.05 ? phases : undefined;
}

function firstGuess(counts: Float64Array): TwoPhases | undefined {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  const above = counts.filter((count) => count > mean);
  const below = counts.filter((count) => count <= mean);
  if (above.length === 0 || below.length === 0) return undefined;
  const average = (list: Float64Array): number => list.reduce((sum, count) => sum + count, 0) / list.length;
  return { busy: average(above), quiet: Math.max(LEAST, average(below)), leaveBusy: 0.2, leaveQuiet: 0.1 };
}

/** One round: how likely each window was busy, then the parameters that fit this best. */
function improved({ busy, quiet, leaveBusy, leaveQuiet }: TwoPhases, counts: Float64Array): TwoPhases {
  const length = counts.length;
  // The share of a window's likelihood that is the busy phase's: factorials cancel.
  const ratio = Math.log(busy / quiet);
  const odds = (count: number): number => Math.exp(Math.max(-700, Math.min(700, count * ratio - (busy - quiet))));
  const forward = new Float64Array(length);
  let isBusy = leaveQuiet / (leaveBusy + leaveQuiet);
  for (let n = 0; n < length; n++) {
    const weight = odds(counts[n] as number);
    forward[n] = weighted(isBusy, weight);
    isBusy = (forward[n] as number) * (1 - leaveBusy) + (1 - (forward[n] as number)) * leaveQuiet;
  }
  const sums = { busy: 0, busyCount: 0, quietCount: 0, left: 0, came: 0, busyBefore: 0 };
  // How likely the window after it, and all later ones, are for each phase.
  let smooth = forward[length - 1] as number;
  for (let n = length - 1; n >= 0; n--) {
    const count = counts[n] as number;
    sums.busy += smooth;
    sums.busyCount += smooth * count;
    sums.quietCount += (1 - smooth) * count;
    if (n === 0) break;
    const before = forward[n - 1] as number;
    const nextBusy = before * (1 - leaveBusy) + (1 - before) * leaveQuiet;
    const stayBusy = smooth * ((before * (1 - leaveBusy)) / nextBusy);
    const leave = (1 - smooth) * ((before * leaveBusy) / Math.max(LEAST * LEAST, 1 - nextBusy));
    sums.left += leave;
    sums.came += smooth - stayBusy;
    sums.busyBefore += stayBusy + leave;
    smooth = stayBusy + leave;
  }
  const quietWindows = length - sums.busy;
  const quietBefore = length - 1 - sums.busyBefore;
  return {
    busy: sums.busyCount / Math.max(LEAST, sums.busy),
    quiet: Math.max(LEAST, sums.quietCount / Math.max(LEAST, quietWindows)),
    leaveBusy: Math.min(1, Math.max(LEAST, sums.left / Math.max(LEAST, sums.busyBefore))),
    leaveQuiet: Math.min(1, Math.max(LEAST, sums.came / Math.max(LEAST, quietBefore))),
  };
}

function weighted(isBusy: number, odds: number): number {
  const busy = isBusy * odds;
  return busy / (busy + (1 - isBusy));
}
