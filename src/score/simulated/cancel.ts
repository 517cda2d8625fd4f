import type { RunResult } from '../../measure/result.js';
import type { PreparedVariant } from '../../prepare.js';
import type { Observed } from '../observed.js';
import { AT_ONCE_S } from '../questions.js';
import { count, secondsText } from '../words.js';
import { ifExercised, type SimulatedExperiment, saysNothing, seedsOf, timeOf } from './experiment.js';
import { type HeldSlots, slotsHeldFrom, stuckSlotsAt, worst } from './held-slots.js';

/** Whose requests are cancelled. */
const KEY = 'old';

/** Whatever a revocation has left stuck is cancelled by its owner, and released where that is offered. */
export const strandedExperiment: SimulatedExperiment = {
  id: 'cancel-stranded',
  question: 'cancel-stuck',
  needsEvidence: true,
  observe: (runs, variant) => {
    const stuck = worst(runs.map((run) => stuckSlotsAt(run, timeOf('cancel', variant))));
    return ifExercised(runs, {
      ...(stuck === 0 ? NOTHING_STUCK : cancelled(runs, variant, stuck)),
      name: 'What a revocation leaves stuck is cancelled',
      done: `Six requests in progress, their key revoked; a minute later their owner cancels them with another key, and half a minute after that asks for stuck slots back. Simulated with ${seedsOf(runs)}.`,
      expected: `Every stuck slot is free within ${secondsText(AT_ONCE_S)} of the cancel, or of the release.`,
    });
  },
};

/** The work of a request hangs: alive, and never over. Its owner cancels it. */
export const hungExperiment: SimulatedExperiment = {
  id: 'hung-runner',
  question: 'cancel-stuck',
  needsEvidence: true,
  observe: (runs, variant) => {
    const held = runs.map((run) => slotsHeldFrom(run, timeOf('cancel', variant), KEY).held);
    const observed = {
      ...cancelled(runs, variant, worst(held)),
      name: 'A request whose work hangs is cancelled',
      done: `One request’s work is made to hang; a minute later its owner cancels it. Simulated with ${seedsOf(runs)}.`,
      expected: `Its slot is free within ${secondsText(AT_ONCE_S)} of the cancel.`,
    };
    if (held.includes(0)) return saysNothing(observed, 'Not in every seed was a slot held when it was cancelled.');
    return ifExercised(runs, observed);
  },
};

type Outcome = Pick<Observed, 'seen' | 'short' | 'passed' | 'figures'>;

const NOTHING_STUCK: Outcome = {
  seen: 'Nothing was stuck a minute after the revocation, so there was nothing to cancel.',
  short: 'nothing was stuck',
  passed: undefined,
  figures: [{ name: 'stuck slots before the cancel (worst seed)', value: 0, unit: 'slots' }],
};

function cancelled(runs: readonly RunResult[], variant: PreparedVariant, stuck: number): Outcome {
  const afterCancel = heldFrom(runs, timeOf('cancel', variant));
  const released = worst(runs.map((run) => run.exercise['stuck_released'] ?? 0));
  const neverFree = worst(afterCancel.map((one) => one.neverFree));
  const lastFreeS = worst(afterCancel.map((one) => one.lastFreeS));
  const byCancel = afterCancel.every(isFreeAtOnce);
  const byRelease = released > 0 && heldFrom(runs, timeOf('release-stuck', variant)).every(isFreeAtOnce);
  const passed = byCancel || byRelease;
  return {
    seen: seenText({ stuck, neverFree, lastFreeS, released }),
    short: passed ? `yes, ${byCancel ? afterCancelText(lastFreeS) : 'by a release of one’s own'}` : stillStuckText({ stuck, neverFree, lastFreeS }),
    passed,
    figures: [
      { name: 'stuck slots before the cancel (worst seed)', value: stuck, unit: 'slots' },
      { name: 'from the cancel until the last is free (worst seed)', value: neverFree > 0 ? undefined : lastFreeS, unit: 's' },
      { name: 'given back by a release of one’s own (most)', value: released, unit: 'slots' },
      { name: 'never given back (worst seed)', value: neverFree, unit: 'slots' },
    ],
  };
}

/** Every slot, of every seed, that is held at that time or taken later. */
function heldFrom(runs: readonly RunResult[], atUs: number): HeldSlots[] {
  return runs.map((run) => slotsHeldFrom(run, atUs, KEY));
}

function isFreeAtOnce({ neverFree, lastFreeS }: HeldSlots): boolean {
  return neverFree === 0 && lastFreeS <= AT_ONCE_S;
}

function afterCancelText(seconds: number): string {
  return seconds === 0 ? 'in the step of the cancel' : `${secondsText(seconds)} after the cancel`;
}

interface StuckFigures {
  readonly stuck: number;
  readonly neverFree: number;
  readonly lastFreeS: number;
}

function stillStuckText({ stuck, neverFree, lastFreeS }: StuckFigures): string {
  return neverFree > 0 ? `no: ${neverFree} of ${stuck} stay stuck` : `no: only ${secondsText(lastFreeS)} after the cancel`;
}

function seenText({ stuck, neverFree, lastFreeS, released }: StuckFigures & { readonly released: number }): string {
  const slots = count(stuck, 'slot');
  if (neverFree > 0)
    return `${slots} ${stuck === 1 ? 'was' : 'were'} stuck. After the cancels ${neverFree} ${neverFree === 1 ? 'was' : 'were'} held until the run ended; a release of one’s own gave ${released} back.`;
  return `${slots} ${stuck === 1 ? 'was' : 'were'} stuck, and free ${secondsText(lastFreeS)} after the cancel at the latest.`;
}
