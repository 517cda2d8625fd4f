import { EventCalendar } from '../core/calendar.js';
import { eventKey, FIRST_OF_WORLD, idOf, kindOf } from '../core/event-keys.js';
import { History, HistoryKind, type HistorySink } from '../core/history.js';
import type { LimiterSource } from '../core/own-limiter-terms.js';
import { Platform } from '../core/platform.js';
import { Purpose, RandomStream } from '../core/random.js';
import type { TraceSpec } from '../scenario/arrival-types.js';
import { stepEndUs } from '../scenario/planned-end.js';
import { arrivalsEndUs } from '../scenario/resolve-arrivals.js';
import type { EndpointSpec, FlowSpec, Scenario, StepSpec } from '../scenario/types.js';
import type { FlowParts } from './call-maker.js';
import { Calls } from './calls.js';
import { Durations } from './demands.js';
import { FlowErrands } from './errands.js';
import { drawFaultSteps } from './faults/draw-faults.js';
import { ClosedLoopFlow, type Flow, SyntheticFlow, TraceFlow } from './flows.js';
import { Laws } from './laws.js';
import { isFault, Stage } from './stage.js';
import { StorePast } from './store-past.js';
import { type Directory, ownTarget, TraceTargets } from './targets.js';
import { overlookTrace, replayTrace, type TraceOverview, type TraceSource } from './trace.js';
import { TrafficBook } from './traffic.js';
import { WorldEvent } from './world-events.js';

/** Reads a run's history; told about the platform before the first event. */
export interface RunSink extends HistorySink {
  attach(run: { readonly platform: Platform; readonly traffic: TrafficBook; readonly endUs: number; readonly steps: readonly StepSpec[] }): void;
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
  readonly traces: readonly TraceOverview[];
  private readonly calls: Calls;
  private readonly flows: Flow[] = [];
  private readonly stage: Stage;
  /** Scripted, then drawn. */
  readonly steps: readonly StepSpec[];
  private readonly past: StorePast;
  private ended = false;

