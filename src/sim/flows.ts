import type { EventCalendar } from '../core/calendar.js';
import { eventKey } from '../core/event-keys.js';
import { Purpose, RandomStream } from '../core/random.js';
import type { ClosedLoopSpec, SyntheticArrivals, TraceSpec } from '../scenario/arrival-types.js';
import type { ArrivalProcess } from './arrival-process.js';
import { arrivalProcess } from './arrivals.js';
import { CallMaker, type FlowParts } from './call-maker.js';
import { Durations } from './demands.js';
import type { DurationLaw } from './duration-laws.js';
import type { CallWatcher } from './open-calls.js';
import type { CallTarget, TraceTargets } from './targets.js';
import type { TraceRow } from './trace-rows.js';
import { WorldEvent } from './world-events.js';

/** One entry of the workload: its arrivals, one at a time, each as a client's call. */
export interface Flow {
  /** Puts the first arrival on the calendar. */
  start(): void;
  /** An arrival is due. */
  arrive(): void;
}

/** Arrivals from a formula. */
export class SyntheticFlow extends CallMaker implements Flow {
  private readonly arrivals: ArrivalProcess;
  private readonly key: number;

  constructor(parts: FlowParts, arrivals: SyntheticArrivals, target: CallTarget) {
    super(parts, target);
    this.arrivals = arrivalProcess(arrivals, parts.seed, parts.number);
    this.key = eventKey(WorldEvent.arrival, parts.number);
  }

  start(): void {
    this.scheduleNext();
  }

  arrive(): void {
    this.call();
    this.scheduleNext();
  }

  private scheduleNext(): void {
    const gapUs = this.arrivals.nextGapUs();
    if (gapUs >= 0) this.calendar.scheduleIn(gapUs, this.key);
  }
}

/**
 * Users who call, wait for the end of the call, think, and call again. All of them make their first call when the arrivals
 * begin. Whoever's call never ends never calls again.
 */
export class ClosedLoopFlow implements Flow, CallWatcher {
  private readonly maker: CallMaker;
  private readonly calendar: EventCalendar;
  private readonly thinking: Durations;
  private readonly key: number;

  constructor(
    parts: FlowParts,
    private readonly loop: ClosedLoopSpec,
    thinkTime: DurationLaw,
    target: CallTarget,
  ) {
    this.maker = new CallMaker(parts, target, this);
    this.calendar = parts.calendar;
    this.thinking = new Durations(thinkTime, new RandomStream(parts.seed, Purpose.thinkTime, parts.number));
    this.key = eventKey(WorldEvent.arrival, parts.number);
  }

  start(): void {
    for (let user = 0; user < this.loop.users; user++) this.calendar.schedule(this.loop.fromUs, this.key);
  }

  arrive(): void {
    this.maker.call();
  }

  callEnded(): void {
    const nextUs = this.calendar.nowUs + this.thinking.nextUs();
    if (nextUs < this.loop.toUs) this.calendar.schedule(nextUs, this.key);
  }
}

/** Arrivals as they were recorded, with the service times, accounts and endpoints of the recording where it names them. */
export class TraceFlow implements Flow {
  private maker: CallMaker | undefined;
  private readonly key: number;
  private next: TraceRow | undefined;

  constructor(
    private readonly parts: FlowParts,
    private readonly trace: TraceSpec,
    private readonly rows: Iterator<TraceRow>,
    private readonly targets: TraceTargets,
  ) {
    this.key = eventKey(WorldEvent.arrival, parts.number);
  }

  start(): void {
    this.scheduleNext();
  }

  arrive(): void {
    const row = this.next as TraceRow;
    const target = this.targets.of(row);
    this.maker ??= new CallMaker(this.parts, target);
    this.maker.aimAt(target);
    if (this.trace.serviceColumn === undefined) this.maker.call();
    else this.maker.callFor(row.serviceUs);
    this.scheduleNext();
  }

  private scheduleNext(): void {
    const result = this.rows.next();
    if (result.done === true) return;
    this.next = result.value;
    this.parts.calendar.schedule(result.value.atUs, this.key);
  }
}
