import type { LoadFacts } from '../../measure/capacity/plan-result.js';
import { dispersionOfBatches } from '../../measure/capacity/variability.js';
import type { Dials, PlannedLoad } from '../point.js';
import { many, time } from './words.js';

/** One thing that may be otherwise. */
export interface Change {
  readonly factor: string;
  readonly what: string;
  readonly change: string;
  readonly dials: Omit<Dials, 'limit'>;
}

const FIFTH = 0.2;
const BATCH_MEANS = [2, 5, 10];
const SERVICE_CVS = [0, 1, 2];
const COLD_START_MS = 30_000;
const CLOSE = 0.01;

/** What a sensitivity looks at: the changes whose dial the load has, without those that change nothing. @param ghosts the most */
export function changesOf(load: PlannedLoad, ghosts: number): Change[] {
  const { dials, facts } = load;
  const changes: Change[] = [];
  if (dials.has('rateFactor')) changes.push(...fifths(facts.atOnce === undefined ? 'rate' : 'burst size', (rateFactor) => ({ rateFactor })));
  if (dials.has('serviceFactor')) changes.push(...fifths('service', (serviceFactor) => ({ serviceFactor })));
  if (dials.has('batchMean')) changes.push(...BATCH_MEANS.filter((mean) => !isBatchMean(facts, mean)).map(burstiness));
  if (dials.has('serviceCv')) changes.push(...SERVICE_CVS.filter((cv) => !isNear(facts.serviceScv, cv * cv)).map(variability));
  if (dials.has('ghosts')) for (let count = 1; count <= ghosts; count++) changes.push(ghostSlots(count));
  if (dials.has('coldStartMs')) changes.push(coldStarts());
  return changes;
}

function fifths(factor: 'rate' | 'burst size' | 'service', dials: (by: number) => Change['dials']): Change[] {
  return [1 - FIFTH, 1 + FIFTH].map((by) => {
    const change = by < 1 ? '−20 %' : '+20 %';
    return { factor, what: `${factor} ${change}`, change, dials: dials(by) };
  });
}

function burstiness(batchMean: number): Change {
  return { factor: 'burstiness', what: `requests come in batches of ${batchMean} on average`, change: `batches of ${batchMean}`, dials: { batchMean } };
}

function variability(serviceCv: number): Change {
  const change = serviceCv === 0 ? 'all alike' : `cv ${serviceCv}`;
  return { factor: 'service variability', what: `service times ${serviceCv === 0 ? 'all alike' : `with cv ${serviceCv}`}`, change, dials: { serviceCv } };
}

function ghostSlots(ghosts: number): Change {
  return { factor: 'ghost slots', what: many(ghosts, 'ghost slot'), change: `+${ghosts}`, dials: { ghosts } };
}

function coldStarts(): Change {
  return {
    factor: 'cold starts',
    what: `runners start cold and take ${time(COLD_START_MS)}`,
    change: time(COLD_START_MS),
    dials: { coldStartMs: COLD_START_MS },
  };
}

function isBatchMean({ arrivalScv }: LoadFacts, mean: number): boolean {
  return isNear(arrivalScv, dispersionOfBatches(mean));
}

function isNear(actual: number | undefined, wanted: number): boolean {
  return actual !== undefined && Math.abs(actual - wanted) < CLOSE;
}
