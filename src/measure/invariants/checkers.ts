import type { Policy } from '../../core/policy.js';
import type { FaultWatch } from '../faults.js';
import type { RunnerWatch } from '../runner-watch.js';
import type { SlotTruth } from '../slot-truth.js';
import {
  type AccountTrace,
  type ExecutionTrace,
  type LeaseTrace,
  type Orphan,
  Phase,
  type PlatformView,
  type RequestTrace,
  type ScopeTrace,
} from '../traces.js';
import { type Checker, type InvariantOutcome, notPromised } from './checker.js';
import type { Grace } from './grace.js';
import { BypassChecker } from './l-bypass.js';
import { HealingChecker } from './l-heal.js';
import { HoldChecker } from './l-hold.js';
import { QuietChecker } from './l-quiet.js';
import { ReleaseChecker } from './l-rel.js';
import { RetryChecker } from './l-retry.js';
import { TerminationChecker } from './l-term.js';
import { WorkConservationChecker } from './l-wc.js';
import { Outlook } from './outlook.js';
import { INVARIANT_IDS, type InvariantId, invariantOf } from './registry.js';
import { CapChecker } from './s-cap.js';
import { DeadlineChecker } from './s-deadline.js';
import { DuplicateChecker } from './s-dup.js';
import { KeyChecker } from './s-key.js';
import { LedgerChecker } from './s-ledger.js';
import { OneSlotChecker } from './s-one.js';
import { OrphanChecker } from './s-orph.js';
import { StateChecker } from './s-state.js';
import { UnleasedChecker } from './s-unleased.js';
import { VisibilityChecker } from './s-vis.js';
import { Scene } from './scene.js';

/**
 * All laws at once. Unless said otherwise a method is called before `SlotTruth` takes the event in, so that each checker
 * sees the state in which it happened. O(1) an event; what only time can decide is judged when it has passed, or at the
 * end. Checkers of what the policy does not promise do not exist.
 */
export class Checkers {
  /** undefined: the policy does not promise it. */
  readonly workConservation: WorkConservationChecker | undefined;
  /** Whether they want to hear whenever time has passed, suspects or not. */
  readonly watchesTime: boolean;
  private readonly scene: Scene;
  /** A key was revoked, or a fault has happened. */
  private isAlert = false;
  /** Slots whose work began together with their grant. */
  private plainStarts = 0;
  /** Slots that ended together with their work and their request. */
  private plainEnds = 0;
  private readonly outlook: Outlook;
  private readonly cap: CapChecker;
  private readonly unleased: UnleasedChecker;
  private readonly orphans: OrphanChecker;
  private readonly ledger: LedgerChecker;
  private readonly oneSlot: OneSlotChecker;
  private readonly duplicates: DuplicateChecker | undefined;
  private readonly state: StateChecker;
  private readonly deadline: DeadlineChecker;
  private readonly key: KeyChecker;
  private readonly visibility: VisibilityChecker;
  private readonly release: ReleaseChecker;
  private readonly hold: HoldChecker;
  private readonly quiet: QuietChecker;
  private readonly termination: TerminationChecker;
  private readonly bypass: BypassChecker | undefined;
  private readonly healing: HealingChecker | undefined;
  private readonly retry: RetryChecker;

