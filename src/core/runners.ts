import type { EventCalendar } from './calendar.js';
import { EventKind, eventKey } from './event-keys.js';
import type { ExecutionPool } from './executions.js';
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

const RunnerState = { gone: 0, booting: 1, ready: 2 } as const;

/**
 * All runners, in one pool for each endpoint.
 *
 * ```
 *   (none) ──boot──▶ booting ──cold start──▶ ready ⇄ working ──crash──▶ gone
 *                                              └──keep-alive over─────▶ gone
 * ```
 *
 * Ready runners with a free place lie on a stack, linked so that one may leave from the middle: the last one used is
 * used again, so that idle ones can end.
 */
export class RunnerFleet {
  private readonly pools: RunnerPoolConfig[] = [];
  private readonly alive: number[] = [];
  private readonly booting: number[] = [];
  /** By pool: the top of the stack of runners with a free place. */
  private readonly top: number[] = [];

  private readonly poolOf: number[] = [];
  private readonly stateOf: number[] = [];
  private readonly load: number[] = [];
  private readonly stacked: boolean[] = [];
  private readonly below: number[] = [];
  private readonly above: number[] = [];
  private readonly timer: number[] = [];
  private readonly firstExecution: number[] = [];
  private readonly recycled: number[] = [];

  constructor(
    private readonly calendar: EventCalendar,
    private readonly executions: ExecutionPool,
    private readonly history: History,
  ) {}

  /** Opens the pool of endpoint number `pools.length`, with `min` warm runners. */
  open(config: RunnerPoolConfig): void {
    const pool = this.pools.push(config) - 1;
    this.alive.push(0);
    this.booting.push(0);
    this.top.push(NONE);
    for (let n = 0; n < config.min; n++) this.becomeReady(this.create(pool));
  }

  /** A runner of the pool with a free place, or NONE. A pool without cold start makes one on the spot. */
  available(pool: number): number {
    const top = this.top[pool] as number;
    if (top !== NONE) return top;
    const config = this.pools[pool] as RunnerPoolConfig;
    if (config.coldStartUs > 0 || (this.alive[pool] as number) >= config.max) return NONE;
    const runner = this.create(pool);
    this.becomeReady(runner);
    return runner;
  }

  /** Whether a runner is coming, or may be started, for somebody who waits now. */
  canGrow(pool: number): boolean {
    return (this.booting[pool] as number) > 0 || (this.alive[pool] as number) < (this.pools[pool] as RunnerPoolConfig).max;
  }

  /** Starts runners until those booting can take `waiting` requests, or the pool is at its maximum. */
  growFor(pool: number, waiting: number): void {
    const config = this.pools[pool] as RunnerPoolConfig;
    while ((this.booting[pool] as number) * config.multiplexing < waiting && (this.alive[pool] as number) < config.max) this.boot(pool);
  }

  /** Puts an execution on a place of the runner. */
  assign(execution: number, runner: number): void {
    const { next, prev } = this.executions;
    const first = this.firstExecution[runner] as number;
    next[execution] = first;
    prev[execution] = NONE;
    if (first !== NONE) prev[first] = execution;
    this.firstExecution[runner] = execution;
    const load = (this.load[runner] as number) + 1;
    this.load[runner] = load;
    this.disarm(runner);
    if (load >= (this.pools[this.poolOf[runner] as number] as RunnerPoolConfig).multiplexing) this.unstack(runner);
  }

  /** Takes an execution off its runner, whose place is free again. */
  vacate(execution: number): void {
    const { next, prev } = this.executions;
    const runner = this.executions.runner[execution] as number;
    const before = prev[execution] as number;
    const after = next[execution] as number;
    if (before === NONE) this.firstExecution[runner] = after;
    else next[before] = after;
    if (after !== NONE) prev[after] = before;
    this.load[runner] = (this.load[runner] as number) - 1;
    if (this.stateOf[runner] !== RunnerState.ready) return;
    this.stack(runner);
    if (this.load[runner] === 0) this.armIdleOut(runner);
  }

  /** A runner has booted. */
  ready(runner: number): void {
    this.timer[runner] = NONE;
    this.booting[this.poolOf[runner] as number] = (this.booting[this.poolOf[runner] as number] as number) - 1;
    this.becomeReady(runner);
  }

  /** The keep-alive of an idle runner is over. */
  idleOut(runner: number): void {
    this.timer[runner] = NONE;
    const pool = this.poolOf[runner] as number;
    if ((this.alive[pool] as number) <= (this.pools[pool] as RunnerPoolConfig).min) return;
    this.remove(runner);
    this.history.record(HistoryKind.runnerGone, this.poolOf[runner] as number, runner, 0);
  }

