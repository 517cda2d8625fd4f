import { formatDurationUs } from '../../core/units.js';
import type { LeaseTrace, RequestTrace } from '../traces.js';
import type { Outlook } from './outlook.js';
import type { Scene } from './scene.js';

const SHOWN = 8;

/** Why a request has not ended: in words, with the slots and requests that it waits for. */
export class PendingReasons {
  constructor(
    private readonly scene: Scene,
    private readonly outlook: Outlook,
  ) {}

  /** Of a request in progress on which nothing works. */
  lost(trace: RequestTrace): string {
    const stopped = `its work ended ${this.ago(trace.notes.stoppedUs)} ago`;
    const lease = trace.lease === null ? 'it holds no slot' : `nobody released lease ${trace.lease.number}, granted ${this.ago(trace.lease.grantedUs)} ago`;
    return `is IN_PROGRESS but nothing works on it: ${stopped}, and ${lease}${trace.notes.cause === undefined ? '' : ` (${trace.notes.cause})`}; it will never end`;
  }

  /** Of a request that waits for slots which never come back. */
  blocked(trace: RequestTrace): string {
    const leases = this.blockers(trace);
    const parents = leases.filter((lease) => lease.orphan === null);
    const who =
      parents.length === 0
        ? 'held by ghosts'
        : parents.length === leases.length
          ? 'held by parents that wait for it and its like'
          : 'held by ghosts and by parents that wait';
    const list = leases
      .slice(0, SHOWN)
      .map((lease) => `lease ${lease.number} of ${lease.holder.name}`)
      .join(', ');
    return `has waited ${this.ago(this.waitsSinceUs(trace))} for slots that are all ${who} (${list}${leases.length > SHOWN ? ', …' : ''}): it will never start`;
  }

  /** Of a request that waits although nothing is in its way. */
  forgotten(trace: RequestTrace): string {
    const forUs = this.ago(this.waitsSinceUs(trace));
    const story = trace.requeues === 0 && !trace.notes.granted ? `has not been heard of for ${forUs}, since it was accepted` : `has waited for ${forUs}`;
    return `${story}, beside a free slot and an idle runner: nobody will ever start it`;
  }

  blockers(trace: RequestTrace): LeaseTrace[] {
    const { scope } = trace.account;
    return this.outlook.holdersOf(scope.hasRoom && trace.endpointScope !== null ? trace.endpointScope : scope);
  }

  /** A first start is waited for since the call; after that, since the last attempt. */
  private waitsSinceUs(trace: RequestTrace): number {
    return trace.started ? trace.waitsSinceUs : trace.request.calledUs;
  }

  private ago(sinceUs: number): string {
    return formatDurationUs(this.scene.nowUs - sinceUs);
  }
}
