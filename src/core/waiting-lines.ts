import type { Account } from './accounts.js';
import type { Endpoint } from './endpoints.js';
import type { Scope } from './limiter.js';
import type { Request } from './requests.js';
import type { Runner } from './runners.js';

/** A runner for somebody who has not waited for one: null while others do. */
export function freeRunner(endpoint: Endpoint): Runner | null {
  return endpoint.line.first === null ? endpoint.runners.available() : null;
}

/** The scope in whose line a newcomer must stand behind others, or null. */
export function lineAhead(request: Request): Scope | null {
  const { scope } = request.account;
  if (scope.line.first !== null) return scope;
  const endpointScope = request.account.endpointScope(request.endpoint);
  return endpointScope !== null && endpointScope.line.first !== null ? endpointScope : null;
}

/** Among those who wait for the account's limit, or for a per-endpoint limit that has room by now. */
export function longestWaiting(account: Account): Request | null {
  let longest = account.scope.line.first;
  for (const scope of account.limitedEndpoints) {
    const { first } = scope.line;
    if (first !== null && scope.hasRoom && (longest === null || first.ordinal < longest.ordinal)) longest = first;
  }
  return longest;
}

/** The same for those who came last. */
export function shortestWaiting(account: Account): Request | null {
  let shortest = account.scope.line.last;
  for (const scope of account.limitedEndpoints) {
    const { last } = scope.line;
    if (last !== null && scope.hasRoom && (shortest === null || last.ordinal > shortest.ordinal)) shortest = last;
  }
  return shortest;
}

export function hasLine(account: Account): boolean {
  return account.scope.line.first !== null || account.limitedEndpoints.some((scope) => scope.line.first !== null);
}
