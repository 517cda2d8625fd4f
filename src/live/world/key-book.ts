import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '../../core/accounts.js';
import type { Ledger, StoredKey } from '../store/ledger.js';
import type { Caller, KeyRing, KeyScope, KeyView, NewKey } from './keys.js';

/** What a key does to the platform. */
export interface KeyHost {
  nowUs(): number;
  /** Opens a key on the platform. */
  openKey(account: string, name: string): ApiKey;
  /** The owner revokes it. What that does to its requests is the platform's business. */
  revokeKey(key: ApiKey): void;
}

interface KeyEntry {
  readonly stored: StoredKey;
  readonly hash: Buffer;
  readonly caller: Caller;
  /** undefined: the operator's, and those revoked before the platform was opened again. */
  readonly key: ApiKey | undefined;
  revokedUs: number | undefined;
}

interface Token {
  readonly entry: KeyEntry;
  readonly apps: readonly string[];
  readonly untilUs: number;
}

const MOST_TOKENS = 10_000;
const MOST_KEYS = 1000;
const MOST_REVOKED = 1000;

/** All keys, by id. Of a secret only the hash is kept. */
export class KeyBook implements KeyRing {
  private readonly entries = new Map<string, KeyEntry>();
  private readonly byKey = new Map<ApiKey, KeyEntry>();
  private readonly tokens = new Map<string, Token>();
  private readonly listeners = new Set<(keyId: string) => void>();

  constructor(
    private readonly host: KeyHost,
    private readonly ledger: Ledger,
  ) {}

  /** A key that was there before: its secret is not known here. */
  restore(stored: StoredKey, key: ApiKey | undefined): void {
    this.add(stored, key);
  }

  /** Whether these are the credentials of a key that was there before. @throws Error where they are not, without repeating them */
  confirm(stored: StoredKey, credentials: string): void {
    const [id, secret] = splitCredentials(credentials);
    if (id === stored.id && hashOf(secret).toString('hex') === stored.secretHash) return;
    throw new KeyConflict(`the data folder knows the key ${stored.account}/${stored.name} with other credentials: give those, or name another folder`);
  }

  /** @param credentials `id:secret`; undefined: drawn now @returns the credentials */
  open(account: string, name: string, scope: KeyScope, key: ApiKey | undefined, credentials?: string, isScripted = true): string {
    const [id, secret] = credentials === undefined ? [newId(), newSecret()] : splitCredentials(credentials);
    const stored: StoredKey = {
      id,
      account,
      name,
      scope,
      secretHash: hashOf(secret).toString('hex'),
      createdUs: this.host.nowUs(),
      revokedUs: null,
      isScripted,
    };
    this.add(stored, key);
    // The operator is whoever starts the program: there is nothing to remember.
    if (scope !== 'OPERATOR') this.ledger.key(stored);
    return `${id}:${secret}`;
  }

  authenticate(credentials: string): Caller | undefined {
    const colon = credentials.indexOf(':');
    const entry = colon < 0 ? undefined : this.entries.get(credentials.slice(0, colon));
    // The hash is computed whether the id is known or not, so that time tells nothing.
    const isRight = timingSafeEqual(hashOf(credentials.slice(colon + 1)), entry?.hash ?? NO_HASH);
    return entry !== undefined && isRight && isAccepted(entry) ? entry.caller : undefined;
  }

  issueToken(caller: Caller, apps: readonly string[], forSeconds: number): string {
    const entry = this.entries.get(caller.keyId);
    if (entry === undefined) throw new Error('a token was asked for by a key that is not known');
    if (this.tokens.size >= MOST_TOKENS) this.dropExpired();
    if (this.tokens.size >= MOST_TOKENS) this.tokens.delete(this.tokens.keys().next().value as string);
    const token = randomBytes(32).toString('base64url');
    this.tokens.set(token, { entry, apps, untilUs: this.host.nowUs() + forSeconds * 1_000_000 });
    return token;
  }

  authenticateToken(text: string, app: string): Caller | undefined {
    const token = this.tokens.get(text);
    if (token === undefined || token.untilUs <= this.host.nowUs() || !isAccepted(token.entry)) return undefined;
    // No app, and no alias of one: a scope of the emulator's own.
    if (app.includes(':')) return token.apps.includes(app) ? token.entry.caller : undefined;
    // Clients name an app by its alias alone.
    const alias = app.slice(app.lastIndexOf('/') + 1);
    const isMeant = token.apps.length === 0 || token.apps.includes(app) || token.apps.includes(alias);
    return isMeant ? token.entry.caller : undefined;
  }

  list(account: string): readonly KeyView[] {
    return [...this.entries.values()].filter((entry) => entry.stored.account === account).map((entry) => viewOf(entry));
  }

