import type { ApiKey } from '../core/accounts.js';
import { backoffDelayUs } from '../core/backoff.js';
import type { EventCalendar } from '../core/calendar.js';
import { PLATFORM_ERRORS } from '../core/errors.js';
import { eventKey } from '../core/event-keys.js';
import { type History, Outcome } from '../core/history.js';
import type { Caller } from '../core/parts.js';
import type { Platform } from '../core/platform.js';
import { Rejected } from '../core/platform.js';
import { keyedUniform, Purpose } from '../core/random.js';
import { NONE, type Request, type Submission } from '../core/requests.js';
import type { Call } from '../scenario/types.js';
import type { SdkModel } from './sdks.js';
import { WorldEvent } from './world-events.js';

/** What a caller asks a client to do. One object serves all calls of a flow: its fields are copied. */
export interface CallOrder extends Submission {
  call: Call;
  sdk: SdkModel;
  traffic: number;
  owner: number;
  serviceUs: number;
  calledUs: number;
  clientTimeoutUs: number;
  isRepeat: boolean;
}

/** A client's call under way: one `run` or `subscribe`, however many requests it takes. */
interface OpenCall extends CallOrder {
  /** 1, 2, 3, … in order of beginning: the same under every policy, so it keys the jitter. */
  ordinal: number;
  attempts: number;
  /** The request it waits for. */
  request: Request | null;
  /** What the next poll or the response will say; 0: not known yet. */
  answer: Outcome | 0;
  /** Handles of the timers for a retry, a poll, a client timeout. */
  retryTimer: number;
  pollTimer: number;
  timeoutTimer: number;
  /** µs at which the caller gave up while its poller goes on; -1: not so. */
  zombieSinceUs: number;
  open: boolean;
}

/**
 * The clients: what real SDKs do between their caller and the platform. `submit` hands a request in and forgets it;
 * `subscribe` polls for the result; `run` waits on the connection and tries again when it is turned away.
 *
 * Polls are not events. What a poll would see changes only when a request ends or a key dies, so the time of the poll
 * that sees it is computed from the poll interval.
 */
export class Calls implements Caller {
  private platform!: Platform;
  private history!: History;
  private readonly calls: OpenCall[] = [];
  private readonly free: number[] = [];
  private begun = 0;

  constructor(
    private readonly calendar: EventCalendar,
    private readonly seed: number,
  ) {}

  connect(platform: Platform, history: History): void {
    this.platform = platform;
    this.history = history;
  }

  begin(order: CallOrder): void {
    if (order.call === 'submit') {
      order.calledUs = this.calendar.nowUs;
      const answer = this.platform.submit(order);
      if (typeof answer === 'number') this.history.callEnded(order.traffic, Outcome.unauthorized, 1, 0);
      return;
    }
    this.history.callBegan(order.traffic);
    const number = this.open(order);
    if (order.call === 'run') this.attemptRun(number);
    else this.subscribe(number);
  }

  /** A timer of a call is due. */
  fire(kind: number, number: number): void {
    const call = this.calls[number] as OpenCall;
    if (kind === WorldEvent.clientRetry) {
      call.retryTimer = NONE;
      this.attemptRun(number);
    } else if (kind === WorldEvent.clientPoll) {
      call.pollTimer = NONE;
      this.end(number, call.answer === 0 ? Outcome.unauthorized : call.answer);
    } else {
      call.timeoutTimer = NONE;
      this.giveUpWaiting(number);
    }
  }

  /** The platform has ended a request that a call waits for. */
  requestEnded(request: Request, outcome: Outcome): void {
    const { owner } = request;
    const call = this.calls[owner] as OpenCall;
    call.request = null;
    if (call.zombieSinceUs >= 0) {
      this.bury(owner);
      return;
    }
    if (call.call === 'subscribe') {
      // A 401 that the next poll will see comes before any answer.
      if (call.pollTimer !== NONE) return;
      call.answer = outcome;
      this.pollAtNextTick(owner);
      return;
    }
    const { sdk } = call;
    const lostOnTheWay = outcome === Outcome.failed;
    // A request that was lost had begun to work, so the next one is no first start.
    call.isRepeat = true;
    if (lostOnTheWay && sdk.retriesOn.has(PLATFORM_ERRORS.runner_disconnected.status) && call.attempts < sdk.runAttempts) this.retryLater(owner);
    else this.end(owner, outcome);
  }

  /** A key is no longer accepted: everybody who polls with it gets a 401 and stops, without cancelling (both SDKs do). */
  keyRefused(key: ApiKey): void {
    for (let number = 0; number < this.calls.length; number++) {
      const call = this.calls[number] as OpenCall;
      if (!call.open || call.key !== key || call.call !== 'subscribe') continue;
      if (call.zombieSinceUs >= 0) {
        this.bury(number);
      } else {
        // The next poll gets a 401, even where the request has ended meanwhile.
        call.answer = Outcome.unauthorized;
        if (call.pollTimer === NONE) this.pollAtNextTick(number);
      }
    }
  }

