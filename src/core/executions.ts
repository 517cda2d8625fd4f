import { grownF64, grownI32 } from './growth.js';
import { NONE } from './requests.js';

/**
 * What physically runs: one execution is one attempt of one request on one runner. The ground truth, kept apart from
 * the limiter's leases on purpose; an execution only carries its lease's token along, as a message would.
 */
export class ExecutionPool {
  private capacity = 256;
  private freeHead = NONE;
  private used = 0;

  request = new Int32Array(this.capacity);
  runner = new Int32Array(this.capacity);
  lease = new Int32Array(this.capacity);
  leaseToken = new Int32Array(this.capacity);
  /** The timer of its start (while dispatched) or of its service end. */
  timer = new Int32Array(this.capacity);
  stopTimer = new Int32Array(this.capacity);
  /** 1 once the work has begun. */
  begun = new Int32Array(this.capacity);
  /** Links of the executions on one runner. */
  next = new Int32Array(this.capacity);
  prev = new Int32Array(this.capacity);
  startedUs = new Float64Array(this.capacity);

  take(request: number, runner: number): number {
    let id = this.freeHead;
    if (id === NONE) {
      if (this.used === this.capacity) this.grow();
      id = this.used++;
    } else {
      this.freeHead = this.next[id] as number;
    }
    this.request[id] = request;
    this.runner[id] = runner;
    this.timer[id] = NONE;
    this.stopTimer[id] = NONE;
    this.begun[id] = 0;
    return id;
  }

  give(id: number): void {
    this.request[id] = NONE;
    this.next[id] = this.freeHead;
    this.freeHead = id;
  }

  private grow(): void {
    const size = this.capacity * 2;
    this.capacity = size;
    this.request = grownI32(this.request, size);
    this.runner = grownI32(this.runner, size);
    this.lease = grownI32(this.lease, size);
    this.leaseToken = grownI32(this.leaseToken, size);
    this.timer = grownI32(this.timer, size);
    this.stopTimer = grownI32(this.stopTimer, size);
    this.begun = grownI32(this.begun, size);
    this.next = grownI32(this.next, size);
    this.prev = grownI32(this.prev, size);
    this.startedUs = grownF64(this.startedUs, size);
  }
}
