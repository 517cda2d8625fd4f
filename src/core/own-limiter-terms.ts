/** Names one grant. A limiter may use a token again once that grant has ended. */
export type Token = string | number;

/** A request asks for a slot in all of its scopes at once. */
export interface SlotAsk {
  /** `req-12`: the same whenever this request asks. */
  readonly request: string;
  /** Which attempt of the request it is, from 1. Who asks again because the answer was lost is the same attempt. */
  readonly attempt: number;
  /** The account's scope, then the account's on the endpoint. A scope without a limit is unlimited, and counts all the same. */
  readonly scopes: readonly string[];
  /** ms since the run began, with fractions; never less than the last time. */
  readonly nowMs: number;
}

/**
 * A limiter of one's own, as it decides in the simulator under all faults: what it believes stands beside what physically
 * runs. Every call answers at once; time is passed in; what it remembers it keeps in itself, for each run gets a new one.
 */
export interface SlotLimiter {
  /** @returns a token that names the grant, or null: no room */
  acquire(ask: SlotAsk): Token | null;
  /** The holder is still at work. @returns false: there is no such grant (any more) */
  renew(token: Token, nowMs: number): boolean;
  /** The slot is given back; this may be said twice, late, or after the grant has run out. @returns whether this call ended a grant */
  release(token: Token, nowMs: number): boolean;
  /** @returns the grants that have run out since the last call, each named once. Asked before every acquire, renew and release, and every `reapEvery` */
  reap(nowMs: number): readonly Token[];
  /** A limit is set or changed. Nobody is evicted. */
  setLimit(scope: string, limit: number, nowMs: number): void;
  /** @returns what admission compares with the scope's limit */
  inUse(scope: string): number;
  /** Optional: a copy of everything, as a store would be copied. Without it a store comes back empty. */
  snapshot?(): unknown;
  /** Optional, with `snapshot`: called on a new limiter; from now on it is what the copy was. A copy may be restored more than once. */
  restore?(copy: unknown, nowMs: number): void;
}

/** What the policy says of leases. */
export interface LimiterTerms {
  /** A grant that was not renewed for this long has run out; undefined: grants never run out. */
  readonly ttlMs: number | undefined;
}

/** Makes the limiter of one run: the default export of a limiter's module. */
export type LimiterFactory = (terms: LimiterTerms) => SlotLimiter;

/** Told before and after each call of a limiter, so that somebody outside can see which one never comes back. */
export interface CallWatch {
  /** @param call its number in the run, from 1 */
  begin(call: number): void;
  end(): void;
  /** The call that never came back when this run was tried before; 0: none. It is not made again, but reported. */
  readonly stuckAt: number;
}

/** Where the limiter of a run comes from. */
export interface LimiterSource {
  /** Its module, for messages. */
  readonly file: string;
  readonly make: LimiterFactory;
  readonly watch?: CallWatch | undefined;
}

/** The same run again, and the limiter has decided otherwise: what it knows is not in it, or not in the calls. */
export function unsteady(file: string, seed: number): LimiterError {
  const expected = 'expected the same answers to the same calls in every run: no chance, no clock, nothing kept outside of the limiter';
  return new LimiterError(`${file}: it has decided otherwise when seed ${seed} was run again; ${expected}`);
}

/** A limiter of one's own has thrown, or has answered what no limiter may answer. */
export class LimiterError extends Error {
  override readonly name = 'LimiterError';

  /** @param isEndless a call of it never comes back */
  constructor(
    message: string,
    readonly isEndless = false,
  ) {
    super(message);
  }
}
