import { LoadError } from '../load/driver.js';
import { makeStepDesk } from '../load/steps/make-step-desk.js';
import { type RunClock, WallRunClock } from '../load/steps/run-clock.js';
import { scenarioSteps } from '../load/steps/scenario-step.js';
import { StepSchedule } from '../load/steps/step-schedule.js';
import { OutsideWatch } from '../load/target/outside-watch.js';
import { resolveTarget, type TargetOptions } from '../load/target/resolve-target.js';
import type { Target } from '../load/target/target.js';
import { judgeFromOutside } from '../measure/client-judge.js';
import type { ClientView, SlotLook } from '../measure/client-view.js';
import { metricValues } from '../measure/judge.js';
import type { RunResult } from '../measure/result.js';
import type { RunSpan } from '../sim/run-span.js';
import { liveBlock, withLoadVerdict } from './live-block.js';
import { type Played, play, type RunStage } from './play.js';
import { type RunCase, RunParts } from './run-parts.js';
import { unlessInterrupted } from './waiting.js';

/** While slots are still held, they are asked for again this often. */
const LOOK_EVERY_MS = 250;
/** Nothing of the platform's history is known. */
const NO_HASH = '0'.repeat(16);

/** One seed of a variant against somebody's server: only what clients and its platform API show of it can be judged. */
export class ForeignRun {
  private readonly parts: RunParts;

  constructor(
    private readonly which: RunCase,
    private readonly target: TargetOptions,
  ) {
    this.parts = new RunParts(which);
  }

  /** @throws LoadError for what is missing or wrong outside */
  async run(): Promise<RunResult> {
    const { span, view } = this.parts;
    const { terms, around, variant } = this.which;
    const { speed } = terms;
    const { scenario, writtenSteps } = variant;
    const target = await resolveTarget(this.target, { scenario, speed }, around.interrupt);
    if (target.kind === 'fal' && speed !== 1) throw new LoadError(`--speed: expected 1, got ${speed}: this server's time passes as fast as the wall clock's`);
    const load = await unlessInterrupted(terms.driver.prepare(this.parts.orderFor(target), view), around.interrupt, (late) => late.kill());
    const accounts = scenario.platform.accounts.map(({ id }) => id);
    const stage = new ForeignStage(target, span, view, speed, accounts, around.interrupt);
    try {
      const steps = new StepSchedule(scenarioSteps(scenario, writtenSteps), makeStepDesk(target, scenario));
      const played = await play({ load, steps, speed, span, stage, around, begin: () => stage.begin() });
      return this.result(target, played, await stage.end());
    } finally {
      load.kill();
      await stage.end();
    }
  }

  private result(target: Target, played: Played, notes: readonly string[]): RunResult {
    const { setup, view, identity } = this.parts;
    const seen = view.finish();
    const live = liveBlock({
      terms: this.which.terms,
      target: { kind: target.kind, url: new URL(target.queueUrl).origin },
      judgedBy: 'client',
      played,
      endUs: identity.endUs,
      seen: { ...seen, notes: [...seen.notes, seen.unseen, ...notes] },
      selectors: setup.selectors,
      findings: [],
    });
    return {
      ...identity,
      hash: NO_HASH,
      events: 0,
      ...withLoadVerdict(judgeFromOutside(seen, setup.plan), live),
      exercise: seen.exercised,
      metrics: metricValues(seen, setup.selectors),
      evidence: undefined,
      live,
    };
  }
}

/** Somebody's server: the run is over when its time is, or when there is nothing left to be seen. */
class ForeignStage implements RunStage {
  private clock: RunClock | undefined;
  private endedEarly = false;
  private readonly watch: OutsideWatch | undefined;
  private readonly latest = new Map<string, SlotLook>();
  private nextLookMs = 0;
  private notes: readonly string[] | undefined;

  constructor(
    target: Target,
    private readonly span: RunSpan,
    view: ClientView,
    private readonly speed: number,
    accounts: readonly string[],
    private readonly interrupt: AbortSignal,
  ) {
    const isWatched = target.kind === 'slotstorm' && target.operator !== undefined;
    this.watch = isWatched ? new OutsideWatch(target, accounts, { slots: (look) => this.looked(look, view) }) : undefined;
  }

  begin(): void {
    this.clock = new WallRunClock({ epochMs: performance.timeOrigin + performance.now(), speed: this.speed });
    this.watch?.start(this.clock, this.speed);
  }

  get isOver(): boolean {
    return this.endedEarly || (this.clock?.nowUs() ?? 0) >= this.span.endUs;
  }

  /** Slots that are still held may come back until the end; where nobody shows them, there is nothing to wait for. */
  async nobodyCalls(): Promise<number> {
    if (!(await this.isSettled())) return 0;
    this.endedEarly = true;
    return Math.max(0, this.span.endUs - (this.clock?.nowUs() ?? 0));
  }

  /** A look from before the last calls knows nothing of their slots: there must be a new one of every account. */
  private async isSettled(): Promise<boolean> {
    if (this.watch === undefined) return true;
    if (this.clock === undefined || performance.now() < this.nextLookMs) return false;
    this.nextLookMs = performance.now() + LOOK_EVERY_MS;
    const sawAll = await this.watch.lookNow(this.clock, this.interrupt);
    return sawAll && [...this.latest.values()].every(({ inUse }) => inUse === 0);
  }

  /** @returns what a reader must know of the looks at slots */
  async end(): Promise<readonly string[]> {
    this.notes ??= this.clock === undefined ? [] : ((await this.watch?.stop(this.clock, { isInterrupted: this.interrupt.aborted })) ?? []);
    return this.notes;
  }

  private looked(look: SlotLook, view: ClientView): void {
    this.latest.set(look.account, look);
    view.slots(look);
  }
}
