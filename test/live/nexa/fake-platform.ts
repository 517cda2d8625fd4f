import type { Answer } from '../../../src/live/answer.js';
import { createShelf } from '../../../src/live/models/shelf.js';
import type { LiveRequest } from '../../../src/live/world/live-request.js';
import type { AccountUsage, LiveWorld, Refusal, RequestOrder, SlotView } from '../../../src/live/world/live-world.js';
import { FakeWorld } from '../fake-world.js';

/** A platform that ends calls at once with what the model answers, or when the test says so, and whose slots the test sets. */
export class FakePlatform {
  holdsCalls = false;
  canRelease = true;
  readonly slots: SlotView[] = [];
  readonly fake = new FakeWorld();
  private readonly shelf = createShelf({ seed: 1 });

  get world(): LiveWorld {
    return Object.assign(this.fake, {
      call: (order: RequestOrder) => this.call(order),
      slotsOf: (account: string) => (account === 'acme' ? [...this.slots] : []),
      releaseSlot: (_account: string, slotId: string) => this.release(slotId),
      usageOf: () => ({ canRelease: this.canRelease }) as AccountUsage,
    });
  }

  /** The work behind it is a request of the platform that may be cancelled, unless the slot is a ghost's. */
  addSlot(id: string, reason: SlotView['reason'], keyId = 'acme'): SlotView {
    const requestId = reason === 'ghost' ? 'gone' : this.workingRequest().id;
    const slot = {
      ...{ id, requestId, endpoint: 'nexa/flux', keyId, isKeyRevoked: reason === 'ghost' },
      ...{ sinceUs: 1_000_000, ageUs: 2_500_000, reason, explanation: 'because' },
    };
    this.slots.push(slot);
    return slot;
  }

  answerTo({ app, input, publicUrl }: RequestOrder): Answer {
    const endpoint = `${app.owner}/${app.alias}`;
    const model = this.shelf.modelFor(endpoint);
    if (model.kind !== 'fake') throw new Error('no handlers here');
    return model.answer({ requestId: 'r-1', endpoint, input, attempt: 1, chance: 1, publicUrl });
  }

  private call(order: RequestOrder): LiveRequest | Refusal {
    const taken = this.fake.submit(order);
    if (!('refused' in taken) && !this.holdsCalls) this.fake.last.end(this.answerTo(order));
    return taken;
  }

  private workingRequest(): LiveRequest {
    const order = { caller: { account: 'acme', keyId: 'acme', scope: 'API' }, app: { namespace: '', owner: 'nexa', alias: 'flux', path: '' } };
    this.fake.submit(order as RequestOrder);
    return this.fake.last;
  }

  private release(slotId: string): ReturnType<LiveWorld['releaseSlot']> {
    const at = this.slots.findIndex(({ id }) => id === slotId);
    if (at === -1) return 'unknown';
    if (!this.canRelease) return 'not-offered';
    this.slots.splice(at, 1);
    return 'released';
  }
}
