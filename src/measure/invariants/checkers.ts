import type { Scope } from '../../core/limiter.js';
import type { Policy } from '../../core/policy.js';
import { formatDurationUs } from '../../core/units.js';
import { type LeaseTrace, Phase, type PlatformView, type RequestTrace, type ScopeTrace, type SlotTruth } from '../slot-truth.js';
import { Findings, type InvariantOutcome, type Violation } from './checker.js';

/**
 * The safety checkers, and the liveness checkers that can speak while the run goes on. Called before `SlotTruth` takes an
 * event in, so that they see the state in which it happened. O(1) an event; what only time can decide is judged at the end.
 */
export class Checkers {
  private readonly cap = new Findings('S-CAP');
  private readonly ledger = new Findings('S-LEDGER');
  private readonly state = new Findings('S-STATE');
  private readonly deadline = new Findings('S-DEADLINE');
  private readonly key = new Findings('S-KEY');
  private readonly release = new Findings('L-REL');
  private readonly quiet = new Findings('L-QUIET');
  private readonly term = new Findings('L-TERM');
  /** By key number: when it was revoked. */
  private readonly revokedUs: number[] = [];
  /** The longest time in which a slot whose work has ended may legally come back: until the reaper has found it. */
  private readonly releaseBoundUs: number;

  constructor(
    private readonly view: PlatformView,
    private readonly truth: SlotTruth,
    private readonly policy: Policy,
  ) {
    const { lease } = policy;
    this.releaseBoundUs = lease === undefined ? 0 : lease.ttlUs + lease.reapEveryUs;
  }

  limitSet(scope: ScopeTrace, limit: number): void {
    scope.formerLimit = this.limitInForce(scope);
    scope.limitChangedUs = this.view.calendar.nowUs;
    scope.limit = limit;
  }

  keyRevoked(key: number): void {
    this.revokedUs[key] = this.view.calendar.nowUs;
    this.key.examined++;
  }

  submitted(trace: RequestTrace): void {
    this.term.examined++;
    if (!trace.isGone) this.violate(this.state, trace, 'its number was given to a new request while it was still in use');
    this.admitted(trace, 'submitted');
  }

  /** @param count what admission says it has given out, this slot included */
  granted(trace: RequestTrace, count: number): void {
    this.release.examined++;
    if (trace.phase === Phase.ended) this.violate(this.state, trace, 'was granted a slot after it had ended');
    this.compareCounts(trace, count, trace.account.scope.held + 1);
    this.admitted(trace, 'granted a slot');
  }

  /** A slot was granted to a request without one, and its work began in the same step. */
  dispatched(trace: RequestTrace, count: number): void {
    const { scope } = trace.account;
    this.release.examined++;
    this.state.examined++;
    if (trace.phase === Phase.ended) this.violate(this.state, trace, 'started to run after it had ended');
    this.compareCounts(trace, count, scope.held + 1);
    this.checkDeadline(trace);
    this.admitted(trace, 'started');
    this.checkCap(trace, scope, 'the account', 0);
    if (trace.endpointScope !== null) this.checkCap(trace, trace.endpointScope, 'the account on this endpoint', 0);
  }

  /** Work, slot and request ended in one step, and all three were there. */
  completed(trace: RequestTrace, count: number): void {
    this.compareCounts(trace, count, trace.account.scope.held - 1);
    if (this.revokedUs.length > 0) this.checkStop(trace);
  }

  /** @returns whether there was such a lease to end */
  leaseEnded(trace: RequestTrace, lease: LeaseTrace, count: number): boolean {
    if (!lease.live) {
      this.violate(this.ledger, trace, 'gave back a slot that was not held');
      return false;
    }
    if (lease.holder !== trace) this.violate(this.ledger, trace, 'gave back a slot that another request holds');
    this.compareCounts(trace, count, trace.account.scope.held - 1);
    this.checkLateness(lease, 'gave its slot back');
    return true;
  }

  /** A second release of the same slot: harmless where it changed nothing. */
  releasedAgain(trace: RequestTrace, count: number): void {
    this.compareCounts(trace, count, trace.account.scope.held);
  }

  started(trace: RequestTrace): void {
    this.state.examined++;
    if (trace.phase === Phase.ended) this.violate(this.state, trace, 'started to run after it had ended');
    if (trace.lease !== null) this.checkLateness(trace.lease, 'took up a slot again that it had kept');
    this.checkDeadline(trace);
    // Where the slot was granted earlier, that was the admission: a runner had to boot, or the dispatch took time.
    if (trace.lease === null || trace.lease.grantedUs === this.view.calendar.nowUs) this.admitted(trace, 'started');
    if (trace.request.exempt) return;
    const { lease } = trace;
    this.checkCap(trace, trace.account.scope, 'the account', lease?.accountLimit ?? 0);
    if (trace.endpointScope !== null) this.checkCap(trace, trace.endpointScope, 'the account on this endpoint', lease?.endpointLimit ?? 0);
  }

