import { Account, type AccountConfig, ApiKey, type ConcurrencyPage, limitFrom } from './accounts.js';
import type { EventCalendar } from './calendar.js';
import { Dispatcher } from './dispatcher.js';
import { Ending } from './ending.js';
import { Endpoint } from './endpoints.js';
import { PLATFORM_ERRORS } from './errors.js';
import { EventKind, eventKey, idOf, kindOf } from './event-keys.js';
import { ExecutionPool } from './executions.js';
import { ExecutionEnd, type History, HistoryKind, RefusalReason } from './history.js';
import { Lifecycle } from './lifecycle.js';
import { ConcurrencyLimiter } from './limiter.js';
import type { Caller, Parts } from './parts.js';
import type { Policy } from './policy.js';
import { keyedUniform, Purpose } from './random.js';
import { CallMode, NONE, type Request, RequestPool, RequestState, type Submission, type WireStatus, wireStatus } from './requests.js';
import { RunnerPool, type RunnerPoolConfig, RunnerRegistry } from './runners.js';
import { Slots } from './slots.js';
import type { Tier } from './tiers.js';

export interface EndpointConfig {
  readonly name: string;
  /** The account whose own app this is, or null. Its calls are exempt from limits (seed 003). */
  readonly owner: Account | null;
  readonly runners: RunnerPoolConfig;
  /** A limit for every account on this endpoint, on top of the account's own; undefined: none. */
  readonly limitPerAccount: number | undefined;
}

export interface PlatformOptions {
  readonly policy: Policy;
  readonly tiers: readonly Tier[];
  /** Seeds the requeue jitter. */
  readonly seed: number;
}

/** Why a request was turned away, as HTTP says it. */
export const Rejected = {
  unauthorized: PLATFORM_ERRORS.unauthorized.status,
  tooManyRequests: PLATFORM_ERRORS.concurrent_requests_limit.status,
  noRunner: PLATFORM_ERRORS.runner_scheduling_failure.status,
} as const;
export type Rejected = (typeof Rejected)[keyof typeof Rejected];

/**
 * A hosted inference platform: accounts with limits, a queue, a limiter, runners.
 *
 * ```
 *  submit ─▶ IN_QUEUE ──a slot and a runner──▶ IN_PROGRESS ──▶ COMPLETED
 *             │  ▲ │                            │   work ends: the lease goes back
 *             │  └─┘ at the limit: asleep        └── runner lost: back to IN_QUEUE (at most maxAttempts)
 *             └─ start_timeout, cancel, revoked key: COMPLETED + error
 *
 *  call ────▶ IN_PROGRESS, or refused at once (429, 503)
 * ```
 *
 * Synchronous and pure: it moves only when called, and knows no time but the calendar's.
 */
export class Platform {
  readonly requests = new RequestPool();
  readonly limiter: ConcurrencyLimiter;
  readonly accounts: Account[] = [];
  readonly keys: ApiKey[] = [];
  readonly endpoints: Endpoint[] = [];

  private readonly runners = new RunnerRegistry();
  private readonly parts: Parts;
  private readonly slots: Slots;
  private readonly dispatcher: Dispatcher;
  private readonly lifecycle: Lifecycle;

  constructor(
    readonly calendar: EventCalendar,
    readonly history: History,
    readonly options: PlatformOptions,
    caller: Caller,
  ) {
    const { policy, seed } = options;
    this.limiter = new ConcurrencyLimiter(policy.release);
    const requeueUniform = (ordinal: number, nth: number): number => keyedUniform(seed, Purpose.requeueJitter, ordinal, nth);
    this.parts = { calendar, history, policy, requests: this.requests, executions: new ExecutionPool(), limiter: this.limiter, requeueUniform, caller };
    const ending = new Ending(this.parts);
    this.dispatcher = new Dispatcher(this.parts, ending);
    this.slots = new Slots(this.parts, this.dispatcher);
    this.dispatcher.connect(this.slots);
    this.lifecycle = new Lifecycle(this.parts, this.slots, ending, this.dispatcher);
  }

  /** Opens an account with its keys. Without a limit of its own the paid invoices decide. */
  openAccount(config: AccountConfig): Account {
    const scope = this.limiter.openScope(0);
    const account = new Account(this.accounts.length, config.name, scope, config.limit, config.invoices, this.calendar);
    this.accounts.push(account);
    for (const name of config.keys) {
      const key = new ApiKey(this.keys.length, name, account);
      this.keys.push(key);
      account.keys.push(key);
    }
    this.applyLimit(account, this.limitOf(account));
    for (const endpoint of this.endpoints) {
      if (endpoint.limitPerAccount !== undefined) this.setEndpointLimit(account, endpoint, endpoint.limitPerAccount);
    }
    return account;
  }

