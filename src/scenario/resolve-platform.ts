import { US_PER_MINUTE } from '../core/time.js';
import { resolveLaw } from './resolve-laws.js';
import type { ParsedScenario } from './schema.js';
import type { AccountSpec, EndpointSpec } from './types.js';

type ParsedEndpoint = ParsedScenario['platform']['endpoints'][number];
type ParsedAccount = NonNullable<ParsedScenario['platform']['accounts']>[number];

const DEFAULT_KEY = 'key';

export function resolveAccount(account: ParsedAccount): AccountSpec {
  return {
    id: account.id,
    limit: account.limit,
    keys: account.keys ?? [DEFAULT_KEY],
    invoices: (account.invoices ?? []).map((invoice) => ({ atUs: invoice.at, usd: invoice.usd })),
    endpointLimits: account.endpointLimits ?? {},
  };
}

/** @param defaultSource where the default price comes from */
export function resolveEndpoint(endpoint: ParsedEndpoint, defaultPriceUsd: number, defaultSource: string): EndpointSpec {
  return {
    id: endpoint.id,
    owner: endpoint.owner,
    service: resolveLaw(endpoint.service),
    failureProbability: endpoint.failureProbability,
    requestTimeoutUs: endpoint.requestTimeout,
    ...resolveRunners(endpoint.runners),
    limit: endpoint.limit,
    priceUsd: endpoint.priceUsd ?? defaultPriceUsd,
    priceSource: endpoint.priceUsd === undefined ? defaultSource : 'the scenario',
  };
}

function resolveRunners(runners: ParsedEndpoint['runners']): Pick<EndpointSpec, 'runners' | 'coldStart'> {
  const unlimited = { min: 0, max: Number.POSITIVE_INFINITY, coldStartUs: 0, keepAliveUs: Number.POSITIVE_INFINITY, multiplexing: 1 };
  if (runners === undefined || runners === 'unlimited') return { runners: unlimited };
  if (typeof runners === 'number') return { runners: { ...unlimited, min: runners, max: runners } };
  const { min = 0, max = 'unlimited', coldStart = 0, multiplexing = 1 } = runners;
  const pool = {
    min,
    max: max === 'unlimited' ? Number.POSITIVE_INFINITY : max,
    coldStartUs: typeof coldStart === 'number' ? coldStart : 0,
    // fal's default for an app: a runner without work ends after a minute.
    keepAliveUs: runners.keepAlive ?? US_PER_MINUTE,
    multiplexing,
  };
  return { runners: pool, coldStart: typeof coldStart === 'number' ? undefined : resolveLaw(coldStart) };
}
