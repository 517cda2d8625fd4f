import type { RunResult } from '../../measure/result.js';
import type { PreparedVariant } from '../../prepare.js';
import { count, usdText } from '../words.js';
import { ifExercised, type SimulatedExperiment, seedsOf } from './experiment.js';
import { worst } from './held-slots.js';

/** Money is added up in floating point. */
const ROUNDING_USD = 1e-6;

/** What a month cost, by the simulator's rule, and what nobody's rule covers. */
export interface Bill {
  readonly usdPerRequest: number;
  readonly priceSource: string;
  /** Of the first seed, as everything that does not say otherwise. */
  readonly requests: number;
  readonly usd: number;
  readonly stuckRequests: number;
  readonly stuckSeconds: number;
}

/** A month of traffic with one key rotation: is the bill what the price list says? */
export const billExperiment: SimulatedExperiment = {
  id: 'month-with-rotation',
  question: 'predictable-price',
  needsEvidence: false,
  observe: (runs, variant) => {
    const bills = runs.map((run) => billOf(run, variant));
    const first = bills[0] as Bill;
    const isExact = bills.every(({ requests, usdPerRequest, usd }) => Math.abs(requests * usdPerRequest - usd) <= ROUNDING_USD * Math.max(1, usd));
    const stuckSeconds = worst(bills.map((bill) => bill.stuckSeconds));
    const priceText = `${count(first.requests, 'successful request')} at ${usdText(first.usdPerRequest)} make ${usdText(first.usd)} (seed ${runs[0]?.seed})`;
    const sumText = isExact ? `${priceText}, as in every other seed successes times price.` : `${priceText}, but successes times price is another sum.`;
    const stuckText =
      stuckSeconds > 0
        ? ` ${count(first.stuckRequests, 'stuck request')} held slots for ${count(Math.round(first.stuckSeconds), 'slot-second')} together. Whether that is charged nobody says, and the bill depends on it.`
        : ' No slot was held without work, so that it is the same whoever charges for stuck time.';
    return ifExercised(runs, {
      name: 'A month’s bill with one key rotation',
      done: `A month of traffic at one request in 100 s; on the first day a key is revoked while six requests are in progress. Simulated with ${seedsOf(runs)}.`,
      expected: 'Cost is successes times price, and no time is left over that somebody might charge.',
      seen: `${sumText}${stuckText}`,
      short: shortText(isExact, stuckSeconds, first),
      passed: isExact && stuckSeconds > 0 ? undefined : isExact,
      figures: [
        { name: 'successful requests', value: first.requests, unit: 'requests' },
        { name: 'price of one', value: first.usdPerRequest, unit: 'usd' },
        { name: 'charged for successes', value: first.usd, unit: 'usd' },
        { name: 'stuck requests', value: first.stuckRequests, unit: 'requests' },
        { name: 'time of stuck slots (worst seed)', value: stuckSeconds, unit: 'slot-seconds' },
      ],
    });
  },
};

/** @throws Error for a run without the metrics */
export function billOf(run: RunResult, { scenario }: PreparedVariant): Bill {
  const [endpoint] = scenario.platform.endpoints;
  if (endpoint === undefined) throw new Error(`expected the scenario ${scenario.name} to have an endpoint`);
  return {
    usdPerRequest: endpoint.priceUsd,
    priceSource: endpoint.priceSource,
    requests: counted(run, 'requests{outcome:ok}'),
    usd: counted(run, 'cost_usd'),
    stuckRequests: counted(run, 'leaked_slots', 'value'),
    stuckSeconds: counted(run, 'leaked_slot_seconds'),
  };
}

function counted(run: RunResult, metric: string, part = 'count'): number {
  const value = (run.metrics[metric] as unknown as Readonly<Record<string, unknown>> | undefined)?.[part];
  if (typeof value !== 'number') throw new Error(`expected the run of seed ${run.seed} to have ${part} of ${metric}`);
  return value;
}

function shortText(isExact: boolean, stuckSeconds: number, { stuckRequests, stuckSeconds: firstSeconds }: Bill): string {
  if (!isExact) return 'no: the bill is not successes times price';
  if (stuckSeconds === 0) return 'successes times price, nothing stuck';
  return `${count(stuckRequests, 'request')} stuck for ${count(Math.round(firstSeconds), 'slot-second')}: charged?`;
}
