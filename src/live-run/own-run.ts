import { type Emulator, prepareEmulator } from '../live/emulator.js';
import { makeStepDesk } from '../load/steps/make-step-desk.js';
import { scenarioSteps } from '../load/steps/scenario-step.js';
import { StepSchedule } from '../load/steps/step-schedule.js';
import { judge, metricValues } from '../measure/judge.js';
import { Recorder } from '../measure/recorder.js';
import type { RunResult } from '../measure/result.js';
import { compareViews } from '../measure/views.js';
import { evidenceOf } from '../run.js';
import { BothSinks } from './both-sinks.js';
import { ClientHistory } from './client-history.js';
import { liveBlock, viewTerms, withLoadVerdict } from './live-block.js';
import { ownTarget } from './own-target.js';
import { type Played, play, type RunStage } from './play.js';
import { type RunCase, RunParts } from './run-parts.js';
import type { LiveSurroundings } from './terms.js';
import { unlessInterrupted } from './waiting.js';
import { warmServer } from './warm-server.js';

/** Recovery in which nobody calls passes in slices of this, virtual µs, so that sockets and signals have their turn. */
const SKIP_SLICE_US = 60_000_000;

/** One seed of a variant against an emulator that is started for it: its history and what the clients did are judged together. */
export class OwnRun {
  private readonly parts: RunParts;
  private readonly recorder: Recorder;
  /** Rejects when the emulator cannot go on. */
  private readonly failed: Promise<never>;
  private fail: (error: unknown) => void = () => {};

  /** @param evidence whether charts and ledgers are kept */
  constructor(
    private readonly which: RunCase,
    evidence: boolean,
  ) {
    this.parts = new RunParts(which);
    this.recorder = new Recorder(this.parts.setup.recorderOptions(evidence));
    this.failed = new Promise((_, reject) => {
      this.fail = reject;
    });
    // It may come before anybody waits for it.
    this.failed.catch(() => {});
  }

  /** @throws LoadError for what is missing or wrong outside */
  async run(): Promise<RunResult> {
    await warmServer();
    this.which.around.interrupt.throwIfAborted();
    const emulator = await this.openEmulator();
    try {
      return await this.runAgainst(await emulator.listen());
    } finally {
      await emulator.close(0);
    }
  }

  private openEmulator(): Promise<Emulator> {
    const { prepared, variant, seed, terms, around } = this.which;
    const { loadEndUs, endUs } = this.parts.span;
    return prepareEmulator(
      {
        scenario: prepared,
        variant: variant.name,
        seed,
        speed: terms.speed,
        reader: this.recorder,
        run: { loadEndUs, endUs },
        traceSource: around.traceSource,
        logsRequests: false,
        onFailure: (error) => this.fail(error),
      },
      true,
    );
  }

  private async runAgainst(emulator: Emulator): Promise<RunResult> {
    const { parts, which } = this;
    const { terms, around, variant } = which;
    const target = ownTarget(emulator);
    const history = new ClientHistory(emulator.world, this.recorder);
    const preparing = terms.driver.prepare(parts.orderFor(target), new BothSinks(parts.view, history));
    const load = await unlessInterrupted(preparing, around.interrupt, (late) => late.kill());
    try {
      const { span } = parts;
      const steps = new StepSchedule(scenarioSteps(span), makeStepDesk(target, variant.scenario));
      const stage = new OwnStage(emulator, span.endUs, around);
      const playing = play({ load, steps, speed: terms.speed, span, stage, around, begin: () => emulator.resume() });
      const played = await Promise.race([this.failed, playing]);
      history.close();
      return this.result(emulator, played);
    } finally {
      load.kill();
    }
  }

  private result(emulator: Emulator, played: Played): RunResult {
    const { parts, which } = this;
    const { setup } = parts;
    const { terms, variant } = which;
    const recording = this.recorder.finish();
    const seen = parts.view.finish(parts.span.endUs);
    const { platform } = emulator.world.platformRun;
    const findings = compareViews(seen, recording, viewTerms(variant.scenario, terms));
    const live = liveBlock({
      terms,
      target: { kind: 'own', url: emulator.url },
      judgedBy: 'server',
      played,
      endUs: parts.span.endUs,
      seen,
      selectors: setup.selectors,
      findings,
    });
    return {
      ...parts.identity,
      hash: emulator.world.hash,
      events: platform.history.events,
      ...withLoadVerdict(judge(recording, setup.plan), live),
      exercise: recording.exercised,
      metrics: metricValues(recording, setup.selectors),
      evidence: recording.evidence === undefined ? undefined : evidenceOf(recording, recording.evidence, platform, parts.traces),
      live,
    };
  }
}

/** The emulator of the run: its end is that of the platform's history. */
class OwnStage implements RunStage {
  constructor(
    private readonly emulator: Emulator,
    private readonly endUs: number,
    private readonly around: LiveSurroundings,
  ) {}

  get isOver(): boolean {
    return this.emulator.world.isOver;
  }

  /** Nobody is left who could tell how fast time passes. @returns how much of it was skipped, virtual µs */
  async nobodyCalls(): Promise<number> {
    const { emulator, around, endUs } = this;
    emulator.pause();
    const fromUs = emulator.world.platformUs;
    while (!emulator.world.isOver) {
      emulator.world.step(SKIP_SLICE_US);
      around.progress(emulator.world.platformUs / endUs, 'recovery');
      await around.breathe();
      around.interrupt.throwIfAborted();
    }
    return endUs - fromUs;
  }
}
