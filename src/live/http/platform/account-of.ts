import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '../../world/keys.js';
import type { LiveWorld } from '../../world/live-world.js';
import { invalid, notFound } from './errors.js';

/** The operator belongs to no account, so it says whose things it means. */
export const ACCOUNT_QUERY = {
  account: z.string().max(200).optional().describe('Whose. Only the operator says it; for others it is the account of their key.'),
};

/** The account that a call is about. Another one than the key's own is answered like an unknown one. */
export function accountOf(request: FastifyRequest, caller: Caller, world: LiveWorld): string {
  const { account } = request.query as { account?: string };
  if (caller.scope !== 'OPERATOR') {
    if (account === undefined || account === caller.account) return caller.account;
    throw notFound('account');
  }
  if (account === undefined) throw invalid('expected ?account=…, for the operator belongs to none, got nothing');
  if (!world.accounts().includes(account)) throw notFound('account');
  return account;
}
