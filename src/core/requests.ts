import { grownF64, grownI32, grownU8 } from './growth.js';

/** Where a request stands inside the platform. The wire knows only three words: see `wireStatus`. */
export const RequestState = {
  free: 0,
  /** IN_QUEUE: in a line for a slot (`waiting: fifo`). */
  waitingForSlot: 1,
  /** IN_QUEUE: asleep until it asks for a slot again, or until its next attempt. */
  backingOff: 2,
  /** IN_QUEUE: in the endpoint's line for a runner. */
  waitingForRunner: 3,
  /** IN_PROGRESS: has a slot and a place on a runner, or a slot and the promise of a booting one (direct calls). */
  dispatched: 4,
  /** IN_PROGRESS: its work has begun. */
  inProgress: 5,
  /** COMPLETED, whatever the outcome. */
  ended: 6,
} as const;
export type RequestState = (typeof RequestState)[keyof typeof RequestState];

export type WireStatus = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED';

export function wireStatus(state: RequestState): WireStatus {
  if (state === RequestState.ended) return 'COMPLETED';
  return state >= RequestState.dispatched ? 'IN_PROGRESS' : 'IN_QUEUE';
}

/** `queue`: submitted, waits for a slot. `direct`: fal's `run`, served at once or refused. */
export const CallMode = { queue: 1, direct: 2 } as const;
export type CallMode = (typeof CallMode)[keyof typeof CallMode];

/** A request as a caller hands it in. All times in µs. */
export interface Submission {
  readonly key: number;
  readonly endpoint: number;
  /** Which traffic it belongs to: an index that means something to the caller and to the metrics only. */
  readonly traffic: number;
  /** The caller's own handle, told back when the request ends; -1: nobody waits. */
  readonly owner: number;
  /** How long a runner will need. Drawn by the world, so that it does not depend on any policy. */
  readonly serviceUs: number;
  /** When the client's call began: earlier than now for a retry. */
  readonly calledUs: number;
  /** `start_timeout`, counted from now; Infinity for none. */
  readonly startTimeoutUs: number;
}

/** No handle, no lease, no execution, no neighbour. */
export const NONE = -1;

/**
 * All requests as a struct of arrays: a request is a number. A slot of the pool is used again once its request has
 * ended and neither a lease nor an execution refers to it; whoever outlives that keeps the ordinal, not the number.
 */
export class RequestPool {
  private capacity = 256;
  private freeHead = NONE;
  private used = 0;
  /** Requests ever accepted. */
  accepted = 0;
  live = 0;

  state = new Uint8Array(this.capacity);
  mode = new Uint8Array(this.capacity);
  /** 1: calls an app of its own account, so no limit applies. */
  exempt = new Uint8Array(this.capacity);
  /** 1: a cancel was accepted and the work has not stopped yet. */
  cancelling = new Uint8Array(this.capacity);
  /** 1: its completion will be dropped. */
  stranded = new Uint8Array(this.capacity);
  account = new Int32Array(this.capacity);
  key = new Int32Array(this.capacity);
  endpoint = new Int32Array(this.capacity);
  traffic = new Int32Array(this.capacity);
  owner = new Int32Array(this.capacity);
  /** Attempts on a runner so far. */
  attempts = new Int32Array(this.capacity);
  /** Times it went back to the line because no slot was free. */
  requeues = new Int32Array(this.capacity);
  /** The execution working on it, or NONE. */
  execution = new Int32Array(this.capacity);
  /** The lease granted to it, or NONE, and the token that proves the grant. */
  lease = new Int32Array(this.capacity);
  leaseToken = new Int32Array(this.capacity);
  deadlineTimer = new Int32Array(this.capacity);
  requeueTimer = new Int32Array(this.capacity);
  /** Links of the one line it may stand in. */
  next = new Int32Array(this.capacity);
  prev = new Int32Array(this.capacity);
  line = new Int32Array(this.capacity);
  /** 1, 2, 3, … in order of acceptance. */
  ordinal = new Float64Array(this.capacity);
  calledUs = new Float64Array(this.capacity);
  submittedUs = new Float64Array(this.capacity);
  deadlineUs = new Float64Array(this.capacity);
  serviceUs = new Float64Array(this.capacity);

  /** The highest number in use plus one. */
  get bound(): number {
    return this.used;
  }

  take(): number {
    let id = this.freeHead;
    if (id === NONE) {
      if (this.used === this.capacity) this.grow();
      id = this.used++;
    } else {
      this.freeHead = this.next[id] as number;
    }
    this.live++;
    this.cancelling[id] = 0;
    this.stranded[id] = 0;
    this.attempts[id] = 0;
    this.requeues[id] = 0;
    this.execution[id] = NONE;
    this.lease[id] = NONE;
    this.deadlineTimer[id] = NONE;
    this.requeueTimer[id] = NONE;
    this.line[id] = NONE;
    return id;
  }

  give(id: number): void {
    this.state[id] = RequestState.free;
    this.next[id] = this.freeHead;
    this.freeHead = id;
    this.live--;
  }

  private grow(): void {
    const size = this.capacity * 2;
    this.capacity = size;
    this.state = grownU8(this.state, size);
    this.mode = grownU8(this.mode, size);
    this.exempt = grownU8(this.exempt, size);
    this.cancelling = grownU8(this.cancelling, size);
    this.stranded = grownU8(this.stranded, size);
    this.account = grownI32(this.account, size);
    this.key = grownI32(this.key, size);
    this.endpoint = grownI32(this.endpoint, size);
    this.traffic = grownI32(this.traffic, size);
    this.owner = grownI32(this.owner, size);
    this.attempts = grownI32(this.attempts, size);
    this.requeues = grownI32(this.requeues, size);
    this.execution = grownI32(this.execution, size);
    this.lease = grownI32(this.lease, size);
    this.leaseToken = grownI32(this.leaseToken, size);
    this.deadlineTimer = grownI32(this.deadlineTimer, size);
    this.requeueTimer = grownI32(this.requeueTimer, size);
    this.next = grownI32(this.next, size);
    this.prev = grownI32(this.prev, size);
    this.line = grownI32(this.line, size);
    this.ordinal = grownF64(this.ordinal, size);
    this.calledUs = grownF64(this.calledUs, size);
    this.submittedUs = grownF64(this.submittedUs, size);
    this.deadlineUs = grownF64(this.deadlineUs, size);
    this.serviceUs = grownF64(this.serviceUs, size);
  }
}
