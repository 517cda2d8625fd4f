import type { WorkEnd } from '../../core/requests.js';
import type { Call, StepSpec } from '../../scenario/types.js';

/** What a caller hands in, as numbers and names that mean the same in every run. Times in µs; null: none, or Infinity. */
export interface SubmitInput {
  readonly op: 'submit' | 'call';
  /** Names the request from now on; never used twice. */
  readonly handle: number;
  /** The key's number on the platform. */
  readonly key: number;
  readonly endpoint: string;
  /** null: until `finish`. */
  readonly serviceUs: number | null;
  readonly end: WorkEnd;
  readonly startTimeoutUs: number | null;
  readonly low: boolean;
  /** The runner that is liked best; -1: any. */
  readonly runner: number;
  readonly attemptsBefore: number;
  readonly retriesAfterError: number | null;
  readonly retriesAfterTimeout: number | null;
  /** What a load generator said of the call that the request belongs to; undefined: it is a call of its own. */
  readonly call?: { readonly mode: Call; readonly calledUs: number; readonly isRepeat: boolean } | undefined;
}

/**
 * Everything that can be done to the platform from outside. A live run is its scenario, its seed, and the list of these with
 * their times: the same list gives the same history.
 */
export type LiveInput =
  | SubmitInput
  | { readonly op: 'cancel' | 'disconnect'; readonly handle: number }
  | { readonly op: 'finish'; readonly handle: number; readonly attempt: number; readonly end: WorkEnd }
  | { readonly op: 'open-key'; readonly account: string; readonly name: string }
  | { readonly op: 'revoke-key' | 'restore-revoked'; readonly key: number }
  | { readonly op: 'open-endpoint'; readonly endpoint: string }
  | { readonly op: 'set-limit'; readonly account: string; readonly limit: number; readonly endpoint: string | null }
  | { readonly op: 'pay-invoice'; readonly account: string; readonly usd: number }
  | { readonly op: 'release-slot'; readonly lease: number; readonly token: number }
  | { readonly op: 'release-stuck'; readonly account: string }
  | { readonly op: 'restore-usage'; readonly account: string; readonly days: readonly { readonly day: number; readonly peak: number }[]; readonly peak: number }
  | { readonly op: 'step'; readonly step: StepSpec }
  | { /** A step of the scenario itself, from 0. */ readonly op: 'scripted-step'; readonly index: number };

/** Keeps what was done, for `slotstorm replay --inputs`. */
export interface InputLog {
  /** @param atUs virtual µs */
  note(atUs: number, input: LiveInput): void;
}