  /** The run is over: pollers that never stopped are counted up to now. */
  finish(): void {
    for (let number = 0; number < this.calls.length; number++) {
      const call = this.calls[number] as OpenCall;
      if (call.open && call.zombieSinceUs >= 0) this.bury(number);
    }
  }

  private attemptRun(number: number): void {
    const call = this.calls[number] as OpenCall;
    call.attempts++;
    const answer = this.platform.call(call);
    if (typeof answer !== 'number') {
      call.request = answer;
      return;
    }
    if (answer === Rejected.unauthorized) this.end(number, Outcome.unauthorized);
    else if (call.sdk.retriesOn.has(answer) && call.attempts < call.sdk.runAttempts) this.retryLater(number);
    else this.end(number, Outcome.gaveUp);
  }

  private retryLater(number: number): void {
    const call = this.calls[number] as OpenCall;
    const delayUs = backoffDelayUs(call.sdk.runBackoff, call.attempts, keyedUniform(this.seed, Purpose.clientJitter, call.ordinal, call.attempts));
    this.history.callRetried(call.traffic, call.attempts);
    call.retryTimer = this.calendar.schedule(this.calendar.nowUs + delayUs, eventKey(WorldEvent.clientRetry, number));
  }

  private subscribe(number: number): void {
    const call = this.calls[number] as OpenCall;
    call.attempts = 1;
    const request = this.platform.submit(call);
    if (typeof request === 'number') {
      this.end(number, Outcome.unauthorized);
      return;
    }
    if (!call.open || call.answer !== 0) return;
    call.request = request;
    if (call.clientTimeoutUs === Number.POSITIVE_INFINITY) return;
    call.timeoutTimer = this.calendar.schedule(this.calendar.nowUs + call.clientTimeoutUs, eventKey(WorldEvent.clientTimeout, number));
  }

  /** The caller's own timeout: both SDKs cancel once. The call has given up; its poller may go on. */
  private giveUpWaiting(number: number): void {
    const call = this.calls[number] as OpenCall;
    const { request, sdk } = call;
    this.history.callEnded(call.traffic, Outcome.gaveUp, call.attempts, this.calendar.nowUs - call.calledUs);
    if (call.pollTimer !== NONE) this.calendar.cancel(call.pollTimer);
    call.pollTimer = NONE;
    if (request === null) {
      this.close(number);
      return;
    }
    call.zombieSinceUs = this.calendar.nowUs;
    if (!sdk.zombiePoller) request.owner = NONE;
    this.platform.cancel(request);
    if (!sdk.zombiePoller) this.close(number);
  }

  private bury(number: number): void {
    const call = this.calls[number] as OpenCall;
    const polls = Math.floor((this.calendar.nowUs - call.zombieSinceUs) / call.sdk.pollEveryUs);
    if (polls > 0) this.history.zombiePolls(call.traffic, polls);
    this.close(number);
  }

  private pollAtNextTick(number: number): void {
    const call = this.calls[number] as OpenCall;
    const ticks = Math.ceil((this.calendar.nowUs - call.calledUs) / call.sdk.pollEveryUs);
    call.pollTimer = this.calendar.schedule(call.calledUs + ticks * call.sdk.pollEveryUs, eventKey(WorldEvent.clientPoll, number));
  }

  private end(number: number, outcome: Outcome): void {
    const call = this.calls[number] as OpenCall;
    this.history.callEnded(call.traffic, outcome, call.attempts, this.calendar.nowUs - call.calledUs);
    this.close(number);
  }

  private open(order: CallOrder): number {
    const number = this.free.pop() ?? this.calls.length;
    this.calls[number] = {
      ...order,
      ordinal: ++this.begun,
      owner: number,
      calledUs: this.calendar.nowUs,
      attempts: 0,
      request: null,
      answer: 0,
      retryTimer: NONE,
      pollTimer: NONE,
      timeoutTimer: NONE,
      zombieSinceUs: -1,
      open: true,
    };
    return number;
  }

  private close(number: number): void {
    const call = this.calls[number] as OpenCall;
    if (!call.open) throw new Error('a call was closed twice');
    // Whoever gets this number next must not hear of a request that outlives the call.
    if (call.request !== null) call.request.owner = NONE;
    call.request = null;
    if (call.timeoutTimer !== NONE) this.calendar.cancel(call.timeoutTimer);
    if (call.retryTimer !== NONE) this.calendar.cancel(call.retryTimer);
    call.timeoutTimer = NONE;
    call.retryTimer = NONE;
    call.open = false;
    this.free.push(number);
  }
}
