import type { RunClock } from '../../../src/load/steps/run-clock.js';

/** Time that passes only where somebody waits for it, at once. */
export class ManualClock implements RunClock {
  readonly speed = 1;
  private us = 0;
  /** Called before time passes. */
  onWait: (atUs: number) => void = () => undefined;

  nowUs(): number {
    return this.us;
  }

  until(atUs: number, signal: AbortSignal): Promise<void> {
    this.onWait(atUs);
    if (signal.aborted) return Promise.reject(signal.reason);
    this.us = Math.max(this.us, atUs);
    return Promise.resolve();
  }

  pass(us: number): void {
    this.us += us;
  }
}
