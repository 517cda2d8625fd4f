import { HistoryKind, type Outcome, RefusalReason, RequeueReason } from '../core/history.js';
import type { Policy } from '../core/policy.js';
import { EvidenceKeeper, type KeptEvidence } from './evidence.js';
import { ExerciseCounts } from './exercise.js';
import { FaultEvents } from './fault-events.js';
import { type FaultStep, FaultWatch } from './faults.js';
import { SettlingWatches } from './gate/settling-watch.js';
import type { InvariantOutcome } from './invariants/checker.js';
import { Checkers } from './invariants/checkers.js';
import { Grace } from './invariants/grace.js';
import { type Leak, LeakLedger } from './leak-ledger.js';
import { LimitWatch } from './limit-watch.js';
import type { MetricSet } from './metric-set.js';
import { type Prices, RequestMetrics } from './request-metrics.js';
import { type RunnerTerms, RunnerWatch } from './runner-watch.js';
import { SlotEvents } from './slot-events.js';
import { SlotTruth } from './slot-truth.js';
import type { SuspectCount } from './suspects.js';
import { TaggedSets, type TrafficTags } from './tagged-sets.js';
import type { Selector, Threshold } from './thresholds.js';
import { AccountTrace, type PlatformView, RequestTrace } from './traces.js';

export interface RecorderOptions extends Prices {
  readonly policy: Policy;
  /** Metrics are kept in total and for the tags of these. */
  readonly selectors: readonly Selector[];
  /** Whether timelines and the log of holds are kept. */
  readonly evidence: boolean;
  /** Accounts that get a timeline of their own. */
  readonly accountTimelines: readonly string[];
  readonly recoveryUs: number;
  /** Metrics leave out what happened before; invariants and the leak ledger see the whole run. */
  readonly warmupUs?: number | undefined;
  /** By endpoint name: how many requests its runners take at once. Without it each takes one. */
  readonly runners?: Readonly<Record<string, RunnerTerms>> | undefined;
  /** Thresholds about what a level does some time after a step. */
  readonly settling?: readonly Threshold[] | undefined;
}

/** Everything that one run's history says. */
export interface Recording {
  readonly endUs: number;
  /** Where the metrics begin. */
  readonly warmupUs: number;
  readonly total: MetricSet;
  readonly setFor: (selector: Selector) => MetricSet;
  readonly invariants: readonly InvariantOutcome[];
  readonly exercised: Readonly<Record<string, number>>;
  /** undefined where none was asked for. */
  readonly evidence: KeptEvidence | undefined;
  readonly leaks: readonly Leak[];
  readonly leaksHidden: number;
  /** When each step happened, by its index. */
  readonly stepsUs: readonly number[];
  /** undefined where no threshold is about levels after a step. */
  readonly settling?: SettlingWatches | undefined;
}

interface Attachment {
  readonly platform: PlatformView;
  readonly traffic: { readonly classes: readonly TrafficTags[] };
  readonly endUs: number;
  /** All steps, scripted and drawn, by the index that the history gives them; undefined: none of them lasts. */
  readonly steps?: readonly FaultStep[] | undefined;
}

/** Reads a run's history as it happens and turns it into metrics, verdicts and evidence. Keeps no history itself. */
export class Recorder {
  private view!: PlatformView;
  private endUs = 0;
  private truth!: SlotTruth;
  private checkers!: Checkers;
  private sets!: TaggedSets;
  private ledger!: LeakLedger;
  private evidence: EvidenceKeeper | undefined;
  private readonly exercise = new ExerciseCounts();
  private readonly stepsUs: number[] = [];
  private metrics!: RequestMetrics;
  private limits!: LimitWatch;
  private slots!: SlotEvents;
  private faults!: FaultEvents;
  private runners!: RunnerWatch;
  private suspects!: SuspectCount;
  private settling: SettlingWatches | undefined;
  private requeuedAtLimit = 0;
  private measuring = false;
  private drawnUntilUs = 0;
  private lastStepUs = 0;

  constructor(private readonly options: RecorderOptions) {}

