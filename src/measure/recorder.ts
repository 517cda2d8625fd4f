import { ExecutionEnd, HistoryKind, Outcome, RefusalReason, RequeueReason } from '../core/history.js';
import type { Policy } from '../core/policy.js';
import { EvidenceKeeper, type KeptEvidence } from './evidence.js';
import { ExerciseCounts } from './exercise.js';
import type { InvariantOutcome } from './invariants/checker.js';
import { Checkers } from './invariants/checkers.js';
import { type Leak, LeakLedger } from './leak-ledger.js';
import { LimitWatch } from './limit-watch.js';
import type { MetricSet } from './metric-set.js';
import { type Prices, RequestMetrics } from './request-metrics.js';
import { AccountTrace, type LeaseTrace, type PlatformView, RequestTrace, SlotTruth } from './slot-truth.js';
import { TaggedSets, type TrafficTags } from './tagged-sets.js';
import type { Selector } from './thresholds.js';

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
}

interface Attachment {
  readonly platform: PlatformView;
  readonly traffic: { readonly classes: readonly TrafficTags[] };
  readonly endUs: number;
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
  private requeuedAtLimit = 0;
  private measuring = false;
  private drawnUntilUs = 0;
  private lastStepUs = 0;
  private lastHealUs = Number.NaN;

  constructor(private readonly options: RecorderOptions) {}

  attach(run: Attachment): void {
    this.view = run.platform;
    this.endUs = run.endUs;
    this.truth = new SlotTruth(this.view.calendar);
    this.checkers = new Checkers(this.view, this.truth, this.options.policy);
    this.sets = new TaggedSets(this.options.selectors, run.traffic.classes, this.view.calendar);
    this.metrics = new RequestMetrics(this.view, this.sets, this.options);
    this.limits = new LimitWatch(this.view, this.truth, this.checkers, this.sets, this.exercise);
    this.measuring = this.warmupUs === 0;
    if (this.options.evidence) this.evidence = new EvidenceKeeper(this.view, this.truth, run.endUs, this.options.accountTimelines);
    this.ledger = new LeakLedger(this.view.calendar, this.truth);
  }

  record(kind: HistoryKind, id: number, a: number, b: number): void {
    this.look();
    switch (kind) {
      case HistoryKind.submitted:
        this.submitted(id);
        return;
      case HistoryKind.leaseGranted:
        this.leaseGranted(this.trace(id), a, b);
        return;
      case HistoryKind.executionStarted:
        this.executionStarted(this.trace(id));
        return;
      case HistoryKind.executionEnded:
        this.executionEnded(this.trace(id), b);
        return;
      case HistoryKind.leaseReleased:
        this.leaseEnded(this.trace(id), a, b, 'given back late');
        return;
      case HistoryKind.ended:
        this.ended(this.trace(id), a as Outcome);
        return;
      case HistoryKind.runnerReady:
      case HistoryKind.waitingForRunner:
        return;
      case HistoryKind.requeued:
        this.requeued(this.trace(id), a);
        return;
      default:
        this.recordRarely(kind, id, a, b);
    }
  }

  dispatched(id: number, leaseNumber: number, count: number, _execution: number): void {
    this.look();
    const trace = this.trace(id);
    if (trace.running === 0 && trace.lease === null) {
      this.dispatchedPlainly(trace, this.truth.leaseAt(leaseNumber), count);
      return;
    }
    this.leaseGranted(trace, leaseNumber, count);
    this.executionStarted(trace);
  }

  completed(id: number, leaseNumber: number, count: number, _execution: number): void {
    this.look();
    const trace = this.trace(id);
    const lease = this.truth.leaseAt(leaseNumber);
    if (this.truth.isPlainlyAtWork(trace, lease)) {
      this.completedPlainly(trace, lease, count);
      return;
    }
    this.executionEnded(trace, ExecutionEnd.completed);
    this.leaseEnded(trace, leaseNumber, count, 'given back late');
    this.ended(trace, Outcome.ok);
  }

  callBegan(traffic: number): void {
    this.look();
    this.metrics.callBegan(traffic);
  }

