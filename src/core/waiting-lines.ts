import type { Account } from './accounts.js';
import type { Endpoint } from './endpoints.js';
import type { Scope } from './limiter.js';
import { CallMode, NONE, type Request, type RequestPool } from './requests.js';
import type { Runner } from './runners.js';

/** A runner for somebody who has not waited for one: null while others do. */
export function freeRunner(endpoint: Endpoint, wish = NONE): Runner | null {
  return endpoint.line.first === null ? endpoint.runners.available(wish) : null;
}

/**
 * Whether a request of low priority lets another one by: of its account, for the same endpoint, waiting, and not low. Lines
 * are in that order already; who sleeps asks, whenever it wakes up. O(open requests), for requests of low priority only.
 */
export function standsBack(request: Request, requests: RequestPool): boolean {
  const goesFirst = (other: Request): boolean =>
    other.isQueued &&
    other.account === request.account &&
    other.endpoint === request.endpoint &&
    !other.isLow &&
    other.mode === CallMode.queue &&
    !other.forgotten;
  return requests.someOpen(goesFirst);
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
