import type { UsageDay } from '../../core/usage.js';
import type { AppId } from '../../protocol/app-id.js';
import type { LoadHint } from '../../protocol/load-hint.js';
import type { StepSpec } from '../../scenario/types.js';
import type { Json } from '../json.js';
import type { ModelShelf } from '../models/model.js';
import type { Ledger } from '../store/ledger.js';
import type { Caller, KeyRing } from './keys.js';
import type { LiveRequest } from './live-request.js';

/** Virtual time over the wall clock: µs since the platform was first opened, `speed` times as fast as the wall. */
export interface LiveClock {
  /** Whole µs. */
  nowUs(): number;
  /** ms since 1970 for a virtual instant. */
  toMs(us: number): number;
  /** Calls `work` once, `delayUs` of virtual time from now. @returns a function that takes it back */
  after(delayUs: number, work: () => void): () => void;
}

/** Whose retries a caller wants: see `X-Fal-Retry-Config`. Extra attempts by condition; undefined: the platform's. */
export interface RetryTerms {
  /** `X-Fal-No-Retry`. */
  readonly never: boolean;
  readonly serverError: number | undefined;
  readonly timeout: number | undefined;
  readonly connectionError: number | undefined;
}

/** A request as HTTP hands it in. */
export interface RequestOrder {
  readonly caller: Caller;
  readonly app: AppId;
  readonly input: Json;
  /** As it came; undefined: not known. */
  readonly inputBytes?: number | undefined;
  /** µs; undefined: none. */
  readonly startTimeoutUs: number | undefined;
  /** `X-Fal-Queue-Priority: low`. Not for direct calls. */
  readonly low: boolean;
  /** `X-Fal-Runner-Hint`. */
  readonly hint: string | undefined;
  readonly retries: RetryTerms | undefined;
  /** Checked already: absolute, http or https. */
  readonly webhook: string | undefined;
  /** `fal_max_queue_length`. Not for direct calls. */
  readonly maxQueueLength: number | undefined;
  /** false: `X-Fal-Store-IO: 0`. */
  readonly storesPayload: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** How the caller reaches this server: `http://127.0.0.1:8080`. */
  readonly publicUrl: string;
  /** What a load generator says that its scenario drew for the call; undefined: the emulator draws. */
  readonly drawn?: LoadHint | undefined;
  /** Direct calls: parts are wanted (`/stream`), or the work lasts until `finish` (`/realtime`). */
  readonly style?: 'stream' | 'open' | undefined;
}

/**
 * Why a request was not taken. `limit`: 429 concurrent_requests_limit. `queue-full`: 429 by `fal_max_queue_length`.
 * `no-runner`: 503. `key`: 401. `locked`: 403.
 */
export interface Refusal {
  readonly refused: 'limit' | 'queue-full' | 'no-runner' | 'key' | 'locked' | 'too-many-endpoints' | 'too-many-requests';
  /** The limit that was met, for `limit`. */
  readonly limit?: number | undefined;
  /** For people. */
  readonly reason: string;
}

/** A slot that an account holds, as the limiter believes. */
export interface SlotView {
  /** Names this grant for `releaseSlot`; a slot granted again has another. */
  readonly id: string;
  readonly requestId: string;
  readonly endpoint: string;
  readonly keyId: string;
  readonly isKeyRevoked: boolean;
  readonly sinceUs: number;
  readonly ageUs: number;
  /**
   * `working`: a runner works for it. `booting`: it waits for its runner. `stopping`: a cancel is under way.
   * `ghost`: no runner works for it, and nothing is known to end it.
   */
  readonly reason: 'working' | 'booting' | 'stopping' | 'ghost';
  /** For people: "its key was revoked, and the end of its work was dropped". */
  readonly explanation: string;
}

/** What the Concurrency page shows. */
export interface AccountUsage {
  readonly account: string;
  readonly limit: number;
  /** `contract`, or the tier that paid invoices bought: `tier 10`. */
  readonly tier: string;
  readonly paidUsd: number;
  /** Slots in use now, as admission counts them. */
  readonly live: number;
  readonly peak: number;
  /** The last 30 days, the oldest first; day 0 is the first day of the data. */
  readonly days: readonly UsageDay[];
  /** The account's requests that wait, all endpoints. */
  readonly queued: number;
  readonly endpointLimits: readonly { readonly endpoint: string; readonly limit: number; readonly live: number }[];
  readonly lockedBecause: string | undefined;
  /** Whether the platform lets accounts release stuck slots themselves (`selfService` of the policy). */
  readonly canRelease: boolean;
  readonly spentUsd: number;
}

