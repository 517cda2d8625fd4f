import type { RunResult } from '../measure/result.js';
import type { ScenarioRun } from '../run.js';
import type { Surroundings } from './surroundings.js';

/** Calendar events between two looks around: some hundredths of a second. */
const SLICE_EVENTS = 50_000;
/** With a reader less happens in a slice, for what it reads is held until the slice is over. */
const READ_SLICE_EVENTS = 5_000;
/** Time in which the terminal may stand still, ms. Short runs do not look around after each. */
const BREATH_MS = 20;

/** Runs in this process, slice by slice, so that the user can be shown progress and can interrupt. */
export class SlicedRuns {
  private breathedMs: number;

  constructor(private readonly around: Surroundings) {
    this.breathedMs = around.monotonicMs();
  }

  /** @param afterSlice told how much of the run is over, 0 to 1, while it is not */
  async toEnd(run: ScenarioRun, afterSlice: (share: number) => void): Promise<RunResult> {
    await this.breathe();
    while (!run.advance(SLICE_EVENTS)) {
      afterSlice(run.progress);
      await this.breathe();
    }
    return run.result();
  }

  /** For a run that somebody reads. @param afterSlice the run goes on when it is done */
  async toEndWithReader(run: ScenarioRun, afterSlice: (share: number) => Promise<void>): Promise<RunResult> {
    for (let over = false; !over; ) {
      await this.breathe();
      over = run.advance(READ_SLICE_EVENTS);
      await afterSlice(run.progress);
    }
    return run.result();
  }

  private async breathe(): Promise<void> {
    const nowMs = this.around.monotonicMs();
    if (nowMs - this.breathedMs < BREATH_MS) return;
    await this.around.breathe();
    this.around.interrupt.throwIfAborted();
    this.breathedMs = nowMs;
  }
}
