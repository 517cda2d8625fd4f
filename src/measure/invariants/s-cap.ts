import type { LeaseTrace, RequestTrace, ScopeTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

export class CapChecker extends Checker {
  constructor(scene: Scene) {
    super('S-CAP', scene);
  }

  limitSet(scope: ScopeTrace, limit: number): void {
    scope.formerLimit = this.limitInForce(scope);
    const isRecent = this.scene.nowUs - scope.limitChangedUs <= this.scene.grace.returnUs;
    scope.recentLimit = isRecent ? Math.max(scope.recentLimit, scope.limit) : scope.limit;
    scope.limitChangedUs = this.scene.nowUs;
    scope.limit = limit;
  }

  /** @param lease a slot that was granted under a higher limit may still be used: a runner had to boot first */
  begins(trace: RequestTrace, lease: LeaseTrace | null): void {
    if (trace.request.exempt) return;
    this.check(trace, trace.account.scope, 'the account', lease, lease?.accountLimit ?? 0);
    if (trace.endpointScope !== null) this.check(trace, trace.endpointScope, 'the account on this endpoint', lease, lease?.endpointLimit ?? 0);
  }

  private check(trace: RequestTrace, scope: ScopeTrace, whose: string, lease: LeaseTrace | null, limitAtGrant: number): void {
    this.examined++;
    const limit = Math.max(this.limitInForce(scope), limitAtGrant, this.limitSince(scope, lease));
    if (scope.running < limit) return;
    this.blame(trace, `started while ${scope.running} requests of ${whose} were running at a limit of ${limit}`, { lease: trace.lease });
  }

  /** A start that is late after its grant may find work that was admitted legally meanwhile: the highest limit since then. */
  private limitSince(scope: ScopeTrace, lease: LeaseTrace | null): number {
    if (lease === null || lease.grantedUs >= this.scene.nowUs || lease.grantedUs > scope.limitChangedUs) return 0;
    return scope.recentLimit;
  }

  /** The highest limit within the dispatch latency: a start that was decided before a limit fell is legal. */
  private limitInForce(scope: ScopeTrace): number {
    const { dispatchUs } = this.scene.grace;
    if (dispatchUs === 0) return scope.limit;
    const recent = this.scene.nowUs - scope.limitChangedUs <= dispatchUs;
    return recent ? Math.max(scope.limit, scope.formerLimit) : scope.limit;
  }
}
