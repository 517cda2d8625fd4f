/**
 * What a key may do. `API`: call models, and see its account's requests, slots and usage. `ADMIN`: also keys, limits and
 * its own apps' queues. `OPERATOR`: whoever runs the emulator; belongs to no account, and may break things on purpose.
 */
export type KeyScope = 'API' | 'ADMIN' | 'OPERATOR';

/** Who calls. */
export interface Caller {
  /** Its account's name; '' for the operator. */
  readonly account: string;
  readonly keyId: string;
  readonly scope: KeyScope;
}

/** A key as its account may see it. */
export interface KeyView {
  readonly id: string;
  readonly alias: string;
  readonly scope: KeyScope;
  readonly createdUs: number;
  readonly revokedUs: number | undefined;
}

/** A key that has just been made: the only time that its secret is seen. */
export interface NewKey extends KeyView {
  /** `id:secret`, as `FAL_KEY` wants it. */
  readonly credentials: string;
}

/** The keys of all accounts. Secrets are kept as hashes and compared in constant time. */
export interface KeyRing {
  /** @param credentials `id:secret` @returns who that is, or undefined for whatever is not accepted (any more) */
  authenticate(credentials: string): Caller | undefined;
  /** What a browser or a stream may carry in an address instead of a key: bound to one account, for so long. */
  issueToken(caller: Caller, apps: readonly string[], forSeconds: number): string;
  /** @param app `owner/alias` it is used for */
  authenticateToken(token: string, app: string): Caller | undefined;
  list(account: string): readonly KeyView[];
  create(account: string, alias: string, scope: KeyScope): NewKey;
  /** @returns false: no such key in this account */
  revoke(account: string, keyId: string): boolean;
  /** Called when a key is not accepted any more. @returns a function that stops listening */
  onRevoked(listener: (keyId: string) => void): () => void;
}
