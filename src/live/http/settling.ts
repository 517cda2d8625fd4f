import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { infrastructureProblem, type Problem } from '../../protocol/problem.js';
import { NexaError } from '../nexa/nexa-error.js';
import { PAGE_HEADERS } from '../pages/layout.js';
import { renderMessage } from '../pages/plain-pages.js';
import type { LiveWorld } from '../world/live-world.js';
import { inFamilyOf, JSON_TYPE } from './wire-error.js';

const NOT_WRITTEN = 'What has happened cannot be written now, so nothing is told of it. Try again later';
/** These say nothing of the platform. */
const TELL_NOTHING: ReadonlySet<string> = new Set(['/healthz', '/openapi.json']);
/** Headers of an answer that is not given; the others belong to the connection, or to every answer. */
const KEPT_HEADERS: ReadonlySet<string> = new Set(['connection', 'x-fal-request-id']);

/** Nobody may hear of what is not on disk yet, whichever route tells it: every answer waits for that. Streams and the fast lane do so by themselves. */
export function tellOnlyWhatIsWritten(app: FastifyInstance, world: Pick<LiveWorld, 'ledger' | 'settled'>): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!world.ledger.isDirty || request.method === 'OPTIONS' || TELL_NOTHING.has(pathOf(request.url))) done();
    else
      void world.settled().then(
        () => done(),
        (error: unknown) => done(null, insteadOf(payload, error, request, reply)),
      );
  });
}

/** What is answered while what has happened cannot be written, as JSON. The cause names a folder: it is for the log. */
export function notWritten(url: string): Problem {
  const problem = infrastructureProblem('internal_error', NOT_WRITTEN);
  return inFamilyOf({ url }, { ...problem, status: 503 }, 'server_error');
}

/** Another answer in the place of one that may not be given. @returns its body */
function insteadOf(payload: unknown, error: unknown, request: FastifyRequest, reply: FastifyReply): string {
  request.log.error({ err: error }, 'what has happened cannot be written');
  if (isStream(payload)) payload.destroy();
  for (const name of Object.keys(reply.getHeaders())) if (!KEPT_HEADERS.has(name)) reply.removeHeader(name);
  reply.code(503);
  const path = pathOf(request.url);
  if (isPage(path)) {
    reply.headers(PAGE_HEADERS);
    return renderMessage('Not now', `${NOT_WRITTEN}.`, undefined);
  }
  reply.header('content-type', JSON_TYPE);
  if (path.startsWith('/nexa/')) return JSON.stringify(new NexaError(503, 'not_written', NOT_WRITTEN).body);
  const { body, headers } = notWritten(request.url);
  reply.headers(headers);
  return JSON.stringify(body);
}

function isStream(payload: unknown): payload is { destroy(): void } {
  return typeof (payload as { destroy?: unknown } | null | undefined)?.destroy === 'function';
}

const PAGES = /^\/(?:concurrency|status|sign-in|sign-out)(?:\/|$)/;

function isPage(path: string): boolean {
  return PAGES.test(path);
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] as string;
}
