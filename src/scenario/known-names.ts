import { nearest } from '../core/nearest-name.js';
import { Doubts } from './doubts.js';
import { type ScenarioPath, showValue } from './problems.js';
import type { Complain } from './resolve-arrivals.js';
import type { AccountSpec, EndpointSpec, KeyRef } from './types.js';

const ACCOUNTS: ScenarioPath = ['platform', 'accounts'];
const ENDPOINTS: ScenarioPath = ['platform', 'endpoints'];

/**
 * What the names of a scenario may stand for. A name that stands for nothing is complained about, unless it may be one of
 * those that could not be read.
 */
export class KnownNames {
  constructor(
    private readonly accounts: readonly Pick<AccountSpec, 'id' | 'keys'>[],
    private readonly endpoints: readonly Pick<EndpointSpec, 'id'>[],
    private readonly traceBringsAccounts: boolean,
    private readonly complain: Complain,
    private readonly doubts = new Doubts(),
  ) {}

  /** `acme/old`, or `acme` where the account has one key, or nothing where there is one key in all. */
  key(ref: string | undefined, path: ScenarioPath): KeyRef {
    const all = this.accounts.flatMap((account) => account.keys.map((key) => ({ account: account.id, key })));
    const [only] = all;
    if (ref === undefined && all.length === 1 && only !== undefined) return only;
    const found = all.filter(({ account, key }) => ref === `${account}/${key}` || (ref === account && this.keysOf(account).length === 1));
    const [match] = found;
    if (match !== undefined) return match;
    if (!this.mayBeUnreadKey(ref)) this.complainAboutKey(ref, path);
    return { account: '', key: '' };
  }

  /** A key that is named without its account. */
  keyOf(account: string, key: string | undefined, path: ScenarioPath): string | undefined {
    // Of an account that nobody knows no key is known either, and the account is complained about already.
    if (key !== undefined && this.accounts.some(({ id }) => id === account)) this.key(`${account}/${key}`, path);
    return key;
  }

  account(id: string, path: ScenarioPath): string {
    const known = this.accounts.map((account) => account.id);
    if (!known.includes(id) && !this.mayBeUnreadAccount()) this.complain(path, `expected the id of an account${among(id, known)}, got ${showValue(id)}`);
    return id;
  }

  endpoint(id: string | undefined, path: ScenarioPath, aboutName = false): string {
    const known = this.endpoints.map((endpoint) => endpoint.id);
    const [only] = known;
    if (id === undefined && known.length === 1 && only !== undefined) return only;
    if ((id === undefined || !known.includes(id)) && !this.doubts.touchesAny(ENDPOINTS, known.length, ['id'])) {
      this.complain(path, `expected the id of an endpoint${among(id, known)}, got ${showValue(id)}`, aboutName);
    }
    return id ?? '';
  }

  private complainAboutKey(ref: string | undefined, path: ScenarioPath): void {
    const known = this.readAccounts().flatMap(({ id, keys }) => keys.map((key) => `${id}/${key}`));
    if (this.traceBringsAccounts && known.length === 0)
      this.complain(path, 'expected a key as account/key, but the accounts of a trace are not known before it is read; name one under platform.accounts');
    else this.complain(path, `expected a key as account/key${among(ref, known)}, got ${showValue(ref)}`);
  }

  private mayBeUnreadAccount(): boolean {
    return this.doubts.touchesAny(ACCOUNTS, this.accounts.length, ['id']);
  }

  private mayBeUnreadKey(ref: string | undefined): boolean {
    if (ref === undefined) return this.doubts.touchesAny(ACCOUNTS, this.accounts.length, ['id', 'keys']);
    const owner = this.accounts.findIndex(({ id }) => ref === id || ref.startsWith(`${id}/`));
    return owner < 0 ? this.mayBeUnreadAccount() : this.doubts.touches([...ACCOUNTS, owner, 'keys']) || this.doubts.touches([...ACCOUNTS, owner, 'id']);
  }

  /** Those whose names mean something. */
  private readAccounts(): readonly Pick<AccountSpec, 'id' | 'keys'>[] {
    return this.accounts.filter((_, n) => !this.doubts.touches([...ACCOUNTS, n, 'id']) && !this.doubts.touches([...ACCOUNTS, n, 'keys']));
  }

  private keysOf(id: string): readonly string[] {
    return this.accounts.find((account) => account.id === id)?.keys ?? [];
  }
}

function among(came: string | undefined, known: readonly string[]): string {
  const near = came === undefined ? undefined : nearest(came, known);
  if (near !== undefined) return ` (did you mean "${near}"?)`;
  return known.length === 0 ? ' (the platform has none)' : ` (known: ${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''})`;
}
