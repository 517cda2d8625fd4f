import { ConcurrencyLimiter } from './limiter.js';
import { NONE } from './requests.js';
import { DEFAULT_LIMIT, type Invoice, paidInWindowUsd, SELF_SERVE_MAX, type Tier, tierLimit } from './tiers.js';
import { UsageHistory, type UsageDay } from './usage.js';

export interface AccountConfig {
  readonly name: string;
  /** A limit agreed by contract or set by hand; without it the paid invoices decide. */
  readonly limit: number | undefined;
  readonly invoices: readonly Invoice[];
  readonly keys: readonly string[];
}

/** What fal's Concurrency page shows of an account (seed 003: "current limit, spending tier, real-time request count, 30-day usage history, peak"). */
export interface ConcurrencyPage {
  readonly limit: number;
  /** The paid sum of the last four weeks that the tier is computed from, US dollars. */
  readonly paidUsd: number;
  readonly live: number;
  readonly peak: number;
  readonly days: readonly UsageDay[];
}

/** Accounts with their keys, limits, invoices and usage. Accounts, keys and endpoints are numbers in order of opening. */
export class AccountBook {
  readonly names: string[] = [];
  readonly keyNames: string[] = [];
  /** By key. */
  readonly accountOfKey: number[] = [];
  /** By key: whether gateways accept it. A revoked key may be accepted for a while (`keyCacheUs`). */
  readonly keyAccepted: boolean[] = [];
  readonly keyRevoked: boolean[] = [];
  /** By account: the limiter's scope. */
  readonly scope: number[] = [];

  private readonly contractLimit: (number | undefined)[] = [];
  private readonly invoices: Invoice[][] = [];
  private readonly usage: UsageHistory[] = [];
  /** By endpoint, then account: the limiter's scope, where a per-endpoint limit applies. */
  private readonly endpointScopes: (number[] | undefined)[] = [];

  constructor(
    private readonly limiter: ConcurrencyLimiter,
    private readonly tiers: readonly Tier[],
  ) {}

  open(config: AccountConfig, nowUs: number): number {
    const account = this.names.push(config.name) - 1;
    this.contractLimit.push(config.limit);
    this.invoices.push([...config.invoices]);
    this.usage.push(new UsageHistory());
    this.scope.push(this.limiter.openScope(this.limitFromMoney(account, nowUs)));
    for (const key of config.keys) {
      this.keyNames.push(key);
      this.accountOfKey.push(account);
      this.keyAccepted.push(true);
      this.keyRevoked.push(false);
    }
    return account;
  }

  /** Sets a per-endpoint limit of one account, on top of the account's own. */
  limitEndpoint(account: number, endpoint: number, limit: number): number {
    let scopes = this.endpointScopes[endpoint];
    if (scopes === undefined) {
      scopes = [];
      this.endpointScopes[endpoint] = scopes;
    }
    const existing = scopes[account] ?? NONE;
    if (existing !== NONE) {
      this.limiter.setLimit(existing, limit);
      return existing;
    }
    while (scopes.length <= account) scopes.push(NONE);
    const scope = this.limiter.openScope(limit);
    scopes[account] = scope;
    return scope;
  }

  /** The scope of a per-endpoint limit, or NONE. */
  endpointScope(account: number, endpoint: number): number {
    const scopes = this.endpointScopes[endpoint];
    return scopes === undefined ? NONE : (scopes[account] ?? NONE);
  }

  addInvoice(account: number, invoice: Invoice): void {
    (this.invoices[account] as Invoice[]).push(invoice);
  }

  setContractLimit(account: number, limit: number): void {
    this.contractLimit[account] = limit;
  }

  paidUsd(account: number, nowUs: number): number {
    return paidInWindowUsd(this.invoices[account] as Invoice[], nowUs);
  }

  /**
   * The limit that contract and money give: a contract above self-service stands; below it paid invoices may raise it.
   */
  limitFromMoney(account: number, nowUs: number): number {
    const contract = this.contractLimit[account];
    if (contract !== undefined && contract > SELF_SERVE_MAX) return contract;
    const paid = this.paidUsd(account, nowUs);
    const bought = paid > 0 ? tierLimit(this.tiers, paid) : 0;
    return Math.max(contract ?? DEFAULT_LIMIT, bought);
  }

  noteUsage(account: number, nowUs: number, live: number): void {
    (this.usage[account] as UsageHistory).note(nowUs, live);
  }

  page(account: number, nowUs: number): ConcurrencyPage {
    const scope = this.scope[account] as number;
    const usage = this.usage[account] as UsageHistory;
    return {
      limit: this.limiter.limit(scope),
      paidUsd: this.paidUsd(account, nowUs),
      live: this.limiter.inUse(scope),
      peak: usage.peak,
      days: usage.days(nowUs),
    };
  }
}