  stopped(trace: RequestTrace): void {
    if (trace.running <= 0) this.violate(this.state, trace, 'stopped without running');
    if (this.revokedUs.length > 0) this.checkStop(trace);
  }

  ended(trace: RequestTrace, asTimeout: boolean): void {
    if (trace.phase === Phase.ended) this.violate(this.state, trace, 'ended twice');
    if (asTimeout) this.deadline.examined++;
  }

  /** The run is over: what never came back, never ended, never fell quiet. */
  finish(recoveryUs: number): InvariantOutcome[] {
    this.judgeConservation();
    this.judgeLeases();
    this.judgeQuiet(recoveryUs);
    this.judgeTermination();
    return [this.cap, this.ledger, this.state, this.deadline, this.key, this.release, this.quiet, this.term].map((findings) => findings.outcome());
  }

  /** The slot comes back, or work takes it up again: was it idle for longer than is legal? */
  private checkLateness(lease: LeaseTrace, what: string): void {
    if (!lease.isDue) return;
    const lateUs = this.view.calendar.nowUs - lease.dueUs;
    if (lateUs > this.boundOf(lease)) this.violate(this.release, lease.holder, `${what} ${formatDurationUs(lateUs)} after its work or its request had ended`);
  }

  /** @param limitAtGrant a slot that was granted under a higher limit may still be used: a runner had to boot first */
  private checkCap(trace: RequestTrace, scope: ScopeTrace, whose: string, limitAtGrant: number): void {
    this.cap.examined++;
    const limit = Math.max(this.limitInForce(scope), limitAtGrant);
    if (scope.running >= limit) this.violate(this.cap, trace, `started while ${scope.running} requests of ${whose} were running at a limit of ${limit}`);
  }

  /** `G_rel` of one lease. */
  private boundOf(lease: LeaseTrace): number {
    return this.releaseBoundUs + (lease.dueBeforeStop ? this.policy.stopDelayUs : 0);
  }

  /** Whether the platform itself will still take this slot back: it expires, or is held for too long. */
  private willHeal(lease: LeaseTrace): boolean {
    const { nowUs } = this.view.calendar;
    const { lease: terms, maxHoldUs } = this.policy;
    if (terms !== undefined && nowUs - lease.dueUs <= this.boundOf(lease)) return true;
    return maxHoldUs !== undefined && nowUs - lease.grantedUs <= maxHoldUs;
  }

  /** The highest limit within the dispatch latency: a start that was decided before a limit fell is legal. */
  private limitInForce(scope: ScopeTrace): number {
    if (this.policy.dispatchLatencyUs === 0) return scope.limit;
    const recent = this.view.calendar.nowUs - scope.limitChangedUs <= this.policy.dispatchLatencyUs;
    return recent ? Math.max(scope.limit, scope.formerLimit) : scope.limit;
  }

  private compareCounts(trace: RequestTrace, count: number, held: number): void {
    this.ledger.examined++;
    if (count !== held || count < 0) this.violate(this.ledger, trace, `admission counts ${count} slots while ${held} are held`);
  }

  private checkDeadline(trace: RequestTrace): void {
    const { deadlineUs } = trace.request;
    if (deadlineUs === Number.POSITIVE_INFINITY) return;
    this.deadline.examined++;
    if (trace.timedOut) {
      this.violate(this.deadline, trace, 'started to run after it was reported as timed out');
      return;
    }
    if (trace.started) return;
    const graceUs = this.policy.deadlineCheck === 'at-dispatch' ? this.policy.dispatchLatencyUs : 0;
    const lateUs = this.view.calendar.nowUs - deadlineUs - graceUs;
    if (lateUs >= 0) this.violate(this.deadline, trace, `started ${formatDurationUs(lateUs)} after its start deadline`);
  }

  private checkStop(trace: RequestTrace): void {
    const revokedUs = this.revokedUs[trace.request.key.number];
    if (revokedUs === undefined || this.policy.onRevoke !== 'cancel') return;
    this.key.examined++;
    const sinceUs = this.view.calendar.nowUs - revokedUs;
    if (sinceUs > this.policy.stopDelayUs + this.policy.revokeWithinUs)
      this.violate(this.key, trace, `was still running ${formatDurationUs(sinceUs)} after its key was revoked`);
  }

