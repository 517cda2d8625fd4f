import type { StoreCopy } from '../core/healing.js';
import type { Platform } from '../core/platform.js';
import type { StepSpec } from '../scenario/types.js';

/**
 * States of the slot store that later steps go back to. The simulation asks for them at `instantsUs`, before anything of
 * that instant that comes after it on the calendar.
 */
export class StorePast {
  /** When a state must be kept, µs, each once, in order. Empty for most scenarios. */
  readonly instantsUs: readonly number[];
  private readonly states = new Map<number, StoreCopy>();

  /** @param steps scripted and drawn */
  constructor(steps: readonly StepSpec[]) {
    const instants = steps.map(restoredFromUs).filter((us) => us !== undefined);
    this.instantsUs = [...new Set(instants)].sort((one, other) => one - other);
  }

  /** Keeps the store as it is now. @param nth of `instantsUs` */
  keep(nth: number, platform: Platform): void {
    this.states.set(this.instantsUs[nth] as number, platform.faults.snapshotStore());
  }

  /** What a step goes back to; undefined: to nothing, the store comes back empty. */
  before(step: StepSpec): StoreCopy | undefined {
    const us = restoredFromUs(step);
    return us === undefined ? undefined : this.states.get(us);
  }
}

function restoredFromUs(step: StepSpec): number | undefined {
  return step.do === 'lose-store' && step.ageUs !== undefined ? step.atUs - step.ageUs : undefined;
}
