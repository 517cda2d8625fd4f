import { Account, ApiKey } from '../../src/core/accounts.js';
import type { Endpoint } from '../../src/core/endpoints.js';
import { ExecutionEnd, HistoryKind, Outcome } from '../../src/core/history.js';
import { ConcurrencyLimiter } from '../../src/core/limiter.js';
import type { Policy } from '../../src/core/policy.js';
import { CallMode, Request } from '../../src/core/requests.js';
import type { FaultStep } from '../../src/measure/faults.js';
import type { InvariantOutcome } from '../../src/measure/invariants/checker.js';
import type { InvariantId } from '../../src/measure/invariants/registry.js';
import { Recorder, type Recording } from '../../src/measure/recorder.js';
import { policyOf, S } from '../helpers/world.js';

const NONE = -1;
const RUN_ENDS_US = 10_000 * S;

export interface StoryParts {
  readonly policy?: Partial<Policy>;
  /** Of the one account. */
  readonly limit?: number;
  /** Runners of the one endpoint, ready from the first instant on. */
  readonly runners?: number;
  readonly steps?: readonly FaultStep[];
}

export interface RequestParts {
  readonly serviceUs?: number;
  readonly deadlineUs?: number;
  readonly mode?: CallMode;
}

interface Hold {
  readonly request: number;
  live: boolean;
}

/**
 * A history told by hand: what a platform would write down, right or wrong. One account with one key, one endpoint. Slots are
 * counted as a sound limiter would, unless the teller says otherwise.
 */
export class Story {
  readonly recorder: Recorder;
  private readonly calendar = { nowUs: 0 };
  private readonly history = { events: 0 };
  private readonly limiter = new ConcurrencyLimiter(policyOf('fal-documented'));
  private readonly requests: Request[] = [];
  private readonly holds: Hold[] = [];
  private readonly workOf: number[] = [];
  private readonly runnerOf: number[] = [];
  private readonly account: Account;
  private readonly key: ApiKey;
  private readonly endpoint = { number: 0, name: 'flux', owner: null } as unknown as Endpoint;

  constructor({ policy = {}, limit = 2, runners = 4, steps = [] }: StoryParts = {}) {
    this.account = new Account(0, 'acme', this.limiter.openScope(limit), limit, [], this.calendar, 0);
    this.key = new ApiKey(0, 'key', this.account);
    this.recorder = new Recorder({
      policy: policyOf('fal-documented', policy),
      selectors: [],
      evidence: true,
      accountTimelines: [],
      recoveryUs: RUN_ENDS_US,
      pricesUsd: {},
      priceOfOthersUsd: 0,
      runners: { flux: { multiplexing: 1, max: runners, coldStartUs: S } },
    });
    const platform = {
      calendar: this.calendar,
      history: this.history,
      limiter: this.limiter,
      accounts: [this.account],
      endpoints: [this.endpoint],
      requests: { at: (number: number) => this.requests[number] as Request },
    };
    this.recorder.attach({ platform, traffic: { classes: [{ account: 'acme', key: 'key', endpoint: 'flux', mode: 'submit' }] }, endUs: RUN_ENDS_US, steps });
    this.record('limitSet', 0, NONE, limit);
    for (let runner = 0; runner < runners; runner++) this.record('runnerReady', 0, runner);
  }

  /** Time passes until then. */
  at(us: number): this {
    this.calendar.nowUs = us;
    return this;
  }

  record(kind: keyof typeof HistoryKind, id: number, a = 0, b = 0): this {
    this.history.events++;
    this.recorder.record(HistoryKind[kind], id, a, b);
    return this;
  }

  /** @returns its number */
  submit({ serviceUs = 10 * S, deadlineUs = Number.POSITIVE_INFINITY, mode = CallMode.queue }: RequestParts = {}): number {
    const request = new Request(this.requests.length);
    this.requests.push(request);
    Object.assign(request, { mode, account: this.account, key: this.key, endpoint: this.endpoint, serviceUs, deadlineUs });
    request.ordinal = request.number + 1;
    request.calledUs = this.calendar.nowUs;
    this.record('submitted', request.number, mode);
    return request.number;
  }

