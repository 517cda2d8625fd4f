import type { Outcome } from '../core/history.js';

/** How a call was made: the mode of its flow. */
export type CallMode = 'submit' | 'subscribe' | 'run';

/**
 * What a client saw of one call, told once: when the call is over, or when the run is. Times in virtual µs since the load
 * began. Everything in it was seen from outside: nothing comes from the platform's own books.
 */
export interface CallRecord {
  readonly account: string;
  readonly key: string;
  readonly endpoint: string;
  readonly mode: CallMode;
  /** When the schedule wanted it. Latencies count from here, so that a client that came late hides nothing. */
  readonly plannedUs: number;
  /** When its first byte was handed to the socket; at least `plannedUs`. */
  readonly sentUs: number;
  /** Until the first HTTP answer of the call, from `plannedUs`; undefined: none came. */
  readonly acceptedUs: number | undefined;
  /** HTTP requests that the call made to hand its work in; polls do not count. */
  readonly attempts: number;
  /** Answers 429 among them. */
  readonly refusals: number;
  /** Status requests, or events of a status stream. */
  readonly polls: number;
  /** From `plannedUs` to the first sign that its work had begun; undefined: the client saw none. */
  readonly queueLatencyUs: number | undefined;
  /** From `plannedUs` to the end of the call; undefined: it had none. */
  readonly elapsedUs: number | undefined;
  /** 0: it was open when the run ended, or (`submit`) nobody followed it. */
  readonly outcome: Outcome | 0;
  /** What the server called the request of the last attempt; undefined: it was never accepted. */
  readonly requestId: string | undefined;
  /** For people: the status and the beginning of what the server said, or the socket's error. Never a key. undefined: all went well. */
  readonly trouble: string | undefined;
}

/** Hears what clients see. */
export interface ClientSink {
  calls(records: readonly CallRecord[]): void;
  /** Arrivals that were dropped because `maxVUs` calls of their flow were open. */
  dropped(traffic: Pick<CallRecord, 'account' | 'key' | 'endpoint' | 'mode'>, count: number): void;
  /** Status requests of pollers whose caller had given up. */
  zombiePolls(traffic: Pick<CallRecord, 'account' | 'key' | 'endpoint' | 'mode'>, count: number): void;
}
