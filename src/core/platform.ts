import { AccountBook, type AccountConfig, type ConcurrencyPage } from './accounts.js';
import type { EventCalendar } from './calendar.js';
import { Dispatcher } from './dispatcher.js';
import { Ending } from './ending.js';
import { EventKind, eventKey, idOf, kindOf } from './event-keys.js';
import { ExecutionPool } from './executions.js';
import { ExecutionEnd, type History, HistoryKind, RefusalReason } from './history.js';
import { Lifecycle } from './lifecycle.js';
import { ConcurrencyLimiter } from './limiter.js';
import { Lines } from './lines.js';
import type { Caller, Parts } from './parts.js';
import type { Policy } from './policy.js';
import { Purpose, RandomStream } from './random.js';
import { CallMode, NONE, RequestPool, RequestState, type Submission, type WireStatus, wireStatus } from './requests.js';
import { RunnerFleet, type RunnerPoolConfig } from './runners.js';
import { Slots } from './slots.js';
import type { Tier } from './tiers.js';

export interface EndpointConfig {
  readonly name: string;
  /** The account whose own app this is, or -1. Its calls are exempt from limits (seed 003). */
  readonly owner: number;
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

/** Answers of `submit` and `call` that are not a request number. */
export const Rejected = { unauthorized: -401, tooManyRequests: -429, noRunner: -503 } as const;

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
  readonly accounts: AccountBook;
  readonly limiter: ConcurrencyLimiter;
  readonly fleet: RunnerFleet;
  readonly endpointNames: string[] = [];

  private readonly endpoints: EndpointConfig[] = [];
  private readonly parts: Parts;
  private readonly slots: Slots;
  private readonly ending: Ending;
  private readonly dispatcher: Dispatcher;
  private readonly lifecycle: Lifecycle;

  constructor(
    readonly calendar: EventCalendar,
    readonly history: History,
    readonly options: PlatformOptions,
    caller: Caller,
  ) {
    const { policy } = options;
    const executions = new ExecutionPool();
    this.limiter = new ConcurrencyLimiter(policy.release);
    this.accounts = new AccountBook(this.limiter, options.tiers);
    this.fleet = new RunnerFleet(calendar, executions, history);
    this.parts = {
      calendar,
      history,
      policy,
      requests: this.requests,
      executions,
      fleet: this.fleet,
      limiter: this.limiter,
      accounts: this.accounts,
      lines: new Lines(this.requests),
      requeueJitter: new RandomStream(options.seed, Purpose.requeueJitter, 0),
      caller,
      runnerLine: [],
      slotLine: [],
    };
    this.ending = new Ending(this.parts);
    this.dispatcher = new Dispatcher(this.parts, this.ending);
    this.slots = new Slots(this.parts, this.dispatcher);
    this.dispatcher.connect(this.slots);
    this.lifecycle = new Lifecycle(this.parts, this.slots, this.ending, this.dispatcher);
  }

  /** Opens an account and returns its number. Its keys get the next numbers of keys. */
  openAccount(config: AccountConfig): number {
    const account = this.accounts.open(config, this.calendar.nowUs);
    const scope = this.accounts.scope[account] as number;
    this.openSlotLine(scope);
    this.history.record(HistoryKind.limitSet, account, NONE, this.limiter.limit(scope));
    for (let endpoint = 0; endpoint < this.endpoints.length; endpoint++) {
      const limit = (this.endpoints[endpoint] as EndpointConfig).limitPerAccount;
      if (limit !== undefined) this.setEndpointLimit(account, endpoint, limit);
    }
    return account;
  }

  /** Opens an endpoint with its runners and returns its number. */
  openEndpoint(config: EndpointConfig): number {
    const endpoint = this.endpoints.push(config) - 1;
    this.endpointNames.push(config.name);
    this.parts.runnerLine.push(this.parts.lines.open());
    this.fleet.open(config.runners);
    if (config.limitPerAccount !== undefined) {
      for (let account = 0; account < this.accounts.names.length; account++) this.setEndpointLimit(account, endpoint, config.limitPerAccount);
    }
    return endpoint;
  }

  /**
   * Hands a request to the queue. "Requests are never rejected due to concurrency limits" (seed 003).
   * @returns the request's number, or `Rejected.unauthorized` for a key that is not accepted
   */
  submit(submission: Submission): number {
    const id = this.take(submission, CallMode.queue);
    if (!this.accounts.keyAccepted[submission.key]) return this.refuse(id, Rejected.unauthorized, RefusalReason.badKey);
    this.accept(id, submission.startTimeoutUs);
    this.dispatcher.admit(id);
    return id;
  }

