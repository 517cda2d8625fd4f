import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HttpContext } from './context.js';
import { detailAnswers, jsonSchema, WITH_KEY } from './schemas.js';
import { speedUp } from './speed-up.js';
import { STORAGE_APP } from './storage.js';
import { JSON_TYPE } from './wire-error.js';

/** How long uploads may go on with one token, s. */
const STORAGE_SECONDS = 3600;
const MOST_SECONDS = 86_400;

const TokenBody = z.object({
  allowed_apps: z.array(z.string().max(300)).max(100).describe('Aliases of apps, as the SDKs send them, or `owner/alias`. None: all apps'),
  token_expiration: z.int().min(1).max(MOST_SECONDS).default(120).describe('Seconds'),
});

const StorageToken = z.object({
  token: z.string(),
  token_type: z.literal('Bearer'),
  base_url: z.string().describe('Uploads go to `{base_url}/files/upload`'),
  expires_at: z.string().describe('ISO 8601'),
});

const TOKEN = {
  tags: ['tokens'],
  summary: 'A short-lived token instead of a key',
  description: 'For what a browser has to put into an address: `?fal_jwt_token=…` of realtime and of streams.',
  security: WITH_KEY,
  body: jsonSchema(TokenBody),
  response: { 200: { type: 'string', description: 'The token' }, ...detailAnswers(400, 401, 413, 415, 422) },
};

const STORAGE_TOKEN = {
  tags: ['tokens'],
  summary: 'A token for uploads',
  description: 'As `fal-client` asks for before it uploads.',
  security: WITH_KEY,
  querystring: { type: 'object', properties: { storage_type: { type: 'string' } } },
  response: { 200: { ...jsonSchema(StorageToken), description: 'The token' }, ...detailAnswers(400, 401, 413, 415) },
};

/** Tokens: what is bound to one account and ends soon. A revoked key takes its tokens with it. */
export function tokenRoutes(app: FastifyInstance, context: HttpContext): void {
  app.post('/rest/tokens', { schema: TOKEN }, (request, reply) => sendToken(context, request, reply));
  app.post('/rest/storage/auth/token', { schema: STORAGE_TOKEN }, (request) => storageToken(context, request));
}

function sendToken({ authenticate, world }: HttpContext, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const caller = authenticate(request);
  const { allowed_apps: apps, token_expiration: seconds } = request.body as z.infer<typeof TokenBody>;
  // A string is sent as it is; the SDKs read JSON.
  return reply.header('content-type', JSON_TYPE).send(JSON.stringify(world.keys.issueToken(caller, apps, seconds * speedUp(world))));
}

function storageToken({ authenticate, publicUrl, world }: HttpContext, request: FastifyRequest): z.infer<typeof StorageToken> {
  const token = world.keys.issueToken(authenticate(request), [STORAGE_APP], STORAGE_SECONDS * speedUp(world));
  return { token, token_type: 'Bearer', base_url: `${publicUrl(request)}/cdn`, expires_at: wallTimeAfter(STORAGE_SECONDS) };
}

/** Clients compare it with their own clock. Python before 3.11 reads no `Z`. */
function wallTimeAfter(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString().replace('Z', '+00:00');
}
