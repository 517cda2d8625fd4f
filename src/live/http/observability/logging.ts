import type { FastifyReply, FastifyRequest } from 'fastify';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Where lines go: a stream of pino's. */
export interface LogStream {
  write(line: string): void;
}

/** What carries a key, a token, or a way into somebody's page. */
const SECRET_PARAMETERS = /([?&](?:fal_jwt_token|ticket|token|signature)=)[^&#]*/gi;
const REDACTED = '[redacted]';
const SECRET_PATHS = [
  'headers.authorization',
  'headers.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
  'key',
  'credentials',
];

/** An address as it may stand in a log. */
export function loggedUrl(url: string): string {
  return url.replace(SECRET_PARAMETERS, `$1${REDACTED}`);
}

/**
 * For fastify's `logger`: JSON lines with `request_id`, without keys. Whatever is logged about a request, its headers and
 * body are not in it.
 * @param stream where the lines go
 */
export function loggerOptions(level: LogLevel, stream: LogStream) {
  return {
    level,
    stream,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_PATHS, censor: REDACTED },
    serializers: {
      req: (request: Pick<FastifyRequest, 'id' | 'method' | 'url'>) => ({ request_id: request.id, method: request.method, url: loggedUrl(request.url) }),
      res: (reply: Pick<FastifyReply, 'statusCode'>) => ({ status: reply.statusCode }),
    },
  };
}

/** One line a request, when its answer is out. */
export function logAnswer(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  request.log.info(
    {
      request_id: reply.getHeader('x-fal-request-id') ?? request.id,
      method: request.method,
      url: loggedUrl(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    },
    'answered',
  );
  done();
}
