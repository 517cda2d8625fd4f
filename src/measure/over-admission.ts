import type { AccountTrace } from './slot-truth.js';

/**
 * How much work of an account runs beyond what the limit allows. Work that was admitted before a limit was lowered is
 * allowed to end: the allowance sinks with it until it meets the new limit.
 * @returns by how much the account's excess has changed
 */
export function updateExcess(account: AccountTrace): number {
  const { running, limit } = account.scope;
  if (running <= limit && account.allowance === limit && account.excess === 0) return 0;
  account.allowance = Math.max(limit, Math.min(account.allowance, running));
  const before = account.excess;
  account.excess = Math.max(0, running - account.allowance);
  return account.excess - before;
}
