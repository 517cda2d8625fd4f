import type { Account, ApiKey } from '../core/accounts.js';
import { EventCalendar } from '../core/calendar.js';
import type { Endpoint } from '../core/endpoints.js';
import { eventKey, FIRST_OF_WORLD, idOf, kindOf } from '../core/event-keys.js';
import { History, HistoryKind, type HistorySink } from '../core/history.js';
import { Platform } from '../core/platform.js';
import type { EndpointSpec, FlowSpec, Scenario, StepSpec } from '../scenario/types.js';
import { lastArrivalUs } from './arrivals.js';
import { Calls } from './calls.js';
import { type Directory, type Flow, type ServiceSpecSource, SyntheticFlow, TraceFlow } from './flows.js';
import { ServiceTimes } from './service-times.js';
import { performStep, type StepDirectory } from './steps.js';
import type { TraceOverview, TraceSource } from './trace.js';
import { TrafficBook } from './traffic.js';
import { WorldEvent } from './world-events.js';

/** Reads a run's history; told about the platform before the first event. */
export interface RunSink extends HistorySink {
  attach(run: { readonly platform: Platform; readonly traffic: TrafficBook; readonly endUs: number }): void;
}

/**
 * One scenario with one seed in virtual time: load and faults first, then recovery, in which nothing new comes and every
 * deadline and lease has time to pass. Advances in slices, so that whoever drives it can show progress or stop.
 */
export class Simulation {
  readonly calendar = new EventCalendar();
  readonly platform: Platform;
  readonly traffic = new TrafficBook();
  /** When load and steps are over, µs. */
  readonly loadEndUs: number;
  /** When the run is over, µs. */
  readonly endUs: number;
  readonly traces: TraceOverview[] = [];
  private readonly calls: Calls;
  private readonly flows: Flow[] = [];
  private readonly names = new Names();
  private ended = false;

  constructor(
    private readonly scenario: Scenario,
    private readonly seed: number,
    sink: RunSink,
    traceSource: TraceSource,
  ) {
    const { policy, tiers, accounts, endpoints } = scenario.platform;
    this.calls = new Calls(this.calendar, seed);
    const history = new History(this.calendar, sink);
    this.platform = new Platform(this.calendar, history, { policy, tiers, seed }, this.calls);
    this.calls.connect(this.platform, history);
    const directory = this.directory();
    // Traces are looked over before anything happens: their length decides when the run ends.
    const makeFlows = scenario.workload.map((flow, number) => this.flowMaker(flow, number, directory, traceSource));
    const traceEnds = makeFlows.map((maker) => maker.lastArrivalUs);
    this.loadEndUs = Math.max(0, ...traceEnds, ...scenario.steps.map((step) => step.atUs));
    this.endUs = this.loadEndUs + scenario.recoveryUs;
    sink.attach({ platform: this.platform, traffic: this.traffic, endUs: this.endUs });
    for (const account of accounts) this.openAccount(account.id, account.limit, account.keys, account.invoices);
    for (const endpoint of endpoints) this.openEndpoint(endpoint);
    for (const account of accounts) this.setEndpointLimits(account.id, account.endpointLimits);
    for (const maker of makeFlows) this.flows.push(maker.make());
    for (const flow of this.flows) flow.start();
    for (const [index, step] of scenario.steps.entries()) this.calendar.schedule(step.atUs, eventKey(WorldEvent.step, index));
    this.calendar.schedule(this.loadEndUs, eventKey(WorldEvent.recovery, 0));
    // One tick later than the last instant that counts, so that everything of that instant still happens.
    this.calendar.schedule(this.endUs + 1, eventKey(WorldEvent.end, 0));
  }

  /** Lets at most `maxEvents` happen. @returns whether the run is over */
  advance(maxEvents: number): boolean {
    const { calendar, platform } = this;
    for (let n = 0; n < maxEvents && !this.ended; n++) {
      const key = calendar.pop();
      if (kindOf(key) < FIRST_OF_WORLD) platform.fire(key);
      else this.fire(kindOf(key), idOf(key));
    }
    return this.ended;
  }

  /** Share of the run's time that has passed, 0 to 1. */
  get progress(): number {
    return this.ended ? 1 : Math.min(1, this.calendar.nowUs / Math.max(1, this.endUs));
  }

  get hash(): string {
    return this.platform.history.hash;
  }

  private fire(kind: number, id: number): void {
    switch (kind) {
      case WorldEvent.arrival:
        (this.flows[id] as Flow).arrive();
        return;
      case WorldEvent.step:
        this.step(id);
        return;
      case WorldEvent.recovery:
        this.platform.history.record(HistoryKind.recovery, 0, 0, 0);
        return;
      case WorldEvent.keyRefused:
        this.calls.keyRefused(this.platform.keys[id] as ApiKey);
        return;
      case WorldEvent.end:
        this.calendar.nowUs = this.endUs;
        this.calls.finish();
        this.ended = true;
        return;
      default:
        this.calls.fire(kind, id);
    }
  }

