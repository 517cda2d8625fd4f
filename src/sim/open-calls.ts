import type { ApiKey } from '../core/accounts.js';
import type { Endpoint } from '../core/endpoints.js';
import type { Outcome } from '../core/history.js';
import { type Errand, NONE, type Request, type Submission, WorkEnd } from '../core/requests.js';
import type { Call } from '../scenario/types.js';
import type { SdkModel } from './sdks.js';

/** Wants to know when a call is over. Must not call the platform or begin a call: it may be told amid an event of the platform. */
export interface CallWatcher {
  callEnded(): void;
}

/** What a caller asks a client to do. One object serves all calls of a flow: its fields are copied. */
export interface CallOrder extends Submission {
  call: Call;
  sdk: SdkModel;
  key: ApiKey;
  endpoint: Endpoint;
  traffic: number;
  owner: number;
  serviceUs: number;
  end: WorkEnd;
  calledUs: number;
  startTimeoutUs: number;
  clientTimeoutUs: number;
  /** How long the client waits in the queue before it cancels; Infinity: for ever. */
  patienceUs: number;
  isRepeat: boolean;
  errand: Errand | null;
  /** null: nobody waits for the end of the call. */
  watcher: CallWatcher | null;
  /** A submit that has a watcher or a patience: it is not forgotten once it is handed in. */
  isFollowed: boolean;
}

/** A client's call under way: one `run` or `subscribe`, however many requests it takes, or a `submit` that somebody watches. */
export class OpenCall implements CallOrder {
  call!: Call;
  sdk!: SdkModel;
  key!: ApiKey;
  endpoint!: Endpoint;
  traffic = 0;
  serviceUs = 0;
  end: WorkEnd = WorkEnd.ok;
  readonly terms = null;
  calledUs = 0;
  startTimeoutUs = 0;
  clientTimeoutUs = 0;
  patienceUs = 0;
  isRepeat = false;
  errand: Errand | null = null;
  watcher: CallWatcher | null = null;
  isFollowed = true;
  /** 1, 2, 3, … in order of beginning: the same under every policy, so it keys the jitter. 0: a submit, which has none. */
  ordinal = 0;
  attempts = 0;
  /** The request it waits for. */
  request: Request | null = null;
  /** What the next poll or the response will say; 0: not known yet. */
  answer: Outcome | 0 = 0;
  /** Handles of the timers for a retry, a poll, a client timeout, the end of patience. */
  retryTimer = NONE;
  pollTimer = NONE;
  timeoutTimer = NONE;
  patienceTimer = NONE;
  /** µs at which the caller gave up while its poller goes on; -1: not so. */
  zombieSinceUs = -1;
  open = false;

  /** @param owner its number, by which the platform tells of its request */
  constructor(readonly owner: number) {}

  begin(order: CallOrder, ordinal: number, nowUs: number): void {
    this.call = order.call;
    this.sdk = order.sdk;
    this.key = order.key;
    this.endpoint = order.endpoint;
    this.traffic = order.traffic;
    this.serviceUs = order.serviceUs;
    this.end = order.end;
    this.startTimeoutUs = order.startTimeoutUs;
    this.clientTimeoutUs = order.clientTimeoutUs;
    this.patienceUs = order.patienceUs;
    this.isRepeat = order.isRepeat;
    this.errand = order.errand;
    this.watcher = order.watcher;
    this.calledUs = nowUs;
    this.ordinal = ordinal;
    this.attempts = 0;
    this.request = null;
    this.answer = 0;
    this.zombieSinceUs = -1;
    this.open = true;
  }

  /** Tells whoever watches, once, that the caller is free again. */
  tellEnd(): void {
    const { watcher } = this;
    this.watcher = null;
    if (watcher !== null) watcher.callEnded();
  }
}

/** All calls under way, by number. Objects are used again, so that a run makes as many as are open at once. */
export class OpenCalls {
  private readonly all: OpenCall[] = [];
  private readonly free: number[] = [];

  at(number: number): OpenCall {
    return this.all[number] as OpenCall;
  }

  take(): OpenCall {
    const number = this.free.pop();
    if (number !== undefined) return this.at(number);
    const call = new OpenCall(this.all.length);
    this.all.push(call);
    return call;
  }

  give(call: OpenCall): void {
    if (!call.open) throw new Error('a call was closed twice');
    call.open = false;
    this.free.push(call.owner);
  }

  /** By number: for rare operations. */
  *[Symbol.iterator](): Generator<OpenCall> {
    for (const call of this.all) if (call.open) yield call;
  }
}
