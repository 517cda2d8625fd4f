import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { TooManyKeys } from '../../world/key-book.js';
import type { KeyView, NewKey } from '../../world/keys.js';
import { ACCOUNT_QUERY, accountOf } from './account-of.js';
import { conflict } from './errors.js';
import { operation } from './operation.js';
import { IDEMPOTENCY_HEADERS, PAGE_END, PAGE_QUERY, type PlatformRoutes, type PlatformTools, pageOf, timestamp } from './tools.js';

const listQuery = z.object({ ...PAGE_QUERY, ...ACCOUNT_QUERY });
const accountQuery = z.object(ACCOUNT_QUERY);
const newKey = z.object({
  alias: z.string().min(1).max(255).describe('A name for people.'),
  scope: z.enum(['API', 'ADMIN']).default('API').describe('What the key may do. fal’s platform API makes API keys only; its command line makes both.'),
});
const keyParams = z.object({ key_id: z.string().min(1).max(200) });

const keySchema = z.object({ key_id: z.string(), alias: z.string(), scope: z.string(), created_at: z.string() });
const createdSchema = z.object({ key_id: z.string(), key_secret: z.string(), key: z.string() });

/** Keys of an account: list, create, revoke. */
export const keyRoutes: PlatformRoutes = (app, tools) => {
  const { world } = tools;

  app.get('/v1/keys', { schema: LIST }, (request) => {
    const account = administered(request, tools);
    const { limit, cursor } = request.query as z.output<typeof listQuery>;
    const active = world.keys.list(account).filter((key) => key.revokedUs === undefined);
    const { items, ...end } = pageOf(active, limit, cursor);
    return { keys: items.map((key) => wireKey(key, tools)), ...end };
  });

  app.post('/v1/keys', { schema: CREATE }, (request, reply) => {
    const account = administered(request, tools);
    const { alias, scope } = request.body as z.output<typeof newKey>;
    const { id, credentials } = created(() => world.keys.create(account, alias, scope));
    return reply.code(201).send({ key_id: id, key_secret: credentials.slice(id.length + 1), key: credentials });
  });

  app.delete('/v1/keys/:key_id', { schema: DELETE }, (request, reply) => {
    const account = administered(request, tools);
    const { key_id } = request.params as z.output<typeof keyParams>;
    // An unknown key and one that is revoked already are as good as revoked: fal answers 204 for them too.
    world.keys.revoke(account, key_id);
    return reply.code(204).send();
  });
};

const LIST = operation({
  summary: 'List API keys',
  tag: 'Keys',
  query: listQuery,
  success: [200, z.object({ keys: z.array(keySchema), ...PAGE_END })],
  refusals: [403, 404],
});

const CREATE = operation({
  summary: 'Create an API key',
  description: 'The secret is shown this once.',
  tag: 'Keys',
  query: accountQuery,
  body: newKey,
  success: [201, createdSchema],
  refusals: [403, 404, 409],
});

const DELETE = operation({
  summary: 'Revoke an API key',
  description: 'For good. Answers 204 for an unknown key too, so it may be repeated. What becomes of its requests is the policy’s decision (`onRevoke`).',
  tag: 'Keys',
  params: keyParams,
  query: accountQuery,
  headers: IDEMPOTENCY_HEADERS,
  success: [204, null],
  refusals: [403, 404],
});

/** @throws WireError 409 where the account has all the keys that it may have */
function created(create: () => NewKey): NewKey {
  try {
    return create();
  } catch (error) {
    throw error instanceof TooManyKeys ? conflict(`${error.message}: revoke one first`) : error;
  }
}

function administered(request: FastifyRequest, tools: PlatformTools): string {
  return accountOf(request, tools.authorise(request, 'ADMIN'), tools.world);
}

function wireKey(key: KeyView, tools: PlatformTools): z.output<typeof keySchema> {
  return { key_id: key.id, alias: key.alias, scope: key.scope, created_at: timestamp(tools, key.createdUs) };
}
