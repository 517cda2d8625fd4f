import type { HistoryKind, Outcome } from '../core/history.js';
import type { RunSink } from '../sim/simulation.js';

/** Passes a run's history on to two readers, to the first one first. */
export class BothReaders implements RunSink {
  constructor(
    private readonly first: RunSink,
    private readonly second: RunSink,
  ) {}

  attach(run: Parameters<RunSink['attach']>[0]): void {
    this.first.attach(run);
    this.second.attach(run);
  }

  record(kind: HistoryKind, id: number, a: number, b: number): void {
    this.first.record(kind, id, a, b);
    this.second.record(kind, id, a, b);
  }

  dispatched(request: number, lease: number, count: number, execution: number, runner: number): void {
    this.first.dispatched(request, lease, count, execution, runner);
    this.second.dispatched(request, lease, count, execution, runner);
  }

  completed(request: number, lease: number, count: number, execution: number): void {
    this.first.completed(request, lease, count, execution);
    this.second.completed(request, lease, count, execution);
  }

  callBegan(traffic: number): void {
    this.first.callBegan(traffic);
    this.second.callBegan(traffic);
  }

  callRetried(traffic: number, attempt: number): void {
    this.first.callRetried(traffic, attempt);
    this.second.callRetried(traffic, attempt);
  }

  callEnded(traffic: number, outcome: Outcome, attempts: number, elapsedUs: number): void {
    this.first.callEnded(traffic, outcome, attempts, elapsedUs);
    this.second.callEnded(traffic, outcome, attempts, elapsedUs);
  }

  zombiePolls(traffic: number, polls: number): void {
    this.first.zombiePolls(traffic, polls);
    this.second.zombiePolls(traffic, polls);
  }

  iterationDropped(traffic: number): void {
    this.first.iterationDropped(traffic);
    this.second.iterationDropped(traffic);
  }
}
