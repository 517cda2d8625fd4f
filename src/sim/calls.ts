import type { ApiKey } from '../core/accounts.js';
import { backoffDelayUs } from '../core/backoff.js';
import type { EventCalendar } from '../core/calendar.js';
import { PLATFORM_ERRORS, Rejected } from '../core/errors.js';
import { eventKey } from '../core/event-keys.js';
import { type History, Outcome } from '../core/history.js';
import type { Caller } from '../core/parts.js';
import type { Platform } from '../core/platform.js';
import { keyedUniform, Purpose } from '../core/random.js';
import { NONE, type Request } from '../core/requests.js';
import type { CallDesk } from './call-maker.js';
import { type CallOrder, type OpenCall, OpenCalls } from './open-calls.js';
import { WorldEvent } from './world-events.js';

/**
 * The clients: what real SDKs do between their caller and the platform. `submit` hands a request in and forgets it, unless
 * its flow waits for its end or its patience has one; `subscribe` polls for the result; `run` waits on the connection and
 * tries again when it is turned away.
 *
 * Polls are not events. What a poll would see changes only when a request ends or a key dies, so the time of the poll
 * that sees it is computed from the poll interval.
 */
export class Calls implements Caller, CallDesk {
  private platform!: Platform;
  private history!: History;
  private readonly calls = new OpenCalls();
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
      if (order.isFollowed) this.submit(this.open(order, 0));
      else this.submitAndForget(order);
      return;
    }
    this.history.callBegan(order.traffic);
    const call = this.open(order, ++this.begun);
    if (call.call === 'run') this.attemptRun(call);
    else this.subscribe(call);
  }

  /** The client has no user left for a call of this traffic. */
  drop(traffic: number): void {
    this.history.iterationDropped(traffic);
  }

  /** A timer of a call is due. */
  fire(kind: number, number: number): void {
    const call = this.calls.at(number);
    switch (kind) {
      case WorldEvent.clientRetry:
        call.retryTimer = NONE;
        this.attemptRun(call);
        return;
      case WorldEvent.clientPoll:
        call.pollTimer = NONE;
        this.end(call, call.answer === 0 ? Outcome.unauthorized : call.answer);
        return;
      case WorldEvent.clientPatience:
        call.patienceTimer = NONE;
        this.patienceEnds(call);
        return;
      default:
        call.timeoutTimer = NONE;
        this.giveUpWaiting(call);
    }
  }

  /** The platform has ended a request that a call waits for. */
  requestEnded(request: Request, outcome: Outcome): void {
    const call = this.calls.at(request.owner);
    call.request = null;
    if (call.call === 'submit') {
      this.close(call);
    } else if (call.zombieSinceUs >= 0) {
      this.bury(call);
    } else if (call.call === 'subscribe') {
      this.disarmPatience(call);
      // A 401 that the next poll will see comes before any answer.
      if (call.pollTimer !== NONE) return;
      call.answer = outcome;
      this.pollAtNextTick(call);
    } else {
      this.runEnded(call, request, outcome);
    }
  }

  /** A key is no longer accepted: everybody who polls with it gets a 401 and stops, without cancelling (both SDKs do). */
  keyRefused(key: ApiKey): void {
    for (const call of this.calls) {
      if (call.key !== key || call.call !== 'subscribe') continue;
      if (call.zombieSinceUs >= 0) {
        this.bury(call);
      } else {
        // The next poll gets a 401, even where the request has ended meanwhile.
        call.answer = Outcome.unauthorized;
        if (call.pollTimer === NONE) this.pollAtNextTick(call);
      }
    }
  }

  /** The run is over: pollers that never stopped are counted up to now. */
  finish(): void {
    for (const call of this.calls) if (call.zombieSinceUs >= 0) this.bury(call);
  }

  private submitAndForget(order: CallOrder): void {
    order.calledUs = this.calendar.nowUs;
    const answer = this.platform.submit(order);
    if (typeof answer === 'number') this.history.callEnded(order.traffic, outcomeOfRefusal(answer), 1, 0);
  }

  private submit(call: OpenCall): void {
    const answer = this.platform.submit(call);
    if (typeof answer === 'number') {
      this.end(call, outcomeOfRefusal(answer));
    } else if (call.open) {
      call.request = answer;
      this.armPatience(call, answer);
    }
  }

  private attemptRun(call: OpenCall): void {
    call.attempts++;
    const answer = this.platform.call(call);
    if (typeof answer !== 'number') {
      call.request = answer;
      return;
    }
    if (answer === Rejected.unauthorized) this.end(call, Outcome.unauthorized);
    else if (this.mayRepeat(call, answer)) this.retryLater(call);
    else this.end(call, Outcome.gaveUp);
  }

  private runEnded(call: OpenCall, request: Request, outcome: Outcome): void {
    // A request that was lost had begun to work, so the next one is no first start.
    call.isRepeat = true;
    const wasLost = outcome === Outcome.failed && !request.failedByItself;
    if (wasLost && this.mayRepeat(call, PLATFORM_ERRORS.runner_disconnected.status)) this.retryLater(call);
    else this.end(call, outcome);
  }

  private mayRepeat({ sdk, attempts }: OpenCall, status: number): boolean {
    return sdk.retriesOn.has(status) && attempts < sdk.runAttempts;
  }

  private retryLater(call: OpenCall): void {
    const uniform = keyedUniform(this.seed, Purpose.clientJitter, call.ordinal, call.attempts);
    const delayUs = backoffDelayUs(call.sdk.runBackoff, call.attempts, uniform);
    this.history.callRetried(call.traffic, call.attempts);
    call.retryTimer = this.calendar.schedule(this.calendar.nowUs + delayUs, eventKey(WorldEvent.clientRetry, call.owner));
  }

  private subscribe(call: OpenCall): void {
    call.attempts = 1;
    const request = this.platform.submit(call);
    if (typeof request === 'number') {
      this.end(call, outcomeOfRefusal(request));
      return;
    }
    if (!call.open || call.answer !== 0) return;
    call.request = request;
    this.armPatience(call, request);
    if (call.clientTimeoutUs === Number.POSITIVE_INFINITY) return;
    call.timeoutTimer = this.calendar.schedule(this.calendar.nowUs + call.clientTimeoutUs, eventKey(WorldEvent.clientTimeout, call.owner));
  }

  /** A request that starts at once never tries anybody's patience. */
  private armPatience(call: OpenCall, request: Request): void {
    if (call.patienceUs === Number.POSITIVE_INFINITY || !request.isQueued) return;
    call.patienceTimer = this.calendar.schedule(this.calendar.nowUs + call.patienceUs, eventKey(WorldEvent.clientPatience, call.owner));
  }

  /** Who has waited in vain cancels. Work that has begun is waited for, also when it was lost and is queued again. */
  private patienceEnds(call: OpenCall): void {
    const { request } = call;
    if (request === null || !request.isQueued || request.attempts > 0) return;
    if (call.call !== 'submit') {
      this.giveUpWaiting(call);
      return;
    }
    this.close(call);
    this.platform.cancel(request);
  }

  /** The caller has waited enough: both SDKs cancel once. The call has given up; its poller may go on. */
  private giveUpWaiting(call: OpenCall): void {
    const { request, sdk } = call;
    this.history.callEnded(call.traffic, Outcome.gaveUp, call.attempts, this.calendar.nowUs - call.calledUs);
    call.tellEnd();
    if (call.pollTimer !== NONE) this.calendar.cancel(call.pollTimer);
    call.pollTimer = NONE;
    if (request === null) {
      this.close(call);
      return;
    }
    call.zombieSinceUs = this.calendar.nowUs;
    if (!sdk.zombiePoller) request.owner = NONE;
    this.platform.cancel(request);
    if (!sdk.zombiePoller) this.close(call);
  }

  private bury(call: OpenCall): void {
    const polls = Math.floor((this.calendar.nowUs - call.zombieSinceUs) / call.sdk.pollEveryUs);
    if (polls > 0) this.history.zombiePolls(call.traffic, polls);
    this.close(call);
  }

  private pollAtNextTick(call: OpenCall): void {
    const ticks = Math.ceil((this.calendar.nowUs - call.calledUs) / call.sdk.pollEveryUs);
    call.pollTimer = this.calendar.schedule(call.calledUs + ticks * call.sdk.pollEveryUs, eventKey(WorldEvent.clientPoll, call.owner));
  }

  private end(call: OpenCall, outcome: Outcome): void {
    this.history.callEnded(call.traffic, outcome, Math.max(1, call.attempts), this.calendar.nowUs - call.calledUs);
    this.close(call);
  }

  private open(order: CallOrder, ordinal: number): OpenCall {
    const call = this.calls.take();
    call.begin(order, ordinal, this.calendar.nowUs);
    return call;
  }

  private close(call: OpenCall): void {
    this.calls.give(call);
    // Whoever gets this number next must not hear of a request that outlives the call.
    if (call.request !== null) call.request.owner = NONE;
    call.request = null;
    this.disarmPatience(call);
    if (call.timeoutTimer !== NONE) this.calendar.cancel(call.timeoutTimer);
    if (call.retryTimer !== NONE) this.calendar.cancel(call.retryTimer);
    call.timeoutTimer = NONE;
    call.retryTimer = NONE;
    call.tellEnd();
  }

  private disarmPatience(call: OpenCall): void {
    if (call.patienceTimer !== NONE) this.calendar.cancel(call.patienceTimer);
    call.patienceTimer = NONE;
  }
}

/** What a submission that was turned away comes to: neither SDK tries those again. */
function outcomeOfRefusal(status: Rejected): Outcome {
  return status === Rejected.unauthorized ? Outcome.unauthorized : Outcome.failed;
}
