import { type Dispatcher, request as send } from 'undici';
import type { StoredDelivery } from '../store/ledger.js';
import type { LiveRequest } from '../world/live-request.js';
import type { LiveWorld } from '../world/live-world.js';
import { DeliveryLine, type Outgoing } from './delivery-line.js';
import { webhookProblem } from './destination.js';
import { guardedAgent, RefusedDestination } from './guarded-agent.js';
import { type SigningKey, signingKeyOf } from './signing-key.js';
import { webhookBody, webhookHeaders } from './webhook-message.js';

/** fal says "10 retries within 2 hours" and no more. CHOICE (fal-platform.md section 9): doubling from 15 s, then evener. */
export const RETRY_DELAYS_S: readonly number[] = [15, 30, 60, 120, 240, 480, 900, 1500, 1800, 2000];

/** What is under way at once: of all places one account, and one receiver, gets no more than a part. */
const MOST_AT_ONCE = 32;
const MOST_PER_ACCOUNT = 8;
const MOST_PER_ORIGIN = 4;

/** Until an end that could not be put on disk is looked at again, virtual µs. It counts as no try: nobody was told. */
const DISK_PAUSE_US = 15e6;

/** Of an answer so much is read before the connection is given up; none of it is kept. */
const MOST_ANSWER_BYTES = 16_384;

/** What became of one try. */
export interface WebhookAttempt {
  readonly requestId: string;
  /** From 1. */
  readonly attempt: number;
  /** HTTP status of the receiver; undefined: it did not answer. */
  readonly status: number | undefined;
  readonly error: string | undefined;
  /** `delivered`, `again` after a pause, `gave-up`. */
  readonly outcome: 'delivered' | 'again' | 'gave-up';
}

export interface WebhookSettings {
  /** Whether webhooks may go to private addresses other than loopback. */
  readonly allowsPrivateWebhooks: boolean;
  /** Pauses before each further try, s of virtual time; as many as there are retries. */
  readonly retryDelaysS?: readonly number[] | undefined;
  /** For the whole of one try, ms of wall time. 15,000 unless told. */
  readonly timeoutMs?: number | undefined;
  /** Tries under way at once, all accounts together. 32 unless told. */
  readonly concurrency?: number | undefined;
  /** PEM of the stored signing key, where it is known already. */
  readonly signingKey?: string | null | undefined;
  /** Is told of every try. */
  readonly onAttempt?: ((attempt: WebhookAttempt) => void) | undefined;
  /** The wall clock, ms since 1970: what receivers compare the time of a signature with. */
  readonly wallClockMs?: (() => number) | undefined;
}

interface Delivery extends Outgoing {
  readonly request: LiveRequest;
  readonly body: string;
  /** Tries made so far. */
  tries: number;
  takeBack: () => void;
}

type TryResult = { readonly status: number } | { readonly error: string; readonly isFinal: boolean };

/** Nobody may hear of an end that is not on disk yet. */
const NOT_ON_DISK = 'not-on-disk';

/** Tells receivers that their requests have ended, until they say 2xx or the retries are used up. */
export class WebhookSender {
  readonly #world: LiveWorld;
  readonly #settings: WebhookSettings;
  readonly #delaysS: readonly number[];
  readonly #timeoutMs: number;
  readonly #key: SigningKey;
  readonly #agent: Dispatcher;
  readonly #deliveries = new Map<string, Delivery>();
  readonly #line: DeliveryLine<Delivery>;
  readonly #closing = new AbortController();

  /** @throws Error when the store holds a signing key that cannot be read */
  constructor(world: LiveWorld, settings: WebhookSettings) {
    this.#world = world;
    this.#settings = settings;
    this.#delaysS = settings.retryDelaysS ?? RETRY_DELAYS_S;
    this.#timeoutMs = settings.timeoutMs ?? 15_000;
    this.#line = new DeliveryLine({ all: settings.concurrency ?? MOST_AT_ONCE, perAccount: MOST_PER_ACCOUNT, perOrigin: MOST_PER_ORIGIN });
    this.#key = signingKeyOf(world.ledger, settings.signingKey);
    this.#agent = guardedAgent(settings.allowsPrivateWebhooks, this.#timeoutMs);
  }

  /** Deliveries that are not made yet. */
  get pending(): number {
    return this.#deliveries.size;
  }

