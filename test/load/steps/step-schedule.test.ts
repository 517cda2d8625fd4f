import { describe, expect, it } from 'vitest';
import { WallRunClock } from '../../../src/load/steps/run-clock.js';
import { notPerformed, PERFORMED, type PerformedOutcome, type ScenarioStep, type StepDesk, scenarioSteps } from '../../../src/load/steps/scenario-step.js';
import { StepSchedule } from '../../../src/load/steps/step-schedule.js';
import type { StepSpec } from '../../../src/scenario/types.js';
import { ManualClock } from './manual-clock.js';

const S = 1_000_000;

describe('steps of a run', () => {
  it('are performed at their times, in the order of time', async () => {
    const clock = new ManualClock();
    const desk = new NotedDesk(clock);
    const performed = await new StepSchedule(steps(release(30 * S), release(10 * S), release(20 * S)), desk).run(clock);
    expect(desk.noted).toEqual([
      [2, 10 * S],
      [3, 20 * S],
      [1, 30 * S],
    ]);
    expect(performed).toEqual([
      { number: 2, plannedUs: 10 * S, performedUs: 10 * S, trouble: undefined },
      { number: 3, plannedUs: 20 * S, performedUs: 20 * S, trouble: undefined },
      { number: 1, plannedUs: 30 * S, performedUs: 30 * S, trouble: undefined },
    ]);
    expect(desk.isClosed).toBe(true);
    expect(desk.warmUps).toBe(3);
  });

  it('wait for the one before, and are late then', async () => {
    const clock = new ManualClock();
    const desk = new NotedDesk(clock, () => {
      clock.pass(5 * S);
      return PERFORMED;
    });
    const performed = await new StepSchedule(steps(release(S), release(2 * S)), desk).run(clock);
    expect(desk.noted).toEqual([
      [1, S],
      [2, 6 * S],
    ]);
    expect(performed.map(({ plannedUs, performedUs }) => [plannedUs, performedUs])).toEqual([
      [S, 6 * S],
      [2 * S, 11 * S],
    ]);
    expect(performed.map(({ trouble }) => trouble)).toEqual([undefined, 'waited 4.0 s for the answer to step 1']);
  });

  it('say both that they waited and what went wrong then', async () => {
    const clock = new ManualClock();
    const desk = new NotedDesk(clock, () => {
      clock.pass(5 * S);
      return notPerformed('expected 200, got 500');
    });
    const performed = await new StepSchedule(steps(release(S), release(2 * S)), desk).run(clock);
    expect(performed[1]).toMatchObject({ performedUs: undefined, trouble: 'waited 4.0 s for the answer to step 1; expected 200, got 500' });
  });

  it('of the same instant have not waited, for an answer takes its time', async () => {
    const clock = new ManualClock();
    const desk = new NotedDesk(clock, () => {
      clock.pass(50_000);
      return PERFORMED;
    });
    const performed = await new StepSchedule(steps(release(S), release(S)), desk).run(clock);
    expect(performed.map(({ trouble }) => trouble)).toEqual([undefined, undefined]);
  });

  it('that fail are written down, and the next ones come all the same', async () => {
    const clock = new ManualClock();
    const answers: (() => PerformedOutcome)[] = [
      () => notPerformed('expected 200, got 500: boom'),
      () => {
        throw new Error('a desk that throws');
      },
      () => PERFORMED,
    ];
    const desk = new NotedDesk(clock, () => (answers.shift() as () => PerformedOutcome)());
    const performed = await new StepSchedule(steps(release(S), release(2 * S), release(3 * S)), desk).run(clock);
    expect(performed).toEqual([
      { number: 1, plannedUs: S, performedUs: undefined, trouble: 'expected 200, got 500: boom' },
      { number: 2, plannedUs: 2 * S, performedUs: undefined, trouble: 'a desk that throws' },
      { number: 3, plannedUs: 3 * S, performedUs: 3 * S, trouble: undefined },
    ]);
  });

  it('that the run did not reach are said to be not performed', async () => {
    const clock = new ManualClock();
    const desk = new NotedDesk(clock);
    const schedule = new StepSchedule(steps(release(S), release(20 * S), release(30 * S)), desk);
    clock.onWait = (atUs) => {
      if (atUs >= 20 * S) schedule.stop();
    };
    const performed = await schedule.run(clock);
    expect(performed.map(({ performedUs }) => performedUs)).toEqual([S, undefined, undefined]);
    expect(performed[2]?.trouble).toContain('the run was over');
  });

  it('do not hold a burst, which is arrivals', async () => {
    const clock = new ManualClock();
    expect(await new StepSchedule(steps({ do: 'burst', atUs: S, count: 5 }, release(2 * S)), new NotedDesk(clock)).run(clock)).toMatchObject([{ number: 2 }]);
  });
});

describe('time of a run on the wall clock', () => {
  const nowMs = (): number => performance.timeOrigin + performance.now();

  it('passes as many times as fast as it is told', () => {
    const clock = new WallRunClock({ epochMs: nowMs() - 1_000, speed: 100 });
    expect(clock.nowUs()).toBeGreaterThanOrEqual(100 * S);
    expect(clock.nowUs()).toBeLessThan(2_000 * S);
  });

  it('is never before an instant that was waited for', async () => {
    const clock = new WallRunClock({ epochMs: nowMs(), speed: 10 });
    await clock.until(50_000, new AbortController().signal);
    expect(clock.nowUs()).toBeGreaterThanOrEqual(50_000);
  });

  it('is waited for no longer than until the run is over', async () => {
    const over = new AbortController();
    const waited = new WallRunClock({ epochMs: nowMs(), speed: 1 }).until(1e15, over.signal);
    const reason = new Error('interrupted');
    over.abort(reason);
    await expect(waited).rejects.toBe(reason);
    await expect(new WallRunClock({ epochMs: nowMs() + 1, speed: 1 }).until(0, over.signal)).rejects.toBe(reason);
  });
});

class NotedDesk implements StepDesk {
  /** [number, when] */
  readonly noted: [number, number][] = [];
  isClosed = false;
  warmUps = 0;

  constructor(
    private readonly clock: ManualClock,
    private readonly answer: () => PerformedOutcome = () => PERFORMED,
  ) {}

  perform({ number }: ScenarioStep): Promise<PerformedOutcome> {
    this.noted.push([number, this.clock.nowUs()]);
    return Promise.resolve().then(this.answer);
  }

  warmUp(): Promise<void> {
    this.warmUps++;
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

function release(atUs: number): StepSpec {
  return { do: 'release-stuck', atUs, account: 'acme' };
}

function steps(...specs: readonly StepSpec[]): readonly ScenarioStep[] {
  return scenarioSteps({ steps: specs });
}
