import type { Caller, KeyRing, KeyScope, KeyView, NewKey } from '../../src/live/world/keys.js';

interface FakeKey extends NewKey {
  readonly account: string;
}

/** Keys in plain text: only tests may. */
export class FakeKeyRing implements KeyRing {
  readonly #keys = new Map<string, FakeKey>();
  readonly #tokens = new Map<string, { readonly caller: Caller; readonly apps: readonly string[] }>();
  readonly #listeners = new Set<(keyId: string) => void>();

  constructor() {
    this.#add('acme', 'acme', 'API');
    this.#add('acme-admin', 'acme', 'ADMIN');
    this.#add('other', 'other', 'API');
    this.#add('operator', '', 'OPERATOR');
  }

  authenticate(credentials: string): Caller | undefined {
    const key = this.#keys.get(credentials);
    return key === undefined || key.revokedUs !== undefined ? undefined : { account: key.account, keyId: key.id, scope: key.scope };
  }

  issueToken(caller: Caller, apps: readonly string[], _forSeconds: number): string {
    const token = `token-${this.#tokens.size}`;
    this.#tokens.set(token, { caller, apps });
    return token;
  }

  authenticateToken(token: string, app: string): Caller | undefined {
    const found = this.#tokens.get(token);
    return found?.apps.includes(app) === true ? found.caller : undefined;
  }

  list(account: string): readonly KeyView[] {
    return [...this.#keys.values()].filter((key) => key.account === account);
  }

  create(account: string, alias: string, scope: KeyScope): NewKey {
    return this.#add(`${alias}-${this.#keys.size}`, account, scope);
  }

  revoke(account: string, keyId: string): boolean {
    const key = this.list(account).find(({ id }) => id === keyId) as FakeKey | undefined;
    if (key === undefined) return false;
    this.#keys.set(key.credentials, { ...key, revokedUs: 1 });
    for (const listener of [...this.#listeners]) listener(keyId);
    return true;
  }

  onRevoked(listener: (keyId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  #add(id: string, account: string, scope: KeyScope): FakeKey {
    const key: FakeKey = { id, account, alias: id, scope, createdUs: 0, revokedUs: undefined, credentials: `${id}:secret` };
    this.#keys.set(key.credentials, key);
    return key;
  }
}