  attach(run: Attachment): void {
    const { policy, selectors, runners = {} } = this.options;
    const view = run.platform;
    this.view = view;
    this.endUs = run.endUs;
    const grace = new Grace(policy);
    const faults = new FaultWatch(view.calendar, policy, run.steps ?? []);
    this.slots = new SlotEvents();
    this.runners = new RunnerWatch(view, runners);
    this.truth = new SlotTruth(view.calendar, view.history, this.slots, grace.dispatchUs);
    this.checkers = new Checkers(view, this.truth, policy, grace, faults, this.runners);
    this.suspects = this.truth.suspectCount;
    // Whoever wants to hear of time in any case is a suspect that never goes.
    if (this.checkers.watchesTime) this.suspects.open++;
    this.sets = new TaggedSets(selectors, run.traffic.classes, view.calendar);
    const { settling = [] } = this.options;
    const setFor = (selector: Selector): MetricSet => this.sets.setFor(selector);
    if (settling.length > 0) this.settling = new SettlingWatches(settling, { steps: run.steps, warmupUs: this.warmupUs, setFor });
    this.metrics = new RequestMetrics(view, this.sets, this.options);
    this.limits = new LimitWatch(view, this.truth, this.checkers, this.sets, this.exercise);
    this.measuring = this.warmupUs === 0;
    if (this.options.evidence) this.evidence = new EvidenceKeeper(view, this.truth, run.endUs, this.options.accountTimelines, run.traffic.classes);
    this.ledger = new LeakLedger(view.calendar, this.truth, (lease) => this.evidence?.slotOf(lease));
    const { truth, checkers, metrics, limits, ledger, exercise, evidence, slots } = this;
    slots.connect({ view, truth, checkers, metrics, limits, ledger, exercise, evidence });
    this.faults = new FaultEvents({ view, policy, truth, checkers, slots, faults, runners: this.runners, exercise });
  }

  record(kind: HistoryKind, id: number, a: number, b: number): void {
    this.look();
    switch (kind) {
      case HistoryKind.submitted:
        this.submitted(id);
        return;
      case HistoryKind.leaseGranted:
        this.slots.leaseGranted(this.trace(id), a, b);
        return;
      case HistoryKind.executionStarted:
        this.slots.executionStarted(this.trace(id), a, b, true);
        return;
      case HistoryKind.executionEnded:
        this.slots.executionEnded(this.trace(id), a, b);
        return;
      case HistoryKind.leaseReleased:
        this.slots.leaseReleased(this.trace(id), a, b);
        return;
      case HistoryKind.ended:
        this.slots.ended(this.trace(id), a as Outcome);
        this.requestEnded(this.trace(id));
        return;
      case HistoryKind.waitingForRunner:
        this.slots.waitingForRunner(this.trace(id));
        return;
      case HistoryKind.requeued:
        this.requeued(this.trace(id), a, b);
        return;
      default:
        this.recordRarely(kind, id, a, b);
    }
  }

  dispatched(id: number, lease: number, count: number, execution: number, runner: number): void {
    this.look();
    this.slots.dispatched(this.trace(id), lease, count, execution, runner);
  }

  completed(id: number, lease: number, count: number, execution: number): void {
    this.look();
    const trace = this.trace(id);
    this.slots.completed(trace, lease, count, execution);
    this.requestEnded(trace);
  }

  callBegan(traffic: number): void {
    this.look();
    this.metrics.callBegan(traffic);
  }

  callRetried(traffic: number): void {
    this.look();
    this.exercise.add('client_retries');
    this.metrics.callRetried(traffic);
    this.evidence?.callRetried();
  }

  callEnded(traffic: number, outcome: Outcome, attempts: number, elapsedUs: number): void {
    this.look();
    this.metrics.callEnded(traffic, outcome, attempts, elapsedUs);
    this.evidence?.callEnded(outcome);
  }

  zombiePolls(traffic: number, polls: number): void {
    this.look();
    this.metrics.zombiePolls(traffic, polls);
  }

  iterationDropped(traffic: number): void {
    this.look();
    this.exercise.add('dropped_iterations');
    this.metrics.iterationDropped(traffic);
  }

  finish(): Recording {
    this.timePassed(0);
    if (!this.measuring) this.beginMeasuring();
    this.exercise.add('requeued_at_limit', this.requeuedAtLimit);
    this.metrics.close(this.truth.requests);
    const { total } = this.sets;
    const { lastHealUs } = this.slots;
    if (this.truth.loose.orphans === 0 && !Number.isNaN(lastHealUs)) total.timeToHealUs = Math.max(0, lastHealUs - this.lastStepUs);
    return {
      endUs: this.endUs,
      warmupUs: this.warmupUs,
      total,
      setFor: (selector) => this.sets.setFor(selector),
      invariants: this.checkers.finish(this.options.recoveryUs),
      exercised: this.exercise.counts,
      // Slots that are still taken have their numbers only until the evidence is closed.
      leaks: this.ledger.finish(),
      leaksHidden: this.ledger.hidden,
      evidence: this.evidence?.finish(),
      stepsUs: this.stepsUs,
      settling: this.settling,
    };
  }

  private get warmupUs(): number {
    return this.options.warmupUs ?? 0;
  }

  private trace(number: number): RequestTrace {
    return this.truth.requests[number] as RequestTrace;
  }