  create(account: string, alias: string, scope: KeyScope): NewKey {
    const ofAccount = [...this.entries.values()].filter((entry) => entry.stored.account === account);
    if (ofAccount.filter((entry) => entry.revokedUs === undefined).length >= MOST_KEYS) throw new TooManyKeys();
    this.forgetRevoked(ofAccount);
    const name = this.freeName(account, alias);
    const key = this.host.openKey(account, name);
    const credentials = this.open(account, alias, scope, key, undefined, false);
    const entry = this.byKey.get(key) as KeyEntry;
    return { ...viewOf(entry), credentials };
  }

  revoke(account: string, keyId: string): boolean {
    const entry = this.entries.get(keyId);
    if (entry === undefined || entry.stored.account !== account) return false;
    if (entry.key !== undefined && entry.revokedUs === undefined) this.host.revokeKey(entry.key);
    return true;
  }

  onRevoked(listener: (keyId: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A key was revoked, by whatever way. */
  noteRevoked(key: ApiKey): void {
    const entry = this.byKey.get(key);
    if (entry === undefined || entry.revokedUs !== undefined) return;
    entry.revokedUs = this.host.nowUs();
    this.ledger.key({ ...entry.stored, revokedUs: entry.revokedUs });
  }

  /** Gateways do not accept it any more. */
  tellRefused(key: ApiKey): void {
    const entry = this.byKey.get(key);
    if (entry === undefined) return;
    for (const listener of [...this.listeners]) listener(entry.stored.id);
  }

  idOf(key: ApiKey): string {
    return this.byKey.get(key)?.stored.id ?? '';
  }

  /** The platform's key behind an id; undefined: the operator's, not known, or revoked before this start. */
  keyOf(keyId: string): ApiKey | undefined {
    return this.entries.get(keyId)?.key;
  }

  private add(stored: StoredKey, key: ApiKey | undefined): void {
    if (this.entries.has(stored.id)) throw new KeyConflict(`two keys have the id ${stored.id}: give each an id of its own`);
    const caller: Caller = { account: stored.account, keyId: stored.id, scope: stored.scope };
    const entry: KeyEntry = { stored, hash: Buffer.from(stored.secretHash, 'hex'), caller, key, revokedUs: stored.revokedUs ?? undefined };
    this.entries.set(stored.id, entry);
    if (key !== undefined) this.byKey.set(key, entry);
  }

  /** A revoked key is remembered for its owner's sake, but not for ever. */
  private forgetRevoked(ofAccount: readonly KeyEntry[]): void {
    const revoked = ofAccount.filter((entry) => entry.revokedUs !== undefined && entry.key?.accepted !== true);
    for (const { stored, key } of revoked.slice(0, Math.max(0, revoked.length - MOST_REVOKED))) {
      this.entries.delete(stored.id);
      if (key !== undefined) this.byKey.delete(key);
    }
  }

  /** A name that no other key of the account has on the platform: aliases may come twice. */
  freeName(account: string, alias: string): string {
    const names = new Set([...this.entries.values()].filter((entry) => entry.stored.account === account).map((entry) => entry.key?.name));
    let name = alias;
    for (let n = 2; names.has(name); n++) name = `${alias} ${n}`;
    return name;
  }

  private dropExpired(): void {
    const nowUs = this.host.nowUs();
    for (const [text, { untilUs }] of this.tokens) if (untilUs <= nowUs) this.tokens.delete(text);
  }
}

/** An account has as many keys as it may have. */
export class TooManyKeys extends Error {
  constructor() {
    super(`an account has at most ${MOST_KEYS} keys`);
  }
}

/** Credentials that do not fit together. Names no secret. */
export class KeyConflict extends Error {
  override readonly name = 'KeyConflict';
}

/** Credentials that were written by hand. @throws Error that says what is wrong with them, without repeating them */
export function splitCredentials(credentials: string): [id: string, secret: string] {
  const match = /^([A-Za-z0-9._-]{1,128}):([\x21-\x7e]{8,256})$/.exec(credentials);
  if (match === null) throw new Error('expected credentials such as my-key:at-least-8-characters (id, colon, secret)');
  return [match[1] as string, match[2] as string];
}

const NO_HASH = Buffer.alloc(32);

function isAccepted({ key, revokedUs }: KeyEntry): boolean {
  return key === undefined ? revokedUs === undefined : key.accepted;
}

function viewOf({ stored, revokedUs }: KeyEntry): KeyView {
  return { id: stored.id, alias: stored.name, scope: stored.scope, createdUs: stored.createdUs, revokedUs };
}

function hashOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

function newId(): string {
  return randomBytes(9).toString('base64url').replaceAll('-', 'a').replaceAll('_', 'b');
}

function newSecret(): string {
  return randomBytes(16).toString('hex');
}
