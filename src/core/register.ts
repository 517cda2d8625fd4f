import { Account, type AccountConfig, ApiKey, limitFrom } from './accounts.js';
import type { Dispatcher } from './dispatcher.js';
import { Endpoint, type EndpointConfig } from './endpoints.js';
import { EventKind, eventKey } from './event-keys.js';
import { HistoryKind } from './history.js';
import type { Parts } from './parts.js';
import { NONE } from './requests.js';
import { RunnerPool, RunnerRegistry } from './runners.js';
import type { Tier } from './tiers.js';

/** Who is known to the platform, by number, and the limits that hold for whom. */
export class Register {
  readonly accounts: Account[] = [];
  readonly keys: ApiKey[] = [];
  readonly endpoints: Endpoint[] = [];
  readonly runners = new RunnerRegistry();

  /** @param timeOfDayUs the time of day, UTC, at instant 0 */
  constructor(
    private readonly parts: Parts,
    private readonly dispatcher: Dispatcher,
    private readonly tiers: readonly Tier[],
    private readonly timeOfDayUs: number,
  ) {}

  openAccount(config: AccountConfig): Account {
    const { calendar, limiter } = this.parts;
    const scope = limiter.openScope(0, config.name);
    const account = new Account(this.accounts.length, config.name, scope, config.limit, config.invoices, calendar, this.timeOfDayUs);
    this.accounts.push(account);
    for (const name of config.keys) this.openKey(account, name);
    this.renewLimit(account);
    for (const endpoint of this.endpoints) {
      if (endpoint.limitPerAccount !== undefined) this.setEndpointLimit(account, endpoint, endpoint.limitPerAccount);
    }
    return account;
  }

  openKey(account: Account, name: string): ApiKey {
    const key = new ApiKey(this.keys.length, name, account);
    this.keys.push(key);
    account.keys.push(key);
    return key;
  }

  openEndpoint(config: EndpointConfig): Endpoint {
    const { calendar, history } = this.parts;
    const number = this.endpoints.length;
    const pool = new RunnerPool(number, config.runners, this.runners, calendar, history);
    const endpoint = new Endpoint(number, config.name, config.owner, config.limitPerAccount, pool);
    this.endpoints.push(endpoint);
    pool.open();
    if (config.limitPerAccount !== undefined) {
      for (const account of this.accounts) this.setEndpointLimit(account, endpoint, config.limitPerAccount);
    }
    return endpoint;
  }

  setLimit(account: Account, limit: number): void {
    account.contractLimit = limit;
    this.applyLimit(account, limit);
  }

  setEndpointLimit(account: Account, endpoint: Endpoint, limit: number): void {
    const { limiter, history } = this.parts;
    const isNew = account.endpointScope(endpoint) === null;
    const scope = account.limitEndpoint(endpoint, limit, limiter);
    if (isNew)
      limiter.include(
        scope,
        limiter.liveLeases(account.scope).filter((lease) => lease.request.endpoint === endpoint),
      );
    history.record(HistoryKind.limitSet, account.number, scope.number, limit);
    this.wakeAfterLimit(account);
  }

  payInvoice(account: Account, usd: number): void {
    const { calendar, history, policy } = this.parts;
    account.addInvoice({ atUs: calendar.nowUs, usd });
    history.record(HistoryKind.invoicePaid, account.number, Math.round(account.paidUsd() * 100), 0);
    calendar.scheduleIn(policy.tierDelayUs, eventKey(EventKind.limitEffective, account.number));
  }

  /** What contract and money give holds from now on. */
  renewLimit(account: Account): void {
    this.applyLimit(account, limitFrom(account.contractLimit, account.paidUsd(), this.tiers));
  }

  /** Every account looks at what it has in use: the number it is shown, and the list of its slots. */
  showUsage(): void {
    const { limiter, history, policy } = this.parts;
    const listed = new Array<number>(this.accounts.length).fill(0);
    for (const { request } of limiter.live()) (listed[request.account.number] as number)++;
    for (const account of this.accounts) {
      const live = policy.view === 'admission' ? account.scope.inUse : account.shownInUse;
      history.record(HistoryKind.usageShown, account.number, live, listed[account.number] as number);
    }
  }

  private applyLimit(account: Account, limit: number): void {
    account.scope.setLimit(limit);
    this.parts.history.record(HistoryKind.limitSet, account.number, NONE, limit);
    this.wakeAfterLimit(account);
  }

  private wakeAfterLimit(account: Account): void {
    if (this.parts.policy.wakeOn === 'release-and-raise') this.dispatcher.slotFreed(account);
  }
}