  private submitted(number: number): void {
    const trace = this.truth.requests[number] ?? this.newTrace(number);
    const { request } = trace;
    this.checkers.submitted(trace);
    trace.account = this.truth.accounts[request.account.number] as AccountTrace;
    trace.sets = this.sets.of(request.traffic);
    trace.isSubmit = this.sets.isSubmit(request.traffic);
    const endpointScope = request.account.endpointScope(request.endpoint);
    trace.endpointScope = endpointScope === null ? null : this.truth.scopeAt(endpointScope.number);
    this.truth.submit(trace);
    this.checkers.accepted(trace);
    this.metrics.accepted(trace);
    this.evidence?.submitted(trace);
  }

  private requestEnded(trace: RequestTrace): void {
    if (trace.isRare && trace.notes.isAwaited) this.faults.awaitedEnded(trace);
  }

  private requeued(trace: RequestTrace, reason: number, delayMs: number): void {
    const atLimit = reason === RequeueReason.accountLimit || reason === RequeueReason.endpointLimit || reason === RequeueReason.priority;
    this.checkers.requeued(trace);
    if (atLimit) {
      this.requeuedAtLimit++;
      if (reason === RequeueReason.endpointLimit) this.exercise.add('endpoint_limit_reached');
    } else if (reason === RequeueReason.attemptFailed) {
      this.exercise.add('attempts_repeated');
      trace.notes.cause = 'it waits for its next attempt and keeps its slot';
    }
    this.truth.requeue(trace, delayMs, atLimit);
    this.metrics.requeued(trace);
    this.evidence?.requeued(trace, delayMs >= 0);
    this.checkers.workConservation?.touched(trace);
  }

  /** What operators, owners and scripts do, and what goes wrong. */
  private recordRarely(kind: HistoryKind, id: number, a: number, b: number): void {
    this.exercise.countOperation(kind, id, a, b);
    switch (kind) {
      case HistoryKind.runnerBooting:
        this.evidence?.runnerBooting(a);
        break;
      case HistoryKind.runnerReady:
        this.runners.ready(id, a);
        this.evidence?.runnerReady(a);
        this.checkers.workConservation?.endpointTouched(id);
        return;
      case HistoryKind.refused:
        this.metrics.refused(this.view.requests.at(id).traffic, b === RefusalReason.accountLimit || b === RefusalReason.endpointLimit);
        this.evidence?.refused(id, b);
        return;
      case HistoryKind.leaseTakenBack:
        this.slots.leaseTakenBack(this.trace(id), a, b);
        return;
      case HistoryKind.leaseReleasedAgain:
        this.checkers.releasedAgain(this.trace(id), b);
        return;
      case HistoryKind.completionDropped:
        this.faults.completionDropped(this.trace(id));
        return;
      case HistoryKind.limitSet:
        this.limits.limitSet(id, this.accountTrace(id), a, b);
        return;
      case HistoryKind.keyRevoked:
        this.checkers.keyRevoked(id);
        return;
      case HistoryKind.step:
        this.stepsUs[id] = this.view.calendar.nowUs;
        this.lastStepUs = this.view.calendar.nowUs;
        this.settling?.step(id, this.lastStepUs);
        break;
      case HistoryKind.recovery:
        this.sets.noteEndOfLoad();
        return;
      default:
    }
    this.faults.record(kind, id, a, b);
  }

  private accountTrace(number: number): AccountTrace {
    let account = this.truth.accounts[number];
    if (account === undefined) {
      account = new AccountTrace(number);
      this.truth.accounts[number] = account;
      this.truth.scopes[this.view.accounts[number]?.scope.number as number] = account.scope;
      this.evidence?.accountOpened(number);
    }
    return account;
  }

  /** Before anything else is done about an event: has time passed since the last one? */
  private look(): void {
    if (this.view.calendar.nowUs !== this.drawnUntilUs) this.timePassed(1);
  }

  /**
   * The levels that held until now go into the timelines; leases that are still loose have become orphans.
   * @param counted how many events of this instant the history has counted already
   */
  private timePassed(counted: number): void {
    if (this.suspects.open > 0) {
      this.truth.loose.timePassed();
      this.checkers.timePassed(this.drawnUntilUs, this.view.history.events - counted);
    }
    this.settling?.timePassed(this.drawnUntilUs, this.view.calendar.nowUs);
    this.drawnUntilUs = this.view.calendar.nowUs;
    if (!this.measuring && this.drawnUntilUs >= this.warmupUs) this.beginMeasuring();
    this.evidence?.timePassed(this.limits.total);
  }

  /** Levels are settled at the cut itself: nothing has happened since the event before it. */
  private beginMeasuring(): void {
    this.measuring = true;
    this.metrics.beginAt(this.warmupUs, this.truth.requests);
  }

  private newTrace(number: number): RequestTrace {
    const trace = new RequestTrace(this.view.requests.at(number));
    this.truth.requests[number] = trace;
    return trace;
  }
}
