import type { EventCalendar } from '../core/calendar.js';
import { Purpose, RandomStream } from '../core/random.js';
import { type Errand, NONE, WorkEnd } from '../core/requests.js';
import type { FlowSpec } from '../scenario/types.js';
import { type Demands, Durations } from './demands.js';
import type { DurationLaw } from './duration-laws.js';
import type { CallOrder, CallWatcher } from './open-calls.js';
import { SDK_MODELS } from './sdks.js';
import type { CallTarget } from './targets.js';

/** Makes the calls that flows order. */
export interface CallDesk {
  /** @param order copied: the flow uses it again */
  begin(order: CallOrder): void;
  /** The client has no user left for a call of this traffic. */
  drop(traffic: number): void;
}

/** What every flow of a run is made with. */
export interface FlowParts {
  /** Its place in the workload. */
  readonly number: number;
  readonly spec: FlowSpec;
  readonly seed: number;
  readonly calendar: EventCalendar;
  readonly calls: CallDesk;
  /** undefined: nobody cancels. */
  readonly patience: DurationLaw | undefined;
  /** undefined: nothing comes with its calls. */
  readonly errands: ErrandMaker | undefined;
}

/** Draws what comes with a call beside its own work. */
export interface ErrandMaker {
  next(): Errand | null;
}

/** k6's `maxVUs`: so many calls of a flow may be open at once. Whoever comes beyond that is dropped by the client. */
export class VirtualUsers implements CallWatcher {
  private open = 0;

  constructor(private readonly most: number) {}

  /** @returns whether there is a user left for another call */
  admit(): boolean {
    if (this.open >= this.most) return false;
    this.open++;
    return true;
  }

  callEnded(): void {
    this.open--;
  }
}

/**
 * Begins the calls of a flow, one after the other, with what chance decides of each. One order serves all of them. What a
 * call needs lies in this object itself: with thousands of flows, each hop to another object is a cache miss a request.
 */
export class CallMaker {
  protected readonly calendar: EventCalendar;
  private readonly calls: CallDesk;
  private readonly order: CallOrder;
  private service: DurationLaw;
  private serviceStream: RandomStream;
  private demands: Demands;
  /** Every arrival becomes a call that differs from the others in its service time only. */
  private isPlain: boolean;
  /** undefined: as many as come */
  private readonly users: VirtualUsers | undefined;
  /** undefined: nobody cancels */
  private readonly patience: Durations | undefined;
  private readonly errands: ErrandMaker | undefined;

  /** @param watcher hears of the end of each call, unless `maxVUs` needs to */
  constructor(parts: FlowParts, target: CallTarget, watcher: CallWatcher | null = null) {
    const { number, spec, seed } = parts;
    this.calendar = parts.calendar;
    this.calls = parts.calls;
    this.users = spec.maxVUs === undefined ? undefined : new VirtualUsers(spec.maxVUs);
    this.patience = parts.patience === undefined ? undefined : new Durations(parts.patience, new RandomStream(seed, Purpose.patience, number));
    this.errands = parts.errands;
    this.order = orderFor(parts, target, this.users ?? watcher);
    this.demands = target.demands;
    this.service = this.demands.service;
    this.serviceStream = this.demands.serviceStream;
    this.isPlain = this.hasOnlyService();
  }

  /** From now on calls go there. */
  aimAt(target: CallTarget): void {
    const { order } = this;
    order.key = target.key;
    order.endpoint = target.endpoint;
    order.traffic = target.traffic;
    order.end = WorkEnd.ok;
    this.demands = target.demands;
    this.service = this.demands.service;
    this.serviceStream = this.demands.serviceStream;
    this.isPlain = this.hasOnlyService();
  }

  /** A call whose service time is drawn. */
  call(): void {
    this.order.serviceUs = this.service.drawUs(this.serviceStream);
    if (this.isPlain || this.drawTheRest()) this.calls.begin(this.order);
  }

  /** A call whose service time was recorded. */
  callFor(serviceUs: number): void {
    this.order.serviceUs = serviceUs;
    if (this.isPlain || this.drawTheRest()) this.calls.begin(this.order);
  }

  /** @returns whether the client can make the call. A dropped one has had its draws: the n-th is the same whoever was dropped before */
  private drawTheRest(): boolean {
    const { order, users, patience, demands, errands } = this;
    order.end = demands.nextFails() ? WorkEnd.failed : WorkEnd.ok;
    if (order.serviceUs > demands.requestTimeoutUs) {
      order.serviceUs = demands.requestTimeoutUs;
      order.end = WorkEnd.timedOut;
    }
    if (errands !== undefined) order.errand = errands.next();
    if (patience !== undefined) order.patienceUs = patience.nextUs();
    if (users === undefined || users.admit()) return true;
    this.calls.drop(order.traffic);
    return false;
  }

  private hasOnlyService(): boolean {
    const { failureProbability, requestTimeoutUs } = this.demands;
    const alwaysWorks = failureProbability === 0 && requestTimeoutUs === Number.POSITIVE_INFINITY;
    return alwaysWorks && this.users === undefined && this.patience === undefined && this.errands === undefined;
  }
}

function orderFor({ spec: flow, patience }: FlowParts, { key, endpoint, traffic }: CallTarget, watcher: CallWatcher | null): CallOrder {
  const sdk = SDK_MODELS[flow.sdk];
  const copied = sdk.sendsTimeoutAsStartTimeout && flow.call === 'subscribe' ? flow.clientTimeoutUs : Number.POSITIVE_INFINITY;
  return {
    call: flow.call,
    sdk,
    key,
    endpoint,
    traffic,
    owner: NONE,
    serviceUs: 0,
    end: WorkEnd.ok as WorkEnd,
    terms: null,
    calledUs: 0,
    startTimeoutUs: Math.min(flow.startTimeoutUs, copied),
    clientTimeoutUs: flow.clientTimeoutUs,
    patienceUs: Number.POSITIVE_INFINITY,
    isRepeat: false,
    errand: null,
    watcher,
    isFollowed: watcher !== null || patience !== undefined,
  };
}
