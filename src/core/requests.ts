import type { Account, ApiKey } from './accounts.js';
import type { Endpoint } from './endpoints.js';
import type { Execution } from './executions.js';
import type { Lease, Scope } from './limiter.js';
import type { Line } from './line.js';

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
  readonly key: ApiKey;
  readonly endpoint: Endpoint;
  /** Which traffic it belongs to: an index that means something to the caller and to the metrics only. */
  readonly traffic: number;
  /** The caller's own handle, told back when the request ends; -1: nobody waits. */
  readonly owner: number;
  /** How long a runner will need. Drawn by the world, so that it does not depend on any policy. */
  readonly serviceUs: number;
  /** Its work will end in an error of its own. Drawn by the world like the service time. */
  readonly fails: boolean;
  /** When the client's call began: earlier than now for a retry. */
  readonly calledUs: number;
  /** `start_timeout`, counted from now; Infinity for none. */
  readonly startTimeoutUs: number;
  /** Whether an earlier request of the same call had begun to work. */
  readonly isRepeat: boolean;
  /** What is to be done for it beside its work; null: nothing. */
  readonly errand: Errand | null;
}

/** What comes with a request beside its own work. */
export interface Errand {
  /** Its result goes to the account's webhook receiver. */
  readonly webhook: boolean;
  /** Another request that its work submits and waits for. */
  readonly child: ChildOrder | null;
}

export interface ChildOrder {
  readonly endpoint: Endpoint;
  readonly traffic: number;
  readonly serviceUs: number;
}

/** No timer, no owner. */
export const NONE = -1;

/**
 * One request. Used again for another once it has ended and neither a lease nor an execution refers to it: whoever
 * outlives that keeps the ordinal, not the object.
 */
export class Request {
  state: RequestState = RequestState.free;
  mode: CallMode = CallMode.queue;
  /** Calls an app of its own account, so no limit applies. */
  exempt = false;
  /** Its work will end in an error. */
  fails = false;
  /** It has: no runner was lost. */
  failedByItself = false;
  /** Its completion will be dropped. */
  stranded = false;
  /** The outcome that an accepted stop will have; 0: no stop is under way. */
  stopping = 0;
  traffic = 0;
  owner = NONE;
  /** Attempts on a runner so far. */
  attempts = 0;
  /** Times it went back to the line because no slot was free. */
  requeues = 0;
  deadlineTimer = NONE;
  requeueTimer = NONE;
  account!: Account;
  key!: ApiKey;
  endpoint!: Endpoint;
  /** The execution working on it. */
  execution: Execution | null = null;
  /** The lease granted to it, and the token that proves the grant. */
  lease: Lease | null = null;
  leaseToken = 0;
  /** The scope of a per-endpoint limit that its slot was taken in. */
  endpointScope: Scope | null = null;
  /** An earlier request of the same call had begun to work. */
  isRepeat = false;
  errand: Errand | null = null;
  /** Whose work waits for it. */
  parent: Request | null = null;
  child: ChildState = ChildState.none;
  /** A slot was found free, and it is about to be taken without another look (`acquire: check-then-act`). */
  acting = false;
  /** The queue has it, or had it. */
  enqueued = false;
  /** The queue has lost it: nobody will ever look at it again. */
  forgotten = false;
  /**
   * Leases, executions and messages that refer to it although it does not know them (any more). As long as there are
   * any, it is not used for another request.
   */
  strays = 0;
  /** The one line it may stand in, and its neighbours there. */
  line: Line | null = null;
  next: Request | null = null;
  prev: Request | null = null;
  /** 1, 2, 3, … in order of acceptance. */
  ordinal = 0;
  calledUs = 0;
  deadlineUs = 0;
  serviceUs = 0;

  /** @param number its place in the pool, in calendar keys and in the history */
  constructor(readonly number: number) {}

  get isOpen(): boolean {
    return this.state !== RequestState.free && this.state !== RequestState.ended;
  }

  get isQueued(): boolean {
    return this.state < RequestState.dispatched && this.state !== RequestState.free;
  }
}

/** How far a parent is with its child. */
export const ChildState = { none: 0, awaited: 1, ended: 2 } as const;
export type ChildState = (typeof ChildState)[keyof typeof ChildState];

/**
 * All requests. Pooled objects: on V8 reading a field of one object is several times cheaper than reading one of twenty
 * typed arrays, and a run allocates only as many as are open at once (docs/decisions/003-pooled-objects.md).
 */
export class RequestPool {
  private readonly all: Request[] = [];
  private readonly free: Request[] = [];
  /** Requests ever accepted. */
  accepted = 0;

  at(number: number): Request {
    return this.all[number] as Request;
  }

  /** A request with nothing in it yet. */
  take(): Request {
    const request = this.free.pop() ?? this.create();
    request.stranded = false;
    request.stopping = 0;
    request.failedByItself = false;
    request.attempts = 0;
    request.requeues = 0;
    request.parent = null;
    request.child = ChildState.none;
    request.acting = false;
    request.enqueued = false;
    request.forgotten = false;
    return request;
  }

  give(request: Request): void {
    request.state = RequestState.free;
    this.free.push(request);
  }

  /** Those that have not ended. O(all): for rare operations. */
  open(): Request[] {
    return this.all.filter((request) => request.isOpen);
  }

  private create(): Request {
    const request = new Request(this.all.length);
    this.all.push(request);
    return request;
  }
}
