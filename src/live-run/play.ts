import type { LoadReport, PreparedLoad } from '../load/driver.js';
import { LoadError } from '../load/driver.js';
import { WallRunClock } from '../load/steps/run-clock.js';
import type { StepSchedule } from '../load/steps/step-schedule.js';
import type { PerformedStep } from '../measure/live-result.js';
import type { RunSpan } from '../sim/run-span.js';
import type { LiveSurroundings } from './terms.js';
import { pause } from './waiting.js';

/** What a run is played on. */
export interface RunStage {
  /** Nothing that happens from now on counts. */
  readonly isOver: boolean;
  /**
   * Load and steps are over and every call has ended, but the run has not. May end it early.
   * @returns virtual µs that were skipped
   */
  nobodyCalls(): Promise<number>;
}

export interface PlayOrder {
  readonly load: PreparedLoad;
  readonly steps: StepSchedule;
  readonly speed: number;
  readonly span: RunSpan;
  readonly stage: RunStage;
  readonly around: LiveSurroundings;
  /** Called at virtual instant 0. */
  begin(): void;
}

/** How it went. */
export interface Played {
  readonly report: LoadReport;
  readonly steps: readonly PerformedStep[];
  readonly skippedUs: number;
}

/** Everybody hears of instant 0 before it comes: load processes over a pipe, k6 over HTTP, with all its users to be made. */
const LEAD_MS = 400;
const LOOK_EVERY_MS = 100;
/** How long a driver may take to tell what it has seen, once it is told to stop. */
const CLOSING_MS = 20_000;

/** Plays load and steps on one clock until the run is over. @throws LoadError when the driver breaks */
export async function play({ load, steps, speed, span, stage, around, begin }: PlayOrder): Promise<Played> {
  let report: LoadReport | undefined;
  let broke: { readonly error: unknown } | undefined;
  load.done.then(
    (told) => {
      report = told;
    },
    (error: unknown) => {
      broke = { error };
    },
  );
  const epochMs = performance.timeOrigin + performance.now() + LEAD_MS;
  const clock = new WallRunClock({ epochMs, speed });
  load.start(epochMs);
  let performed: readonly PerformedStep[] | undefined;
  const stepping = steps.run(clock).then((done) => {
    performed = done;
    return done;
  });
  let skippedUs = 0;
  try {
    await clock.until(0, around.interrupt);
    begin();
    while (!stage.isOver) {
      if (broke !== undefined) throw broke.error;
      const nowUs = clock.nowUs();
      around.progress(Math.min(1, nowUs / Math.max(1, span.endUs)), 'live');
      if (report !== undefined && performed !== undefined && nowUs >= span.loadEndUs) {
        skippedUs += await stage.nobodyCalls();
        if (stage.isOver) break;
      }
      await pause(LOOK_EVERY_MS, around.interrupt);
    }
    load.stop();
    report = await within(CLOSING_MS, load.done, around.interrupt);
  } finally {
    steps.stop();
  }
  return { report, steps: await stepping, skippedUs };
}

async function within(ms: number, done: Promise<LoadReport>, interrupt: AbortSignal): Promise<LoadReport> {
  const isDone = new AbortController();
  const late = pause(ms, AbortSignal.any([interrupt, isDone.signal])).then((): never => {
    throw new LoadError(`expected the load driver to come to an end within ${ms / 1000} s of the end of the run, but it did not`);
  });
  // Whoever is first decides; the other one may fail as it likes.
  late.catch(() => {});
  try {
    return await Promise.race([done, late]);
  } finally {
    isDone.abort();
  }
}
