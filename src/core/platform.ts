import { Account, type AccountConfig, ApiKey, type ConcurrencyPage, limitFrom } from './accounts.js';
import { Admission } from './admission.js';
import type { EventCalendar } from './calendar.js';
import { Dispatcher } from './dispatcher.js';
import { Ending } from './ending.js';
import { Endpoint } from './endpoints.js';
import { Errands } from './errands.js';
import { PLATFORM_ERRORS } from './errors.js';
import { EventKind, eventKey, idOf, kindOf } from './event-keys.js';
import { ExecutionPool } from './executions.js';
import { FaultTimers } from './fault-timers.js';
import { Faults } from './faults.js';
import { Healing } from './healing.js';
import { ExecutionEnd, type History, HistoryKind, RefusalReason } from './history.js';
import { KeyService } from './key-service.js';
import { Lifecycle } from './lifecycle.js';
import { ConcurrencyLimiter, type Lease } from './limiter.js';
import { MessageDesk } from './message-desk.js';
import { besideOwnLimiter, OwnLimiter } from './own-limiter.js';
import type { LimiterSource } from './own-limiter-terms.js';
import { OwnRenewals } from './own-renewals.js';
import { OwnSlots } from './own-slots.js';
import { Parcel } from './parcels.js';
import type { Caller, Parts } from './parts.js';
import { needsRenewals, type Policy } from './policy.js';
import { keyedUniform, Purpose } from './random.js';
import { Renewals } from './renewals.js';
import { CallMode, NONE, type Request, RequestPool, RequestState, type Submission, type WireStatus, type WorkEnd, wireStatus } from './requests.js';
import { RunnerHost } from './runner-host.js';
import { RunnerPool, type RunnerPoolConfig, RunnerRegistry } from './runners.js';
import { Slots } from './slots.js';
import type { Tier } from './tiers.js';
import { Message, Part } from './topology.js';
import { Wire } from './wire.js';

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
  /** Seeds the requeue jitter, and what disturbed links do. */
  readonly seed: number;
  /** Whether faults may come: then leases are renewed by events of their own. The history is the same. */
  readonly expectsFaults?: boolean | undefined;
  /** The time of day, UTC, at instant 0, µs: usage is shown by days. */
  readonly timeOfDayUs?: number | undefined;
  /** Who decides about slots, if not the policy. */
  readonly limiter?: LimiterSource | undefined;
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

  /** Everything that can be made to go wrong. */
  readonly faults: Faults;

  private readonly runners = new RunnerRegistry();
  private readonly parts: Parts;
  private readonly dispatcher: Dispatcher;
  private readonly lifecycle: Lifecycle;
  private readonly keyService: KeyService;
  private readonly errands: Errands;
  private readonly renewals: Renewals;
  private readonly host: RunnerHost;
  private readonly healing: Healing;
  private readonly desk: MessageDesk;
  private readonly faultTimers: FaultTimers;

  constructor(
    readonly calendar: EventCalendar,
    readonly history: History,
    readonly options: PlatformOptions,
    caller: Caller,
  ) {
    const { seed } = options;
    const policy = options.limiter === undefined ? options.policy : besideOwnLimiter(options.policy);
    const ownLimiter = options.limiter === undefined ? undefined : new OwnLimiter(policy, options.limiter, seed, calendar);
    this.limiter = ownLimiter ?? new ConcurrencyLimiter(policy);
    const requeueUniform = (ordinal: number, nth: number): number => keyedUniform(seed, Purpose.requeueJitter, ordinal, nth);
    const wire = new Wire(calendar, history, policy, seed, options.expectsFaults === true || ownLimiter !== undefined || needsRenewals(policy));
    wire.hinder(this.limiter.isOwn);
    this.parts = { calendar, history, policy, requests: this.requests, executions: new ExecutionPool(), limiter: this.limiter, wire, requeueUniform, caller };
    const { parts, accounts } = this;
    const ending = new Ending(parts);
    this.dispatcher = new Dispatcher(parts, ending);
    const ownSlots = ownLimiter === undefined ? undefined : new OwnSlots(parts, this.dispatcher, ownLimiter);
    const slots = ownSlots ?? new Slots(parts, this.dispatcher);
    const admission = new Admission(parts, slots);
    this.errands = new Errands(parts);
    this.lifecycle = new Lifecycle(parts, slots, ending, this.dispatcher, this.errands);
    this.renewals = ownSlots === undefined ? new Renewals(parts, this.lifecycle) : new OwnRenewals(parts, this.lifecycle, ownSlots);
    this.host = new RunnerHost(parts, this.dispatcher, this.renewals);
    this.keyService = new KeyService(parts, this.lifecycle);
    this.healing = new Healing(parts, slots, admission, this.dispatcher, this.lifecycle, this.renewals, accounts);
    this.faults = new Faults(parts, this.lifecycle, this.host, this.renewals, this.healing, this.dispatcher);
    this.desk = new MessageDesk(parts, slots, ending, this.dispatcher, this.lifecycle, this.host, this.keyService, accounts, this.endpoints);
    const { runners, endpoints, dispatcher, lifecycle, renewals, host, errands, healing } = this;
    this.faultTimers = new FaultTimers(parts, { runners, endpoints, accounts, dispatcher, lifecycle, renewals, host, errands, healing });
    ending.connect(this.lifecycle);
    slots.connect(this.renewals);
    this.dispatcher.connect(slots, admission, this.host);
    this.lifecycle.connect(this.renewals, this.faults);
    this.host.connect(this.lifecycle);
    this.errands.connect(this.lifecycle, (submission) => {
      const answer = this.submit(submission);
      return typeof answer === 'number' ? null : answer;
    });
    wire.connect(this.desk);
  }

  /** Opens an account with its keys. Without a limit of its own the paid invoices decide. */
  openAccount(config: AccountConfig): Account {
    const scope = this.limiter.openScope(0, config.name);
    const account = new Account(this.accounts.length, config.name, scope, config.limit, config.invoices, this.calendar, this.options.timeOfDayUs ?? 0);
    this.accounts.push(account);
    for (const name of config.keys) this.openKey(account, name);
    this.applyLimit(account, this.limitOf(account));
    for (const endpoint of this.endpoints) {
      if (endpoint.limitPerAccount !== undefined) this.setEndpointLimit(account, endpoint, endpoint.limitPerAccount);
    }
    return account;
  }

  /** One more key of an account. */
  openKey(account: Account, name: string): ApiKey {
    const key = new ApiKey(this.keys.length, name, account);
    this.keys.push(key);
    account.keys.push(key);
    return key;
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
    if (this.parts.wire.isDown(Part.gateway)) return this.refuse(request, Rejected.noRunner, RefusalReason.gatewayDown);
    this.accept(request, submission.startTimeoutUs);
    this.desk.enqueue(request);
    return request;
  }

  /**
   * A direct call (fal's `run`): served now, or refused now.
   * @returns the request, or why it was turned away
   */
  call(submission: Submission): Request | Rejected {
    const request = this.take(submission, CallMode.direct);
    if (!submission.key.accepted) return this.refuse(request, Rejected.unauthorized, RefusalReason.badKey);
    if (this.parts.wire.isDown(Part.gateway)) return this.refuse(request, Rejected.noRunner, RefusalReason.gatewayDown);
    // Refused attempts never become requests, so the history hears "submitted" only when the answer is yes.
    const refusal = this.dispatcher.roomForDirect(request);
    if (refusal !== 0) return this.refuse(request, isScarcity(refusal) ? Rejected.noRunner : Rejected.tooManyRequests, refusal);
    this.accept(request, submission.startTimeoutUs);
    this.dispatcher.serveDirect(request);
    return request;
  }

  status(request: Request): WireStatus {
    return wireStatus(request.state);
  }

  /** The caller or another key of its account cancels a request that has not ended. */
  cancel(request: Request): void {
    const { wire } = this.parts;
    if (wire.calm) this.lifecycle.cancel(request);
    else if (!wire.isDown(Part.gateway)) wire.send(new Parcel(Message.cancel, request));
  }

  /** The client's connection is gone. What that does to its request is `policy.onDisconnect`. */
  disconnect(request: Request): void {
    this.lifecycle.disconnect(request);
  }

  /** The owner revokes a key. What that does to its requests is `policy.onRevoke`. */
  revokeKey(key: ApiKey): void {
    this.keyService.revoke(key);
  }

  /** A key that was revoked before the platform was started anew: no gateway accepts it any more. */
  restoreRevoked(key: ApiKey): void {
    key.revoked = true;
    key.accepted = false;
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
    this.wakeAfterLimit(account);
  }

  /** A paid invoice: the limit follows after `policy.tierDelayUs`. */
  payInvoice(account: Account, usd: number): void {
    const { calendar, history } = this;
    account.addInvoice({ atUs: calendar.nowUs, usd });
    history.record(HistoryKind.invoicePaid, account.number, Math.round(account.paidUsd() * 100), 0);
    calendar.scheduleIn(this.parts.policy.tierDelayUs, eventKey(EventKind.limitEffective, account.number));
  }

  /** An account asks for its stuck slots back: those whose work has ended. @returns how many were released */
  releaseStuck(account: Account): number {
    const { selfService } = this.parts.policy;
    const stuck = selfService ? this.limiter.liveLeases(account.scope).filter((lease) => isStuck(lease.request)) : [];
    this.history.record(HistoryKind.selfServiceRelease, account.number, stuck.length, selfService ? 1 : 0);
    for (const lease of stuck) this.lifecycle.takeAway(lease);
    return stuck.length;
  }

  /** The same for one slot. @returns whether it was stuck, and is free now */
  releaseOneStuck(lease: Lease): boolean {
    const { selfService } = this.parts.policy;
    const releases = selfService && lease.live && isStuck(lease.request);
    this.history.record(HistoryKind.selfServiceRelease, lease.request.account.number, releases ? 1 : 0, selfService ? 1 : 0);
    if (releases) this.lifecycle.takeAway(lease);
    return releases;
  }

  /**
   * Work that lasts until somebody says so (`serviceUs: Infinity`) has ended. Nothing happens when the attempt is not at
   * work any more; where its runner computes nothing now, it ends when the runner does again.
   */
  finishWork(request: Request, attempt: number, end: WorkEnd): void {
    const { execution } = request;
    if (execution === null || execution.attempt !== attempt || !execution.begun || execution.hung || execution.waits) return;
    request.end = end;
    if (execution.paused) execution.endsUs = 0;
    else this.lifecycle.workDone(execution);
  }

  concurrencyPage(account: Account): ConcurrencyPage {
    return account.page();
  }

  /** Every account looks at what it has in use: the number it is shown, and the list of its slots. */
  showUsage(): void {
    const listed = new Array<number>(this.accounts.length).fill(0);
    for (const { request } of this.limiter.live()) (listed[request.account.number] as number)++;
    for (const account of this.accounts) {
      const live = this.parts.policy.view === 'admission' ? account.scope.inUse : account.shownInUse;
      this.history.record(HistoryKind.usageShown, account.number, live, listed[account.number] as number);
    }
  }

  /** One of the platform's own calendar events is due. */
  fire(key: number): void {
    const number = idOf(key);
    switch (kindOf(key)) {
      case EventKind.startDeadline: {
        const request = this.requests.at(number);
        request.deadlineTimer = NONE;
        if (!this.parts.wire.isDown(Part.dispatcher)) this.lifecycle.deadlinePassed(request);
        return;
      }
      case EventKind.requeue: {
        const request = this.requests.at(number);
        request.requeueTimer = NONE;
        this.dispatcher.retry(request);
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
        this.host.launch(execution);
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
        if (this.parts.wire.expectsFaults) this.renewals.reap(lease);
        else this.lifecycle.takeAway(lease);
        return;
      }
      case EventKind.holdTooLong: {
        const lease = this.limiter.lease(number);
        lease.holdTimer = NONE;
        this.lifecycle.holdTooLong(lease);
        return;
      }
      case EventKind.limitEffective: {
        const account = this.accounts[number] as Account;
        this.applyLimit(account, this.limitOf(account));
        return;
      }
      case EventKind.keyRefused:
        this.keyService.refuse(this.keys[number] as ApiKey);
        return;
      default:
        this.faultTimers.fire(kind, number);
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
    request.end = submission.end;
    request.terms = submission.terms;
    if (submission.terms !== null) request.attempts = submission.terms.attemptsBefore;
    request.calledUs = submission.calledUs;
    request.errand = submission.errand;
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

  private limitOf(account: Account): number {
    return limitFrom(account.contractLimit, account.paidUsd(), this.options.tiers);
  }

  private applyLimit(account: Account, limit: number): void {
    account.scope.setLimit(limit);
    this.history.record(HistoryKind.limitSet, account.number, NONE, limit);
    this.wakeAfterLimit(account);
  }

  private wakeAfterLimit(account: Account): void {
    if (this.parts.policy.wakeOn === 'release-and-raise') this.dispatcher.slotFreed(account);
  }
}

/** Whether what is missing is not the caller's slot. */
function isScarcity(reason: RefusalReason): boolean {
  return reason === RefusalReason.noRunner || reason === RefusalReason.gatewayDown;
}

/** Its work has ended, or its runner is gone, and the request does not know. */
function isStuck(request: Request): boolean {
  return request.execution === null && request.state === RequestState.inProgress;
}
