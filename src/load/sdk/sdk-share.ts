import type { ClientSink } from '../../measure/client-calls.js';
import type { CallDesk } from '../../sim/call-maker.js';
import type { CallOrder, CallWatcher } from '../../sim/open-calls.js';
import type { TraceSource } from '../../sim/trace.js';
import type { LoadOrder } from '../driver.js';
import { WallClock } from '../engine/load-clock.js';
import { PaceMeter } from '../engine/pace-meter.js';
import { type Agenda, Pacer } from '../engine/pacer.js';
import type { Shooter, ShotReport } from '../shooter.js';
import { hintedEnd, Workload } from '../workload.js';
import { CountingFetch } from './counting-fetch.js';
import { ScaledTimers } from './scaled-timers.js';
import { SdkCall } from './sdk-call.js';
import { SdkDesk } from './sdk-desk.js';

/** Which of the calls a thread makes: the n-th of so many shares. */
export interface Share {
  readonly number: number;
  readonly of: number;
}

/**
 * Makes a share of a workload's calls with the real SDK, in the thread that it lives in. Calls of a flow are dealt out one by
 * one; a flow that waits for its own calls (closed loop, `maxVUs`) stays whole.
 */
export class SdkShare implements Shooter, CallDesk, Agenda {
  /** Arrivals are sent on the microsecond. */
  readonly isExact = true;
  readonly done: Promise<ShotReport>;
  private readonly clock: WallClock;
  private readonly meter = new PaceMeter();
  private readonly http: CountingFetch;
  private readonly desk: SdkDesk;
  private readonly timers: ScaledTimers;
  private readonly workload: Workload;
  private readonly ordinals: number[];
  /** Calls whose caller waits, with whoever waits for its end. */
  private readonly waiting = new Map<SdkCall, CallWatcher | null>();
  private readonly lingering = new Set<SdkCall>();
  private hasStarted = false;
  private isOver = false;
  private readonly pacer: Pacer;
  private finish!: (report: ShotReport) => void;

  /** @throws LoadError when the target lacks a key of the workload */
  constructor(
    private readonly order: LoadOrder,
    private readonly share: Share,
    private readonly sink: ClientSink,
    traceSource: TraceSource,
  ) {
    const { scenario, seed, speed, target, follow } = order;
    this.clock = new WallClock(speed);
    this.http = new CountingFetch(target, speed, this.clock, this.meter, (call) => this.look(call));
    this.desk = new SdkDesk(target, follow, this.http, () => this.clock.nowUs());
    for (const { as } of scenario.workload) if (as !== undefined) this.desk.keyOf(as);
    this.timers = new ScaledTimers(speed, () => this.http.isSdk).install();
    this.workload = new Workload(scenario, seed, traceSource, this);
    this.ordinals = scenario.workload.map(() => 0);
    this.pacer = new Pacer(this.clock, this);
    this.done = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  start(epochMs: number): void {
    this.clock.start(epochMs);
    this.hasStarted = true;
    this.meter.start();
    this.pacer.start();
    this.endWhenQuiet();
  }

  get nextUs(): number {
    return this.workload.nextUs;
  }

  /** All arrivals of the next instant: were sockets given a turn between them, the last of a burst would wait for the answers to the first. */
  performNext(): void {
    const { nextUs } = this;
    while (this.nextUs === nextUs) this.workload.arrive();
    if (this.nextUs === Number.POSITIVE_INFINITY) this.endWhenQuiet();
  }

  /** Pollers of callers that have given up may still be there: they are counted up to now. */
  stop(): void {
    if (this.isOver) return;
    const records = [...this.waiting.keys()].map((call) => call.record(0, undefined, undefined));
    if (records.length > 0) this.sink.calls(records);
    for (const call of this.lingering) this.bury(call);
    this.end();
  }

  begin(order: CallOrder): void {
    const { arriving } = this.workload;
    if (!this.isOurs(arriving)) return;
    const call = this.callOf(order, arriving);
    this.meter.planned++;
    this.waiting.set(call, order.watcher);
    void this.desk.make(call).then(({ outcome, trouble }) => {
      if (this.isOver) return;
      const nowUs = this.clock.nowUs();
      call.settle();
      this.sink.calls([call.record(outcome, outcome === 0 ? undefined : nowUs, trouble)]);
      this.callerIsFree(call, nowUs);
      this.lingering.add(call);
      // The SDK may be about to cancel: its request is on its way when the event loop has turned.
      setImmediate(() => this.look(call));
    });
  }

  drop(traffic: number): void {
    if (!this.isWholeOurs(this.workload.arriving)) return;
    this.meter.planned++;
    this.meter.dropped++;
    const { account, key, endpoint, mode } = this.workload.classOf(traffic);
    this.sink.dropped({ account, key, endpoint, mode }, 1);
  }

  private callOf(order: CallOrder, flow: number): SdkCall {
    const { account, key, endpoint, mode } = this.workload.classOf(order.traffic);
    const { serviceUs, startTimeoutUs, clientTimeoutUs, patienceUs } = order;
    const atUs = this.workload.calendar.nowUs;
    return new SdkCall({ flow, atUs, account, key, endpoint, mode, serviceUs, end: hintedEnd(order.end), startTimeoutUs, clientTimeoutUs, patienceUs });
  }

  private isOurs(flow: number): boolean {
    if (this.isWhole(flow)) return this.isWholeOurs(flow);
    const ordinal = this.ordinals[flow] as number;
    this.ordinals[flow] = ordinal + 1;
    return ordinal % this.share.of === this.share.number;
  }

  private isWhole(flow: number): boolean {
    const spec = this.order.scenario.workload[flow];
    return spec?.arrivals.kind === 'closedLoop' || spec?.maxVUs !== undefined;
  }

  private isWholeOurs(flow: number): boolean {
    return flow % this.share.of === this.share.number;
  }

  private catchUp(nowUs: number): void {
    while (this.workload.nextUs <= nowUs) this.workload.arrive();
    this.workload.calendar.advanceTo(nowUs);
  }

  /** Whoever waited for the call thinks and calls again. */
  private callerIsFree(call: SdkCall, nowUs: number): void {
    const watcher = this.waiting.get(call);
    this.waiting.delete(call);
    if (!watcher) return;
    this.catchUp(nowUs);
    watcher.callEnded();
    this.pacer.wake();
  }

  private look(call: SdkCall): void {
    if (this.isOver || !call.isOver || !this.lingering.has(call)) return;
    this.bury(call);
    this.endWhenQuiet();
  }

  private bury(call: SdkCall): void {
    this.lingering.delete(call);
    const { account, key, endpoint, mode } = call.plan;
    if (call.zombiePolls > 0) this.sink.zombiePolls({ account, key, endpoint, mode }, call.zombiePolls);
  }

  private endWhenQuiet(): void {
    const isQuiet = this.waiting.size === 0 && this.lingering.size === 0 && this.workload.nextUs === Number.POSITIVE_INFINITY;
    if (this.hasStarted && isQuiet) this.end();
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.pacer.stop();
    this.timers.remove();
    const report = { tally: this.meter.stop(), broken: [], notes: this.notes() };
    void this.http.close().then(() => this.finish(report));
  }

  private notes(): string[] {
    const submits = this.order.scenario.workload.some(({ call }) => call === 'submit');
    return submits && this.order.follow === 'stream' ? ['@fal-ai/client follows a submit by a poll each second, not over a stream'] : [];
  }
}