  callRetried(traffic: number): void {
    this.look();
    this.exercise.add('client_retries');
    this.metrics.callRetried(traffic);
  }

  callEnded(traffic: number, outcome: Outcome, attempts: number, elapsedUs: number): void {
    this.look();
    this.metrics.callEnded(traffic, outcome, attempts, elapsedUs);
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
    this.timePassed();
    if (!this.measuring) this.beginMeasuring();
    this.exercise.add('requeued_at_limit', this.requeuedAtLimit);
    this.metrics.close(this.truth.requests);
    const { total } = this.sets;
    if (this.truth.orphans === 0 && !Number.isNaN(this.lastHealUs)) total.timeToHealUs = Math.max(0, this.lastHealUs - this.lastStepUs);
    return {
      endUs: this.endUs,
      warmupUs: this.warmupUs,
      total,
      setFor: (selector) => this.sets.setFor(selector),
      invariants: this.checkers.finish(this.options.recoveryUs),
      exercised: this.exercise.counts,
      evidence: this.evidence?.finish(),
      leaks: this.ledger.finish(),
      leaksHidden: this.ledger.hidden,
      stepsUs: this.stepsUs,
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
    this.metrics.accepted(trace);
  }

  private requeued(trace: RequestTrace, reason: number): void {
    if (reason === RequeueReason.attemptFailed) {
      this.exercise.add('attempts_repeated');
      trace.cause = 'it waits for its next attempt and keeps its slot';
      this.truth.requeue(trace);
    } else {
      this.requeuedAtLimit++;
      if (reason === RequeueReason.endpointLimit) this.exercise.add('endpoint_limit_reached');
    }
    trace.requeues++;
    this.metrics.requeued(trace);
  }

  /** `leaseGranted` and `executionStarted` at once, where the request had neither slot nor work. */
  private dispatchedPlainly(trace: RequestTrace, lease: LeaseTrace, count: number): void {
    this.checkers.dispatched(trace, count);
    const isFirst = !trace.started;
    this.truth.dispatch(trace, lease);
    this.limits.runningChanged(trace, 1);
    this.metrics.granted(trace);
    this.metrics.started(trace, isFirst, isFirst && wasOvertaken(trace), false, false);
    this.evidence?.granted(trace, lease, lease.grantedUs);
  }

  /** `executionEnded`, `leaseReleased` and `ended` at once, where nothing was amiss. */
  private completedPlainly(trace: RequestTrace, lease: LeaseTrace, count: number): void {
    this.checkers.completed(trace, count);
    this.truth.complete(trace, lease);
    this.limits.runningChanged(trace, -1);
    this.metrics.released(trace, lease, false);
    this.metrics.ended(trace, Outcome.ok);
    this.evidence?.ended(lease, false);
  }

  private leaseGranted(trace: RequestTrace, number: number, count: number): void {
    this.checkers.granted(trace, count);
    const lease = this.truth.leaseAt(number);
    this.truth.grant(trace, lease);
    this.metrics.granted(trace);
    this.evidence?.granted(trace, lease, lease.grantedUs);
  }

  private leaseEnded(trace: RequestTrace, number: number, count: number, recovered: string): void {
    const { nowUs } = this.view.calendar;
    const lease = this.truth.leaseAt(number);
    if (!this.checkers.leaseEnded(trace, lease, count)) return;
    const wasOrphan = lease.orphan;
    if (wasOrphan) this.ledger.healed(lease, recovered);
    this.truth.endLease(lease);
    if (wasOrphan && this.truth.orphans === 0) this.lastHealUs = nowUs;
    this.metrics.released(trace, lease, wasOrphan);
    this.evidence?.ended(lease, wasOrphan);
  }

  private executionStarted(trace: RequestTrace): void {
    const { nowUs } = this.view.calendar;
    this.checkers.started(trace);
    const first = !trace.started;
    const duplicate = trace.running > 0;
    const wasOrphan = trace.lease?.orphan === true;
    if (wasOrphan) this.takeUp(trace.lease as LeaseTrace);
    this.truth.start(trace);
    if (wasOrphan && this.truth.orphans === 0) this.lastHealUs = nowUs;
    if (trace.request.exempt) this.exercise.add('exempt_starts');
    else this.limits.runningChanged(trace, 1);
    this.metrics.started(trace, first, first && wasOvertaken(trace), duplicate, wasOrphan);
  }

  /** Work begins in a slot that was kept without work: the leak is over, the hold goes on. */
  private takeUp(lease: LeaseTrace): void {
    this.ledger.healed(lease, 'taken up again');
    this.evidence?.ended(lease, true);
    this.evidence?.granted(lease.holder, lease, this.view.calendar.nowUs);
  }

  private executionEnded(trace: RequestTrace, how: number): void {
    this.checkers.stopped(trace);
    this.truth.stop(trace);
    if (how === ExecutionEnd.crashed) trace.cause = 'its runner was lost';
    if (!trace.request.exempt) this.limits.runningChanged(trace, -1);
  }

  private ended(trace: RequestTrace, outcome: Outcome): void {
    const timedOut = outcome === Outcome.startTimeout;
    this.checkers.ended(trace, timedOut);
    this.truth.end(trace);
    trace.timedOut = timedOut;
    if (timedOut) this.exercise.add('start_timeouts');
    this.metrics.ended(trace, outcome);
  }

  /** What operators, owners and scripts do, and what goes wrong. */
  private recordRarely(kind: HistoryKind, id: number, a: number, b: number): void {
    this.exercise.countOperation(kind, a, b);
    switch (kind) {
      case HistoryKind.refused:
        this.metrics.refused(this.view.requests.at(id).traffic, b === RefusalReason.accountLimit || b === RefusalReason.endpointLimit);
        return;
      case HistoryKind.leaseTakenBack:
        this.leaseEnded(this.trace(id), a, b, 'taken back');
        return;
      case HistoryKind.leaseReleasedAgain:
        this.checkers.releasedAgain(this.trace(id), b);
        return;
      case HistoryKind.completionDropped:
        this.trace(id).cause = 'its completion was dropped: the key was revoked';
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
        return;
      case HistoryKind.recovery:
        this.sets.noteEndOfLoad();
        return;
      default:
    }
  }

  private accountTrace(number: number): AccountTrace {
    let account = this.truth.accounts[number];
    if (account === undefined) {
      account = new AccountTrace();
      this.truth.accounts[number] = account;
      this.truth.scopes[this.view.accounts[number]?.scope.number as number] = account.scope;
      this.evidence?.accountOpened(number);
    }
    return account;
  }

  /** Before anything else is done about an event: has time passed since the last one? */
  private look(): void {
    if (this.view.calendar.nowUs !== this.drawnUntilUs) this.timePassed();
  }

  /** The levels that held until now go into the timelines; leases that are still loose have become orphans. */
  private timePassed(): void {
    const { truth } = this;
    truth.turnOrphans(this.orphaned);
    this.drawnUntilUs = this.view.calendar.nowUs;
    if (!this.measuring && this.drawnUntilUs >= this.warmupUs) this.beginMeasuring();
    this.evidence?.timePassed(this.limits.total);
  }

  /** Levels are settled at the cut itself: nothing has happened since the event before it. */
  private beginMeasuring(): void {
    this.measuring = true;
    this.metrics.beginAt(this.warmupUs, this.truth.requests);
  }

  /** A field, so that it is made once and not at every event. */
  private readonly orphaned = (lease: LeaseTrace): void => this.metrics.leakedSince(lease, this.drawnUntilUs);

  private newTrace(number: number): RequestTrace {
    const trace = new RequestTrace(this.view.requests.at(number));
    this.truth.requests[number] = trace;
    return trace;
  }
}

function wasOvertaken({ account, request }: RequestTrace): boolean {
  const { latestStart } = account;
  const endpoint = request.endpoint.number;
  if ((latestStart[endpoint] ?? 0) > request.ordinal) return true;
  latestStart[endpoint] = request.ordinal;
  return false;
}