  /**
   * A runner dies with everything on it. Prefers the busiest (lowest number at ties).
   * @param lost told about each execution that was on it, after the runner is gone
   * @returns whether there was a runner to crash
   */
  crash(pool: number, lost: (execution: number) => void): boolean {
    const victim = this.busiest(pool);
    if (victim === NONE) return false;
    const dying: number[] = [];
    for (let e = this.firstExecution[victim] as number; e !== NONE; e = this.executions.next[e] as number) dying.push(e);
    this.disarm(victim);
    this.stateOf[victim] = RunnerState.gone;
    this.unstack(victim);
    this.history.record(HistoryKind.runnerCrashed, pool, victim, dying.length);
    for (const execution of dying) lost(execution);
    this.alive[pool] = (this.alive[pool] as number) - 1;
    this.recycled.push(victim);
    while ((this.alive[pool] as number) < (this.pools[pool] as RunnerPoolConfig).min) this.boot(pool);
    return true;
  }

  poolOfRunner(runner: number): number {
    return this.poolOf[runner] as number;
  }

  /** Runners alive or booting in the pool. */
  size(pool: number): number {
    return this.alive[pool] as number;
  }

  private busiest(pool: number): number {
    let best = NONE;
    for (let runner = 0; runner < this.poolOf.length; runner++) {
      if (this.poolOf[runner] !== pool || this.stateOf[runner] !== RunnerState.ready) continue;
      if (best === NONE || (this.load[runner] as number) > (this.load[best] as number)) best = runner;
    }
    return best;
  }

  private boot(pool: number): void {
    const runner = this.create(pool);
    const { coldStartUs } = this.pools[pool] as RunnerPoolConfig;
    this.stateOf[runner] = RunnerState.booting;
    this.booting[pool] = (this.booting[pool] as number) + 1;
    this.timer[runner] = this.calendar.schedule(this.calendar.nowUs + coldStartUs, eventKey(EventKind.runnerReady, runner));
    this.history.record(HistoryKind.runnerBooting, pool, runner, 0);
  }

  private create(pool: number): number {
    const runner = this.recycled.pop() ?? this.poolOf.length;
    this.poolOf[runner] = pool;
    this.stateOf[runner] = RunnerState.booting;
    this.load[runner] = 0;
    this.stacked[runner] = false;
    this.timer[runner] = NONE;
    this.firstExecution[runner] = NONE;
    this.alive[pool] = (this.alive[pool] as number) + 1;
    return runner;
  }

  private becomeReady(runner: number): void {
    this.stateOf[runner] = RunnerState.ready;
    this.stack(runner);
    this.history.record(HistoryKind.runnerReady, this.poolOf[runner] as number, runner, 0);
    this.armIdleOut(runner);
  }

  private remove(runner: number): void {
    this.stateOf[runner] = RunnerState.gone;
    this.unstack(runner);
    const pool = this.poolOf[runner] as number;
    this.alive[pool] = (this.alive[pool] as number) - 1;
    this.recycled.push(runner);
  }

  private stack(runner: number): void {
    if (this.stacked[runner]) return;
    const pool = this.poolOf[runner] as number;
    const top = this.top[pool] as number;
    this.stacked[runner] = true;
    this.below[runner] = top;
    this.above[runner] = NONE;
    if (top !== NONE) this.above[top] = runner;
    this.top[pool] = runner;
  }

  private unstack(runner: number): void {
    if (!this.stacked[runner]) return;
    const below = this.below[runner] as number;
    const above = this.above[runner] as number;
    if (below !== NONE) this.above[below] = above;
    if (above !== NONE) this.below[above] = below;
    else this.top[this.poolOf[runner] as number] = below;
    this.stacked[runner] = false;
  }

  private armIdleOut(runner: number): void {
    const pool = this.poolOf[runner] as number;
    const { keepAliveUs, min } = this.pools[pool] as RunnerPoolConfig;
    if (keepAliveUs === Number.POSITIVE_INFINITY || (this.alive[pool] as number) <= min) return;
    this.timer[runner] = this.calendar.schedule(this.calendar.nowUs + keepAliveUs, eventKey(EventKind.runnerIdleOut, runner));
  }

  private disarm(runner: number): void {
    const handle = this.timer[runner] as number;
    if (handle === NONE) return;
    this.calendar.cancel(handle);
    this.timer[runner] = NONE;
  }
}
