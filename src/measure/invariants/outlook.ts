import { type LeaseTrace, Phase, type RequestTrace, type ScopeTrace } from '../traces.js';
import type { Scene } from './scene.js';

/** What the platform may still do by itself, given time: without that, what is stuck stays stuck. */
export class Outlook {
  /** By endpoint number: some runner of it was made slower. */
  private readonly slowed: boolean[] = [];
  /** Full scopes that never get room again, as far as it was asked: at the end of the run, when nothing changes any more. */
  private readonly stuck = new Map<ScopeTrace, boolean>();

  constructor(private readonly scene: Scene) {}

  slowedDown(endpoint: number): void {
    this.slowed[endpoint] = true;
  }

  /** `G_rel` of one lease. */
  returnUs(lease: LeaseTrace): number {
    const { grace } = this.scene;
    return grace.returnUs + (lease.notes.dueBeforeStop ? grace.killUs : 0);
  }

  /** How long a request may be worked on in one slot. */
  holdUs({ request }: RequestTrace): number {
    const { policy, grace, faults } = this.scene;
    if (policy.maxHoldUs !== undefined) return policy.maxHoldUs + grace.killUs + grace.releaseUs;
    const factor = this.slowed[request.endpoint.number] === true ? faults.slowestFactor(request.endpoint.name) : 1;
    return request.serviceUs * factor + grace.killUs;
  }

  /** The work under this lease should have ended. */
  isHeldTooLong(lease: LeaseTrace): boolean {
    const { nowUs, faults } = this.scene;
    if (faults.isActive) return false;
    const excusedUs = lease.notes.excusedUs + (Number.isNaN(lease.notes.excusedSinceUs) ? 0 : nowUs - lease.notes.excusedSinceUs);
    return this.scene.lastedUs(lease.startedUs) - excusedUs > this.holdUs(lease.holder);
  }

  /** Whether the platform itself will still take back a slot without work: it expires, or is held for too long. */
  willHeal(lease: LeaseTrace): boolean {
    const { policy, grace, faults, nowUs } = this.scene;
    if (faults.isActive) return true;
    const { maxHoldUs } = policy;
    if (grace.returnUs > 0 && this.scene.lastedUs(lease.notes.dueUs) <= this.returnUs(lease)) return true;
    return maxHoldUs !== undefined && nowUs - lease.grantedUs <= maxHoldUs;
  }

  /** In progress, with nothing that works on it and nothing that will end it. */
  isLost(trace: RequestTrace): boolean {
    if (trace.phase !== Phase.working || trace.executions > 0) return false;
    if (trace.notes.child?.isOpen === true || (trace.lease !== null && this.willHeal(trace.lease))) return false;
    const { grace, faults, nowUs } = this.scene;
    if (faults.isActive || trace.notes.webhookUntilUs > nowUs) return false;
    const windowUs = grace.releaseUs + grace.redeliverUs;
    return windowUs === 0 || this.scene.lastedUs(trace.notes.stoppedUs) > windowUs;
  }

  /** Waits, although nothing is in its way: nobody will ever start it. */
  isForgotten(trace: RequestTrace): boolean {
    if (trace.phase !== Phase.queued || trace.leases > 0 || trace.executions > 0) return false;
    const { nowUs, runners, grace, faults } = this.scene;
    const { request } = trace;
    if (faults.isActive || trace.sleepsUntilUs > nowUs) return false;
    const windowUs = grace.wakeUs + grace.redeliverUs;
    const aroundDeadline = request.deadlineUs !== Number.POSITIVE_INFINITY && nowUs - request.deadlineUs <= windowUs;
    if (aroundDeadline || !this.hasRoom(trace) || !runners.hasIdlePlace(request.endpoint.number)) return false;
    return this.scene.lastedUs(Math.max(trace.waitsSinceUs, trace.sleepsUntilUs)) > windowUs;
  }

  /** Waits for slots that all belong to ghosts, or to parents whose children wait themselves: no release will ever come. */
  isBlockedForEver(trace: RequestTrace): boolean {
    if (trace.phase !== Phase.queued || trace.request.exempt || this.scene.faults.isActive) return false;
    return this.isStuck(trace.account.scope) || (trace.endpointScope !== null && this.isStuck(trace.endpointScope));
  }

  /** Its holder waits for a child that waits for slots which never come back. */
  isDeadlocked({ holder }: LeaseTrace): boolean {
    return holder.notes.child !== null && this.isBlockedForEver(holder.notes.child);
  }

  /** Live leases that were taken in a scope. */
  holdersOf(scope: ScopeTrace): LeaseTrace[] {
    return this.scene.truth.leases.filter((lease) => lease.live && (lease.endpointScope === scope || lease.holder.account.scope === scope));
  }

  private isStuck(scope: ScopeTrace): boolean {
    if (scope.hasRoom) return false;
    const known = this.stuck.get(scope);
    if (known !== undefined) return known;
    const holders = this.holdersOf(scope);
    const stuck = holders.length > 0 && holders.every((lease) => this.neverComesBack(lease));
    this.stuck.set(scope, stuck);
    return stuck;
  }

  private neverComesBack(lease: LeaseTrace): boolean {
    if (lease.orphan !== null) return !this.willHeal(lease);
    return this.scene.policy.maxHoldUs === undefined && lease.holder.notes.child?.phase === Phase.queued;
  }

  private hasRoom({ request, account, endpointScope }: RequestTrace): boolean {
    return request.exempt || (account.scope.hasRoom && (endpointScope === null || endpointScope.hasRoom));
  }
}
