import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { signingKeyOf } from '../webhooks/signing-key.js';
import type { HttpContext } from './context.js';
import { jsonSchema } from './schemas.js';

const KeySet = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('OKP'),
      crv: z.literal('Ed25519'),
      x: z.string().describe('base64url'),
      kid: z.string(),
      use: z.literal('sig'),
      alg: z.literal('EdDSA'),
    }),
  ),
});

const JWKS = {
  tags: ['webhooks'],
  summary: 'What signatures of webhooks are checked with',
  description: 'Ed25519. Receivers may keep it for up to 24 hours. Needs no key.',
  response: { 200: { ...jsonSchema(KeySet), description: 'A JSON web key set' } },
};

/** The public half of the key that signs webhooks. */
export async function webhookRoutes(app: FastifyInstance, { world }: HttpContext): Promise<void> {
  const { jwk } = signingKeyOf(world.ledger);
  // Who has seen the key must find it again after a restart.
  if (world.ledger.isDirty) await world.settled();
  app.get('/rest/.well-known/jwks.json', { schema: JWKS }, (_request, reply) => {
    reply.header('cache-control', 'public, max-age=3600').header('access-control-allow-origin', '*');
    return { keys: [jwk] };
  });
}
