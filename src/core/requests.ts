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

/** How the work of an attempt ends, as its runner says it. */
export const WorkEnd = {
  ok: 0,
  /** An answer like any other to the platform, which does not try again: 4xx, 500, 502. */
  failed: 1,
  /** To be tried again; the runner goes on: 504, or the app asks for it. */
  tryAgain: 2,
  /** To be tried again; the runner ends at once: 503. */
  runnerGone: 3,
  /** `request_timeout` has passed: the runner ends, and the request is tried again unless its terms forbid that. */
  timedOut: 4,
} as const;
export type WorkEnd = (typeof WorkEnd)[keyof typeof WorkEnd];

/** A request as a caller hands it in. All times in µs. */
export interface Submission {
  readonly key: ApiKey;
  readonly endpoint: Endpoint;
  /** Which traffic it belongs to: an index that means something to the caller and to the metrics only. */
  readonly traffic: number;
  /** The caller's own handle, told back when the request ends; -1: nobody waits. */
  readonly owner: number;
  /** How long a runner will need. Drawn by the world, so that it does not depend on any policy. */
  /** Infinity: its work lasts until `Platform.finishWork`. */
  readonly serviceUs: number;
  /** How the work of each attempt will end. Drawn by the world like the service time. */
  readonly end: WorkEnd;
  /** When the client's call began: earlier than now for a retry. */
  readonly calledUs: number;
  /** `start_timeout`, counted from now; Infinity for none. */
  readonly startTimeoutUs: number;
  /** Whether an earlier request of the same call had begun to work. */
  readonly isRepeat: boolean;
  /** What is to be done for it beside its work; null: nothing. */
  readonly errand: Errand | null;
  /** What its caller asks for beside the work; null: nothing. */
  readonly terms: CallTerms | null;
}

/** What a caller may ask for with one request. */
export interface CallTerms {
  /** fal's queue priority `low`: behind all others of its account that wait for the same endpoint. */
  readonly low: boolean;
  /** The number of the runner that it would like best (a runner hint); -1: any. */
  readonly runner: number;
  /** Attempts on a runner that were made before the platform was started anew. */
  readonly attemptsBefore: number;
  /** Extra attempts at most, by what made the one before fail; Infinity: as many as the policy allows. */
  readonly retriesAfterError: number;
  readonly retriesAfterTimeout: number;
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
  /** How the work of its attempts will end, or how its last attempt has. */
  end: WorkEnd = WorkEnd.ok;
  terms: CallTerms | null = null;
  /** Attempts that were made because one before had failed, and because one had taken too long. */
  errorRetries = 0;
  timeoutRetries = 0;
  /** Its own work has ended in an error: no runner was lost. */
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

  get isLow(): boolean {
    return this.terms?.low === true;
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
    request.errorRetries = 0;
    request.timeoutRetries = 0;
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

  /** Whether any that has not ended is like this. O(all), up to the first. */
  someOpen(isLikeThis: (request: Request) => boolean): boolean {
    return this.all.some((request) => request.isOpen && isLikeThis(request));
  }

  private create(): Request {
    const request = new Request(this.all.length);
    this.all.push(request);
    return request;
  }
}
