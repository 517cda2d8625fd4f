import { erlangB } from './erlang.js';

/** M/M/c where requests leave the queue if their work has not begun after a fixed patience τ: start_timeout. */
export interface FixedPatience {
  /** Share of all requests whose work begins at once. */
  readonly shareAtOnce: number;
  readonly shareTimedOut: number;
  readonly meanWaitOfServed: number;
  readonly meanWaitOfAll: number;
  /** Share of the servers at work. */
  readonly utilisation: number;
}

/**
 * M/M/c+D, from the density of the wait a request would have: λ B(c−1) e^(−d·t) up to τ, then as all servers are busy and
 * nobody joins, e^(−cμ·t); d = cμ − λ. Stable at any load.
 */
export function fixedPatience(arrivalRate: number, serviceRate: number, servers: number, patience: number): FixedPatience {
  const offered = arrivalRate / serviceRate;
  const spare = servers * serviceRate - arrivalRate;
  const x = spare * patience;
  const rise = arrivalRate * erlangB(servers - 1, offered);
  const within = patience * meanOfDecay(x);
  const beyond = Math.exp(-x) / (servers * serviceRate);
  const moment = patience * patience * firstMomentOfDecay(x);
  const shareAtOnce = 1 / (1 + rise * (within + beyond));
  const shareTimedOut = rise * shareAtOnce * beyond;
  const waitedInVain = patience * shareTimedOut;
  const waitedWell = rise * shareAtOnce * moment;
  return {
    shareAtOnce,
    shareTimedOut,
    meanWaitOfServed: waitedWell / (1 - shareTimedOut),
    meanWaitOfAll: waitedWell + waitedInVain,
    utilisation: (offered * (1 - shareTimedOut)) / servers,
  };
}

/** ∫ e^(−xs) ds over s from 0 to 1. */
function meanOfDecay(x: number): number {
  return x === 0 ? 1 : -Math.expm1(-x) / x;
}

/** Below this the closed form below would subtract two nearly equal numbers. */
const SERIES_BELOW = 0.5;

/** ∫ s e^(−xs) ds over s from 0 to 1. */
function firstMomentOfDecay(x: number): number {
  if (Math.abs(x) >= SERIES_BELOW) return (1 - Math.exp(-x) * (1 + x)) / (x * x);
  let sum = 0;
  let term = 1;
  for (let k = 0; k < 20; k++) {
    sum += term / (k + 2);
    term *= -x / (k + 1);
  }
  return sum;
}
