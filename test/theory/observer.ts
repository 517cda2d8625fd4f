import { HistoryKind, type Outcome } from '../../src/core/history.js';
import type { Recorder } from '../../src/measure/recorder.js';
import type { RunSink } from '../../src/sim/simulation.js';

/** Areas under the levels of a queue since the start of the run: level × time, in µs. Whole numbers, so exact. */
interface Areas {
  readonly queued: number;
  readonly working: number;
  /** Time with all servers at work. */
  readonly allBusy: number;
  /** Servers that stood idle while requests waited. */
  readonly idleBesideQueue: number;
}

/**
 * Stands between a run and its recorder and keeps the levels of queueing theory on its own: how many wait, how many are
 * at work. It knows no waiting times, the recorder no areas; Little's law ties the two together.
 */
export class QueueObserver implements RunSink {
  /** Sum of the waits of requests that left the queue without having begun, µs. */
  waitedInVainUs = 0;
  /** Levels at the end of the run. */
  queued = 0;
  working = 0;
  /** When load ended, and the areas up to then. */
  loadEndUs = 0;
  atLoadEnd: Areas = { queued: 0, working: 0, allBusy: 0, idleBesideQueue: 0 };
  private clock!: { readonly nowUs: number };
  private sinceUs = 0;
  private queuedArea = 0;
  private workingArea = 0;
  private allBusyUs = 0;
  private idleBesideQueueUs = 0;
  /** By request number: when it came, while it waits; -1 from its start. */
  private readonly waitingSinceUs: number[] = [];

  constructor(
    private readonly recorder: Recorder,
    private readonly servers: number,
  ) {}

  get areas(): Areas {
    return { queued: this.queuedArea, working: this.workingArea, allBusy: this.allBusyUs, idleBesideQueue: this.idleBesideQueueUs };
  }

  attach(run: Parameters<RunSink['attach']>[0]): void {
    this.clock = run.platform.calendar;
    this.recorder.attach(run);
  }

  record(kind: HistoryKind, id: number, a: number, b: number): void {
    this.recorder.record(kind, id, a, b);
    switch (kind) {
      case HistoryKind.submitted:
        this.settle();
        this.queued++;
        this.waitingSinceUs[id] = this.sinceUs;
        return;
      case HistoryKind.executionStarted:
        this.workBegan(id);
        return;
      case HistoryKind.executionEnded:
        this.workEnded();
        return;
      case HistoryKind.ended:
        this.ended(id);
        return;
      case HistoryKind.recovery:
        this.settle();
        this.loadEndUs = this.sinceUs;
        this.atLoadEnd = this.areas;
        return;
      default:
    }
  }

  dispatched(request: number, lease: number, count: number, execution: number, runner: number): void {
    this.recorder.dispatched(request, lease, count, execution, runner);
    this.workBegan(request);
  }

  completed(request: number, lease: number, count: number, execution: number): void {
    this.recorder.completed(request, lease, count, execution);
    this.workEnded();
  }

  callBegan(traffic: number): void {
    this.recorder.callBegan(traffic);
  }

  callRetried(traffic: number): void {
    this.recorder.callRetried(traffic);
  }

  callEnded(traffic: number, outcome: Outcome, attempts: number, elapsedUs: number): void {
    this.recorder.callEnded(traffic, outcome, attempts, elapsedUs);
  }

  zombiePolls(traffic: number, polls: number): void {
    this.recorder.zombiePolls(traffic, polls);
  }

  iterationDropped(traffic: number): void {
    this.recorder.iterationDropped(traffic);
  }

  private workBegan(request: number): void {
    this.settle();
    this.queued--;
    this.working++;
    this.waitingSinceUs[request] = -1;
  }

  private workEnded(): void {
    this.settle();
    this.working--;
  }

  private ended(id: number): void {
    const since = this.waitingSinceUs[id] as number;
    if (since < 0) return;
    this.settle();
    this.queued--;
    this.waitedInVainUs += this.sinceUs - since;
  }

  /** The levels that held until now go into the areas. */
  private settle(): void {
    const { nowUs } = this.clock;
    const spanUs = nowUs - this.sinceUs;
    if (spanUs === 0) return;
    const { queued, working, servers } = this;
    this.sinceUs = nowUs;
    this.queuedArea += queued * spanUs;
    this.workingArea += working * spanUs;
    if (working >= servers) this.allBusyUs += spanUs;
    else if (queued > 0) this.idleBesideQueueUs += Math.min(queued, servers - working) * spanUs;
  }
}
