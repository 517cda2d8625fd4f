import type { EventCalendar } from './calendar.js';
import { EventKind, eventKey } from './event-keys.js';
import type { Execution } from './executions.js';
import { type History, HistoryKind } from './history.js';
import { NONE } from './requests.js';

/** The runners of one endpoint. Times in µs. */
export interface RunnerPoolConfig {
  /** Runners that are always alive. */
  readonly min: number;
  /** At most this many; Infinity for a marketplace model that always finds one. */
  readonly max: number;
  /** From the decision to start a runner until it can work. */
  readonly coldStartUs: number;
  /** A runner above `min` that has been idle for this long ends. Infinity: never. */
  readonly keepAliveUs: number;
  /** Requests one runner works on at once (`max_multiplexing`). */
  readonly multiplexing: number;
}

/** One runner. */
export class Runner {
  ready = false;
  /** Places taken. */
  load = 0;
  /** Its boot or its keep-alive. */
  timer = NONE;
  firstExecution: Execution | null = null;
  /** Neighbours on the stack of runners with a free place. */
  stacked = false;
  above: Runner | null = null;
  below: Runner | null = null;

  constructor(
    readonly number: number,
    readonly pool: RunnerPool,
  ) {}
}

/** Numbers runners across all pools, for calendar keys and the history. */
export class RunnerRegistry {
  private readonly all: Runner[] = [];

  at(number: number): Runner {
    return this.all[number] as Runner;
  }

  create(pool: RunnerPool): Runner {
    const runner = new Runner(this.all.length, pool);
    this.all.push(runner);
    return runner;
  }
}

/**
 * The runners of one endpoint.
 *
 * ```
 *   (none) ──boot──▶ booting ──cold start──▶ ready ⇄ working ──crash──▶ gone
 *                                              └──keep-alive over─────▶ gone
 * ```
 *
 * Ready runners with a free place lie on a stack, linked so that one may leave from the middle: the last one used is
 * used again, so that idle ones can end.
 */
export class RunnerPool {
  /** Runners alive or booting. */
  size = 0;
  private booting = 0;
  private top: Runner | null = null;
  private readonly working = new Set<Runner>();
  private readonly gone: Runner[] = [];

  constructor(
    /** The endpoint's number, for the history. */
    readonly number: number,
    private readonly config: RunnerPoolConfig,
    private readonly registry: RunnerRegistry,
    private readonly calendar: EventCalendar,
    private readonly history: History,
  ) {}

  /** Starts the runners that are always alive, warm. */
  open(): void {
    for (let n = 0; n < this.config.min; n++) this.becomeReady(this.create());
  }

  /** A runner with a free place, or null. A pool without cold start makes one on the spot. */
  available(): Runner | null {
    if (this.top !== null) return this.top;
    if (this.config.coldStartUs > 0 || this.size >= this.config.max) return null;
    const runner = this.create();
    this.becomeReady(runner);
    return runner;
  }

  /** Whether a runner is coming, or may be started, for somebody who waits now. */
  get canGrow(): boolean {
    return this.booting > 0 || this.size < this.config.max;
  }

  /** Starts runners until those booting can take `waiting` requests, or the pool is at its maximum. */
  growFor(waiting: number): void {
    while (this.booting * this.config.multiplexing < waiting && this.size < this.config.max) this.boot();
  }

  /** Puts an execution on a place of its runner. */
  assign(execution: Execution): void {
    const { runner } = execution;
    const first = runner.firstExecution;
    execution.prev = null;
    execution.next = first;
    if (first !== null) first.prev = execution;
    runner.firstExecution = execution;
    runner.load++;
    this.disarm(runner);
    if (runner.load >= this.config.multiplexing) this.unstack(runner);
  }

  /** Takes an execution off its runner, whose place is free again. */
  vacate(execution: Execution): void {
    const { runner, prev, next } = execution;
    if (prev === null) runner.firstExecution = next;
    else prev.next = next;
    if (next !== null) next.prev = prev;
    runner.load--;
    if (!runner.ready) return;
    this.stack(runner);
    if (runner.load === 0) this.armIdleOut(runner);
  }

  /** A runner has booted. */
  booted(runner: Runner): void {
    runner.timer = NONE;
    this.booting--;
    this.becomeReady(runner);
  }

  /** The keep-alive of an idle runner is over. */
  idleOut(runner: Runner): void {
    runner.timer = NONE;
    if (this.size <= this.config.min) return;
    this.remove(runner);
    this.history.record(HistoryKind.runnerGone, this.number, runner.number, 0);
  }

  /**
   * A runner dies with everything on it: the busiest, the one that was created first at ties.
   * @param lost told about each execution that was on it, after the runner is gone
   * @returns whether there was a runner to crash
   */
  crash(lost: (execution: Execution) => void): boolean {
    const victim = this.busiest();
    if (victim === null) return false;
    const dying: Execution[] = [];
    for (let execution = victim.firstExecution; execution !== null; execution = execution.next) dying.push(execution);
    this.disarm(victim);
    this.remove(victim);
    this.history.record(HistoryKind.runnerCrashed, this.number, victim.number, dying.length);
    for (const execution of dying) lost(execution);
    while (this.size < this.config.min) this.boot();
    return true;
  }

  private busiest(): Runner | null {
    let best: Runner | null = null;
    for (const runner of this.working) {
      if (best === null || runner.load > best.load || (runner.load === best.load && runner.number < best.number)) best = runner;
    }
    return best;
  }

  private boot(): void {
    const runner = this.create();
    this.booting++;
    runner.timer = this.calendar.scheduleIn(this.config.coldStartUs, eventKey(EventKind.runnerReady, runner.number));
    this.history.record(HistoryKind.runnerBooting, this.number, runner.number, 0);
  }

  private create(): Runner {
    // A crashed runner is used again only once its executions have been told.
    const last = this.gone[this.gone.length - 1];
    const runner = last !== undefined && last.load === 0 ? (this.gone.pop() as Runner) : this.registry.create(this);
    this.size++;
    return runner;
  }

  private becomeReady(runner: Runner): void {
    runner.ready = true;
    this.working.add(runner);
    this.stack(runner);
    this.history.record(HistoryKind.runnerReady, this.number, runner.number, 0);
    this.armIdleOut(runner);
  }

  private remove(runner: Runner): void {
    runner.ready = false;
    this.working.delete(runner);
    this.unstack(runner);
    this.gone.push(runner);
    this.size--;
  }

  private stack(runner: Runner): void {
    if (runner.stacked) return;
    const { top } = this;
    runner.stacked = true;
    runner.below = top;
    runner.above = null;
    if (top !== null) top.above = runner;
    this.top = runner;
  }

  private unstack(runner: Runner): void {
    if (!runner.stacked) return;
    const { below, above } = runner;
    if (below !== null) below.above = above;
    if (above !== null) above.below = below;
    else this.top = below;
    runner.stacked = false;
    runner.above = null;
    runner.below = null;
  }

  private armIdleOut(runner: Runner): void {
    if (this.config.keepAliveUs === Number.POSITIVE_INFINITY || this.size <= this.config.min) return;
    runner.timer = this.calendar.scheduleIn(this.config.keepAliveUs, eventKey(EventKind.runnerIdleOut, runner.number));
  }

  private disarm(runner: Runner): void {
    if (runner.timer === NONE) return;
    this.calendar.cancel(runner.timer);
    runner.timer = NONE;
  }
}