  constructor(view: PlatformView, truth: SlotTruth, policy: Policy, grace: Grace, faults: FaultWatch, runners: RunnerWatch) {
    const scene = new Scene(view, truth, policy, grace, faults, runners);
    const promises = (id: InvariantId): boolean => {
      const { promise } = invariantOf(id);
      return promise === undefined || policy.promises.includes(promise);
    };
    this.scene = scene;
    this.outlook = new Outlook(scene);
    this.cap = new CapChecker(scene);
    this.unleased = new UnleasedChecker(scene);
    this.orphans = new OrphanChecker(scene);
    this.ledger = new LedgerChecker(scene);
    this.oneSlot = new OneSlotChecker(scene);
    this.duplicates = promises('S-DUP') ? new DuplicateChecker(scene) : undefined;
    this.state = new StateChecker(scene);
    this.deadline = new DeadlineChecker(scene);
    this.key = new KeyChecker(scene);
    this.visibility = new VisibilityChecker(scene);
    this.release = new ReleaseChecker(scene, this.outlook);
    this.hold = new HoldChecker(scene, this.outlook);
    this.workConservation = promises('L-WC') ? new WorkConservationChecker(scene) : undefined;
    this.quiet = new QuietChecker(scene, this.outlook);
    this.termination = new TerminationChecker(scene, this.outlook);
    this.bypass = promises('L-BYPASS') ? new BypassChecker(scene) : undefined;
    this.healing = promises('L-HEAL') ? new HealingChecker(scene, this.ledger) : undefined;
    this.retry = new RetryChecker(scene);
    this.watchesTime = this.workConservation !== undefined || this.healing !== undefined;
  }

  limitSet(scope: ScopeTrace, limit: number): void {
    this.cap.limitSet(scope, limit);
  }

  /** Something has gone wrong: what can only be late after a fault is looked at from now on. */
  faultHappened(): void {
    this.isAlert = true;
  }

  keyRevoked(key: number): void {
    this.isAlert = true;
    this.key.revoked(key);
  }

  runnerSlowed(endpoint: number): void {
    this.outlook.slowedDown(endpoint);
  }

  /** @param count slots in use as the account is shown @param listed slots in the list that it is shown */
  usageShown(account: AccountTrace, count: number, listed: number): void {
    this.visibility.shown(account, count, listed);
  }

  reconciled(account: AccountTrace, count: number): void {
    this.ledger.reconciled(account, count);
  }

  submitted(trace: RequestTrace): void {
    this.state.submitted(trace);
    if (this.isAlert && this.key.isRevoked(trace)) this.key.admitted(trace, 'submitted');
  }

  /** The truth has taken a new request in. */
  accepted(trace: RequestTrace): void {
    this.bypass?.submitted(trace);
  }

  /** @param count what admission says it has given out, this slot included */
  granted(trace: RequestTrace, lease: LeaseTrace, count: number): void {
    this.release.examined++;
    this.orphans.examined++;
    this.oneSlot.granted(trace, lease);
    this.ledger.compare(trace, count, trace.account.scope.held + 1);
    if (this.key.isRevoked(trace)) this.key.admitted(trace, 'granted a slot');
  }

  /** A slot was granted to a request without one, and its work began in the same step: what cannot be amiss is only counted. */
  dispatched(trace: RequestTrace, count: number): void {
    this.plainStarts++;
    this.ledger.compare(trace, count, trace.account.scope.held + 1);
    if (trace.phase !== Phase.queued || trace.starts > 0) this.startedAgain(trace);
    this.deadline.starts(trace);
    this.bypass?.starts(trace);
    if (this.isAlert && this.key.isRevoked(trace)) {
      this.key.admitted(trace, 'granted a slot');
      this.key.admitted(trace, 'started');
    }
    this.cap.begins(trace, null);
  }

  /** Work, slot and request ended in one step, and all three were there. */
  completed(trace: RequestTrace, lease: LeaseTrace, count: number): void {
    this.plainEnds++;
    this.ledger.compare(trace, count, trace.account.scope.held - 1);
    if (!this.isAlert) return;
    this.hold.completed(lease);
    if (this.key.isRevoked(trace)) this.key.stopped(trace);
  }

  /** @returns whether there was such a lease to end */
  leaseEnded(trace: RequestTrace, lease: LeaseTrace, count: number): boolean {
    if (!this.ledger.leaseEnds(trace, lease, count)) return false;
    this.release.comesBack(lease, 'gave its slot back');
    return true;
  }

  /** A second release of the same slot: harmless where it changed nothing. */
  releasedAgain(trace: RequestTrace, count: number): void {
    this.ledger.compare(trace, count, trace.account.scope.held);
  }

