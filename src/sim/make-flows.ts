import type { EventCalendar } from '../core/calendar.js';
import { Purpose, RandomStream } from '../core/random.js';
import type { TraceSpec } from '../scenario/arrival-types.js';
import type { EndpointSpec, FlowSpec, Scenario } from '../scenario/types.js';
import type { CallDesk, FlowParts } from './call-maker.js';
import { Durations } from './demands.js';
import { FlowErrands } from './errands.js';
import { ClosedLoopFlow, type Flow, SyntheticFlow, TraceFlow } from './flows.js';
import type { Stage } from './stage.js';
import { type Directory, ownTarget, TraceTargets } from './targets.js';
import { overlookTrace, replayTrace, type TraceOverview, type TraceSource } from './trace.js';
import type { TrafficBook } from './traffic.js';

/** What the flows of a scenario are made with. */
export interface FlowSurroundings {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Arrivals go there, as `WorldEvent.arrival` with the number of their flow. */
  readonly calendar: EventCalendar;
  /** Whoever makes the calls: a model of an SDK, or a client that sends them. */
  readonly calls: CallDesk;
  readonly stage: Stage;
  readonly traffic: TrafficBook;
  readonly traceSource: TraceSource;
}

/** By flow: what its trace holds; undefined for one without. Looked over before anything happens: its length decides when the run ends. */
export function lookOver(scenario: Scenario, traceSource: TraceSource): (TraceOverview | undefined)[] {
  return scenario.workload.map(({ arrivals }) => (arrivals.kind === 'trace' ? overlookTrace(arrivals, traceSource) : undefined));
}

/** One flow an entry of the workload, in its order: the same arrivals and demands, whoever makes the calls. */
export function makeFlows(around: FlowSurroundings, lookedOver: readonly (TraceOverview | undefined)[]): Flow[] {
  const maker = new FlowMaker(around);
  return around.scenario.workload.map((spec, number) => maker.make(spec, number, lookedOver[number]));
}

class FlowMaker {
  private readonly directory: Directory;

  constructor(private readonly around: FlowSurroundings) {
    this.directory = directoryOf(around);
  }

  make(spec: FlowSpec, number: number, overview: TraceOverview | undefined): Flow {
    const { directory } = this;
    const { seed, calendar, calls, stage } = this.around;
    const { arrivals } = spec;
    const patience = spec.patience === undefined ? undefined : stage.law(spec.patience);
    const parts: FlowParts = { number, spec, seed, calendar, calls, patience, errands: this.errandsOf(spec, number) };
    if (arrivals.kind === 'trace') return this.traceFlow(parts, arrivals, overview as TraceOverview);
    const target = ownTarget(spec, number, seed, directory);
    if (arrivals.kind === 'closedLoop') return new ClosedLoopFlow(parts, arrivals, stage.law(arrivals.thinkTime), target);
    return new SyntheticFlow(parts, arrivals, target);
  }

  private errandsOf(spec: FlowSpec, number: number): FlowErrands | undefined {
    const { directory } = this;
    const { seed } = this.around;
    const { child, webhook = false } = spec;
    if (child === undefined && !webhook) return undefined;
    if (child === undefined || spec.as === undefined) return new FlowErrands(webhook, undefined, seed, number);
    const endpoint = directory.endpoint(child.endpoint);
    const traffic = directory.traffic(spec, spec.as.account, spec.as.key, child.endpoint);
    const service = new Durations(directory.work(child.endpoint).service, new RandomStream(seed, Purpose.child, CHILD_SERVICE + number));
    return new FlowErrands(webhook, { probability: child.probability, order: { endpoint, traffic }, service }, seed, number);
  }

  private traceFlow(parts: FlowParts, trace: TraceSpec, overview: TraceOverview): Flow {
    const { traceSource, seed } = this.around;
    const rows = replayTrace(trace, traceSource, overview);
    return new TraceFlow(parts, trace, rows, new TraceTargets(parts.spec, trace, parts.number, seed, this.directory));
  }
}

function directoryOf({ scenario, stage, traffic }: FlowSurroundings): Directory {
  const { accounts, endpoints } = scenario.platform;
  return {
    key: (account, key) => stage.key(account, key),
    endpoint: (id) => stage.endpoint(id),
    traceAccount: (account, limit) => {
      const declared = accounts.find((spec) => spec.id === account);
      if (declared !== undefined) return { account, key: declared.keys[0] as string };
      if (!stage.hasAccount(account)) stage.openAccount({ id: account, limit, keys: [TRACE_KEY], invoices: [] });
      return { account, key: TRACE_KEY };
    },
    traceEndpoint: (id) => {
      // Endpoints that only the trace names share the first endpoint's terms.
      if (!stage.hasEndpoint(id)) stage.openEndpoint({ ...(endpoints[0] as EndpointSpec), id });
    },
    work: (endpoint) => stage.work(endpoint),
    traffic: (flow, account, key, endpoint) => traffic.numberOf(flow, account, key, endpoint),
  };
}

/** Streams of children's service times are numbered apart from those that decide which requests have one. */
const CHILD_SERVICE = 1_000_000;

/** The key of an account that a trace brings along. */
const TRACE_KEY = 'key';