  private step(index: number): void {
    const step = this.scenario.steps[index] as StepSpec;
    this.platform.history.record(HistoryKind.step, index, 0, 0);
    performStep(step, this.platform, this.names);
    if (step.do !== 'revoke-key') return;
    const key = this.names.key(step.key.account, step.key.key);
    const { keyCacheUs } = this.scenario.platform.policy;
    // The clients hear of it when the gateways do: at once, or after the platform's own event of that instant.
    if (keyCacheUs === 0) this.calls.keyRefused(key);
    else this.calendar.scheduleIn(keyCacheUs, eventKey(WorldEvent.keyRefused, key.number));
  }

  private flowMaker(flow: FlowSpec, number: number, directory: Directory, traceSource: TraceSource): { lastArrivalUs: number; make: () => Flow } {
    const { arrivals } = flow;
    if (arrivals.kind === 'trace') {
      const made = new TraceFlow(number, flow, arrivals, traceSource, this.seed, directory, this.calendar, this.calls);
      this.traces.push(made.overview);
      return { lastArrivalUs: made.lastArrivalUs, make: () => made };
    }
    const last = lastArrivalUs(arrivals);
    const placed = { ...flow, as: flow.as as { account: string; key: string }, endpoint: flow.endpoint as string, arrivals };
    return { lastArrivalUs: last, make: () => new SyntheticFlow(number, placed, last, this.seed, directory, this.calendar, this.calls) };
  }

  private openAccount(id: string, limit: number | undefined, keys: readonly string[], invoices: Scenario['platform']['accounts'][number]['invoices']): void {
    const account = this.platform.openAccount({ name: id, limit, invoices, keys });
    this.names.accounts.set(id, account);
    for (const key of account.keys) this.names.keys.set(keyPath(id, key.name), key);
  }

  private openEndpoint(spec: EndpointSpec): void {
    const owner = spec.owner === undefined ? null : this.names.account(spec.owner);
    this.names.endpoints.set(spec.id, this.platform.openEndpoint({ name: spec.id, owner, runners: spec.runners, limitPerAccount: spec.limit }));
    this.names.specs.set(spec.id, spec);
  }

  private setEndpointLimits(account: string, limits: Readonly<Record<string, number>>): void {
    for (const [endpoint, limit] of Object.entries(limits)) {
      this.platform.setEndpointLimit(this.names.account(account), this.names.endpoint(endpoint), limit);
    }
  }

  private directory(): Directory {
    const { names, traffic } = this;
    return {
      key: (account, key) => names.key(account, key),
      endpoint: (id) => names.endpoint(id),
      traceAccount: (account, limit) => {
        const declared = this.scenario.platform.accounts.find((spec) => spec.id === account);
        if (declared !== undefined) return { account, key: declared.keys[0] as string };
        if (!names.accounts.has(account)) this.openAccount(account, limit, [TRACE_KEY], []);
        return { account, key: TRACE_KEY };
      },
      traceEndpoint: (id) => {
        // Endpoints that only the trace names share the first endpoint's terms.
        if (!names.endpoints.has(id)) this.openEndpoint({ ...(this.scenario.platform.endpoints[0] as EndpointSpec), id });
      },
      service: (endpoint): ServiceSpecSource => {
        const spec = names.specs.get(endpoint) as EndpointSpec;
        return (random) => new ServiceTimes(spec.service, random);
      },
      traffic: (flow, account, key, endpoint) => traffic.numberOf(flow, account, key, endpoint),
    };
  }
}

/** The key of an account that a trace brings along. */
const TRACE_KEY = 'key';

/** What names stand for. Every name was checked when the scenario was resolved. */
class Names implements StepDirectory {
  readonly accounts = new Map<string, Account>();
  readonly keys = new Map<string, ApiKey>();
  readonly endpoints = new Map<string, Endpoint>();
  readonly specs = new Map<string, EndpointSpec>();

  account(id: string): Account {
    return required(this.accounts.get(id), `account "${id}"`);
  }

  key(account: string, key: string): ApiKey {
    return required(this.keys.get(keyPath(account, key)), `key "${account}/${key}"`);
  }

  endpoint(id: string): Endpoint {
    return required(this.endpoints.get(id), `endpoint "${id}"`);
  }
}

/** Unlike "account/key", this is the same for no two keys. */
function keyPath(account: string, key: string): string {
  return JSON.stringify([account, key]);
}

function required<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new Error(`${what} was not opened before it was used`);
  return thing;
}
