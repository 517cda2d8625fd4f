import type { ApiKey } from './accounts.js';
import { EventKind, eventKey } from './event-keys.js';
import { HistoryKind } from './history.js';
import type { Lifecycle } from './lifecycle.js';
import { Parcel } from './parcels.js';
import type { Parts } from './parts.js';
import type { Request } from './requests.js';
import { CrashPoint, Part } from './topology.js';

/** Revokes keys, and tells the gateways so. */
export class KeyService {
  /** Asked for while the service was down. */
  private readonly pending: ApiKey[] = [];

  constructor(
    private readonly parts: Parts,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** The owner revokes a key. What that does to its requests is `policy.onRevoke`. */
  revoke(key: ApiKey): void {
    const { wire, history } = this.parts;
    if (key.revoked) return;
    if (wire.isDown(Part.keys)) {
      this.pending.push(key);
      return;
    }
    key.revoked = true;
    const affected = this.openRequestsOf(key);
    const queued = affected.filter((request) => request.isQueued).length;
    history.record(HistoryKind.keyRevoked, key.number, affected.length - queued, queued);
    const parcel = Parcel.revoking(key);
    if (wire.passes(CrashPoint['revoke-publish'])) wire.send(parcel);
    else wire.retry(parcel);
  }

  /** The gateways hear of it. */
  revocationArrived(key: ApiKey): void {
    const { policy, calendar } = this.parts;
    if (policy.keyCacheUs === 0) {
      this.refuse(key);
      return;
    }
    calendar.scheduleIn(policy.keyCacheUs, eventKey(EventKind.keyRefused, key.number));
    for (const request of this.openRequestsOf(key)) if (request.isOpen) this.lifecycle.revoke(request);
  }

  /** Gateways stop accepting the key. */
  refuse(key: ApiKey): void {
    if (!key.accepted) return;
    key.accepted = false;
    this.parts.history.record(HistoryKind.keyRefused, key.number, 0, 0);
    // With a key cache: what came in while gateways still accepted it. Ending one request may start or end another.
    for (const request of this.openRequestsOf(key)) if (request.isOpen) this.lifecycle.revoke(request);
    this.parts.caller.keyRefused(key);
  }

  /** The service is up again. */
  recover(): void {
    for (const key of this.pending.splice(0)) this.revoke(key);
  }

  private openRequestsOf(key: ApiKey): Request[] {
    return this.parts.requests.open().filter((request) => request.key === key);
  }
}
