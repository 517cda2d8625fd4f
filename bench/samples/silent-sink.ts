import type { RunSink } from '../../src/sim/simulation.js';

/** Reads nothing of a run's history. */
export class SilentSink implements RunSink {
  attach(): void {}
  record(): void {}
  dispatched(): void {}
  completed(): void {}
  callBegan(): void {}
  callRetried(): void {}
  callEnded(): void {}
  zombiePolls(): void {}
  iterationDropped(): void {}
}
