import type { ServerSettings } from '../../src/live/http/context.js';
import { DEFAULT_LIMITS } from '../../src/live/http/limits.js';
import type { ModelShelf } from '../../src/live/models/model.js';
import type { Ledger } from '../../src/live/store/ledger.js';
import type { LiveRequest } from '../../src/live/world/live-request.js';
import type { AccountUsage, EndpointView, LiveWorld, PlatformView, Refusal, RequestOrder, SlotView } from '../../src/live/world/live-world.js';
import { FakeClock } from './fake-clock.js';
import { FakeKeyRing } from './fake-keys.js';
import { FakeRequest } from './fake-request.js';

export { FakeClock } from './fake-clock.js';
export { FakeRequest } from './fake-request.js';

/** What tests of HTTP are served with unless they want something else. */
export const TEST_SETTINGS: ServerSettings = { publicUrl: undefined, limits: DEFAULT_LIMITS, allowsPrivateWebhooks: false, offersNexa: true };

/** The keys that the fake world knows. `Authorization: Key acme:secret`. */
export const ACME = 'acme:secret';
export const ACME_ADMIN = 'acme-admin:secret';
export const OTHER = 'other:secret';
export const OPERATOR = 'operator:secret';

export function withKey(credentials: string = ACME): { readonly authorization: string } {
  return { authorization: `Key ${credentials}` };
}

/** A platform that takes every request and does nothing with it until the test says what. Views are empty unless set. */
export class FakeWorld implements LiveWorld {
  readonly clock = new FakeClock();
  readonly keys = new FakeKeyRing();
  models: ModelShelf = {
    modelFor: () => {
      throw new Error('the fake world has no models: set `models`');
    },
  };
  ledger: Ledger = { isDirty: false } as Ledger;
  /** Requests taken, in order. */
  readonly taken: FakeRequest[] = [];
  /** Set to have the next submits and calls refused. */
  refusal: Refusal | undefined;
  readonly cancelled: FakeRequest[] = [];
  readonly disconnected: FakeRequest[] = [];
  /** How often somebody waited for the disk. */
  settles = 0;
  slots: SlotView[] = [];
  usage: AccountUsage | undefined;
  endpointViews: EndpointView[] = [];
  view: PlatformView = { scenario: 'fake', policy: 'reference', speed: 1, startedUs: 0, incidents: [], queued: 0, inUse: 0, ghosts: 0 };
  readonly #listeners = new Set<() => void>();

  /** The request taken last. */
  get last(): FakeRequest {
    const request = this.taken.at(-1);
    if (request === undefined) throw new Error('no request was taken yet');
    return request;
  }

  submit(order: RequestOrder): LiveRequest | Refusal {
    return this.#take(order, 'queue');
  }

  call(order: RequestOrder): LiveRequest | Refusal {
    return this.#take(order, 'direct');
  }

  find(id: string): FakeRequest | undefined {
    return this.taken.find((request) => request.id === id);
  }

  requestsOf(account: string, filter: { readonly endpoint?: string | undefined; readonly limit: number }): readonly LiveRequest[] {
    const own = this.taken.filter((request) => request.account === account && (filter.endpoint === undefined || request.endpoint === filter.endpoint));
    return own.reverse().slice(0, filter.limit);
  }

  cancel(request: LiveRequest): 'accepted' | 'already-completed' {
    if (request.state === 'COMPLETED') return 'already-completed';
    this.cancelled.push(request as FakeRequest);
    return 'accepted';
  }

  disconnect(request: LiveRequest): void {
    this.disconnected.push(request as FakeRequest);
  }

  finish(request: LiveRequest): void {
    (request as FakeRequest).succeed();
  }

  forgetPayload(): void {}

  slotsOf(): readonly SlotView[] {
    return this.slots;
  }

  releaseSlot(_account: string, slotId: string): 'released' | 'unknown' {
    const before = this.slots.length;
    this.slots = this.slots.filter(({ id }) => id !== slotId);
    return this.slots.length < before ? 'released' : 'unknown';
  }

  releaseStuck(): { readonly released: number; readonly offered: boolean } {
    const stuck = this.slots.filter(({ reason }) => reason === 'ghost');
    this.slots = this.slots.filter(({ reason }) => reason !== 'ghost');
    return { released: stuck.length, offered: true };
  }

  accounts(): readonly string[] {
    return ['acme', 'other'];
  }

  usageOf(): AccountUsage | undefined {
    return this.usage;
  }

  endpoints(): readonly EndpointView[] {
    return this.endpointViews;
  }

  platform(): PlatformView {
    return this.view;
  }

  setLimit(): void {}
  payInvoice(): void {}
  lock(): void {}

  flush(): number {
    return 0;
  }

  queueLength(): number {
    return this.taken.filter(({ state }) => state === 'IN_QUEUE').length;
  }

  perform(): void {}
  performScripted(): undefined {}

  settled(): Promise<void> {
    this.settles++;
    return Promise.resolve();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Something has changed: those who listen are told. */
  change(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #take(order: RequestOrder, mode: 'queue' | 'direct'): FakeRequest | Refusal {
    if (this.refusal !== undefined) return this.refusal;
    const request = new FakeRequest(order, mode, this.clock);
    this.taken.push(request);
    return request;
  }
}