  /** The store has lost it. */
  forgotten(trace: RequestTrace, count: number): void {
    this.ledger.compare(trace, count, trace.account.scope.held - 1);
  }

  /** It is in the store without a grant. */
  restored(trace: RequestTrace, lease: LeaseTrace, count: number): void {
    this.oneSlot.granted(trace, lease);
    this.ledger.compare(trace, count, trace.account.scope.held + 1);
  }

  /** @param lease under which the work begins; null: none */
  started(trace: RequestTrace, lease: LeaseTrace | null): void {
    if (!trace.request.exempt) this.unleased.examined++;
    this.state.starts(trace);
    this.retry.starts(trace);
    this.duplicates?.begins(trace, false);
    if (lease !== null) this.release.comesBack(lease, 'took up a slot again that it had kept');
    this.deadline.starts(trace);
    this.bypass?.starts(trace);
    // Where the slot was granted earlier, that was the admission: a runner had to boot, or the dispatch took time.
    if (this.key.isRevoked(trace) && (lease === null || lease.grantedUs === this.scene.nowUs)) this.key.admitted(trace, 'started');
    this.cap.begins(trace, lease);
  }

  /** Paused work goes on. */
  /** Not S-CAP's: nobody is admitted, and limits may have changed while it stood still. */
  resumed(trace: RequestTrace): void {
    this.duplicates?.begins(trace, true);
  }

  stopped(trace: RequestTrace, execution: ExecutionTrace): void {
    this.state.stops(trace, execution.live);
    this.hold.stopped(execution);
    if (this.key.isRevoked(trace)) this.key.stopped(trace);
  }

  requeued(trace: RequestTrace): void {
    this.state.requeued(trace);
  }

  ended(trace: RequestTrace, asTimeout: boolean): void {
    this.state.ends(trace);
    this.bypass?.ends(trace);
    if (asTimeout) this.deadline.timedOut();
  }

  orphaned(orphan: Orphan): void {
    this.orphans.orphaned(orphan);
  }

  /** Time has passed, and the truth knows. @param lastUs when something happened last @param event and what */
  timePassed(lastUs: number, event: number): void {
    this.unleased.timePassed();
    this.orphans.timePassed();
    this.oneSlot.timePassed();
    this.workConservation?.timePassed(lastUs, event);
    this.healing?.timePassed();
  }

  /** The run is over: what never came back, never ended, never fell quiet. */
  finish(recoveryUs: number): InvariantOutcome[] {
    this.addPlainCounts();
    if (this.workConservation === undefined) this.scene.runners.recount(this.scene.truth);
    this.orphans.finish();
    this.oneSlot.finish();
    this.state.finish();
    this.release.finish();
    this.hold.finish();
    this.quiet.finish(recoveryUs);
    this.termination.finish();
    this.bypass?.finish();
    this.healing?.finish();
    const all = this.all();
    return INVARIANT_IDS.map((id, n) => all[n]?.outcome() ?? notPromised(id, invariantOf(id).promise ?? 'it'));
  }

  private startedAgain(trace: RequestTrace): void {
    this.state.judge(trace);
    this.retry.judge(trace);
  }

  private addPlainCounts(): void {
    const { release, orphans, oneSlot, unleased, state, retry, duplicates } = this;
    for (const checker of [release, orphans, oneSlot, unleased, state, retry, duplicates]) if (checker !== undefined) checker.examined += this.plainStarts;
    this.hold.examined += this.plainEnds;
  }

  /** In the order of the registry. */
  private all(): readonly (Checker | undefined)[] {
    const { cap, unleased, orphans, ledger, oneSlot, duplicates, state, deadline, key, visibility } = this;
    const { release, hold, workConservation, quiet, termination, bypass, healing, retry } = this;
    const safety = [cap, unleased, orphans, ledger, oneSlot, duplicates, state, deadline, key, visibility];
    return [...safety, release, hold, workConservation, quiet, termination, bypass, healing, retry];
  }
}