  private admitted(trace: RequestTrace, how: string): void {
    if (this.revokedUs.length === 0) return;
    const revokedUs = this.revokedUs[trace.request.key.number];
    if (revokedUs === undefined) return;
    this.key.examined++;
    const sinceUs = this.view.calendar.nowUs - revokedUs;
    if (sinceUs <= this.policy.revokeWithinUs) return;
    this.violate(
      this.key,
      trace,
      `was ${how} ${formatDurationUs(sinceUs)} after its key was revoked; promised: ${formatDurationUs(this.policy.revokeWithinUs)}`,
    );
  }

  private judgeConservation(): void {
    const { submitted, ended, requests } = this.truth;
    const open = requests.filter((trace) => trace.isOpen).length;
    if (submitted !== ended + open) this.violateNobody(this.state, `${submitted} requests were submitted, but ${ended} ended and ${open} are open`);
  }

  private judgeLeases(): void {
    const { truth, view } = this;
    for (const lease of truth.leases) {
      if (!lease.live) continue;
      if (!lease.isDue) {
        this.release.leaveOpen('work was still running at the end: make recovery longer');
        continue;
      }
      const ageUs = view.calendar.nowUs - lease.dueUs;
      const age = formatDurationUs(ageUs);
      if (ageUs > this.boundOf(lease))
        this.violate(this.release, lease.holder, `has held a slot for ${age} since its work or its request ended, and nothing has given it back`);
      else this.release.leaveOpen(`a slot was due ${age} before the end: make recovery longer than ${formatDurationUs(this.boundOf(lease))}`);
    }
  }

  private judgeQuiet(recoveryUs: number): void {
    const { truth, view, quiet } = this;
    quiet.examined = truth.submitted;
    for (const lease of truth.leases) {
      if (!lease.live || !lease.orphan) continue;
      if (this.willHeal(lease)) quiet.leaveOpen('a slot without work was still to be taken back at the end: make recovery longer');
      else this.violate(quiet, lease.holder, 'still holds a slot at the end of recovery');
    }
    for (const scope of view.limiter.scopes) {
      const held = truth.scopes[scope.number]?.held ?? 0;
      if (scope.inUse !== held) this.violateNobody(quiet, `admission counts ${scope.inUse} slots of ${this.nameOf(scope)} at the end, ${held} are held`);
    }
    if (truth.executions > 0) quiet.leaveOpen(`${truth.executions} requests were still running at the end: make recovery longer`);
    if (truth.queued > 0) quiet.leaveOpen(`${truth.queued} requests were still waiting at the end: make recovery longer`);
    if (recoveryUs < this.releaseBoundUs && truth.submitted > 0) {
      quiet.leaveOpen(
        `recovery of ${formatDurationUs(recoveryUs)} is shorter than the ${formatDurationUs(this.releaseBoundUs)} in which a slot may legally come back`,
      );
    }
  }

  private judgeTermination(): void {
    const { truth, term } = this;
    for (const trace of truth.requests) {
      if (!trace.isOpen) continue;
      const isLost = trace.phase === Phase.working && trace.running === 0 && !(trace.lease !== null && this.willHeal(trace.lease));
      if (isLost) this.violate(term, trace, 'is IN_PROGRESS but nothing works on it: it will never end');
      else if (this.isBlockedForEver(trace)) this.violate(term, trace, 'waits for slots that are all held by ghosts: it will never start');
      else term.leaveOpen(`${truth.queued + truth.executions} requests were still waiting or running at the end: make recovery longer`);
    }
  }

  /** Every slot of the account is a ghost's, and nothing takes ghosts back: no release will ever come. */
  private isBlockedForEver(trace: RequestTrace): boolean {
    if (trace.phase !== Phase.queued || trace.request.exempt || this.policy.lease !== undefined || this.policy.maxHoldUs !== undefined) return false;
    const { scope, orphans } = trace.account;
    return scope.held >= scope.limit && scope.running === 0 && orphans > 0;
  }

  private nameOf(scope: Scope): string {
    const owner = this.view.accounts.find((account) => account.scope === scope);
    return owner === undefined ? 'a per-endpoint limit' : `account ${owner.name}`;
  }

  private violate(findings: Findings, trace: RequestTrace, message: string): void {
    findings.violate(() => {
      const { request } = trace;
      return { ...this.now(), request: `req-${request.ordinal}`, account: request.account.name, key: request.key.name, message };
    });
  }

  private violateNobody(findings: Findings, message: string): void {
    findings.violate(() => ({ ...this.now(), request: '', account: '', key: '', message }));
  }

  private now(): Pick<Violation, 'atUs' | 'event'> {
    return { atUs: this.view.calendar.nowUs, event: this.view.history.events };
  }
}
