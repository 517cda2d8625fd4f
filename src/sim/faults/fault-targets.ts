import { limitFrom } from '../../core/accounts.js';
import { paidInWindowUsd } from '../../core/tiers.js';
import type { LinkName, MessageName } from '../../core/topology.js';
import type { KeyRef, Scenario } from '../../scenario/types.js';
import { LINK_NAMES, linkOf, MESSAGE_NAMES } from '../../scenario/vocabulary.js';

/** A limit that a scenario sets: an account's own, or one on an endpoint. */
export interface LimitTarget {
  readonly account: string;
  /** undefined: the account's own. */
  readonly endpoint: string | undefined;
  readonly limit: number;
}

/** Messages that only leases send. */
const LEASE_MESSAGES: readonly MessageName[] = ['expired', 'renew', 'renewed'];

/** What a scenario has that faults can hit. What comes with a trace is not known before it is read, and not among it. */
export class FaultTargets {
  readonly accounts: readonly string[];
  readonly keys: readonly KeyRef[];
  readonly endpoints: readonly string[];
  readonly limits: readonly LimitTarget[];
  /** Accounts whose results go to a webhook receiver. */
  readonly webhooks: readonly string[];
  readonly messages: readonly MessageName[];
  readonly links: readonly LinkName[];
  /** How long a lease lasts that nobody renews; undefined: there are none. */
  readonly leaseUs: number | undefined;

  constructor(private readonly scenario: Scenario) {
    const { accounts, endpoints, policy } = scenario.platform;
    this.accounts = accounts.map(({ id }) => id);
    this.keys = accounts.flatMap(({ id, keys }) => keys.map((key) => ({ account: id, key })));
    this.endpoints = endpoints.map(({ id }) => id);
    this.limits = [...this.ownLimits(), ...this.endpointLimits()];
    this.webhooks = this.accounts.filter((id) => scenario.workload.some(({ webhook, as }) => webhook === true && as?.account === id));
    this.leaseUs = policy.lease?.ttlUs;
    this.messages = MESSAGE_NAMES.filter((message) => policy.lease !== undefined || !LEASE_MESSAGES.includes(message));
    this.links = LINK_NAMES.filter((link) => this.messages.some((message) => linkOf(message) === link));
  }

  /** The limit that holds at `atUs` as far as the scenario's own steps decide it. */
  limitAt({ account, endpoint, limit }: LimitTarget, atUs: number): number {
    let inForce = limit;
    let sinceUs = -1;
    for (const step of this.scenario.steps) {
      if (step.do !== 'set-limit' || step.account !== account || step.endpoint !== endpoint) continue;
      if (step.atUs > atUs || step.atUs < sinceUs) continue;
      inForce = step.limit;
      sinceUs = step.atUs;
    }
    return inForce;
  }

  private ownLimits(): LimitTarget[] {
    const { accounts, tiers } = this.scenario.platform;
    // A limit that money raises during the run is left alone: nobody could put it back as it was.
    const raised = new Set(this.scenario.steps.map((step) => (step.do === 'invoice-paid' ? step.account : undefined)));
    const others = accounts.filter(({ id }) => !raised.has(id));
    return others.map(({ id, limit, invoices }) => ({ account: id, endpoint: undefined, limit: limitFrom(limit, paidInWindowUsd(invoices, 0), tiers) }));
  }

  private endpointLimits(): LimitTarget[] {
    const { accounts, endpoints } = this.scenario.platform;
    return accounts.flatMap((account) =>
      endpoints.flatMap((endpoint): LimitTarget[] => {
        const limit = account.endpointLimits[endpoint.id] ?? endpoint.limit;
        return limit === undefined ? [] : [{ account: account.id, endpoint: endpoint.id, limit }];
      }),
    );
  }
}
