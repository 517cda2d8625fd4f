import { type Emulator, prepareEmulator } from '../live/emulator.js';
import { makeStepDesk } from '../load/steps/make-step-desk.js';
import { scenarioSteps } from '../load/steps/scenario-step.js';
import { StepSchedule } from '../load/steps/step-schedule.js';
import type { Target } from '../load/target/target.js';
import { ClientView } from '../measure/client-view.js';
import { judge, metricValues } from '../measure/judge.js';
import { Recorder } from '../measure/recorder.js';
import type { RunResult } from '../measure/result.js';
import { compareViews } from '../measure/views.js';
import type { PreparedScenario, PreparedVariant } from '../prepare.js';
import { evidenceOf, RunSetup } from '../run.js';
import { lookOver } from '../sim/make-flows.js';
import { spanOf } from '../sim/run-span.js';
import { BothSinks } from './both-sinks.js';
import { ClientHistory } from './client-history.js';
import { liveBlock, viewTerms, withLoadVerdict } from './live-block.js';
import { type Played, play } from './play.js';
import type { LiveSurroundings, LiveTerms } from './terms.js';
import { warmServer } from './warm-server.js';

/** Recovery in which nobody calls passes in slices of this, virtual µs, so that sockets and signals have their turn. */
const SKIP_SLICE_US = 60_000_000;

/** One seed of a variant against an emulator that is started for it: its history and what the clients did are judged together. */
export class OwnRun {
  private readonly setup: RunSetup;
  private readonly recorder: Recorder;
  private readonly view: ClientView;
  private readonly span: ReturnType<typeof spanOf>;
  private readonly traces: ReturnType<typeof lookOver>;
  /** Rejects when the emulator cannot go on. */
  private readonly failed: Promise<never>;
  private fail: (error: unknown) => void = () => {};

  /** @param evidence whether charts and ledgers are kept */
  constructor(
    private readonly prepared: PreparedScenario,
    private readonly variant: PreparedVariant,
    private readonly seed: number,
    evidence: boolean,
    private readonly terms: LiveTerms,
    private readonly around: LiveSurroundings,
  ) {
    const { scenario, plan, warmup } = variant;
    this.setup = new RunSetup(scenario, plan, warmup?.us);
    this.traces = lookOver(scenario, around.traceSource);
    this.span = spanOf(scenario, seed, this.traces);
    this.recorder = new Recorder(this.setup.recorderOptions(evidence));
    this.view = new ClientView({
      selectors: this.setup.selectors,
      endUs: this.span.endUs,
      warmupUs: warmup?.us,
      followsSubmits: terms.follow !== 'none',
    });
    this.failed = new Promise((_, reject) => {
      this.fail = reject;
    });
    // It may come before anybody waits for it.
    this.failed.catch(() => {});
  }

  /** @throws LoadError for what is missing or wrong outside */
  async run(): Promise<RunResult> {
    await warmServer();
    const emulator = await this.openEmulator();
    try {
      return await this.runAgainst(await emulator.listen());
    } finally {
      await emulator.close(0);
    }
  }

  private openEmulator(): Promise<Emulator> {
    const { prepared, variant, seed, terms, around, span, recorder } = this;
    return prepareEmulator(
      {
        scenario: prepared,
        variant: variant.name,
        seed,
        speed: terms.speed,
        reader: recorder,
        run: { loadEndUs: span.loadEndUs, endUs: span.endUs },
        traceSource: around.traceSource,
        logsRequests: false,
        onFailure: (error) => this.fail(error),
      },
      true,
    );
  }

  private async runAgainst(emulator: Emulator): Promise<RunResult> {
    const { terms, seed, span, view, recorder } = this;
    const { scenario } = this.variant;
    const target = targetOf(emulator);
    const history = new ClientHistory(emulator.world, recorder);
    const order = {
      scenario,
      scenarioFile: this.prepared.file,
      seed,
      speed: terms.speed,
      loadEndUs: span.loadEndUs,
      target,
      follow: terms.follow,
      processes: terms.processes,
    };
    const load = await terms.driver.prepare(order, new BothSinks(view, history));
    try {
      const steps = new StepSchedule(scenarioSteps(span), makeStepDesk(target, scenario));
      const played = await Promise.race([
        this.failed,
        play({
          load,
          steps,
          speed: terms.speed,
          span,
          begin: () => emulator.resume(),
          stage: new OwnStage(emulator, span.endUs, this.around),
          around: this.around,
        }),
      ]);
      history.close();
      return this.result(emulator, played);
    } finally {
      load.kill();
    }
  }

  private result(emulator: Emulator, played: Played): RunResult {
    const { setup, span, variant, seed, terms } = this;
    const recording = this.recorder.finish();
    const seen = this.view.finish(span.endUs);
    const { platform } = emulator.world.platformRun;
    const findings = compareViews(seen, recording, viewTerms(variant.scenario, terms));
    const live = liveBlock({ terms, target: { kind: 'own', url: emulator.url }, judgedBy: 'server', played, seen, selectors: setup.selectors, findings });
    return {
      variant: variant.name,
      seed,
      hash: emulator.world.hash,
      events: platform.history.events,
      loadEndUs: span.loadEndUs,
      endUs: span.endUs,
      ...withLoadVerdict(judge(recording, setup.plan), live),
      exercise: recording.exercised,
      metrics: metricValues(recording, setup.selectors),
      evidence:
        recording.evidence === undefined
          ? undefined
          : evidenceOf(
              recording,
              recording.evidence,
              platform,
              this.traces.filter((trace) => trace !== undefined),
            ),
      live,
    };
  }
}

/** The emulator of the run: its end is that of the platform's history. */
class OwnStage {
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

function targetOf(emulator: Emulator): Target {
  const { url, world } = emulator;
  return {
    kind: 'own',
    queueUrl: `${url}/queue`,
    runUrl: `${url}/run`,
    apiUrl: `${url}/v1`,
    ca: undefined,
    takesHints: true,
    credentials: Object.fromEntries(world.credentials),
    operator: world.operatorCredentials,
  };
}
