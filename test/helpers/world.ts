import type { Account, AccountConfig, ApiKey } from '../../src/core/accounts.js';
import { EventCalendar } from '../../src/core/calendar.js';
import type { Endpoint, EndpointConfig } from '../../src/core/endpoints.js';
import type { Rejected } from '../../src/core/errors.js';
import { FIRST_OF_WORLD, kindOf } from '../../src/core/event-keys.js';
import { ExecutionEnd, History, HistoryKind, Outcome } from '../../src/core/history.js';
import { Platform } from '../../src/core/platform.js';
import { type Policy, PRESETS, type PresetName } from '../../src/core/policy.js';
import { type Request, type Submission, type WireStatus, WorkEnd } from '../../src/core/requests.js';
import type { RunnerPoolConfig } from '../../src/core/runners.js';
import { ILLUSTRATIVE_TIERS, type Tier } from '../../src/core/tiers.js';

export const MS = 1_000;
export const S = 1_000_000;
export const MINUTE = 60 * S;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export type HistoryName = keyof typeof HistoryKind;
export type OutcomeName = keyof typeof Outcome;

const KIND_NAMES = new Map(Object.entries(HistoryKind).map(([name, kind]) => [kind, name as HistoryName]));
const OUTCOME_NAMES = new Map(Object.entries(Outcome).map(([name, outcome]) => [outcome, name as OutcomeName]));

export function outcomeName(outcome: number): OutcomeName {
  return OUTCOME_NAMES.get(outcome as Outcome) as OutcomeName;
}

export interface Happening {
  readonly atUs: number;
  readonly kind: HistoryName;
  readonly id: number;
  readonly a: number;
  readonly b: number;
}

/** What became of one request. It outlives the request, whose place in the pool is used again. */
export class Ticket {
  readonly startsUs: number[] = [];
  readonly stopsUs: number[] = [];
  /** How long it was told to sleep each time, ms; -1 for a place in a line. */
  readonly requeuesMs: number[] = [];
  readonly outcomes: OutcomeName[] = [];
  endedUs = Number.NaN;

  constructor(
    readonly request: Request,
    private readonly platform: Platform,
  ) {}

  get status(): WireStatus {
    return this.outcomes.length > 0 ? 'COMPLETED' : this.platform.status(this.request);
  }

  get outcome(): OutcomeName | undefined {
    return this.outcomes[0];
  }

  get startedUs(): number {
    return this.startsUs[0] ?? Number.NaN;
  }
}

/** A preset with some switches turned. */
export function policyOf(preset: PresetName, switches: Partial<Policy> = {}): Policy {
  return { ...PRESETS[preset].policy, ...switches };
}

/** Runners that are always there: warm, without end, one request each. */
export const ENDLESS_RUNNERS: RunnerPoolConfig = {
  min: 0,
  max: Number.POSITIVE_INFINITY,
  coldStartUs: 0,
  keepAliveUs: Number.POSITIVE_INFINITY,
  multiplexing: 1,
};

/** A platform in a world without chance: the test submits, lets time pass and looks. */
export class World {
  readonly calendar = new EventCalendar();
  readonly happenings: Happening[] = [];
  readonly tickets: Ticket[] = [];
  readonly platform: Platform;
  private readonly current = new Map<number, Ticket>();

  /** @param expectsFaults whether leases are renewed by events */
  constructor(policy: Policy = policyOf('fal-documented'), tiers: readonly Tier[] = ILLUSTRATIVE_TIERS, expectsFaults = false) {
    const history = new History(this.calendar, {
      record: (kind, id, a, b) => this.happened(kind, id, a, b),
      // What happens in one step is told fact by fact, so that a test reads the same whichever way it happened.
      dispatched: (request, lease, count, execution, runner) => {
        this.happened(HistoryKind.leaseGranted, request, lease, count);
        this.happened(HistoryKind.executionStarted, request, execution, runner);
      },
      completed: (request, lease, count, execution) => {
        this.happened(HistoryKind.executionEnded, request, execution, ExecutionEnd.completed);
        this.happened(HistoryKind.leaseReleased, request, lease, count);
        this.happened(HistoryKind.ended, request, Outcome.ok, 0);
      },
      callBegan: () => undefined,
      callRetried: () => undefined,
      callEnded: () => undefined,
      zombiePolls: () => undefined,
      iterationDropped: () => undefined,
    });
    this.platform = new Platform(
      this.calendar,
      history,
      { policy, tiers, seed: 1, expectsFaults },
      { requestEnded: () => undefined, keyRefused: () => undefined },
    );
  }

