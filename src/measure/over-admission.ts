import type { ScopeTrace } from './traces.js';

/**
 * How much work of a scope runs beyond what the limit allows. Work that was admitted before a limit was lowered is
 * allowed to end: the allowance sinks with it until it meets the new limit.
 * @returns by how much the scope's excess has changed
 */
export function updateExcess(scope: ScopeTrace): number {
  const { running, limit } = scope;
  if (running <= limit && scope.allowance === limit && scope.excess === 0) return 0;
  scope.allowance = Math.max(limit, Math.min(scope.allowance, running));
  const before = scope.excess;
  scope.excess = Math.max(0, running - scope.allowance);
  return scope.excess - before;
}
