import type { ApiKey } from '../core/accounts.js';
import type { EventCalendar } from '../core/calendar.js';
import type { Endpoint } from '../core/endpoints.js';
import { eventKey } from '../core/event-keys.js';
import { Purpose, RandomStream } from '../core/random.js';
import { NONE } from '../core/requests.js';
import type { FlowSpec, TraceSpec } from '../scenario/types.js';
import { type ArrivalProcess, arrivalProcess } from './arrivals.js';
import type { CallOrder, Calls } from './calls.js';
import { SDK_MODELS } from './sdks.js';
import type { ServiceTimes } from './service-times.js';
import { overlookTrace, replayTrace, type TraceOverview, type TraceRow, type TraceSource } from './trace.js';
import { WorldEvent } from './world-events.js';

/** Where a flow finds what a name stands for. */
export interface Directory {
  key(account: string, key: string): ApiKey;
  endpoint(id: string): Endpoint;
  /** Opens what a trace brings along. */
  traceAccount(account: string, limit: number | undefined): { readonly account: string; readonly key: string };
  traceEndpoint(id: string): void;
  service(endpoint: string): ServiceSpecSource;
  traffic(flow: FlowSpec, account: string, key: string, endpoint: string): number;
}

/** Makes a stream of service demands for one flow. */
export type ServiceSpecSource = (random: RandomStream) => ServiceTimes;

/** One entry of the workload: its arrivals, one at a time, each as a client's call. */
export interface Flow {
  readonly lastArrivalUs: number;
  /** Puts the first arrival on the calendar. */
  start(): void;
  /** An arrival is due. */
  arrive(): void;
}

function orderFor(flow: FlowSpec, key: ApiKey, endpoint: Endpoint, traffic: number): CallOrder {
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
    calledUs: 0,
    startTimeoutUs: Math.min(flow.startTimeoutUs, copied),
    clientTimeoutUs: flow.clientTimeoutUs,
    isRepeat: false,
  };
}

/** Arrivals from a formula. */
export class SyntheticFlow implements Flow {
  readonly lastArrivalUs: number;
  private readonly order: CallOrder;
  private readonly arrivals: ArrivalProcess;
  private readonly service: ServiceTimes;

  constructor(
    private readonly number: number,
    spec: FlowSpec & { readonly as: { account: string; key: string }; readonly endpoint: string; readonly arrivals: Exclude<FlowSpec['arrivals'], TraceSpec> },
    lastArrivalUs: number,
    seed: number,
    directory: Directory,
    private readonly calendar: EventCalendar,
    private readonly calls: Calls,
  ) {
    this.lastArrivalUs = lastArrivalUs;
    this.arrivals = arrivalProcess(spec.arrivals, new RandomStream(seed, Purpose.arrivals, number));
    this.service = directory.service(spec.endpoint)(new RandomStream(seed, Purpose.service, number));
    const { account, key } = spec.as;
    this.order = orderFor(spec, directory.key(account, key), directory.endpoint(spec.endpoint), directory.traffic(spec, account, key, spec.endpoint));
  }

  start(): void {
    this.scheduleNext();
  }

  arrive(): void {
    this.order.serviceUs = this.service.drawUs();
    this.calls.begin(this.order);
    this.scheduleNext();
  }

  private scheduleNext(): void {
    const gapUs = this.arrivals.nextGapUs();
    if (gapUs >= 0) this.calendar.scheduleIn(gapUs, eventKey(WorldEvent.arrival, this.number));
  }
}

const FLOWS_AT_MOST = 100_000;

/** Arrivals as they were recorded, with the service times, accounts and endpoints of the recording where it names them. */
export class TraceFlow implements Flow {
  readonly overview: TraceOverview;
  private readonly rows: Generator<TraceRow>;
  private readonly services = new Map<string, ServiceTimes>();
  private next: TraceRow | undefined;

  constructor(
    private readonly number: number,
    private readonly spec: FlowSpec,
    private readonly trace: TraceSpec,
    source: TraceSource,
    private readonly seed: number,
    private readonly directory: Directory,
    private readonly calendar: EventCalendar,
    private readonly calls: Calls,
  ) {
    const { firstEpochUs, ...overview } = overlookTrace(trace, source);
    this.overview = overview;
    this.rows = replayTrace(trace, source, firstEpochUs);
  }

  get lastArrivalUs(): number {
    return this.overview.lastUs;
  }

  start(): void {
    this.scheduleNext();
  }

  arrive(): void {
    this.calls.begin(this.orderFor(this.next as TraceRow));
    this.scheduleNext();
  }

  private orderFor(row: TraceRow): CallOrder {
    const { directory, trace, spec } = this;
    if (trace.endpointColumn !== undefined) directory.traceEndpoint(row.endpoint);
    const endpoint = trace.endpointColumn === undefined ? (spec.endpoint as string) : row.endpoint;
    const as = trace.accountColumn === undefined ? (spec.as as { account: string; key: string }) : directory.traceAccount(row.account, trace.accountLimit);
    const order = orderFor(spec, directory.key(as.account, as.key), directory.endpoint(endpoint), directory.traffic(spec, as.account, as.key, endpoint));
    order.serviceUs = Number.isNaN(row.serviceUs) ? this.drawService(endpoint) : row.serviceUs;
    return order;
  }

  private drawService(endpoint: string): number {
    let service = this.services.get(endpoint);
    if (service === undefined) {
      // Each endpoint of the trace has a stream of its own, apart from those of all flows.
      const entity = this.number + FLOWS_AT_MOST * (this.services.size + 1);
      service = this.directory.service(endpoint)(new RandomStream(this.seed, Purpose.service, entity));
      this.services.set(endpoint, service);
    }
    return service.drawUs();
  }

  private scheduleNext(): void {
    const result = this.rows.next();
    if (result.done === true) return;
    this.next = result.value;
    this.calendar.schedule(result.value.atUs, eventKey(WorldEvent.arrival, this.number));
  }
}
