import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { infrastructureProblem, invalidInput, type PlatformErrorType, type Problem, plainProblem, platformProblem } from '../../protocol/problem.js';

/** An answer that is no success, in one of fal's families. Thrown by routes; the error handler sends it as it is. */
export class WireError extends Error {
  override readonly name = 'WireError';

  /** @param status HTTP status, 400 and up @param body goes out as JSON @param headers names in lower case */
  constructor(
    readonly status: number,
    readonly body: Readonly<Record<string, unknown>>,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`answered ${status}`);
  }

  static of({ status, body, headers }: Problem): WireError {
    return new WireError(status, body, headers);
  }
}

export const JSON_TYPE = 'application/json; charset=utf-8';

/** Turns whatever was thrown into an answer of a documented shape: never a stack trace, never a 5xx for bad input. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, body, headers } = problemFor(error, request.url);
  // Nothing is wrong with the connection: a body was read to its end, or the rest of one that is too long is read and
  // dropped, within the request timeout. A client that still sends would otherwise be reset before it has read why.
  if (reply.hasHeader('connection') && (status === 413 || request.raw.complete)) reply.removeHeader('connection');
  if (status === 500) request.log.error({ err: error }, 'a request failed');
  reply.code(status).headers(headers).header('content-type', JSON_TYPE).send(JSON.stringify(body));
}

/** What is answered to whatever was thrown. @param url of the request, as it is routed */
export function problemFor(error: unknown, url: string): Problem {
  return error instanceof WireError ? error : problemOf(error as Partial<FastifyError>, { url });
}

function problemOf(error: Partial<FastifyError>, request: Addressed): Problem {
  const status = error.statusCode ?? 500;
  if (status < 400 || status >= 500) return inFamilyOf(request, infrastructureProblem('internal_error', 'Internal Server Error'), 'server_error');
  if (error.validation !== undefined) return validationProblem(error, request);
  return inFamilyOf(request, plainProblem(status, textOf(error)), 'validation_error');
}

/** The framework's texts name its own functions; these say what a caller can do. */
const TEXTS: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'Request body is too large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'Unsupported media type: send application/json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'Request body does not have the length that its header Content-Length says',
};

function textOf({ code = '', message = 'Bad request' }: Partial<FastifyError>): string {
  return TEXTS[code] ?? message;
}

function validationProblem({ validation = [], validationContext = 'body' }: Partial<FastifyError>, request: Addressed): Problem {
  const problems = validation.map(({ instancePath, message, keyword, params }) => ({
    loc: [validationContext === 'querystring' ? 'query' : validationContext, ...instancePath.split('/').slice(1), ...missingPart(params)],
    msg: message ?? 'Input is not valid',
    type: keyword,
  }));
  if (!isPlatformApi(request)) return invalidInput(...problems);
  return platformProblem(400, 'validation_error', problems.map(({ loc, msg }) => `${loc.join('.')}: ${msg}`).join('; '));
}

function missingPart({ missingProperty }: Readonly<Record<string, unknown>>): string[] {
  return typeof missingProperty === 'string' ? [missingProperty] : [];
}

/** The same problem as `api.fal.ai` would word it, if that is who was asked. */
export function inFamilyOf(request: Addressed, problem: Problem, type: PlatformErrorType): Problem {
  if (!isPlatformApi(request)) return problem;
  return { ...platformProblem(problem.status, type, String(problem.body['detail'])), headers: problem.headers };
}

/** By its address it is told whose words an answer takes. */
type Addressed = Pick<FastifyRequest, 'url'>;

function isPlatformApi(request: Addressed): boolean {
  return request.url.startsWith('/v1/');
}
