import { ExecutionEnd, Outcome } from '../core/history.js';
import type { EvidenceKeeper } from './evidence.js';
import type { ExerciseCounts } from './exercise.js';
import type { Checkers } from './invariants/checkers.js';
import type { LeakLedger } from './leak-ledger.js';
import type { LimitWatch } from './limit-watch.js';
import type { RequestMetrics } from './request-metrics.js';
import type { SlotTruth } from './slot-truth.js';
import type { LeaseTrace, Orphan, PlatformView, RequestTrace, TruthWatcher } from './traces.js';

/** Whoever hears of slots and work. */
export interface Listeners {
  readonly view: PlatformView;
  readonly truth: SlotTruth;
  readonly checkers: Checkers;
  readonly metrics: RequestMetrics;
  readonly limits: LimitWatch;
  readonly ledger: LeakLedger;
  readonly exercise: ExerciseCounts;
  readonly evidence: EvidenceKeeper | undefined;
}

/** Slots that are taken and given back, and the work in them: tells checkers, truth, metrics and evidence, in this order. */
export class SlotEvents implements TruthWatcher {
  /** When the last leak ended while there was no other; no number before that. */
  lastHealUs = Number.NaN;
  private view!: PlatformView;
  private truth!: SlotTruth;
  private checkers!: Checkers;
  private metrics!: RequestMetrics;
  private limits!: LimitWatch;
  private ledger!: LeakLedger;
  private exercise!: ExerciseCounts;
  private evidence: EvidenceKeeper | undefined;

  /** The truth tells its watcher what follows from it, so one of the two must come first. */
  connect({ view, truth, checkers, metrics, limits, ledger, exercise, evidence }: Listeners): void {
    this.view = view;
    this.truth = truth;
    this.checkers = checkers;
    this.metrics = metrics;
    this.limits = limits;
    this.ledger = ledger;
    this.exercise = exercise;
    this.evidence = evidence;
  }

  /** Slot and work begin in one step. */
  dispatched(trace: RequestTrace, leaseNumber: number, count: number, execution: number, runner: number): void {
    if (trace.lease !== null || trace.executions > 0) {
      this.leaseGranted(trace, leaseNumber, count);
      this.executionStarted(trace, execution, runner, true);
      return;
    }
    const { truth, checkers, metrics } = this;
    const lease = truth.leaseAt(leaseNumber);
    checkers.dispatched(trace, count);
    const isFirst = trace.starts === 0;
    truth.dispatch(trace, lease, execution, runner);
    this.limits.runningChanged(trace, 1);
    if (trace.isRare) this.waitsOn(trace);
    metrics.granted(trace);
    metrics.started(trace, isFirst, isFirst && wasOvertaken(trace), false, false);
    this.evidence?.dispatched(trace, lease, runner);
    checkers.workConservation?.begun(trace, runner);
  }

  /** Work, slot and request end in one step. */
  completed(trace: RequestTrace, leaseNumber: number, count: number, execution: number): void {
    const { truth, checkers, metrics } = this;
    const lease = truth.leaseAt(leaseNumber);
    if (!truth.isPlainlyAtWork(trace, lease, execution)) {
      this.executionEnded(trace, execution, ExecutionEnd.completed);
      this.leaseReleased(trace, leaseNumber, count);
      this.ended(trace, Outcome.ok);
      return;
    }
    checkers.completed(trace, lease, count);
    truth.complete(trace, lease);
    this.limits.runningChanged(trace, -1);
    metrics.released(trace, lease, false);
    metrics.ended(trace, Outcome.ok);
    this.evidence?.completed(trace, lease);
    checkers.workConservation?.stopped(trace, lease.plainRunner);
  }

  leaseGranted(trace: RequestTrace, number: number, count: number): void {
    const lease = this.truth.leaseAt(number);
    this.checkers.granted(trace, lease, count);
    this.truth.grant(trace, lease);
    this.metrics.granted(trace);
    this.evidence?.granted(trace, lease);
    this.checkers.workConservation?.promised(lease);
  }

  leaseReleased(trace: RequestTrace, number: number, count: number): void {
    this.leaseEnded(trace, number, count, 'given back');
  }

  leaseTakenBack(trace: RequestTrace, number: number, count: number): void {
    this.leaseEnded(trace, number, count, 'taken back');
  }

  /** The slot store has lost it. */
  leaseForgotten(trace: RequestTrace, number: number, count: number): void {
    const lease = this.truth.leaseAt(number);
    if (!lease.live) return;
    this.checkers.forgotten(trace, count);
    const wasOrphan = lease.orphan !== null;
    this.endLease(lease, 'forgotten', 'forgotten by the slot store');
    this.metrics.forgotten(lease.holder, wasOrphan);
  }

  /** It is in the slot store (again) without a grant. */
  leaseRestored(trace: RequestTrace, number: number, count: number): void {
    const lease = this.truth.leaseAt(number);
    if (lease.live) return;
    this.checkers.restored(trace, lease, count);
    this.truth.restore(trace, lease);
    this.metrics.restored(trace);
    this.evidence?.granted(trace, lease);
    if (lease.attached === 0) this.checkers.workConservation?.promised(lease);
    else this.checkers.workConservation?.touched(trace);
  }