  /**
   * A direct call (fal's `run`): served now, or refused now.
   * @returns the request's number, or one of `Rejected`
   */
  call(submission: Submission): number {
    const id = this.take(submission, CallMode.direct);
    if (!this.accounts.keyAccepted[submission.key]) return this.refuse(id, Rejected.unauthorized, RefusalReason.badKey);
    // Refused attempts never become requests, so the history hears "submitted" only when the answer is yes.
    const refusal = this.dispatcher.roomForDirect(id);
    if (refusal !== 0) return this.refuse(id, refusal === RefusalReason.noRunner ? Rejected.noRunner : Rejected.tooManyRequests, refusal);
    this.accept(id, submission.startTimeoutUs);
    this.dispatcher.serveDirect(id);
    return id;
  }

  status(id: number): WireStatus {
    return wireStatus(this.requests.state[id] as RequestState);
  }

  /** The caller or another key of its account cancels a request that has not ended. */
  cancel(id: number): void {
    this.lifecycle.cancel(id);
  }

  /** The owner revokes a key. What that does to its requests is `policy.onRevoke`. */
  revokeKey(key: number): void {
    const { accounts, parts } = this;
    if (accounts.keyRevoked[key]) return;
    accounts.keyRevoked[key] = true;
    const affected = this.openRequestsOf(key);
    const inProgress = affected.filter((id) => (this.requests.state[id] as number) >= RequestState.dispatched).length;
    this.history.record(HistoryKind.keyRevoked, key, inProgress, affected.length - inProgress);
    if (parts.policy.keyCacheUs === 0) this.refuseKey(key);
    else this.calendar.schedule(this.calendar.nowUs + parts.policy.keyCacheUs, eventKey(EventKind.keyRefused, key));
    for (const id of affected) if (this.isOpen(id)) this.lifecycle.revoke(id);
  }

  /** Sets an account's own limit, as by contract. Nothing in progress is evicted; admission compares with it from now on. */
  setLimit(account: number, limit: number): void {
    this.accounts.setContractLimit(account, limit);
    this.applyLimit(account, limit);
  }

  /** Sets a limit of one account on one endpoint, on top of its own. */
  setEndpointLimit(account: number, endpoint: number, limit: number): void {
    const scope = this.accounts.limitEndpoint(account, endpoint, limit);
    this.openSlotLine(scope);
    this.history.record(HistoryKind.limitSet, account, scope, limit);
    this.dispatcher.slotFreed(account, scope);
  }

  /** A paid invoice: the limit follows after `policy.tierDelayUs`. */
  payInvoice(account: number, usd: number): void {
    const { calendar, accounts, history } = this;
    accounts.addInvoice(account, { atUs: calendar.nowUs, usd });
    history.record(HistoryKind.invoicePaid, account, Math.round(accounts.paidUsd(account, calendar.nowUs) * 100), 0);
    calendar.schedule(calendar.nowUs + this.parts.policy.tierDelayUs, eventKey(EventKind.limitEffective, account));
  }

  /** Kills the busiest runner of an endpoint. @returns whether there was one */
  crashRunner(endpoint: number): boolean {
    const crashed = this.fleet.crash(endpoint, (execution) => this.lifecycle.executionEnded(execution, ExecutionEnd.crashed));
    this.dispatcher.runnerFreed(endpoint);
    return crashed;
  }

  /**
   * An account asks for its stuck slots back: those whose work has ended. @returns how many were released
   */
  releaseStuck(account: number): number {
    const { limiter, requests, parts, history } = this;
    const stuck: number[] = [];
    if (parts.policy.selfService) {
      limiter.forEachLive(this.accounts.scope[account] as number, (lease) => {
        const id = limiter.request[lease] as number;
        if (requests.execution[id] === NONE && requests.state[id] === RequestState.inProgress) stuck.push(lease);
      });
    }
    history.record(HistoryKind.selfServiceRelease, account, stuck.length, parts.policy.selfService ? 1 : 0);
    for (const lease of stuck) this.lifecycle.takeAway(lease);
    return stuck.length;
  }

  concurrencyPage(account: number): ConcurrencyPage {
    return this.accounts.page(account, this.calendar.nowUs);
  }

