import type { RunResult } from '../../measure/result.js';
import { AT_ONCE_S } from '../questions.js';
import { count, secondsText } from '../words.js';
import { ifExercised, type SimulatedExperiment, saysNothing, seedsOf, timeOf } from './experiment.js';
import { requestEndsFrom, slotsHeldFrom, worst } from './held-slots.js';

const KEY = 'old';
const HELD = 6;

/** Six requests of a key are in progress and four wait when it is revoked: when is each slot free? */
export const revocationExperiment: SimulatedExperiment = {
  id: 'revoked-key',
  question: 'revoke-releases',
  needsEvidence: true,
  observe: (runs, variant) => {
    const figures = figuresOf(runs, timeOf('revoke-key', variant));
    const { neverFree, lastFreeS, lastEndS, open, workS } = figures;
    const passed = neverFree === 0 && open === 0 && lastFreeS <= AT_ONCE_S && lastEndS <= AT_ONCE_S;
    const observed = {
      name: 'A key is revoked while its requests are in progress',
      done: `Six requests of a key in progress, four in the queue; the key is revoked. Simulated with ${seedsOf(runs)}.`,
      expected: `All six slots free, and no request left open, within ${secondsText(AT_ONCE_S)}.`,
      seen: seenText(figures),
      short: shortText(figures, passed),
      passed,
      figures: [
        { name: 'slots never given back (worst seed)', value: neverFree, unit: 'slots' as const },
        { name: 'until the last slot is free (worst seed)', value: neverFree > 0 ? undefined : lastFreeS, unit: 's' as const },
        { name: 'slots taken for the revoked key afterwards (worst seed)', value: figures.takenLater, unit: 'slots' as const },
        { name: 'computed for the revoked key (worst seed, all together)', value: workS, unit: 's' as const },
        { name: 'waiting requests removed from the queue (fewest)', value: figures.removed, unit: 'requests' as const },
        { name: 'requests left open at the end (worst seed)', value: open, unit: 'requests' as const },
      ],
    };
    if (!figures.isHeld) return saysNothing(observed, `Not all of the key’s ${HELD} slots were held when it was revoked.`);
    return ifExercised(runs, observed);
  },
};

interface RevocationFigures {
  /** Whether six slots were held in every seed. */
  readonly isHeld: boolean;
  readonly takenLater: number;
  readonly neverFree: number;
  readonly lastFreeS: number;
  readonly workS: number;
  readonly open: number;
  readonly lastEndS: number;
  readonly removed: number;
}

function figuresOf(runs: readonly RunResult[], revokedUs: number): RevocationFigures {
  const slots = runs.map((run) => slotsHeldFrom(run, revokedUs, KEY));
  const ends = runs.map((run) => requestEndsFrom(run, revokedUs, KEY));
  return {
    isHeld: slots.every(({ held }) => held === HELD),
    takenLater: worst(slots.map(({ takenLater }) => takenLater)),
    neverFree: worst(slots.map(({ neverFree }) => neverFree)),
    lastFreeS: worst(slots.map(({ lastFreeS }) => lastFreeS)),
    workS: worst(slots.map(({ workS }) => workS)),
    open: worst(ends.map(({ open }) => open)),
    lastEndS: worst(ends.map(({ lastEndS }) => lastEndS)),
    removed: Math.min(...ends.map(({ endedInQueue }) => endedInQueue)),
  };
}

function seenText({ takenLater, neverFree, lastFreeS, workS, open, removed }: RevocationFigures): string {
  const all = HELD + takenLater;
  const slots =
    neverFree > 0
      ? `${neverFree} of ${all} slots were never given back before the run ended.`
      : `The last of ${all} slots was free ${secondsText(lastFreeS)} after the revocation, in the worst seed.`;
  const later = takenLater > 0 ? ` ${count(takenLater, 'slot')} of them ${takenLater === 1 ? 'was' : 'were'} taken for the key after it was revoked.` : '';
  const requests = open > 0 ? ` ${count(open, 'request')} of the key never ended.` : ' No request was left open.';
  const work = workS > 0 ? ` ${secondsText(workS)} of work were still done for the revoked key.` : ' Nothing more was computed for the revoked key.';
  return `${slots}${later}${requests}${work} ${count(removed, 'waiting request')} of the key ended in the queue.`;
}

function shortText({ takenLater, neverFree, lastFreeS, lastEndS, workS, open }: RevocationFigures, passed: boolean): string {
  if (neverFree > 0) return `no: ${neverFree} of ${HELD + takenLater} slots never come back`;
  if (passed) return lastFreeS === 0 ? 'yes, in the same step' : `yes, after ${secondsText(lastFreeS)}`;
  if (open > 0) return `no: ${count(open, 'request')} left open`;
  if (takenLater > 0) return `no: ${count(takenLater, 'slot')} taken afterwards, free after up to ${secondsText(lastFreeS)}`;
  if (lastFreeS <= AT_ONCE_S) return `no: a request ended only after ${secondsText(lastEndS)}`;
  return workS > 0 ? `no: when the work ends, up to ${secondsText(lastFreeS)}` : `no: after up to ${secondsText(lastFreeS)}`;
}