  /** @param isCovered false: it begins with a token that its request does not hold */
  executionStarted(trace: RequestTrace, number: number, runner: number, isCovered: boolean): void {
    const lease = isCovered ? trace.lease : null;
    this.checkers.started(trace, lease);
    const isFirst = trace.starts === 0;
    const isDuplicate = trace.running > 0;
    const endsLeak = lease !== null && lease.orphan !== null;
    if (endsLeak) this.takeUp(lease);
    if (lease !== null) this.checkers.workConservation?.kept(lease);
    this.truth.start(trace, this.truth.book.at(number), runner, isCovered);
    if (endsLeak) this.healed();
    this.waitsOn(trace);
    if (trace.request.exempt) this.exercise.add('exempt_starts');
    this.metrics.started(trace, isFirst, isFirst && wasOvertaken(trace), isDuplicate, endsLeak);
    this.evidence?.executionStarted(trace, lease, runner);
    this.checkers.workConservation?.begun(trace, runner);
  }

  /** A parent that is tried again still waits for the child of its first attempt: that is no hold of its own. */
  private waitsOn(trace: RequestTrace): void {
    if (trace.isRare && trace.notes.child !== null) this.truth.book.childChanged(trace);
  }

  /** A slot that was kept after a failed attempt is none that waits for a runner: it could be somebody else's meanwhile. */
  waitingForRunner(trace: RequestTrace): void {
    const { lease } = trace;
    if (lease !== null && !lease.isBegun) {
      const endsLeak = lease.orphan !== null;
      this.takeUp(lease);
      this.truth.waitForRunner(lease);
      if (endsLeak) this.metrics.leakOver(trace);
      if (endsLeak) this.healed();
    }
    this.evidence?.waitsForRunner(trace);
    this.checkers.workConservation?.touched(trace);
  }

  executionEnded(trace: RequestTrace, number: number, how: number): void {
    const execution = this.truth.book.of(trace, number);
    this.checkers.stopped(trace, execution);
    if (!execution.live) return;
    this.truth.stop(trace, execution);
    this.evidence?.executionEnded(trace);
    if (how === ExecutionEnd.crashed) trace.notes.cause = 'its runner was lost';
    this.checkers.workConservation?.stopped(trace, execution.runner);
  }

  executionPaused(trace: RequestTrace, number: number): void {
    this.truth.book.pause(this.truth.book.of(trace, number));
    trace.isRare = true;
    trace.notes.touched = true;
    trace.notes.cause = 'its runner stood still';
  }

  executionResumed(trace: RequestTrace, number: number): void {
    const execution = this.truth.book.of(trace, number);
    if (!execution.live || !execution.paused) return;
    this.checkers.resumed(trace);
    if (trace.running > 0) this.metrics.duplicated(trace);
    this.truth.book.resume(execution);
  }

  ended(trace: RequestTrace, outcome: Outcome): void {
    const timedOut = outcome === Outcome.startTimeout;
    this.checkers.ended(trace, timedOut);
    this.truth.end(trace);
    if (timedOut) {
      trace.isRare = true;
      trace.notes.timedOut = true;
      this.exercise.add('start_timeouts');
    }
    this.metrics.ended(trace, outcome);
    this.evidence?.ended(trace, outcome);
    this.checkers.workConservation?.touched(trace);
  }

  orphaned(orphan: Orphan): void {
    this.metrics.leakedSince(orphan);
    this.checkers.orphaned(orphan);
    this.evidence?.orphaned(orphan);
    this.checkers.workConservation?.kept(orphan.lease);
  }

  runningChanged(trace: RequestTrace, by: 1 | -1): void {
    this.limits.runningChanged(trace, by);
  }

  unleasedChanged(trace: RequestTrace, by: 1 | -1): void {
    this.metrics.unleasedChanged(trace, by);
  }

  private leaseEnded(trace: RequestTrace, number: number, count: number, how: string): void {
    const lease = this.truth.leaseAt(number);
    if (!this.checkers.leaseEnded(trace, lease, count)) return;
    const wasOrphan = lease.orphan !== null;
    this.endLease(lease, how, how === 'given back' ? 'given back late' : how);
    this.metrics.released(trace, lease, wasOrphan);
  }

  private endLease(lease: LeaseTrace, how: string, recovered: string): void {
    const { orphan } = lease;
    if (orphan !== null) this.ledger.healed(orphan, recovered);
    this.checkers.workConservation?.kept(lease);
    lease.notes.endedBy = how;
    this.truth.endLease(lease);
    if (orphan !== null) this.healed();
    this.evidence?.leaseEnded(lease, orphan?.sinceUs);
    this.checkers.workConservation?.touched(lease.holder);
  }

  /** A leak is over. */
  private healed(): void {
    if (this.truth.loose.orphans === 0) this.lastHealUs = this.view.calendar.nowUs;
  }

  /** Work begins in a slot that was kept without work: the leak is over, the hold goes on. */
  private takeUp(lease: LeaseTrace): void {
    if (lease.orphan === null) return;
    this.ledger.healed(lease.orphan, 'taken up again');
    this.evidence?.takenUp(lease, lease.orphan.sinceUs);
  }
}

function wasOvertaken({ account, request }: RequestTrace): boolean {
  const { latestStart } = account;
  const endpoint = request.endpoint.number;
  if ((latestStart[endpoint] ?? 0) > request.ordinal) return true;
  latestStart[endpoint] = request.ordinal;
  return false;
}
