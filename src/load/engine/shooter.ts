import type { ClientSink } from '../../measure/client-calls.js';
import type { CallOrder, CallWatcher } from '../../sim/open-calls.js';
import type { MakeShooter, Shooter, ShooterOrder, ShotReport } from '../shooter.js';
import { Workload } from '../workload.js';
import { ArrivalsDesk } from './arrivals-desk.js';
import type { CallBook, CallParts } from './call-parts.js';
import { CallTimers } from './call-timers.js';
import { type FirstWave, firstWave } from './first-wave.js';
import type { CallTerms, LiveCall } from './live-call.js';
import { WallClock } from './load-clock.js';
import { PaceMeter } from './pace-meter.js';
import { type Agenda, Pacer } from './pacer.js';
import { RunCall } from './run-call.js';
import { Share } from './share.js';
import { StreamPlaces } from './stream-places.js';
import { SubmitCall } from './submit-call.js';
import { SubscribeCall } from './subscribe-call.js';
import { warmUp } from './warm-up.js';
import { Wire } from './wire.js';

/** Status streams that all load processes together hold open: a server has only so many places. */
const MOST_STREAMS = 1_000;

/** Sends the workload as the simulated clients would: each call at its planned time, whatever became of those before it. */
export const makeEngineShooter: MakeShooter = async (order, sink, traceSource) => {
  await warmUp();
  const shooter = new EngineShooter(order, sink, (desk) => {
    const workload = new Workload(order.scenario, order.seed, traceSource, desk);
    desk.workload = workload;
    return workload;
  });
  await shooter.openAhead(firstWave(order, traceSource));
  return shooter;
};

class EngineShooter implements Shooter, CallBook, Agenda {
  readonly done: Promise<ShotReport>;
  readonly #clock: WallClock;
  readonly #meter = new PaceMeter();
  readonly #timers = new CallTimers(() => this.#pacer.wake());
  readonly #pacer: Pacer;
  readonly #parts: CallParts;
  readonly #workload: Workload;
  readonly #open = new Set<LiveCall>();
  readonly #keysWithoutSecret = new Set<string>();
  #resolve!: (report: ShotReport) => void;
  readonly #freed: { readonly watcher: CallWatcher; readonly atUs: number }[] = [];
  #isArriving = false;
  #hasStarted = false;
  #isOver = false;

  constructor(order: ShooterOrder, sink: ClientSink, open: (desk: ArrivalsDesk) => Workload) {
    const { scenario, process, processes, target, seed, follow, speed } = order;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#clock = new WallClock(speed);
    this.#pacer = new Pacer(this.#clock, this);
    const wire = new Wire(target, this.#meter, () => this.#endIfIdle());
    const places = new StreamPlaces(Math.max(1, Math.floor(MOST_STREAMS / processes)));
    const { takesHints } = target;
    this.#parts = { clock: this.#clock, timers: this.#timers, wire, meter: this.#meter, sink, book: this, places, seed, follow, takesHints };
    const desk = new ArrivalsDesk(new Share(scenario, process, processes), this.#meter, this.#begin, (traffic) => sink.dropped(traffic, 1));
    this.#workload = open(desk);
  }

  openAhead(wave: FirstWave): Promise<void> {
    return this.#parts.wire.openAhead(wave);
  }

  start(epochMs: number): void {
    if (this.#isOver || this.#hasStarted) return;
    this.#hasStarted = true;
    this.#clock.start(epochMs);
    this.#meter.start();
    this.#pacer.start();
    this.#endIfIdle();
  }

  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#pacer.stop();
    this.#planWhatIsOverdue();
    for (const call of this.#open) call.tellAsItStands();
    this.#open.clear();
    const report = { tally: this.#meter.stop(), broken: this.#broken(), notes: this.#notes() };
    void this.#parts.wire.close().then(() => this.#resolve(report));
  }

  get nextUs(): number {
    return Math.min(this.#workload.nextUs, this.#timers.nextUs);
  }

  get isExact(): boolean {
    return this.#workload.nextUs <= this.#timers.nextUs;
  }

  performNext(): void {
    if (this.isExact) this.#arrive();
    else this.#timers.fire();
    this.#endIfIdle();
  }

  closed(call: LiveCall): void {
    this.#open.delete(call);
    this.#endIfIdle();
  }

  callerIsFree(watcher: CallWatcher): void {
    this.#freed.push({ watcher, atUs: this.#clock.nowUs() });
    this.#tellFreed();
  }

  /** Whoever is free may call again: told in order of time with the arrivals, of which some may be overdue. */
  #tellFreed(): void {
    const { calendar } = this.#workload;
    for (let [next] = this.#freed; next !== undefined && next.atUs <= this.#workload.nextUs && !this.#isArriving; [next] = this.#freed) {
      this.#freed.shift();
      calendar.advanceTo(next.atUs);
      next.watcher.callEnded();
    }
    this.#pacer.wake();
  }

  #arrive(): void {
    this.#isArriving = true;
    this.#workload.arrive();
    this.#isArriving = false;
    this.#tellFreed();
  }

  readonly #begin = (order: CallOrder, terms: CallTerms): void => {
    if (this.#isOver) return;
    const call = this.#make(order, terms);
    const key = `${terms.traffic.account}/${terms.traffic.key}`;
    if (this.#parts.wire.secretOf(key) === undefined) this.#keysWithoutSecret.add(key);
    this.#open.add(call);
    call.begin();
  };

  #make({ call }: CallOrder, terms: CallTerms): LiveCall {
    if (call === 'run') return new RunCall(this.#parts, terms);
    return call === 'subscribe' ? new SubscribeCall(this.#parts, terms) : new SubmitCall(this.#parts, terms);
  }

  /** A client that was too busy to look at its schedule has still not kept to it. */
  #planWhatIsOverdue(): void {
    const nowUs = this.#clock.nowUs();
    while (this.#hasStarted && this.#workload.nextUs <= nowUs) this.#workload.arrive();
  }

  #endIfIdle(): void {
    if (this.#hasStarted && !this.#isOver && this.#open.size === 0 && this.#parts.wire.underWay === 0 && this.nextUs === Number.POSITIVE_INFINITY) this.stop();
  }

  #broken(): string[] {
    return [...this.#keysWithoutSecret].map((key) => `calls of ${key} were sent without a key: its credentials are not known`);
  }

  #notes(): string[] {
    const { unfollowed, most } = this.#parts.places;
    return unfollowed === 0 ? [] : [`${unfollowed} submits were not followed to their end: ${most} status streams were open already`];
  }
}
