import { leaseNamed } from './slot-list.js';
import type { WorldParts } from './world-parts.js';

/** Owners ask for their stuck slots back. Within a turn of the clock. */
export class SelfService {
  /** @param isOffered `policy.selfService` */
  constructor(
    private readonly parts: WorldParts,
    private readonly isOffered: boolean,
  ) {}

  /** One slot, by its name. */
  release(account: string, name: string): 'released' | 'unknown' | 'not-stuck' | 'not-offered' {
    const { platform, stage } = this.parts.platformRun;
    const lease = stage.hasAccount(account) ? leaseNamed(platform, stage.account(account), name) : undefined;
    if (lease === undefined) return 'unknown';
    if (!this.isOffered) return 'not-offered';
    this.parts.apply({ op: 'release-slot', lease: lease.number, token: lease.token });
    return leaseNamed(platform, stage.account(account), name) === undefined ? 'released' : 'not-stuck';
  }

  /** All of them. */
  releaseAll(account: string): { readonly released: number; readonly offered: boolean } {
    const before = this.inUse(account);
    this.parts.apply({ op: 'release-stuck', account });
    return { released: before - this.inUse(account), offered: this.isOffered };
  }

  private inUse(account: string): number {
    const { platform, stage } = this.parts.platformRun;
    return stage.hasAccount(account) ? platform.limiter.liveLeases(stage.account(account).scope).length : 0;
  }
}
