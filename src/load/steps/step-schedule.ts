import { US_PER_MS, US_PER_SECOND } from '../../core/time.js';
import type { PerformedStep } from '../../measure/live-result.js';
import type { RunClock } from './run-clock.js';
import type { ScenarioStep, StepDesk } from './scenario-step.js';

const NOT_REACHED = 'the run was over before its time came';
/** Steps of the same instant come one after the other: that is no waiting worth a word. Wall ms. */
const WAITING_MS = 100;

/**
 * Performs steps at their times, one after the other: one whose time has come waits for the answer to the one before. What
 * goes wrong is written down; it never stops the run.
 */
export class StepSchedule {
  private readonly stopped = new AbortController();
  private readonly steps: readonly ScenarioStep[];
  private readonly performed: PerformedStep[] = [];

  /** @param steps those of a scenario; a burst is arrivals, which the workload has */
  constructor(
    steps: readonly ScenarioStep[],
    private readonly desk: StepDesk,
  ) {
    this.steps = steps.filter(({ spec }) => spec.do !== 'burst').sort((one, other) => one.spec.atUs - other.spec.atUs || one.number - other.number);
  }

  /** Performs all of them. Never rejects. @returns in the order of their times */
  async run(clock: RunClock): Promise<readonly PerformedStep[]> {
    const { signal } = this.stopped;
    let before: ScenarioStep | undefined;
    for (const step of this.steps) {
      const waited = before === undefined ? undefined : waitedFor(before, step, clock);
      const performed = await this.performInTime(step, clock, signal, waited === undefined ? NOT_REACHED : 'the run was over then');
      this.performed.push(waited === undefined ? performed : { ...performed, trouble: [waited, performed.trouble].filter(Boolean).join('; ') });
      before = step;
    }
    await this.desk.close().catch(() => undefined);
    return this.performed;
  }

  /** The run is over: what is left is not performed. Safe to call twice. */
  stop(): void {
    this.stopped.abort();
  }

  private async performInTime(step: ScenarioStep, clock: RunClock, signal: AbortSignal, notReached: string): Promise<PerformedStep> {
    const { number, spec } = step;
    const plan = { number, plannedUs: spec.atUs };
    void this.desk.warmUp(signal);
    try {
      await clock.until(spec.atUs, signal);
    } catch {
      return { ...plan, performedUs: undefined, trouble: notReached };
    }
    try {
      const { isPerformed, trouble } = await this.desk.perform(step, signal);
      return { ...plan, performedUs: isPerformed ? clock.nowUs() : undefined, trouble };
    } catch (error) {
      return { ...plan, performedUs: undefined, trouble: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** @returns undefined where its time has not come yet, or has only just */
function waitedFor({ number }: ScenarioStep, { spec }: ScenarioStep, clock: RunClock): string | undefined {
  const lateUs = clock.nowUs() - spec.atUs;
  return lateUs / US_PER_MS / clock.speed > WAITING_MS ? `waited ${(lateUs / US_PER_SECOND).toFixed(1)} s for the answer to step ${number}` : undefined;
}
