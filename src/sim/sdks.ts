import type { Backoff } from '../core/backoff.js';
import { US_PER_MS, US_PER_SECOND } from '../core/time.js';
import type { Sdk } from '../scenario/types.js';

/** How a real client behaves where it matters to the platform. Observed with the versions named in docs/model.md. */
export interface SdkModel {
  /** HTTP requests that one `run` makes at most. */
  readonly runAttempts: number;
  readonly runBackoff: Backoff;
  /** Statuses that `run` tries again on. A 504 of a start deadline never is. */
  readonly retriesOn: ReadonlySet<number>;
  /** `subscribe` asks for the status at once and then this often. */
  readonly pollEveryUs: number;
  /** Whether a client timeout goes along as `start_timeout` (Python does so). */
  readonly sendsTimeoutAsStartTimeout: boolean;
  /** Whether a poller goes on for ever when the cancel after a client timeout does not end the request. */
  readonly zombiePoller: boolean;
}

const NO_RETRY: Backoff = { baseUs: 0, factor: 1, capUs: 0, jitter: 0 };

export const SDK_MODELS: Readonly<Record<Sdk, SdkModel>> = {
  // @fal-ai/client 1.10: 4 requests, 0.5 s doubling to 15 s, ±25 % after the cap.
  js: {
    runAttempts: 4,
    runBackoff: { baseUs: 500 * US_PER_MS, factor: 2, capUs: 15 * US_PER_SECOND, jitter: 0.25 },
    retriesOn: new Set([429, 502, 503, 504]),
    pollEveryUs: 500 * US_PER_MS,
    sendsTimeoutAsStartTimeout: false,
    zombiePoller: false,
  },
  // fal-client 1.0: 10 requests, 0.1 s doubling, x0.5 to x1.5 and then capped at 30 s. JSON 503s are not tried again.
  python: {
    runAttempts: 10,
    runBackoff: { baseUs: 100 * US_PER_MS, factor: 2, capUs: 30 * US_PER_SECOND, jitter: 0.5, capFirst: false },
    retriesOn: new Set([408, 409, 429]),
    pollEveryUs: 100 * US_PER_MS,
    sendsTimeoutAsStartTimeout: true,
    zombiePoller: true,
  },
  // The same with a cap of 10 s, and no poller outlives its call.
  'python-async': {
    runAttempts: 10,
    runBackoff: { baseUs: 100 * US_PER_MS, factor: 2, capUs: 10 * US_PER_SECOND, jitter: 0.5, capFirst: false },
    retriesOn: new Set([408, 409, 429]),
    pollEveryUs: 100 * US_PER_MS,
    sendsTimeoutAsStartTimeout: true,
    zombiePoller: false,
  },
  // A plain HTTP caller that reads the answer and stops.
  none: {
    runAttempts: 1,
    runBackoff: NO_RETRY,
    retriesOn: new Set(),
    pollEveryUs: US_PER_SECOND,
    sendsTimeoutAsStartTimeout: false,
    zombiePoller: false,
  },
};
