import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { WireError } from '../http/wire-error.js';

/** What is said of an error by type, in the words that such APIs share. */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
};

/** An answer that is no success, in the shape that OpenAI's clients read. */
export class NexaError extends Error {
  override readonly name = 'NexaError';

  /** @param code for programs @param message for people: what was expected, what came, what to do */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly param: string | null = null,
  ) {
    super(message);
  }

  get body(): Readonly<Record<string, unknown>> {
    const type = TYPES[this.status] ?? (this.status >= 500 ? 'server_error' : 'invalid_request_error');
    return { error: { message: this.message, type, code: this.code, param: this.param } };
  }
}

/** Turns whatever a route under `/nexa` threw into that shape. */
export function sendNexaError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const said = error instanceof NexaError ? error : translated(error);
  if (said.status === 500) request.log.error({ err: error }, 'a request failed');
  reply.code(said.status).send(said.body);
}

function translated(error: unknown): NexaError {
  if (error instanceof WireError) return new NexaError(error.status, error.status === 401 ? 'invalid_api_key' : 'bad_request', wordsOf(error));
  const { statusCode = 500, validation, message = 'Bad request' } = error as Partial<FastifyError>;
  if (validation !== undefined) return new NexaError(400, 'invalid_input', message, fieldIn(validation[0]?.instancePath));
  if (statusCode >= 400 && statusCode < 500) return new NexaError(statusCode, 'bad_request', message);
  return new NexaError(500, 'internal_error', 'Internal Server Error');
}

function wordsOf({ body }: WireError): string {
  const { detail } = body;
  return typeof detail === 'string' ? detail : JSON.stringify(body);
}

function fieldIn(path: string | undefined): string | null {
  return path === undefined || path === '' ? null : path.slice(1).replaceAll('/', '.');
}