  /** Opens an endpoint with its runners. */
  openEndpoint(config: EndpointConfig): Endpoint {
    const number = this.endpoints.length;
    const pool = new RunnerPool(number, config.runners, this.runners, this.calendar, this.history);
    const endpoint = new Endpoint(number, config.name, config.owner, config.limitPerAccount, pool);
    this.endpoints.push(endpoint);
    pool.open();
    if (config.limitPerAccount !== undefined) {
      for (const account of this.accounts) this.setEndpointLimit(account, endpoint, config.limitPerAccount);
    }
    return endpoint;
  }

  /**
   * Hands a request to the queue. "Requests are never rejected due to concurrency limits" (seed 003).
   * @returns the request, or 401 for a key that is not accepted
   */
  submit(submission: Submission): Request | Rejected {
    const request = this.take(submission, CallMode.queue);
    if (!submission.key.accepted) return this.refuse(request, Rejected.unauthorized, RefusalReason.badKey);
    this.accept(request, submission.startTimeoutUs);
    this.dispatcher.admit(request);
    return request;
  }

  /**
   * A direct call (fal's `run`): served now, or refused now.
   * @returns the request, or why it was turned away
   */
  call(submission: Submission): Request | Rejected {
    const request = this.take(submission, CallMode.direct);
    if (!submission.key.accepted) return this.refuse(request, Rejected.unauthorized, RefusalReason.badKey);
    // Refused attempts never become requests, so the history hears "submitted" only when the answer is yes.
    const refusal = this.dispatcher.roomForDirect(request);
    if (refusal !== 0) return this.refuse(request, refusal === RefusalReason.noRunner ? Rejected.noRunner : Rejected.tooManyRequests, refusal);
    this.accept(request, submission.startTimeoutUs);
    this.dispatcher.serveDirect(request);
    return request;
  }

  status(request: Request): WireStatus {
    return wireStatus(request.state);
  }

  /** The caller or another key of its account cancels a request that has not ended. */
  cancel(request: Request): void {
    this.lifecycle.cancel(request);
  }

  /** The owner revokes a key. What that does to its requests is `policy.onRevoke`. */
  revokeKey(key: ApiKey): void {
    if (key.revoked) return;
    const { keyCacheUs } = this.parts.policy;
    key.revoked = true;
    const affected = this.openRequestsOf(key);
    const queued = affected.filter((request) => request.isQueued).length;
    this.history.record(HistoryKind.keyRevoked, key.number, affected.length - queued, queued);
    if (keyCacheUs === 0) {
      this.refuseKey(key);
      return;
    }
    this.calendar.scheduleIn(keyCacheUs, eventKey(EventKind.keyRefused, key.number));
    for (const request of affected) if (request.isOpen) this.lifecycle.revoke(request);
  }

  /** Sets an account's own limit, as by contract. Nothing in progress is evicted; admission compares with it from now on. */
  setLimit(account: Account, limit: number): void {
    account.contractLimit = limit;
    this.applyLimit(account, limit);
  }

  /** Sets a limit of one account on one endpoint, on top of its own. */
  setEndpointLimit(account: Account, endpoint: Endpoint, limit: number): void {
    const isNew = account.endpointScope(endpoint) === null;
    const scope = account.limitEndpoint(endpoint, limit, this.limiter);
    if (isNew)
      this.limiter.include(
        scope,
        this.limiter.liveLeases(account.scope).filter((lease) => lease.request.endpoint === endpoint),
      );
    this.history.record(HistoryKind.limitSet, account.number, scope.number, limit);
    this.dispatcher.slotFreed(account);
  }

  /** A paid invoice: the limit follows after `policy.tierDelayUs`. */
  payInvoice(account: Account, usd: number): void {
    const { calendar, history } = this;
    account.addInvoice({ atUs: calendar.nowUs, usd });
    history.record(HistoryKind.invoicePaid, account.number, Math.round(account.paidUsd() * 100), 0);
    calendar.scheduleIn(this.parts.policy.tierDelayUs, eventKey(EventKind.limitEffective, account.number));
  }

  /** Kills the busiest runner of an endpoint. @returns whether there was one */
  crashRunner(endpoint: Endpoint): boolean {
    const victim = endpoint.runners.crash();
    if (victim === null) return false;
    for (const execution of this.parts.executions.on(victim)) this.lifecycle.executionEnded(execution, ExecutionEnd.crashed);
    endpoint.runners.refill();
    this.dispatcher.runnerFreed(endpoint);
    // Those who waited for the one that is gone need another.
    endpoint.runners.growFor(endpoint.line.length);
    return true;
  }

