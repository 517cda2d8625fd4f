import { HistoryKind } from '../core/history.js';
import type { Policy } from '../core/policy.js';
import { Message } from '../core/topology.js';
import type { ExerciseCounts } from './exercise.js';
import type { FaultWatch } from './faults.js';
import type { Checkers } from './invariants/checkers.js';
import type { RunnerWatch } from './runner-watch.js';
import type { SlotEvents } from './slot-events.js';
import type { SlotTruth } from './slot-truth.js';
import type { AccountTrace, PlatformView, RequestTrace } from './traces.js';

/** Whoever hears of faults. */
export interface FaultListeners {
  readonly view: PlatformView;
  readonly policy: Policy;
  readonly truth: SlotTruth;
  readonly checkers: Checkers;
  readonly slots: SlotEvents;
  readonly faults: FaultWatch;
  readonly runners: RunnerWatch;
  readonly exercise: ExerciseCounts;
}

/** What a lost message does to its request, in words. */
const LOSSES: Readonly<Partial<Record<number, string>>> = {
  [Message.enqueue]: 'it was lost on its way to the queue',
  [Message.grant]: 'the answer to its grant was lost',
  [Message.release]: 'its release was lost',
  [Message.start]: 'the message to begin was lost',
  [Message.stop]: 'the message to stop was lost',
  [Message.done]: 'its completion was lost',
  [Message.expired]: 'nobody heard that its lease had expired',
};

const CLIENT_GONE = 'its client had gone';

/** Faults, and what they do to requests, slots and work. */
export class FaultEvents {
  /** Parents by the number of the child that they wait for. */
  private readonly parents = new Map<number, RequestTrace>();

  constructor(private readonly to: FaultListeners) {}

  /** @param id @param a @param b as documented at the kind */
  record(kind: HistoryKind, id: number, a: number, b: number): void {
    this.to.faults.record(kind, id, a);
    if (this.to.faults.count > 0) this.to.checkers.faultHappened();
    switch (kind) {
      case HistoryKind.executionPaused:
        this.to.slots.executionPaused(this.trace(id), a);
        return;
      case HistoryKind.executionResumed:
        this.to.slots.executionResumed(this.trace(id), a);
        return;
      case HistoryKind.executionStartedStale:
        this.to.slots.executionStarted(this.trace(id), a, b, false);
        return;
      case HistoryKind.leaseForgotten:
        this.to.slots.leaseForgotten(this.trace(id), a, b);
        return;
      case HistoryKind.leaseRestored:
        this.to.slots.leaseRestored(this.trace(id), a, b);
        return;
      case HistoryKind.childAwaited:
        this.childAwaited(this.trace(id), this.trace(a));
        return;
      case HistoryKind.webhookSent:
        if (a === 0) this.webhookFailed(this.trace(id));
        return;
      case HistoryKind.usageShown:
        this.to.checkers.usageShown(this.account(id), a, b);
        return;
      case HistoryKind.reconciled:
        this.to.checkers.reconciled(this.account(id), b);
        return;
      case HistoryKind.partDown:
        if (this.to.truth.submitted > this.to.truth.ended) this.to.exercise.add('parts_down_busy');
        return;
      default:
        this.recordRunner(kind, id, a);
        this.noteCause(kind, id, a);
    }
  }

  /** A request has ended that another one has waited for. */
  awaitedEnded({ request }: RequestTrace): void {
    const parent = this.parents.get(request.number);
    if (parent === undefined) return;
    this.parents.delete(request.number);
    parent.notes.child = null;
    parent.notes.stoppedUs = this.to.view.calendar.nowUs;
    this.to.truth.book.childChanged(parent);
  }

  /** What a completion that the platform has dropped is due to. */
  completionDropped(trace: RequestTrace): void {
    trace.isRare = true;
    trace.notes.cause = `its completion was dropped: ${trace.notes.cause === CLIENT_GONE ? CLIENT_GONE : 'the key was revoked'}`;
  }

  private recordRunner(kind: HistoryKind, endpoint: number, runner: number): void {
    const { runners, checkers } = this.to;
    switch (kind) {
      case HistoryKind.runnerGone:
      case HistoryKind.runnerCrashed:
        runners.gone(endpoint, runner);
        break;
      case HistoryKind.runnerPaused:
      case HistoryKind.runnerResumed:
        runners.paused(endpoint, runner, kind === HistoryKind.runnerPaused);
        break;
      case HistoryKind.runnerSlowed:
        checkers.runnerSlowed(endpoint);
        return;
      default:
        return;
    }
    checkers.workConservation?.endpointTouched(endpoint);
  }

  private noteCause(kind: HistoryKind, id: number, a: number): void {
    const trace = this.to.truth.requests[id];
    if (trace === undefined) return;
    trace.isRare = true;
    switch (kind) {
      case HistoryKind.messageLost:
        trace.notes.touched = true;
        trace.notes.cause = LOSSES[a] ?? trace.notes.cause;
        return;
      case HistoryKind.messageDelayed:
      case HistoryKind.messageDuplicated:
        trace.notes.touched = true;
        return;
      case HistoryKind.releaseMisdirected:
        trace.notes.cause = 'its release looked for an account of another name';
        return;
      case HistoryKind.disconnected:
        trace.notes.cause = CLIENT_GONE;
        return;
      case HistoryKind.redelivered:
        trace.notes.cause = 'it was handed out again while its slot stayed taken';
        return;
      default:
    }
  }

  private childAwaited(parent: RequestTrace, child: RequestTrace): void {
    // A child that has ended at once is waited for no longer.
    if (!child.isOpen) return;
    parent.isRare = true;
    parent.notes.child = child;
    child.isRare = true;
    child.notes.isAwaited = true;
    parent.notes.cause = `it waits for ${child.name}`;
    this.parents.set(child.request.number, parent);
    this.to.truth.book.childChanged(parent);
  }

  /** It is tried again after a backoff: until then its request is not lost. */
  private webhookFailed(trace: RequestTrace): void {
    const { retryBackoff } = this.to.policy;
    trace.notes.cause = 'its webhook could not be delivered';
    trace.isRare = true;
    trace.notes.webhookUntilUs = this.to.view.calendar.nowUs + retryBackoff.capUs;
  }

  private trace(number: number): RequestTrace {
    return this.to.truth.requests[number] as RequestTrace;
  }

  private account(number: number): AccountTrace {
    return this.to.truth.accounts[number] as AccountTrace;
  }
}
