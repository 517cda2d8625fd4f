import type { Endpoint } from './endpoints.js';
import { type ConcurrencyLimiter, endpointScopeName, type Scope } from './limiter.js';
import { NONE, type Request } from './requests.js';
import { DEFAULT_LIMIT, type Invoice, paidInWindowUsd, type Tier, tierLimit } from './tiers.js';
import { type UsageDay, UsageHistory } from './usage.js';

export interface AccountConfig {
  readonly name: string;
  /** A limit agreed by contract or set by hand; without it the paid invoices decide. */
  readonly limit: number | undefined;
  readonly invoices: readonly Invoice[];
  readonly keys: readonly string[];
}

/** What fal's Concurrency page shows of an account (seed 003: "current limit", "real-time request count", 30-day usage history, "peak"). */
export interface ConcurrencyPage {
  readonly limit: number;
  /** The paid sum of the last four weeks that the tier is computed from, US dollars. */
  readonly paidUsd: number;
  readonly live: number;
  readonly peak: number;
  readonly days: readonly UsageDay[];
}

export class ApiKey {
  /** Whether gateways accept it. A revoked key may be accepted for a while (`keyCacheUs`). */
  accepted = true;
  revoked = false;

  constructor(
    readonly number: number,
    readonly name: string,
    readonly account: Account,
  ) {}
}

/** Keys belong to an account and share its limit. */
export class Account {
  readonly keys: ApiKey[] = [];
  readonly usage: UsageHistory;
  /** By endpoint number: the scope of a per-endpoint limit. */
  private readonly endpointScopes: (Scope | undefined)[] = [];
  /** The same scopes without gaps. */
  readonly limitedEndpoints: Scope[] = [];
  private readonly invoices: Invoice[];
  /** How often it was renamed: whatever is looked up by an earlier name is not found. */
  renames = 0;
  /** Until when its webhook receiver is down, µs. */
  webhookDownUntilUs = 0;
  /** A look at its lines is due (`EventKind.wakeTick`). */
  tickTimer = NONE;
  /** What it is shown as in use, where that is counted apart (`view: own-count`). */
  shownInUse = 0;
  /** Waiters that gave up and still stand in line (`abandonedWaiter: granted`). */
  readonly abandoned: Request[] = [];

  constructor(
    readonly number: number,
    readonly name: string,
    readonly scope: Scope,
    public contractLimit: number | undefined,
    invoices: readonly Invoice[],
    private readonly clock: { readonly nowUs: number },
    timeOfDayUs: number,
  ) {
    this.usage = new UsageHistory(clock, timeOfDayUs);
    this.invoices = [...invoices];
  }

  endpointScope(endpoint: Endpoint): Scope | null {
    return endpoint.number < this.endpointScopes.length ? (this.endpointScopes[endpoint.number] ?? null) : null;
  }

  /** Sets a limit on one endpoint, on top of the account's own. */
  limitEndpoint(endpoint: Endpoint, limit: number, limiter: ConcurrencyLimiter): Scope {
    const existing = this.endpointScope(endpoint);
    if (existing !== null) {
      existing.setLimit(limit);
      return existing;
    }
    while (this.endpointScopes.length <= endpoint.number) this.endpointScopes.push(undefined);
    const scope = limiter.openScope(limit, endpointScopeName(this.name, endpoint.name));
    this.endpointScopes[endpoint.number] = scope;
    this.limitedEndpoints.push(scope);
    return scope;
  }

  get paidInvoices(): readonly Invoice[] {
    return this.invoices;
  }

  addInvoice(invoice: Invoice): void {
    this.invoices.push(invoice);
  }

  /** Paid within the last four weeks. */
  paidUsd(): number {
    return paidInWindowUsd(this.invoices, this.clock.nowUs);
  }

  page(): ConcurrencyPage {
    // Slots that were taken yesterday and are still held count for today too.
    this.usage.note(this.scope.inUse, this.scope.inUse);
    return { limit: this.scope.limit, paidUsd: this.paidUsd(), live: this.scope.inUse, peak: this.usage.peak, days: this.usage.days() };
  }
}

/**
 * The limit that contract and money give: paid invoices may raise a contract's, up to self-service's maximum.
 * @param contract undefined: none
 */
export function limitFrom(contract: number | undefined, paidUsd: number, tiers: readonly Tier[]): number {
  const bought = paidUsd > 0 ? tierLimit(tiers, paidUsd) : 0;
  return Math.max(contract ?? DEFAULT_LIMIT, bought);
}