  get nowUs(): number {
    return this.calendar.nowUs;
  }

  account(config: Partial<AccountConfig> = {}): Account {
    return this.platform.openAccount({ name: 'acme', limit: undefined, invoices: [], keys: ['key'], ...config });
  }

  endpoint(config: Partial<Omit<EndpointConfig, 'runners'>> & { runners?: Partial<RunnerPoolConfig> } = {}): Endpoint {
    const { runners, ...rest } = config;
    return this.platform.openEndpoint({ name: 'flux', owner: null, limitPerAccount: undefined, ...rest, runners: { ...ENDLESS_RUNNERS, ...runners } });
  }

  /** Hands a request to the queue; it must be accepted. */
  submit(submission: Partial<Submission> = {}): Ticket {
    const answer = this.platform.submit(this.submission(submission));
    if (typeof answer === 'number') throw new Error(`the queue refused a request with ${answer}`);
    return this.tickets.at(-1) as Ticket;
  }

  submitMany(count: number, submission: Partial<Submission> = {}): Ticket[] {
    return Array.from({ length: count }, () => this.submit(submission));
  }

  /** A direct call: its ticket, or the status it was refused with. */
  call(submission: Partial<Submission> = {}): Ticket | Rejected {
    const answer = this.platform.call(this.submission(submission));
    return typeof answer === 'number' ? answer : (this.tickets.at(-1) as Ticket);
  }

  /** The first account's first key and the first endpoint, 10 s of work, no deadline. */
  submission(overrides: Partial<Submission> = {}): Submission {
    return {
      key: this.platform.keys[0] as ApiKey,
      endpoint: this.platform.endpoints[0] as Endpoint,
      traffic: 0,
      owner: -1,
      serviceUs: 10 * S,
      calledUs: this.nowUs,
      startTimeoutUs: Number.POSITIVE_INFINITY,
      isRepeat: false,
      end: WorkEnd.ok,
      terms: null,
      errand: null,
      ...overrides,
    };
  }

  /** Lets everything up to and at `atUs` happen. */
  runTo(atUs: number): this {
    while (this.calendar.peekTimeUs() <= atUs) {
      const key = this.calendar.pop();
      if (kindOf(key) >= FIRST_OF_WORLD) throw new Error('there is nobody in this world but the platform');
      this.platform.fire(key);
    }
    this.calendar.advanceTo(atUs);
    return this;
  }

  runFor(us: number): this {
    return this.runTo(this.nowUs + us);
  }

  inStatus(status: WireStatus): Ticket[] {
    return this.tickets.filter((ticket) => ticket.status === status);
  }

  all(kind: HistoryName): Happening[] {
    return this.happenings.filter((happening) => happening.kind === kind);
  }

  private happened(kind: HistoryKind, id: number, a: number, b: number): void {
    const { nowUs } = this.calendar;
    this.happenings.push({ atUs: nowUs, kind: KIND_NAMES.get(kind) as HistoryName, id, a, b });
    if (kind === HistoryKind.submitted) {
      const ticket = new Ticket(this.platform.requests.at(id), this.platform);
      this.tickets.push(ticket);
      this.current.set(id, ticket);
      return;
    }
    const ticket = this.current.get(id) as Ticket;
    if (kind === HistoryKind.executionStarted) ticket.startsUs.push(nowUs);
    if (kind === HistoryKind.executionEnded) ticket.stopsUs.push(nowUs);
    if (kind === HistoryKind.requeued) ticket.requeuesMs.push(b);
    if (kind !== HistoryKind.ended) return;
    ticket.outcomes.push(outcomeName(a));
    ticket.endedUs = nowUs;
  }
}
