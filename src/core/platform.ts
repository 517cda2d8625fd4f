import type { Account, AccountConfig, ApiKey, ConcurrencyPage } from './accounts.js';
import { Admission } from './admission.js';
import type { EventCalendar } from './calendar.js';
import { Dispatcher } from './dispatcher.js';
import { Ending } from './ending.js';
import type { Endpoint, EndpointConfig } from './endpoints.js';
import { Errands } from './errands.js';
import type { Rejected } from './errors.js';
import { ExecutionPool } from './executions.js';
import { Faults } from './faults.js';
import { Gateway } from './gateway.js';
import { Healing } from './healing.js';
import type { History } from './history.js';
import { KeyService } from './key-service.js';
import { Lifecycle } from './lifecycle.js';
import { ConcurrencyLimiter, type Lease } from './limiter.js';
import { MessageDesk } from './message-desk.js';
import { besideOwnLimiter, OwnLimiter } from './own-limiter.js';
import type { LimiterSource } from './own-limiter-terms.js';
import { OwnRenewals } from './own-renewals.js';
import { OwnSlots } from './own-slots.js';
import type { Caller, Parts } from './parts.js';
import { needsRenewals, type Policy } from './policy.js';
import { keyedUniform, Purpose } from './random.js';
import { Register } from './register.js';
import { Renewals } from './renewals.js';
import { type Request, RequestPool, type Submission, type WireStatus, type WorkEnd, wireStatus } from './requests.js';
import { RunnerHost } from './runner-host.js';
import { SelfService } from './self-service.js';
import { Slots } from './slots.js';
import type { Tier } from './tiers.js';
import { Timers } from './timers.js';
import { Wire } from './wire.js';

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
  readonly accounts: readonly Account[];
  readonly keys: readonly ApiKey[];
  readonly endpoints: readonly Endpoint[];

  /** Everything that can be made to go wrong. */
  readonly faults: Faults;

  private readonly register: Register;
  private readonly gateway: Gateway;
  private readonly lifecycle: Lifecycle;
  private readonly keyService: KeyService;
  private readonly selfService: SelfService;
  private readonly timers: Timers;

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
    const { requests, limiter } = this;
    const parts: Parts = { calendar, history, policy, requests, executions: new ExecutionPool(), limiter, wire, requeueUniform, caller };
    const ending = new Ending(parts);
    const dispatcher = new Dispatcher(parts, ending);
    const register = new Register(parts, dispatcher, options.tiers, options.timeOfDayUs ?? 0);
    const ownSlots = ownLimiter === undefined ? undefined : new OwnSlots(parts, dispatcher, ownLimiter);
    const slots = ownSlots ?? new Slots(parts, dispatcher);
    const admission = new Admission(parts, slots);
    const errands = new Errands(parts);
    const lifecycle = new Lifecycle(parts, slots, ending, dispatcher, errands);
    const renewals = ownSlots === undefined ? new Renewals(parts, lifecycle) : new OwnRenewals(parts, lifecycle, ownSlots);
    const host = new RunnerHost(parts, dispatcher, renewals);
    const gateway = new Gateway(parts, dispatcher, lifecycle);
    const keyService = new KeyService(parts, lifecycle);
    const healing = new Healing(parts, slots, admission, dispatcher, lifecycle, renewals, register.accounts);
    this.faults = new Faults(parts, lifecycle, host, renewals, healing, dispatcher);
    ending.connect(lifecycle);
    slots.connect(renewals);
    dispatcher.connect(slots, admission, host);
    lifecycle.connect(renewals, this.faults);
    host.connect(lifecycle);
    errands.connect(lifecycle, (submission) => {
      const answer = gateway.submit(submission);
      return typeof answer === 'number' ? null : answer;
    });
    wire.connect(new MessageDesk(parts, slots, ending, dispatcher, lifecycle, host, keyService, register));
    this.register = register;
    this.gateway = gateway;
    this.lifecycle = lifecycle;
    this.keyService = keyService;
    this.selfService = new SelfService(parts, lifecycle);
    this.timers = new Timers(parts, { register, dispatcher, lifecycle, renewals, host, errands, healing, keyService });
    this.accounts = register.accounts;
    this.keys = register.keys;
    this.endpoints = register.endpoints;
  }

  /** Opens an account with its keys. Without a limit of its own the paid invoices decide. */
  openAccount(config: AccountConfig): Account {
    return this.register.openAccount(config);
  }

  /** One more key of an account. */
  openKey(account: Account, name: string): ApiKey {
    return this.register.openKey(account, name);
  }

  /** Opens an endpoint with its runners. */
  openEndpoint(config: EndpointConfig): Endpoint {
    return this.register.openEndpoint(config);
  }

  /**
   * Hands a request to the queue. "Requests are never rejected due to concurrency limits" (seed 003).
   * @returns the request, or 401 for a key that is not accepted
   */
  submit(submission: Submission): Request | Rejected {
    return this.gateway.submit(submission);
  }

  /**
   * A direct call (fal's `run`): served now, or refused now.
   * @returns the request, or why it was turned away
   */
  call(submission: Submission): Request | Rejected {
    return this.gateway.call(submission);
  }

  status(request: Request): WireStatus {
    return wireStatus(request.state);
  }

  /** The caller or another key of its account cancels a request that has not ended. */
  cancel(request: Request): void {
    this.gateway.cancel(request);
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
    this.register.setLimit(account, limit);
  }

  /** Sets a limit of one account on one endpoint, on top of its own. */
  setEndpointLimit(account: Account, endpoint: Endpoint, limit: number): void {
    this.register.setEndpointLimit(account, endpoint, limit);
  }

  /** A paid invoice: the limit follows after `policy.tierDelayUs`. */
  payInvoice(account: Account, usd: number): void {
    this.register.payInvoice(account, usd);
  }

  /** An account asks for its stuck slots back: those whose work has ended. @returns how many were released */
  releaseStuck(account: Account): number {
    return this.selfService.release(account);
  }

  /** The same for one slot. @returns whether it was stuck, and is free now */
  releaseOneStuck(lease: Lease): boolean {
    return this.selfService.releaseOne(lease);
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
    this.register.showUsage();
  }

  /** One of the platform's own calendar events is due. */
  fire(key: number): void {
    this.timers.fire(key);
  }
}