  /** @param lease taken if it is given @returns the lease */
  grant(request: number, lease = this.holds.length): number {
    this.holds[lease] = { request, live: true };
    this.record('leaseGranted', request, lease, this.held);
    return lease;
  }

  /** Work begins, on a runner of its own. @returns the execution */
  start(request: number, isStale = false): number {
    const execution = this.workOf.push(request) - 1;
    this.runnerOf[execution] = execution % 4;
    this.record(isStale ? 'executionStartedStale' : 'executionStarted', request, execution, this.runnerOf[execution]);
    return execution;
  }

  /** Slot and work begin in one step. */
  dispatch(request: number): { readonly lease: number; readonly execution: number } {
    const lease = this.holds.push({ request, live: true }) - 1;
    const execution = this.workOf.push(request) - 1;
    this.runnerOf[execution] = execution % 4;
    this.history.events++;
    this.recorder.dispatched(request, lease, this.held, execution, this.runnerOf[execution] as number);
    return { lease, execution };
  }

  /** Work, slot and request end in one step. */
  complete({ lease, execution }: { readonly lease: number; readonly execution: number }): this {
    this.drop(lease);
    this.history.events++;
    this.recorder.completed(this.workOf[execution] as number, lease, this.held, execution);
    return this;
  }

  /** A request is served as it should be. */
  serve(request: number, forUs = 10 * S): this {
    const work = this.dispatch(request);
    return this.at(this.calendar.nowUs + forUs).complete(work);
  }

  stop(execution: number, how: ExecutionEnd = ExecutionEnd.completed): this {
    return this.record('executionEnded', this.workOf[execution] as number, execution, how);
  }

  pause(execution: number): this {
    return this.record('executionPaused', this.workOf[execution] as number, execution, this.runnerOf[execution]);
  }

  resume(execution: number): this {
    return this.record('executionResumed', this.workOf[execution] as number, execution, this.runnerOf[execution]);
  }

  release(lease: number): this {
    return this.give('leaseReleased', lease);
  }

  takeBack(lease: number): this {
    return this.give('leaseTakenBack', lease);
  }

  forget(lease: number): this {
    return this.give('leaseForgotten', lease);
  }

  restore(lease: number): this {
    const hold = this.holds[lease] as Hold;
    hold.live = true;
    return this.record('leaseRestored', hold.request, lease, this.held);
  }

  end(request: number, outcome: Outcome = Outcome.ok): this {
    return this.record('ended', request, outcome);
  }

  /** Leases that are live. */
  get held(): number {
    return this.holds.filter((hold) => hold?.live).length;
  }

  /** What admission counts at the end: a sound one counts the live leases. */
  finish(countedAtEnd = this.held): Recording {
    this.account.scope.inUse = countedAtEnd;
    this.at(RUN_ENDS_US);
    return this.recorder.finish();
  }

  outcome(id: InvariantId): InvariantOutcome {
    return outcomeOf(this.finish(), id);
  }

  private give(kind: 'leaseReleased' | 'leaseTakenBack' | 'leaseForgotten', lease: number): this {
    const { request } = this.holds[lease] as Hold;
    this.drop(lease);
    return this.record(kind, request, lease, this.held);
  }

  private drop(lease: number): void {
    (this.holds[lease] as Hold).live = false;
  }
}

export function outcomeOf(recording: Recording, id: InvariantId): InvariantOutcome {
  return recording.invariants.find((outcome) => outcome.id === id) as InvariantOutcome;
}

/** Laws that a story has broken, in the order of the registry. */
export function brokenIn(recording: Recording): string[] {
  return recording.invariants.filter(({ state }) => state === 'violated').map(({ id }) => id);
}
