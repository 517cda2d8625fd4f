import type { Account } from './accounts.js';
import { HistoryKind } from './history.js';
import type { Lifecycle } from './lifecycle.js';
import type { Lease } from './limiter.js';
import type { Parts } from './parts.js';
import { type Request, RequestState } from './requests.js';

/** Owners release their stuck slots themselves, where `policy.selfService` lets them. */
export class SelfService {
  constructor(
    private readonly parts: Parts,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** All stuck slots of an account. @returns how many were released */
  release(account: Account): number {
    const { policy, limiter, history } = this.parts;
    const stuck = policy.selfService ? limiter.liveLeases(account.scope).filter((lease) => isStuck(lease.request)) : [];
    history.record(HistoryKind.selfServiceRelease, account.number, stuck.length, policy.selfService ? 1 : 0);
    for (const lease of stuck) this.lifecycle.takeAway(lease);
    return stuck.length;
  }

  /** The same for one slot. @returns whether it was stuck, and is free now */
  releaseOne(lease: Lease): boolean {
    const { policy, history } = this.parts;
    const releases = policy.selfService && lease.live && isStuck(lease.request);
    history.record(HistoryKind.selfServiceRelease, lease.request.account.number, releases ? 1 : 0, policy.selfService ? 1 : 0);
    if (releases) this.lifecycle.takeAway(lease);
    return releases;
  }
}

/** Its work has ended, or its runner is gone, and the request does not know. */
function isStuck(request: Request): boolean {
  return request.execution === null && request.state === RequestState.inProgress;
}
