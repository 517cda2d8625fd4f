import type { Account } from '../../core/accounts.js';
import { Outcome } from '../../core/history.js';
import { SELF_SERVE_MAX, tierLimit } from '../../core/tiers.js';
import type { PlatformSpec } from '../../scenario/types.js';
import type { Stage } from '../../sim/stage.js';
import type { Ledger } from '../store/ledger.js';
import type { EndpointBook } from './endpoint-book.js';
import type { AccountUsage } from './live-world.js';
import type { RequestRecord } from './request-record.js';

/** What is kept of each account beside its slots: locks, money, and what of its usage is on disk. */
export class AccountBook {
  private readonly locks = new Map<string, string>();
  private readonly queued = new Map<string, number>();
  private readonly spentUsd = new Map<string, number>();
  /** Accounts whose peak may have grown. */
  private readonly used = new Set<string>();
  private readonly spenders = new Set<string>();
  private isInDoubt = false;
  /** By account and day: the peak that the ledger has. */
  private readonly written = new Map<string, Map<number, number>>();

  constructor(
    private readonly stage: Stage,
    private readonly ledger: Ledger,
    private readonly pricePerRequestUsd: number,
  ) {}

  lockOf(account: string): string | undefined {
    return this.locks.get(account);
  }

  /** @param reason undefined: unlocks */
  lock(account: string, reason: string | undefined): void {
    if (reason === undefined) this.locks.delete(account);
    else this.locks.set(account, reason);
    this.changed(account);
  }

  /** Its limit, its invoices or its lock. */
  changed(account: string): void {
    this.writeTerms(account);
  }

  /** A step may have changed the terms of any. */
  doubtAll(): void {
    this.isInDoubt = true;
  }

  /** What a step has changed goes to the ledger. @returns whether there was a step */
  settleDoubts(): boolean {
    if (!this.isInDoubt) return false;
    this.isInDoubt = false;
    for (const { name } of this.stage.platform.accounts) this.writeTerms(name);
    return true;
  }

  /** What it had spent before a restart. */
  restoreSpent(account: string, usd: number): void {
    this.spentUsd.set(account, usd);
  }

  /** One more of its requests waits, or one less. */
  waits(account: string, change: 1 | -1): void {
    this.queued.set(account, (this.queued.get(account) ?? 0) + change);
  }

  /** It has taken a slot. */
  touched(account: string): void {
    this.used.add(account);
  }

  ended({ account, book }: RequestRecord, outcome: Outcome): void {
    if (outcome !== Outcome.ok || book.owner === account) return;
    this.used.add(account);
    this.spenders.add(account);
    this.spentUsd.set(account, (this.spentUsd.get(account) ?? 0) + (book.priceUsd > 0 ? book.priceUsd : this.pricePerRequestUsd));
  }

  /** Hands the ledger what of the usage it does not have yet. */
  write(): void {
    for (const name of this.used) {
      for (const { day, peak } of this.stage.account(name).usage.noted()) this.writeDay(name, day, peak);
    }
    for (const name of this.spenders) this.writeTerms(name);
    this.used.clear();
    this.spenders.clear();
  }

  usageOf(name: string, platform: PlatformSpec, books: readonly EndpointBook[]): AccountUsage {
    const account = this.stage.account(name);
    const page = account.page();
    const endpointLimits = books.flatMap((book) => {
      const scope = account.endpointScope(this.stage.endpoint(book.name));
      return scope === null ? [] : [{ endpoint: book.name, limit: scope.limit, live: scope.inUse }];
    });
    return {
      account: name,
      limit: page.limit,
      tier: tierText(page.limit, page.paidUsd, account.contractLimit, platform),
      paidUsd: page.paidUsd,
      live: page.live,
      peak: page.peak,
      days: page.days,
      queued: this.queued.get(name) ?? 0,
      endpointLimits,
      lockedBecause: this.locks.get(name),
      canRelease: platform.policy.selfService,
      spentUsd: this.spentUsd.get(name) ?? 0,
    };
  }

  private limitsOf(account: Account): [string, number][] {
    if (account.limitedEndpoints.length === 0) return [];
    return this.stage.platform.endpoints.flatMap((endpoint): [string, number][] => {
      const scope = account.endpointScope(endpoint);
      return scope === null ? [] : [[endpoint.name, scope.limit]];
    });
  }

  private writeDay(name: string, day: number, peak: number): void {
    const known = this.written.get(name);
    if (known?.get(day) === peak) return;
    if (known === undefined) this.written.set(name, new Map([[day, peak]]));
    else known.set(day, peak);
    this.ledger.usage({ account: name, day, peak });
    this.spenders.add(name);
  }

  private writeTerms(name: string): void {
    const account = this.stage.account(name);
    this.ledger.account({
      name,
      limit: account.contractLimit ?? null,
      locked: this.locks.get(name) ?? null,
      invoices: JSON.stringify(account.paidInvoices),
      peak: account.usage.peak,
      endpointLimits: JSON.stringify(Object.fromEntries(this.limitsOf(account))),
      spentUsd: this.spentUsd.get(name) ?? 0,
    });
  }
}

function tierText(limit: number, paidUsd: number, contract: number | undefined, { tiers, tiersAreIllustrative }: PlatformSpec): string {
  const bought = paidUsd > 0 ? tierLimit(tiers, paidUsd) : 0;
  if (contract !== undefined && contract >= bought) return limit > SELF_SERVE_MAX ? 'by contract' : 'set by hand';
  return `tier ${limit}${tiersAreIllustrative ? ' (illustrative amounts)' : ''}`;
}
