/**
 * `k6/x/slotstorm`: a client of fal's API that keeps fal's retry rules and measures logical requests. See docs/xk6.md.
 * Times that scripts give or read are the server's: with `speed: 10` a second passes in 100 ms.
 */
declare module 'k6/x/slotstorm' {
  /** `js`: @fal-ai/client. `python`, `python-async`: fal-client. `none`: a plain HTTP caller that never tries again. */
  export type Sdk = 'js' | 'python' | 'python-async' | 'none';

  export interface ClientSettings {
    /** Of an emulator: `http://127.0.0.1:8080`. Its services are at /queue, /run and /v1, unless told otherwise below. */
    readonly url?: string;
    /** `https://queue.fal.run`, say. */
    readonly queueUrl?: string;
    readonly runUrl?: string;
    /** The platform API, `/v1` included. */
    readonly apiUrl?: string;
    /** `id:secret`. Without it, requests carry none. */
    readonly key?: string;
    /** How many times as fast as the wall clock the server's time passes. 1 unless told. */
    readonly speed?: number;
    /** `js` unless told. */
    readonly sdk?: Sdk;
    /** How long one HTTP exchange may take, s of wall time. 300 unless told. */
    readonly httpTimeout?: number;
  }

  /** What a scenario drew for a call: an emulator does just that. */
  export interface Hint {
    /** When the call was to begin, µs of the run. 0 unless told. */
    readonly calledUs?: number;
    /** How long its work takes, µs. */
    readonly serviceUs: number;
    readonly end?: 'ok' | 'failed' | 'timed-out';
    readonly isRepeat?: boolean;
  }

  export interface CallOptions {
    /** Seconds after which work that has not begun is dropped. */
    readonly startTimeout?: number;
    /** Seconds after which the client gives up and cancels. */
    readonly clientTimeout?: number;
    /** Seconds after which the client cancels, unless work has begun. */
    readonly patience?: number;
    readonly hint?: Hint;
    /** When the call was to begin, ms as `Date.now()` gives them. Latencies count from here: now unless told. */
    readonly plannedAt?: number;
    readonly priority?: 'normal' | 'low';
    readonly headers?: Readonly<Record<string, string>>;
    /** Of all metrics of this call. */
    readonly tags?: Readonly<Record<string, string | number | boolean>>;
  }

  export type Outcome = 'open' | 'ok' | 'failed' | 'start_timeout' | 'cancelled' | 'revoked' | 'gave_up' | 'unauthorized';

  /** A logical request. */
  export interface Call {
    readonly mode: 'submit' | 'subscribe' | 'run';
    readonly endpoint: string;
    /** What the server calls it; '' before it was accepted. */
    readonly id: string;
    /** `open` until the client has seen its end. */
    readonly outcome: Outcome;
    readonly ok: boolean;
    readonly accepted: boolean;
    /** HTTP requests that handed its work in, and answers 429 among them. */
    readonly attempts: number;
    readonly refusals: number;
    readonly polls: number;
    /** Times that its work was seen in progress and then in the queue again. */
    readonly requeues: number;
    /** Of the last answer; 0: there was none. */
    readonly httpStatus: number;
    readonly body: string;
    /** What went wrong, for people; '' where nothing did. */
    readonly trouble: string;
    /** From its planned time to the first sign of work, ms; null: none was seen. */
    readonly queueMs: number | null;
    /** ms; null: not known. */
    readonly runMs: number | null;
    /** From its planned time to its end, ms; null: it is open. */
    readonly elapsedMs: number | null;
  }

  export interface Status {
    /** '': the answer held none. */
    readonly status: 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' | '';
    /** -1: not said. */
    readonly queuePosition: number;
    readonly httpStatus: number;
    readonly error: string;
    readonly errorType: string;
    /** s; null: not said. */
    readonly inferenceTime: number | null;
  }

  export interface Slots {
    readonly account: string;
    readonly limit: number;
    readonly inUse: number;
    /** Held by no live work. */
    readonly leaked: number;
    readonly queued: number;
  }

  /** All methods block their virtual user. They throw on mistakes of the script; what the server does is in what they return. */
  export class Client {
    constructor(settings: ClientSettings);
    /** Hands a request in. */
    submit(endpoint: string, input?: object, options?: CallOptions): Call;
    /** Asks for the status once. The first poll that sees the end settles the call. */
    poll(call: Call): Status;
    /** Polls until the request is over, and fetches its result into `call.body`. */
    follow(call: Call): Call;
    /** Fetches the result. */
    result(call: Call): Call;
    /** @returns 202 where the queue will cancel, 400 where the request was over already, 0 without an answer */
    cancel(call: Call): number;
    /** `submit` and `follow` in one. */
    subscribe(endpoint: string, input?: object, options?: CallOptions): Call;
    /** A direct call. */
    run(endpoint: string, input?: object, options?: CallOptions): Call;
    /**
     * Waits for pollers that go on after their caller has given up (`sdk: 'python'`). They end with their virtual user at the
     * latest, counted or not.
     */
    settle(): void;
    /**
     * Looks at an account's slots and notes them in the gauges `slots_in_use` and `slots_leaked`. Emulator only.
     * @param options `account`: for an operator's key; else the key's own
     * @throws where the target has no such operation, or refuses
     */
    slots(options?: { readonly account?: string }): Slots;
  }

  /** How an SDK behaves where the platform feels it. */
  export interface SdkRules {
    readonly runAttempts: number;
    readonly runBaseMs: number;
    readonly runCapMs: number;
    /** 0.25: ±25 %. */
    readonly runJitter: number;
    /** Whether a delay that was cut at the cap still varies. */
    readonly runCapFirst: boolean;
    readonly retriesOn: readonly number[];
    readonly pollEveryMs: number;
    readonly sendsTimeoutAsStartTimeout: boolean;
    readonly zombiePoller: boolean;
  }

  export function sdkRules(sdk: Sdk): SdkRules;
}