  /** One of the platform's own calendar events is due. */
  fire(key: number): void {
    const id = idOf(key);
    const { requests, parts } = this;
    switch (kindOf(key)) {
      case EventKind.startDeadline:
        requests.deadlineTimer[id] = NONE;
        this.lifecycle.deadlinePassed(id);
        return;
      case EventKind.requeue:
        requests.requeueTimer[id] = NONE;
        this.dispatcher.tryDispatch(id, false);
        return;
      case EventKind.serviceEnd:
        parts.executions.timer[id] = NONE;
        this.lifecycle.executionEnded(id, ExecutionEnd.completed);
        return;
      case EventKind.start:
        parts.executions.timer[id] = NONE;
        this.dispatcher.begin(id);
        return;
      case EventKind.stopConfirmed:
        parts.executions.stopTimer[id] = NONE;
        this.lifecycle.executionEnded(id, ExecutionEnd.stopped);
        return;
      case EventKind.runnerReady:
        this.fleet.ready(id);
        this.dispatcher.runnerFreed(this.fleet.poolOfRunner(id));
        return;
      case EventKind.runnerIdleOut:
        this.fleet.idleOut(id);
        return;
      case EventKind.leaseExpired:
      case EventKind.holdTooLong:
        this.slots.timerFired(kindOf(key), id);
        this.lifecycle.takeAway(id);
        return;
      case EventKind.limitEffective:
        this.applyLimit(id, this.accounts.limitFromMoney(id, this.calendar.nowUs));
        return;
      case EventKind.keyRefused:
        this.refuseKey(id);
        return;
      default:
        throw new Error(`the calendar holds an event of unknown kind ${kindOf(key)}`);
    }
  }

  private take(submission: Submission, mode: CallMode): number {
    const { requests, endpoints, accounts } = this;
    const id = requests.take();
    const account = accounts.accountOfKey[submission.key] as number;
    requests.mode[id] = mode;
    requests.key[id] = submission.key;
    requests.account[id] = account;
    requests.endpoint[id] = submission.endpoint;
    requests.traffic[id] = submission.traffic;
    requests.owner[id] = submission.owner;
    requests.serviceUs[id] = submission.serviceUs;
    requests.calledUs[id] = submission.calledUs;
    requests.submittedUs[id] = this.calendar.nowUs;
    requests.exempt[id] = (endpoints[submission.endpoint] as EndpointConfig).owner === account ? 1 : 0;
    return id;
  }

  private accept(id: number, startTimeoutUs: number): void {
    const { requests, calendar, history, accounts, parts } = this;
    requests.ordinal[id] = ++requests.accepted;
    const deadlineUs = calendar.nowUs + startTimeoutUs;
    requests.deadlineUs[id] = deadlineUs;
    // A key that was revoked but is still accepted somewhere authorises no completion either.
    if (parts.policy.onRevoke === 'strand' && accounts.keyRevoked[requests.key[id] as number]) requests.stranded[id] = 1;
    history.record(HistoryKind.submitted, id, requests.mode[id] as number, 0);
    if (deadlineUs !== Number.POSITIVE_INFINITY) requests.deadlineTimer[id] = calendar.schedule(deadlineUs, eventKey(EventKind.startDeadline, id));
  }

  private refuse(id: number, status: number, reason: RefusalReason): number {
    this.history.record(HistoryKind.refused, id, -status, reason);
    this.requests.give(id);
    return status;
  }

  private refuseKey(key: number): void {
    this.accounts.keyAccepted[key] = false;
    this.history.record(HistoryKind.keyRefused, key, 0, 0);
    for (const id of this.openRequestsOf(key)) {
      if ((this.requests.state[id] as number) < RequestState.dispatched) this.lifecycle.revoke(id);
    }
  }

  private applyLimit(account: number, limit: number): void {
    const scope = this.accounts.scope[account] as number;
    this.limiter.setLimit(scope, limit);
    this.history.record(HistoryKind.limitSet, account, NONE, limit);
    this.dispatcher.slotFreed(account, NONE);
  }

  private openSlotLine(scope: number): void {
    while (this.parts.slotLine.length <= scope) this.parts.slotLine.push(this.parts.lines.open());
  }

  /** Requests of a key that have not ended. O(all): a revocation is rare. */
  private openRequestsOf(key: number): number[] {
    const { requests } = this;
    const found: number[] = [];
    for (let id = 0; id < requests.bound; id++) {
      if (requests.key[id] === key && this.isOpen(id)) found.push(id);
    }
    return found;
  }

  private isOpen(id: number): boolean {
    const state = this.requests.state[id];
    return state !== RequestState.free && state !== RequestState.ended;
  }
}
