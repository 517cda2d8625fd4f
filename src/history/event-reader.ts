import type { HistoryKind, Outcome } from '../core/history.js';
import type { RunSink } from '../sim/simulation.js';
import { type EventName, KIND_NAMES } from './event-table.js';

/** The run whose history is read. */
export type WatchedRun = Parameters<RunSink['attach']>[0];

/** Reads every event of a history through one door, whatever its kind. */
export abstract class EventReader implements RunSink {
  protected run!: WatchedRun;

  attach(run: WatchedRun): void {
    this.run = run;
  }

  record(kind: HistoryKind, id: number, a: number, b: number): void {
    this.read(KIND_NAMES[kind] as EventName, id, [a, b]);
  }

  dispatched(request: number, lease: number, count: number, execution: number, runner: number): void {
    this.read('dispatched', request, [lease, count, execution, runner]);
  }

  completed(request: number, lease: number, count: number, execution: number): void {
    this.read('completed', request, [lease, count, execution]);
  }

  callBegan(traffic: number): void {
    this.read('callBegan', traffic, []);
  }

  callRetried(traffic: number, attempt: number): void {
    this.read('callRetried', traffic, [attempt]);
  }

  callEnded(traffic: number, outcome: Outcome, attempts: number, elapsedUs: number): void {
    this.read('callEnded', traffic, [outcome, attempts, elapsedUs]);
  }

  zombiePolls(traffic: number, polls: number): void {
    this.read('zombiePolls', traffic, [polls]);
  }

  iterationDropped(traffic: number): void {
    this.read('iterationDropped', traffic, []);
  }

  /**
   * One event; `run.platform.history` has counted and hashed it already.
   * @param id what the event is about @param numbers the others, in the order of the event table's fields
   */
  protected abstract read(name: EventName, id: number, numbers: readonly number[]): void;
}
