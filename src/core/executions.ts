import type { Lease } from './limiter.js';
import { NONE, type Request } from './requests.js';
import type { Runner } from './runners.js';

/**
 * What physically runs: one attempt of one request on one runner. The ground truth, kept apart from the limiter's
 * leases on purpose; an execution only carries its lease's token along, as a message would.
 */
export class Execution {
  request!: Request;
  runner!: Runner;
  lease: Lease | null = null;
  leaseToken = 0;
  /** Counts the uses of this object. */
  serial = 0;
  /** Which attempt of its request it is, from 1. */
  attempt = 0;
  /** The timer of its start (while dispatched) or of its service end. */
  timer = NONE;
  stopTimer = NONE;
  /** Where faults may come: the next renewal of its lease, and when the runner gives up for want of one. */
  renewTimer = NONE;
  fenceTimer = NONE;
  /** When its request is handed out again although it works (`redeliverAfterUs`). */
  redeliveryTimer = NONE;
  /** Until when the runner knows that its lease is good, µs. */
  validUntilUs = 0;
  /** When its work will end, µs; while it is paused: how much is left. */
  endsUs = 0;
  paused = false;
  /** It will never end by itself. */
  hung = false;
  /** Its work is done, and it waits for a child. */
  waits = false;
  /** It was told to stop, and will when its runner computes again. */
  mustStop = false;
  /** It has a place on its runner. */
  assigned = false;
  /** The work has begun. */
  begun = false;
  startedUs = 0;

  /** @param number its place in the pool, in calendar keys and in the history */
  constructor(readonly number: number) {}
}

export class ExecutionPool {
  private readonly all: Execution[] = [];
  private readonly free: Execution[] = [];

  at(number: number): Execution {
    return this.all[number] as Execution;
  }

  /** Those on a runner. O(all): asked for when a runner dies. */
  on(runner: Runner): Execution[] {
    return this.all.filter((execution) => execution.assigned && execution.runner === runner);
  }

  take(request: Request, runner: Runner): Execution {
    const execution = this.free.pop() ?? this.create();
    execution.request = request;
    execution.runner = runner;
    execution.lease = request.lease;
    execution.leaseToken = request.leaseToken;
    execution.serial++;
    execution.attempt = request.attempts;
    execution.assigned = true;
    execution.begun = false;
    execution.paused = false;
    execution.hung = false;
    execution.waits = false;
    execution.mustStop = false;
    return execution;
  }

  give(execution: Execution): void {
    execution.assigned = false;
    this.free.push(execution);
  }

  private create(): Execution {
    const execution = new Execution(this.all.length);
    this.all.push(execution);
    return execution;
  }
}
