import { nearest } from '../core/nearest-name.js';
import { type ScenarioPath, showValue } from './problems.js';
import type { Complain } from './resolve-arrivals.js';
import type { AccountSpec, EndpointSpec, KeyRef } from './types.js';

/** What the names of a scenario may stand for. A name that stands for nothing is complained about. */
export class KnownNames {
  constructor(
    private readonly accounts: readonly Pick<AccountSpec, 'id' | 'keys'>[],
    private readonly endpoints: readonly Pick<EndpointSpec, 'id'>[],
    private readonly traceBringsAccounts: boolean,
    private readonly complain: Complain,
  ) {}

  /** `acme/old`, or `acme` where the account has one key, or nothing where there is one key in all. */
  key(ref: string | undefined, path: ScenarioPath): KeyRef {
    const all = this.accounts.flatMap((account) => account.keys.map((key) => ({ account: account.id, key })));
    const [only] = all;
    if (ref === undefined && all.length === 1 && only !== undefined) return only;
    const found = all.filter(({ account, key }) => ref === `${account}/${key}` || (ref === account && this.keysOf(account).length === 1));
    const [match] = found;
    if (match !== undefined) return match;
    const known = all.map(({ account, key }) => `${account}/${key}`);
    if (this.traceBringsAccounts && known.length === 0)
      this.complain(path, 'expected a key as account/key, but the accounts of a trace are not known before it is read; name one under platform.accounts');
    else this.complain(path, `expected a key as account/key${among(ref, known)}, got ${showValue(ref)}`);
    return { account: '', key: '' };
  }

  /** A key that is named without its account. */
  keyOf(account: string, key: string | undefined, path: ScenarioPath): string | undefined {
    if (key !== undefined) this.key(`${account}/${key}`, path);
    return key;
  }

  account(id: string, path: ScenarioPath): string {
    const known = this.accounts.map((account) => account.id);
    if (!known.includes(id)) this.complain(path, `expected the id of an account${among(id, known)}, got ${showValue(id)}`);
    return id;
  }

  endpoint(id: string | undefined, path: ScenarioPath, aboutName = false): string {
    const known = this.endpoints.map((endpoint) => endpoint.id);
    const [only] = known;
    if (id === undefined && known.length === 1 && only !== undefined) return only;
    if (id === undefined || !known.includes(id)) {
      this.complain(path, `expected the id of an endpoint${among(id, known)}, got ${showValue(id)}`, aboutName);
    }
    return id ?? '';
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
