import { EventCalendar } from '../core/calendar.js';
import { eventKey, FIRST_OF_WORLD, idOf, kindOf } from '../core/event-keys.js';
import { History, HistoryKind, type HistorySink } from '../core/history.js';
import type { LimiterSource } from '../core/own-limiter-terms.js';
import { Platform } from '../core/platform.js';
import type { Scenario, StepSpec } from '../scenario/types.js';
import { Calls } from './calls.js';
import type { Flow } from './flows.js';
import { Laws } from './laws.js';
import { lookOver, makeFlows } from './make-flows.js';
import { spanOf } from './run-span.js';
import { isFault, Stage } from './stage.js';
import { StorePast } from './store-past.js';
import type { TraceOverview, TraceSource } from './trace.js';
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
  private readonly flows: readonly Flow[];
  private readonly stage: Stage;
  /** Scripted, then drawn. */
  readonly steps: readonly StepSpec[];
  private readonly past: StorePast;
  private ended = false;

  constructor(
    private readonly scenario: Scenario,
    seed: number,
    sink: RunSink,
    traceSource: TraceSource,
    /** Handed in where several seeds share them. */
    laws = new Laws(),
    /** Decides about slots instead of the policy. */
    limiter?: LimiterSource,
  ) {
    const { policy, tiers } = scenario.platform;
    this.calls = new Calls(this.calendar, seed);
    // Traces are looked over before anything happens: their length decides when the run ends.
    const lookedOver = lookOver(scenario, traceSource);
    this.traces = lookedOver.filter((trace) => trace !== undefined);
    const span = spanOf(scenario, seed, lookedOver);
    this.steps = span.steps;
    this.loadEndUs = span.loadEndUs;
    this.endUs = span.endUs;
    this.past = new StorePast(this.steps);
    const history = new History(this.calendar, sink);
    const expectsFaults = this.steps.some((step) => isFault(step));
    this.platform = new Platform(this.calendar, history, { policy, tiers, seed, expectsFaults, limiter }, this.calls);
    this.calls.connect(this.platform, history);
    sink.attach({ platform: this.platform, traffic: this.traffic, endUs: this.endUs, steps: this.steps });
    this.stage = new Stage(scenario.platform, this.platform, seed, laws, traceSource, this.past);
    this.stage.open();
    this.flows = makeFlows({ scenario, seed, calendar: this.calendar, calls: this.calls, stage: this.stage, traffic: this.traffic, traceSource }, lookedOver);
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
}