  /** An account asks for its stuck slots back: those whose work has ended. @returns how many were released */
  releaseStuck(account: Account): number {
    const { selfService } = this.parts.policy;
    const isStuck = (request: Request): boolean => request.execution === null && request.state === RequestState.inProgress;
    const stuck = selfService ? this.limiter.liveLeases(account.scope).filter((lease) => isStuck(lease.request)) : [];
    this.history.record(HistoryKind.selfServiceRelease, account.number, stuck.length, selfService ? 1 : 0);
    for (const lease of stuck) this.lifecycle.takeAway(lease);
    return stuck.length;
  }

  concurrencyPage(account: Account): ConcurrencyPage {
    return account.page();
  }

  /** One of the platform's own calendar events is due. */
  fire(key: number): void {
    const number = idOf(key);
    switch (kindOf(key)) {
      case EventKind.startDeadline: {
        const request = this.requests.at(number);
        request.deadlineTimer = NONE;
        this.lifecycle.deadlinePassed(request);
        return;
      }
      case EventKind.requeue: {
        const request = this.requests.at(number);
        request.requeueTimer = NONE;
        this.dispatcher.tryDispatch(request, false);
        return;
      }
      case EventKind.serviceEnd: {
        const execution = this.parts.executions.at(number);
        execution.timer = NONE;
        this.lifecycle.workDone(execution);
        return;
      }
      default:
        this.fireRarely(kindOf(key), number);
    }
  }

  private fireRarely(kind: number, number: number): void {
    switch (kind) {
      case EventKind.start: {
        const execution = this.parts.executions.at(number);
        execution.timer = NONE;
        this.dispatcher.begin(execution);
        return;
      }
      case EventKind.stopConfirmed: {
        const execution = this.parts.executions.at(number);
        execution.stopTimer = NONE;
        this.lifecycle.executionEnded(execution, ExecutionEnd.stopped);
        return;
      }
      case EventKind.runnerReady: {
        const runner = this.runners.at(number);
        runner.pool.booted(runner);
        this.dispatcher.runnerFreed(this.endpoints[runner.pool.number] as Endpoint);
        return;
      }
      case EventKind.runnerIdleOut: {
        const runner = this.runners.at(number);
        runner.pool.idleOut(runner);
        return;
      }
      case EventKind.leaseExpired: {
        const lease = this.limiter.lease(number);
        lease.expiryTimer = NONE;
        this.lifecycle.takeAway(lease);
        return;
      }
      case EventKind.holdTooLong: {
        const lease = this.limiter.lease(number);
        lease.holdTimer = NONE;
        this.lifecycle.takeAway(lease);
        return;
      }
      case EventKind.limitEffective: {
        const account = this.accounts[number] as Account;
        this.applyLimit(account, this.limitOf(account));
        return;
      }
      case EventKind.keyRefused:
        this.refuseKey(this.keys[number] as ApiKey);
        return;
      default:
        throw new Error(`the calendar holds an event of unknown kind ${kind}`);
    }
  }

  private take(submission: Submission, mode: CallMode): Request {
    const request = this.requests.take();
    const { key, endpoint } = submission;
    request.mode = mode;
    request.key = key;
    request.account = key.account;
    request.endpoint = endpoint;
    request.traffic = submission.traffic;
    request.isRepeat = submission.isRepeat;
    request.owner = submission.owner;
    request.serviceUs = submission.serviceUs;
    request.fails = submission.fails;
    request.calledUs = submission.calledUs;
    request.exempt = endpoint.owner === key.account;
    return request;
  }

  private accept(request: Request, startTimeoutUs: number): void {
    const { calendar, history, parts } = this;
    request.ordinal = ++this.requests.accepted;
    request.deadlineUs = calendar.nowUs + startTimeoutUs;
    request.state = RequestState.backingOff;
    // A key that was revoked but is still accepted somewhere authorises no completion either.
    if (request.key.revoked && parts.policy.onRevoke === 'strand') request.stranded = true;
    history.record(HistoryKind.submitted, request.number, request.mode, 0);
  }

  private refuse(request: Request, status: Rejected, reason: RefusalReason): Rejected {
    this.history.record(HistoryKind.refused, request.number, status, reason);
    this.requests.give(request);
    return status;
  }

  private refuseKey(key: ApiKey): void {
    key.accepted = false;
    this.history.record(HistoryKind.keyRefused, key.number, 0, 0);
    // With a key cache: what came in while gateways still accepted it. Ending one request may start or end another.
    for (const request of this.openRequestsOf(key)) if (request.isOpen) this.lifecycle.revoke(request);
  }

  private limitOf(account: Account): number {
    return limitFrom(account.contractLimit, account.paidUsd(), this.options.tiers);
  }

  private applyLimit(account: Account, limit: number): void {
    account.scope.limit = limit;
    this.history.record(HistoryKind.limitSet, account.number, NONE, limit);
    this.dispatcher.slotFreed(account);
  }

  private openRequestsOf(key: ApiKey): Request[] {
    return this.requests.open().filter((request) => request.key === key);
  }
}