  /** To be called at the end of every request; those without a webhook are passed over. */
  requestEnded(request: LiveRequest): void {
    if (request.webhook === undefined || this.#closing.signal.aborted || this.#deliveries.has(request.id)) return;
    const delivery = this.#open(request, request.webhook, 0);
    this.#store(delivery, 0);
    this.#due(delivery);
  }

  /** Goes on after a restart with what was still to be delivered. */
  resume(stored: readonly StoredDelivery[]): void {
    for (const { requestId, tries, nextUs } of stored) {
      const request = this.#world.find(requestId);
      if (request?.webhook === undefined) this.#world.ledger.delivered(requestId);
      else this.#pause(this.#open(request, request.webhook, tries), Math.max(0, nextUs - this.#world.clock.nowUs()));
    }
  }

  /** Ends all tries. What is not delivered stays in the ledger for `resume`. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const delivery of this.#deliveries.values()) delivery.takeBack();
    this.#deliveries.clear();
    this.#line.clear();
    await this.#agent.destroy();
  }

  #open(request: LiveRequest, url: string, tries: number): Delivery {
    // The body is written now: retries go on for longer than results are kept.
    const delivery = { request, account: request.account, url, body: webhookBody(request), tries, takeBack: nothing };
    this.#deliveries.set(request.id, delivery);
    return delivery;
  }

  #due(delivery: Delivery): void {
    this.#line.add(delivery);
    this.#startWaiting();
  }

  #startWaiting(): void {
    for (let delivery = this.#line.next(); delivery !== undefined; delivery = this.#line.next()) void this.#attempt(delivery);
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const result = await this.#try(delivery);
    this.#line.done(delivery);
    if (this.#closing.signal.aborted) return;
    if (result === NOT_ON_DISK) this.#pause(delivery, DISK_PAUSE_US);
    else this.#conclude(delivery, result);
    this.#startWaiting();
  }

  async #try({ request, url, body }: Delivery): Promise<TryResult | typeof NOT_ON_DISK> {
    if (!(await this.#isOnDisk())) return NOT_ON_DISK;
    try {
      const problem = webhookProblem(url, this.#settings.allowsPrivateWebhooks);
      if (problem !== undefined) return { error: problem, isFinal: true };
      return { status: await this.#post(url, body, webhookHeaders(this.#key, request, body, (this.#settings.wallClockMs ?? Date.now)())) };
    } catch (error) {
      const cause = causeOf(error);
      return { error: cause.message, isFinal: cause instanceof RefusedDestination };
    }
  }

  #isOnDisk(): Promise<boolean> {
    return this.#world.settled().then(
      () => true,
      () => false,
    );
  }

  async #post(url: string, body: string, headers: Record<string, string>): Promise<number> {
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(this.#timeoutMs)]);
    const answer = await send(url, { method: 'POST', body, headers, signal, dispatcher: this.#agent });
    // The status alone acknowledges; a body that never ends changes nothing about it.
    await answer.body.dump({ limit: MOST_ANSWER_BYTES, signal }).catch(nothing);
    return answer.statusCode;
  }

  #conclude(delivery: Delivery, result: TryResult): void {
    delivery.tries += 1;
    const isDelivered = 'status' in result && result.status >= 200 && result.status < 300;
    const delayS = this.#delaysS[delivery.tries - 1];
    const isOver = isDelivered || delayS === undefined || ('error' in result && result.isFinal);
    if (isOver) this.#end(delivery);
    else this.#again(delivery, delayS * 1_000_000);
    this.#settings.onAttempt?.({
      requestId: delivery.request.id,
      attempt: delivery.tries,
      status: 'status' in result ? result.status : undefined,
      error: 'error' in result ? result.error : undefined,
      outcome: isDelivered ? 'delivered' : isOver ? 'gave-up' : 'again',
    });
    void this.#world.settled().catch(nothing);
  }

  #end({ request }: Delivery): void {
    this.#deliveries.delete(request.id);
    this.#world.ledger.delivered(request.id);
  }

  #again(delivery: Delivery, delayUs: number): void {
    this.#store(delivery, delayUs);
    this.#pause(delivery, delayUs);
  }

  #pause(delivery: Delivery, delayUs: number): void {
    delivery.takeBack = this.#world.clock.after(delayUs, () => this.#due(delivery));
  }

  #store({ request, tries }: Delivery, delayUs: number): void {
    this.#world.ledger.delivery({ requestId: request.id, tries, nextUs: this.#world.clock.nowUs() + delayUs });
  }
}

function nothing(): void {}

/** undici and the socket wrap what went wrong; the innermost says it. */
function causeOf(error: unknown): Error {
  let cause = error instanceof Error ? error : new Error(String(error));
  for (let depth = 0; depth < 5 && cause.cause instanceof Error && !(cause instanceof RefusedDestination); depth++) cause = cause.cause;
  return cause;
}
