import type { Caller } from '../world/keys.js';
import type { LiveWorld, SlotView } from '../world/live-world.js';
import { NexaError } from './nexa-error.js';
import type { Freed, Slot, SlotList } from './schemas.js';

type Fate = keyof Freed;

/**
 * What the advertisement calls self-service recovery, as this emulator understands it: see what holds one's slots, free one of
 * them, free all that a key holds. Whether ghosts can be released is up to the run's policy.
 */
export class Recovery {
  constructor(private readonly world: LiveWorld) {}

  slots({ account }: Caller): SlotList {
    const data = this.world.slotsOf(account).map((slot) => this.shown(slot));
    return { object: 'list', can_release: this.world.usageOf(account)?.canRelease ?? false, data };
  }

  /** @throws NexaError 404 for a slot that this account does not hold, 403 where the policy offers no release */
  freeOne({ account }: Caller, slotId: string): Freed {
    const slot = this.world.slotsOf(account).find(({ id }) => id === slotId);
    const fate = slot === undefined ? undefined : this.free(account, slot);
    if (fate === undefined) throw new NexaError(404, 'slot_not_found', 'This account holds no such slot.');
    if (fate === 'kept') throw new NexaError(403, 'recovery_not_offered', 'The policy of this run does not let accounts release stuck slots.');
    return { released: 0, cancelling: 0, kept: 0, [fate]: 1 };
  }

  /** @throws NexaError 404 for a key that is not this account's */
  freeKey({ account }: Caller, keyId: string): Freed {
    if (!this.world.keys.list(account).some(({ id }) => id === keyId)) throw new NexaError(404, 'key_not_found', 'This account has no such key.');
    const freed = { released: 0, cancelling: 0, kept: 0 };
    for (const slot of this.world.slotsOf(account)) {
      const fate = slot.keyId === keyId ? this.free(account, slot) : undefined;
      if (fate !== undefined) freed[fate]++;
    }
    return freed;
  }

  /** Work is told to stop; a ghost has none, so its slot is given back. @returns undefined: the slot is free by now */
  private free(account: string, slot: SlotView): Fate | undefined {
    if (slot.reason !== 'ghost' && this.cancel(slot)) return 'cancelling';
    switch (this.world.releaseSlot(account, slot.id)) {
      case 'released':
        return 'released';
      case 'unknown':
        return undefined;
      case 'not-offered':
        return 'kept';
      case 'not-stuck':
        return 'cancelling';
    }
  }

  private cancel({ requestId }: SlotView): boolean {
    const request = this.world.find(requestId);
    return request !== undefined && this.world.cancel(request) === 'accepted';
  }

  private shown(slot: SlotView): Slot {
    return {
      id: slot.id,
      request_id: slot.requestId,
      endpoint: slot.endpoint,
      key_id: slot.keyId,
      key_revoked: slot.isKeyRevoked,
      since: new Date(this.world.clock.toMs(slot.sinceUs)).toISOString(),
      age_seconds: slot.ageUs / 1e6,
      reason: slot.reason,
      explanation: slot.explanation,
    };
  }
}
