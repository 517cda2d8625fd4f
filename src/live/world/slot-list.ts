import type { Account } from '../../core/accounts.js';
import type { Lease } from '../../core/limiter.js';
import type { Platform } from '../../core/platform.js';
import { type Request, RequestState } from '../../core/requests.js';
import type { SlotView } from './live-world.js';

/** Who holds a slot. */
export interface Holder {
  readonly id: string;
  readonly endpoint: string;
  readonly keyId: string;
}

/** Where the list finds what the limiter does not know. */
export interface SlotSources {
  holder(request: Request): Holder;
  /** Since when a lease is held, µs. */
  sinceUs(lease: Lease): number;
}

/**
 * The slots of an account: what the limiter believes, each held against what physically runs. A lease without an execution
 * is a ghost, unless something is known to be under way.
 */
export function slotsOf(platform: Platform, account: Account, nowUs: number, sources: SlotSources): SlotView[] {
  return platform.limiter.liveLeases(account.scope).map((lease) => {
    const { request } = lease;
    const holder = sources.holder(request);
    const sinceUs = sources.sinceUs(lease);
    const { reason, explanation } = whyHeld(lease);
    return {
      id: slotId(lease),
      requestId: holder.id,
      endpoint: holder.endpoint,
      keyId: holder.keyId,
      isKeyRevoked: request.key.revoked,
      sinceUs,
      ageUs: Math.max(0, nowUs - sinceUs),
      reason,
      explanation,
    };
  });
}

/** Names a grant: the same slot granted again has another name. */
export function slotId({ number, token }: Lease): string {
  return `${number}-${token >>> 0}`;
}

/** The live lease of that name in the account, or undefined. */
export function leaseNamed(platform: Platform, account: Account, name: string): Lease | undefined {
  return platform.limiter.liveLeases(account.scope).find((lease) => slotId(lease) === name);
}

/** How many slots of all accounts are held by nobody. */
export function countGhosts(platform: Platform): number {
  return platform.limiter.live().filter((lease) => whyHeld(lease).reason === 'ghost').length;
}

function whyHeld(lease: Lease): Pick<SlotView, 'reason' | 'explanation'> {
  const { request } = lease;
  const { execution } = request;
  if (execution !== null && execution.lease === lease && execution.leaseToken === lease.token) {
    if (request.stopping !== 0) return { reason: 'stopping', explanation: 'its cancel was accepted, and its runner is about to stop' };
    if (!execution.begun) return { reason: 'booting', explanation: 'it has a runner that is about to begin' };
    if (execution.hung) return { reason: 'working', explanation: 'its runner hangs: alive, but its work will never end' };
    if (execution.paused) return { reason: 'working', explanation: 'its runner computes nothing at the moment' };
    return { reason: 'working', explanation: 'a runner works for it' };
  }
  if (request.lease === lease && request.state === RequestState.dispatched) return { reason: 'booting', explanation: 'it waits for a runner that boots' };
  if (request.lease === lease && request.isQueued) return { reason: 'booting', explanation: 'it keeps its slot while it waits for its next attempt' };
  return { reason: 'ghost', explanation: explainGhost(lease, request) };
}

function explainGhost(lease: Lease, request: Request): string {
  if (request.lease === lease && request.stranded && request.key.revoked) return 'its key was revoked, and the end of its work was dropped';
  if (request.lease === lease && request.stranded) return 'its client is gone, and the end of its work was dropped';
  if (!request.isOpen) return 'its request has ended, and the slot was not given back';
  return 'no runner works for it, and nobody has given it back';
}
