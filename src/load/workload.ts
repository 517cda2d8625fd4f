import { EventCalendar } from '../core/calendar.js';
import { idOf } from '../core/event-keys.js';
import { History, NO_SINK } from '../core/history.js';
import { Platform } from '../core/platform.js';
import { WorkEnd } from '../core/requests.js';
import type { LoadHint } from '../protocol/load-hint.js';
import type { Scenario } from '../scenario/types.js';
import type { CallDesk } from '../sim/call-maker.js';
import type { Flow } from '../sim/flows.js';
import { Laws } from '../sim/laws.js';
import { lookOver, makeFlows } from '../sim/make-flows.js';
import type { CallOrder } from '../sim/open-calls.js';
import { Stage } from '../sim/stage.js';
import { StorePast } from '../sim/store-past.js';
import type { TraceSource } from '../sim/trace.js';
import { TrafficBook, type TrafficClass } from '../sim/traffic.js';

/**
 * The arrivals of a scenario with everything that chance decides of each call, exactly as the simulator draws them: the n-th
 * call of a flow has the same time, the same service demand and the same patience in virtual time and over HTTP. Whoever
 * drives it takes the next arrival off the calendar when its time has come; `calls` makes the call.
 */
export class Workload {
  readonly calendar = new EventCalendar();
  readonly traffic = new TrafficBook();
  /** The flow whose arrival is just happening: its place in the workload. */
  arriving = 0;
  private readonly flows: readonly Flow[];

  constructor(scenario: Scenario, seed: number, traceSource: TraceSource, calls: CallDesk) {
    const stage = directoryOnly(scenario, seed, traceSource);
    const lookedOver = lookOver(scenario, traceSource);
    this.flows = makeFlows({ scenario, seed, calendar: this.calendar, calls, stage, traffic: this.traffic, traceSource }, lookedOver);
    for (const flow of this.flows) flow.start();
  }

  /** When the next arrival is due, virtual µs; Infinity: none is on the calendar (a closed loop may bring more). */
  get nextUs(): number {
    return this.calendar.peekTimeUs();
  }

  /** Lets the next arrival happen: `calendar.nowUs` is its planned time, and `calls` hears of it before this returns. */
  arrive(): void {
    this.arriving = idOf(this.calendar.pop());
    (this.flows[this.arriving] as Flow).arrive();
  }

  /** What a call's traffic number stands for. */
  classOf(traffic: number): TrafficClass {
    return this.traffic.classes[traffic] as TrafficClass;
  }
}

/** A call that will come, whatever the server answers. Times in virtual µs. */
export interface PlannedCall extends Omit<LoadHint, 'calledUs' | 'isRepeat'> {
  /** Its place in the workload. */
  readonly flow: number;
  readonly atUs: number;
  readonly account: string;
  readonly key: string;
  readonly endpoint: string;
  /** Infinity: none. */
  readonly startTimeoutUs: number;
  readonly clientTimeoutUs: number;
  readonly patienceUs: number;
}

/**
 * All calls of the flows that heed nobody's answer, in order of time. Of closed loops only each user's first call is here: ask
 * `drawnCalls` for as many as may be needed.
 */
export function plannedCalls(scenario: Scenario, seed: number, traceSource: TraceSource): readonly PlannedCall[] {
  const desk = new Notebook(scenario);
  const workload = new Workload(scenario, seed, traceSource, desk);
  desk.workload = workload;
  while (workload.nextUs < Number.POSITIVE_INFINITY) workload.arrive();
  return desk.calls;
}

/**
 * What the first `count` calls of a closed loop demand, in order of their beginning, whoever makes them and when.
 * @param flow its place in the workload
 */
export function drawnCalls(scenario: Scenario, seed: number, traceSource: TraceSource, flow: number, count: number): readonly PlannedCall[] {
  const spec = scenario.workload[flow];
  if (spec?.arrivals.kind !== 'closedLoop') throw new Error(`flow ${flow} is no closed loop`);
  const arrivals = { kind: 'burst', count, atUs: spec.arrivals.fromUs } as const;
  const workload = scenario.workload.map((other, number) =>
    number === flow ? { ...other, arrivals, maxVUs: undefined } : { ...other, arrivals: NO_ARRIVALS },
  );
  return plannedCalls({ ...scenario, workload }, seed, traceSource);
}

const NO_ARRIVALS = { kind: 'burst', count: 0, atUs: 0 } as const;

/** Writes calls down instead of making them. */
class Notebook implements CallDesk {
  readonly calls: PlannedCall[] = [];
  workload!: Workload;

  constructor(private readonly scenario: Scenario) {}

  begin(order: CallOrder): void {
    const flow = this.workload.arriving;
    const { account, key, endpoint, mode } = this.workload.classOf(order.traffic);
    this.calls.push({
      flow,
      atUs: this.workload.calendar.nowUs,
      account,
      key,
      endpoint,
      mode,
      serviceUs: order.serviceUs,
      end: hintedEnd(order.end),
      startTimeoutUs: order.startTimeoutUs,
      clientTimeoutUs: order.clientTimeoutUs,
      patienceUs: order.patienceUs,
    });
    // Nobody ends these calls, so a bound on open ones would drop most of them: whoever sends them counts users.
    if (this.scenario.workload[flow]?.arrivals.kind !== 'closedLoop') order.watcher?.callEnded();
  }

  drop(): void {}
}

/** How work ends, as a hint says it. */
export function hintedEnd(end: WorkEnd): LoadHint['end'] {
  if (end === WorkEnd.failed) return 'failed';
  return end === WorkEnd.timedOut ? 'timed-out' : 'ok';
}

/** Flows look accounts and endpoints up on a stage; here nothing ever happens on it. */
function directoryOnly(scenario: Scenario, seed: number, traceSource: TraceSource): Stage {
  const { policy, tiers } = scenario.platform;
  const calendar = new EventCalendar();
  const history = new History(calendar, NO_SINK);
  const platform = new Platform(calendar, history, { policy, tiers, seed, expectsFaults: false }, { requestEnded: nothing, keyRefused: nothing });
  const stage = new Stage(scenario.platform, platform, seed, new Laws(), traceSource, new StorePast([]));
  stage.open();
  return stage;
}

function nothing(): void {}
