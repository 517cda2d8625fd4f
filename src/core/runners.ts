import type { EventCalendar } from './calendar.js';
import { EventKind, eventKey } from './event-keys.js';
import { type History, HistoryKind } from './history.js';
import { NONE } from './requests.js';

/** Says how long each boot takes, where that varies. */
export interface ColdStarts {
  /** The next boot's length, whole µs above 0. */
  nextUs(): number;
}

/** The runners of one endpoint. Times in µs. */
export interface RunnerPoolConfig {
  /** Runners that are always alive. */
  readonly min: number;
  /** At most this many; Infinity for a marketplace model that always finds one. */
  readonly max: number;
  /** From the decision to start a runner until it can work. */
  readonly coldStartUs: number;
  /** Takes the place of `coldStartUs` where every boot takes its own time. */
  readonly coldStarts?: ColdStarts | undefined;
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
  /** Lies on the stack of runners with a free place. */
  stacked = false;
  /** It computes nothing, but is not gone. */
  paused = false;
  /** How many times as long its work takes. */
  slowness = 1;
  /** Until when, µs. */
  slowUntilUs = 0;

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
 * Ready runners with a free place lie on a stack: the last one used is used again, so that idle ones can end.
 */
export class RunnerPool {
  /** Runners alive or booting. */
  size = 0;
  private booting = 0;
  private readonly stack: Runner[] = [];
  /** All that were ever made here: the ready ones among them are those at work. */
  private readonly members: Runner[] = [];
  private readonly gone: Runner[] = [];
  /** A new runner can work at once. */
  private readonly startsWarm: boolean;

  constructor(
    /** The endpoint's number, for the history. */
    readonly number: number,
    private readonly config: RunnerPoolConfig,
    private readonly registry: RunnerRegistry,
    private readonly calendar: EventCalendar,
    private readonly history: History,
  ) {
    this.startsWarm = config.coldStartUs === 0 && config.coldStarts === undefined;
  }

  /** Starts the runners that are always alive, warm. */
  open(): void {
    for (let n = 0; n < this.config.min; n++) this.becomeReady(this.create());
  }

  /**
   * A runner with a free place, or null. A pool without cold start makes one on the spot.
   * @param wish the number of the one that is liked best; NONE: any
   */
  available(wish = NONE): Runner | null {
    const { stack } = this;
    if (wish !== NONE) {
      const wished = stack.find((runner) => runner.number === wish);
      if (wished !== undefined) return wished;
    }
    if (stack.length > 0) return stack[stack.length - 1] as Runner;
    if (!this.startsWarm || this.size >= this.config.max) return null;
    const runner = this.create();
    this.becomeReady(runner);
    return runner;
  }

  /** Runners without work, with work, and on their way. O(all that were ever made here). */
  census(): { readonly idle: number; readonly running: number; readonly pending: number } {
    const running = this.members.filter((runner) => runner.ready && runner.load > 0).length;
    return { idle: this.size - this.booting - running, running, pending: this.booting };
  }

  get most(): number {
    return this.config.max;
  }

  /** How many of those who wait now can be served by runners that are booting or may be started. */
  get placesToCome(): number {
    return (this.booting + this.config.max - this.size) * this.config.multiplexing;
  }

  /** Starts runners until those booting can take `waiting` requests, or the pool is at its maximum. */
  growFor(waiting: number): void {
    while (this.booting * this.config.multiplexing < waiting && this.size < this.config.max) this.boot();
  }

  /** Takes a place on the runner that `available` named. */
  takePlace(runner: Runner): void {
    runner.load++;
    this.disarm(runner);
    if (runner.load < this.config.multiplexing) return;
    if (this.stack[this.stack.length - 1] === runner) this.stack.pop();
    else this.stack.splice(this.stack.indexOf(runner), 1);
    runner.stacked = false;
  }

  /** A place on the runner is free again. */
  vacate(runner: Runner): void {
    runner.load--;
    if (!runner.ready || runner.paused) return;
    this.push(runner);
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

  /** A runner dies: the busiest, the one that was created first at ties. What was on it is lost. @returns it, or null when there is none */
  crash(): Runner | null {
    const victim = this.busiest();
    if (victim !== null) this.kill(victim);
    return victim;
  }

  /** The busiest runner that computes, the one that was created first at ties; null: nobody has work. */
  busiestAtWork(): Runner | null {
    const busiest = this.busiest();
    return busiest === null || busiest.load === 0 ? null : busiest;
  }

  /** A runner stops computing: it gets no further work. */
  pause(runner: Runner): void {
    runner.paused = true;
    this.unstack(runner);
  }

  /** It computes again. */
  resume(runner: Runner): void {
    runner.paused = false;
    if (runner.load < this.config.multiplexing) this.push(runner);
    if (runner.load === 0) this.armIdleOut(runner);
  }

  /** This runner dies. What was on it is lost. */
  kill(victim: Runner): void {
    this.disarm(victim);
    this.remove(victim);
    this.history.record(HistoryKind.runnerCrashed, this.number, victim.number, victim.load);
  }

  /** Boots runners until the pool has its minimum again. */
  refill(): void {
    while (this.size < this.config.min) this.boot();
  }

  private busiest(): Runner | null {
    let best: Runner | null = null;
    for (const runner of this.members) {
      if (!runner.ready || runner.paused) continue;
      if (best === null || runner.load > best.load || (runner.load === best.load && runner.number < best.number)) best = runner;
    }
    return best;
  }

  private boot(): void {
    const runner = this.create();
    this.booting++;
    const coldStartUs = this.config.coldStarts === undefined ? this.config.coldStartUs : this.config.coldStarts.nextUs();
    runner.timer = this.calendar.scheduleIn(coldStartUs, eventKey(EventKind.runnerReady, runner.number));
    this.history.record(HistoryKind.runnerBooting, this.number, runner.number, 0);
  }

  private create(): Runner {
    // A crashed runner is used again only once its executions have been told.
    const last = this.gone[this.gone.length - 1];
    const runner = last !== undefined && last.load === 0 ? (this.gone.pop() as Runner) : this.join();
    this.size++;
    return runner;
  }

  private join(): Runner {
    const runner = this.registry.create(this);
    this.members.push(runner);
    return runner;
  }

  private becomeReady(runner: Runner): void {
    runner.ready = true;
    this.push(runner);
    this.history.record(HistoryKind.runnerReady, this.number, runner.number, 0);
    this.armIdleOut(runner);
  }

  private remove(runner: Runner): void {
    runner.ready = false;
    runner.paused = false;
    runner.slowness = 1;
    runner.slowUntilUs = 0;
    this.unstack(runner);
    this.gone.push(runner);
    this.size--;
  }

  private unstack(runner: Runner): void {
    if (runner.stacked) this.stack.splice(this.stack.indexOf(runner), 1);
    runner.stacked = false;
  }

  private push(runner: Runner): void {
    if (runner.stacked) return;
    runner.stacked = true;
    this.stack.push(runner);
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
