import { EventCalendar } from '../../core/calendar.js';
import { US_PER_MS } from '../../core/time.js';
import type { LiveClock } from '../world/live-world.js';
import type { WallClock } from './wall-clock.js';

/** What the driver moves on. */
export interface Driven {
  readonly nowUs: number;
  /** When the next thing happens by itself, µs; Infinity: never. */
  readonly nextUs: number;
  /** Its time has come to an end: it stands still, and with it all chores. */
  readonly isOver: boolean;
  advanceTo(atUs: number): void;
}

export interface DriverOptions {
  /** How many times as fast as the wall clock; `manual`: only `step` moves it. */
  readonly speed: number | 'manual';
  /** ms since 1970 at virtual instant 0. */
  readonly originMs: number;
  readonly wall: WallClock;
  /** Time stands still until `resume`. */
  readonly isHeld?: boolean | undefined;
  /** Called after the platform has moved, or something was done to it. */
  readonly afterTurn: () => void;
  /** Called with what a turn threw that nobody asked for: one that a timer began. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Moves virtual time along with the wall clock and wakes up for the next event with one timer. Chores (comments on streams,
 * deliveries, logs) have a calendar of their own, so that they are no part of the platform's history.
 */
export class LiveDriver implements LiveClock {
  private readonly chores = new EventCalendar();
  private readonly works = new Map<number, () => void>();
  private readonly handles = new Map<number, number>();
  private lastChore = 0;
  private disarm: (() => void) | undefined;
  private armedForUs = Number.POSITIVE_INFINITY;
  private turning = false;
  private closed = false;
  private paused: boolean;
  /** Virtual and wall time at the last change of pace. */
  private baseUs: number;
  private baseMs: number;

  constructor(
    private readonly platform: Driven,
    private readonly options: DriverOptions,
  ) {
    this.paused = options.speed === 'manual' || options.isHeld === true;
    this.baseUs = platform.nowUs;
    this.baseMs = options.wall.monotonicMs();
    this.chores.advanceTo(platform.nowUs);
  }

  get speed(): number | 'manual' {
    return this.options.speed;
  }

  nowUs(): number {
    return this.turning || this.paused ? this.platform.nowUs : Math.max(this.platform.nowUs, this.targetUs());
  }

  toMs(us: number): number {
    return this.options.originMs + us / US_PER_MS;
  }

  after(delayUs: number, work: () => void): () => void {
    const number = ++this.lastChore;
    const handle = this.chores.schedule(Math.max(this.chores.nowUs, this.nowUs() + Math.round(delayUs)), number);
    this.works.set(number, work);
    this.handles.set(number, handle);
    if (!this.turning) this.arm();
    return () => {
      if (!this.works.delete(number)) return;
      this.chores.cancel(handle);
      this.handles.delete(number);
    };
  }

  /** Brings the platform up to now, lets `act` do something to it, and tells everybody. Not from within itself. */
  turn<T>(act: () => T): T {
    if (this.turning) return act();
    this.turning = true;
    try {
      if (!this.paused) this.moveTo(this.targetUs());
      return act();
    } finally {
      this.turning = false;
      this.cameToRest();
    }
  }

  /** Stops virtual time. */
  pause(): void {
    this.turn(() => {});
    this.paused = true;
    this.arm();
  }

  /** Lets virtual time go on. */
  resume(): void {
    if (!this.paused || this.options.speed === 'manual') return;
    this.paused = false;
    this.baseUs = this.platform.nowUs;
    this.baseMs = this.options.wall.monotonicMs();
    this.arm();
  }

  /** Moves stopped time on by this much; everything on the way happens in its order. */
  step(us: number): void {
    if (!this.paused) throw new Error("only stopped time can be moved: begin with speed: 'manual', or pause() first");
    const target = this.platform.nowUs + us;
    this.turning = true;
    try {
      this.moveTo(target);
    } finally {
      this.turning = false;
      this.options.afterTurn();
    }
  }

  close(): void {
    this.closed = true;
    this.disarm?.();
    this.disarm = undefined;
    this.works.clear();
  }

  /** Where virtual time stands by the wall clock, whole µs. */
  private targetUs(): number {
    const { speed, wall } = this.options;
    if (speed === 'manual') return this.platform.nowUs;
    return Math.floor(this.baseUs + (wall.monotonicMs() - this.baseMs) * US_PER_MS * speed);
  }

  private moveTo(targetUs: number): void {
    for (;;) {
      const choreUs = this.chores.peekTimeUs();
      if (choreUs > targetUs) break;
      this.platform.advanceTo(choreUs);
      if (this.platform.isOver) return;
      this.doChore();
      this.options.afterTurn();
    }
    this.platform.advanceTo(targetUs);
  }

  private doChore(): void {
    const number = this.chores.pop();
    const work = this.works.get(number);
    this.works.delete(number);
    this.handles.delete(number);
    work?.();
  }

  private cameToRest(): void {
    try {
      this.options.afterTurn();
    } finally {
      this.arm();
    }
  }

  private wakeUp(): void {
    try {
      this.turn(() => {});
    } catch (error) {
      this.options.onFailure(error);
    }
  }

  private arm(): void {
    if (this.closed) return;
    const standsStill = this.paused || this.platform.isOver;
    const nextUs = standsStill ? Number.POSITIVE_INFINITY : Math.min(this.platform.nextUs, this.chores.peekTimeUs());
    // Waking up too early is harmless, and cheaper than a new timer for every request.
    if (this.disarm !== undefined && this.armedForUs <= nextUs) return;
    this.disarm?.();
    this.disarm = undefined;
    this.armedForUs = nextUs;
    if (nextUs === Number.POSITIVE_INFINITY) return;
    const ms = (nextUs - this.targetUs()) / US_PER_MS / (this.options.speed as number);
    // A timer may come up to 1 ms early; then there is one more round.
    this.disarm = this.options.wall.after(Math.ceil(Math.max(0, ms)), () => {
      this.disarm = undefined;
      this.wakeUp();
    });
  }
}