/** What everybody may know of an endpoint. */
export interface EndpointView {
  readonly endpoint: string;
  readonly queued: number;
  readonly inProgress: number;
  /** Infinity: unlimited. */
  readonly mostRunners: number;
  readonly runners: { readonly idle: number; readonly running: number; readonly pending: number };
  readonly completed: number;
  readonly failed: number;
  readonly priceUsd: number;
  readonly ownerAccount: string | undefined;
  /** Whether the scenario names it; the others were opened by callers, and are theirs to know of. */
  readonly isDeclared: boolean;
}

/** What everybody may know of the platform. */
export interface PlatformView {
  readonly scenario: string;
  readonly policy: string;
  readonly speed: number;
  readonly startedUs: number;
  /** Faults at work now, and those that are over: what was done, and when. */
  readonly incidents: readonly { readonly atUs: number; readonly untilUs: number | undefined; readonly text: string }[];
  /** All accounts: requests that wait, slots in use, ghosts. */
  readonly queued: number;
  readonly inUse: number;
  readonly ghosts: number;
}

/**
 * The platform in wall-clock time, as everything around it sees it: HTTP, pages, tests. Every method brings the platform up
 * to now first. What changes is on disk after `settled()`: whoever answers a caller awaits that first.
 */
export interface LiveWorld {
  readonly clock: LiveClock;
  readonly keys: KeyRing;
  readonly models: ModelShelf;
  readonly ledger: Ledger;
  /** Hands a request to the queue. */
  submit(order: RequestOrder): LiveRequest | Refusal;
  /** A direct call. Its end comes by `watch`. */
  call(order: RequestOrder): LiveRequest | Refusal;
  find(id: string): LiveRequest | undefined;
  /** Newest first. */
  requestsOf(
    account: string,
    filter: { readonly endpoint?: string | undefined; readonly limit: number; readonly before?: string | undefined },
  ): readonly LiveRequest[];
  cancel(request: LiveRequest): 'accepted' | 'already-completed';
  /** The client of a direct call is gone. */
  disconnect(request: LiveRequest): void;
  /** Ends the work of an `open` call. */
  finish(request: LiveRequest): void;
  /** Streamed outside the model: a part of an `open` call. */
  forgetPayload(request: LiveRequest): void;
  slotsOf(account: string): readonly SlotView[];
  /** Gives one slot back, if the policy lets accounts do so and it is a ghost. */
  releaseSlot(account: string, slotId: string): 'released' | 'unknown' | 'not-stuck' | 'not-offered';
  releaseStuck(account: string): { readonly released: number; readonly offered: boolean };
  accounts(): readonly string[];
  usageOf(account: string): AccountUsage | undefined;
  endpoints(): readonly EndpointView[];
  platform(): PlatformView;
  setLimit(account: string, limit: number, endpoint?: string): void;
  payInvoice(account: string, usd: number): void;
  /** @param reason undefined: unlocks */
  lock(account: string, reason: string | undefined): void;
  /** Takes the requests that wait at an app (`owner/alias`) out of its queue; running ones go on. @returns how many */
  flush(app: string): number;
  /** How many wait at an app (`owner/alias`), all its paths together. */
  queueLength(app: string): number;
  /** Does what a scenario's step does, now. `atUs` of the step is not looked at. */
  perform(step: StepSpec): void;
  /**
   * Performs a step of the scenario itself, now: once, and only where its run leaves that to others.
   * @param number from 1 @returns what was done; undefined: there is none left of that number
   */
  performScripted(number: number): StepSpec | undefined;
  /** Resolves once everything that has happened is on disk. Resolves at once where there is none. */
  settled(): Promise<void>;
  /** Calls `listener` after something has changed, at most every 100 ms of wall time. @returns a function that stops listening */
  onChange(listener: () => void): () => void;
}
