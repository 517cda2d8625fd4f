import type { FastifyReply, FastifyRequest } from 'fastify';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/** Where lines go: a stream of pino's. */
export interface LogStream {
  write(line: string): void;
}

const REDACTED = '[redacted]';
/** The rest of a query may carry a key, a token, the secret of a webhook, or an input: by whatever spelling. */
const SHOWN_PARAMETER = /^(?:logs|limit|cursor|status|start|end|expand|part|endpoint_id|storage_type|fal_max_queue_length)=[\w.:/%~-]{0,100}$/;
const PARAMETER_NAME = /^[\w.-]{1,40}(?==)/;
/** Whoever knows such an address may write or read the file. */
const SECRET_PATH = /^(\/cdn\/(?:uploads|files)\/)[^/]+/;
const SECRET_PATHS = [
  'headers.authorization',
  'headers.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
  'key',
  'credentials',
];

/** An address as it may stand in a log: its path, and of its query only what is known to be harmless. */
export function loggedUrl(url: string): string {
  // The router ends a path at either.
  const end = url.search(/[?#]/);
  const path = loggedPath(end === -1 ? url : url.slice(0, end));
  if (end === -1) return path;
  return `${path}?${url
    .slice(end + 1)
    .split('&')
    .map(loggedParameter)
    .join('&')}`;
}

function loggedPath(path: string): string {
  if (!path.startsWith('/cdn/') && !path.includes('%')) return path;
  try {
    const plain = decodeURIComponent(path);
    return SECRET_PATH.test(plain) ? plain.replace(SECRET_PATH, `$1${REDACTED}`) : path;
  } catch {
    return path.includes('%') ? REDACTED : path;
  }
}

function loggedParameter(text: string): string {
  if (SHOWN_PARAMETER.test(text)) return text;
  const [name] = PARAMETER_NAME.exec(text) ?? [];
  return name === undefined ? REDACTED : `${name}=${REDACTED}`;
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