  constructor(
    private readonly scenario: Scenario,
    private readonly seed: number,
    sink: RunSink,
    private readonly traceSource: TraceSource,
    /** Handed in where several seeds share them. */
    laws = new Laws(),
    /** Decides about slots instead of the policy. */
    limiter?: LimiterSource,
  ) {
    const { policy, tiers } = scenario.platform;
    this.calls = new Calls(this.calendar, seed);
    // Traces are looked over before anything happens: their length decides when the run ends.
    const lookedOver = scenario.workload.map(({ arrivals }) => (arrivals.kind === 'trace' ? overlookTrace(arrivals, traceSource) : undefined));
    this.traces = lookedOver.filter((trace) => trace !== undefined);
    const loadEnds = scenario.workload.map(({ arrivals }, number) => lookedOver[number]?.lastUs ?? arrivalsEndUs(arrivals));
    const scriptedEndUs = Math.max(0, ...loadEnds, ...scenario.steps.map((step) => stepEndUs(step)));
    this.steps = scenario.faults === undefined ? scenario.steps : [...scenario.steps, ...drawFaultSteps(scenario, seed, scriptedEndUs)];
    this.past = new StorePast(this.steps);
    const history = new History(this.calendar, sink);
    const expectsFaults = this.steps.some((step) => isFault(step));
    this.platform = new Platform(this.calendar, history, { policy, tiers, seed, expectsFaults, limiter }, this.calls);
    this.calls.connect(this.platform, history);
    this.loadEndUs = Math.max(scriptedEndUs, ...this.steps.map((step) => stepEndUs(step)));
    this.endUs = this.loadEndUs + scenario.recoveryUs;
    sink.attach({ platform: this.platform, traffic: this.traffic, endUs: this.endUs, steps: this.steps });
    this.stage = new Stage(scenario.platform, this.platform, seed, laws, traceSource, this.past);
    this.stage.open();
    const directory = this.directory();
    for (const [number, flow] of scenario.workload.entries()) this.flows.push(this.makeFlow(flow, number, directory, lookedOver[number]));
    for (const flow of this.flows) flow.start();
    for (const [index, atUs] of this.past.instantsUs.entries()) this.calendar.schedule(atUs, eventKey(WorldEvent.snapshot, index));
    for (const [index, step] of this.steps.entries()) this.calendar.schedule(step.atUs, eventKey(WorldEvent.step, index));
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
      case WorldEvent.faultOver:
        this.platform.history.record(HistoryKind.faultOver, id, 0, 0);
        return;
      case WorldEvent.snapshot:
        this.past.keep(id, this.platform);
        return;
      case WorldEvent.recovery:
        this.platform.history.record(HistoryKind.recovery, 0, 0, 0);
        // What a script has prepared strikes whenever its moment comes; what chance has prepared is over with the load.
        if (this.scenario.faults !== undefined) this.platform.faults.disarm();
        this.platform.showUsage();
        return;
      case WorldEvent.end:
        this.calendar.nowUs = this.endUs;
        this.platform.limiter.finish();
        this.platform.showUsage();
        this.calls.finish();
        this.ended = true;
        return;
      default:
        this.calls.fire(kind, id);
    }
  }

  private step(index: number): void {
    const step = this.steps[index] as StepSpec;
    this.platform.history.record(HistoryKind.step, index, 0, 0);
    this.stage.perform(step);
    // What a crash between two steps makes, the platform itself tells the end of.
    if ('forUs' in step && step.do !== 'crash') this.calendar.scheduleIn(step.forUs, eventKey(WorldEvent.faultOver, index));
  }

  private makeFlow(spec: FlowSpec, number: number, directory: Directory, overview: TraceOverview | undefined): Flow {
    const { seed, calendar, calls } = this;
    const { arrivals } = spec;
    const patience = spec.patience === undefined ? undefined : this.stage.law(spec.patience);
    const parts: FlowParts = { number, spec, seed, calendar, calls, patience, errands: this.errandsOf(spec, number, directory) };
    if (arrivals.kind === 'trace') return this.traceFlow(parts, arrivals, overview as TraceOverview, directory);
    const target = ownTarget(spec, number, seed, directory);
    if (arrivals.kind === 'closedLoop') return new ClosedLoopFlow(parts, arrivals, this.stage.law(arrivals.thinkTime), target);
    return new SyntheticFlow(parts, arrivals, target);
  }

  private errandsOf(spec: FlowSpec, number: number, directory: Directory): FlowErrands | undefined {
    const { child, webhook = false } = spec;
    if (child === undefined && !webhook) return undefined;
    if (child === undefined || spec.as === undefined) return new FlowErrands(webhook, undefined, this.seed, number);
    const endpoint = directory.endpoint(child.endpoint);
    const traffic = directory.traffic(spec, spec.as.account, spec.as.key, child.endpoint);
    const service = new Durations(directory.work(child.endpoint).service, new RandomStream(this.seed, Purpose.child, CHILD_SERVICE + number));
    return new FlowErrands(webhook, { probability: child.probability, order: { endpoint, traffic }, service }, this.seed, number);
  }

  private traceFlow(parts: FlowParts, trace: TraceSpec, overview: TraceOverview, directory: Directory): Flow {
    const rows = replayTrace(trace, this.traceSource, overview);
    return new TraceFlow(parts, trace, rows, new TraceTargets(parts.spec, trace, parts.number, this.seed, directory));
  }

  private directory(): Directory {
    const { stage, traffic } = this;
    return {
      key: (account, key) => stage.key(account, key),
      endpoint: (id) => stage.endpoint(id),
      traceAccount: (account, limit) => {
        const declared = this.scenario.platform.accounts.find((spec) => spec.id === account);
        if (declared !== undefined) return { account, key: declared.keys[0] as string };
        if (!stage.hasAccount(account)) stage.openAccount({ id: account, limit, keys: [TRACE_KEY], invoices: [] });
        return { account, key: TRACE_KEY };
      },
      traceEndpoint: (id) => {
        // Endpoints that only the trace names share the first endpoint's terms.
        if (!stage.hasEndpoint(id)) stage.openEndpoint({ ...(this.scenario.platform.endpoints[0] as EndpointSpec), id });
      },
      work: (endpoint) => stage.work(endpoint),
      traffic: (flow, account, key, endpoint) => traffic.numberOf(flow, account, key, endpoint),
    };
  }
}

/** Streams of children's service times are numbered apart from those that decide which requests have one. */
const CHILD_SERVICE = 1_000_000;

/** The key of an account that a trace brings along. */
const TRACE_KEY = 'key';
