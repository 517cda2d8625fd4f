import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DEEPEST_JSON, nestsDeeperThan } from '../../protocol/nesting.js';
import { plainProblem } from '../../protocol/problem.js';
import { inFamilyOf, WireError } from './wire-error.js';

/** JSON is the only body that is read unless a group of routes says otherwise. An empty one is none: clients send `PUT …/cancel` that way. */
export function acceptJsonOnly(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parseJsonBody);
}

function parseJsonBody(request: FastifyRequest, text: string, done: (error: Error | null, body?: unknown) => void): void {
  let body: unknown;
  try {
    body = readJson(text);
  } catch (error) {
    const { status, body: said } = error as WireError;
    done(WireError.of(inFamilyOf(request, plainProblem(status, String(said['detail'])), 'validation_error')));
    return;
  }
  done(null, body);
}

/** @returns undefined for an empty text @throws WireError 400 for what is no JSON, or too deep */
export function readJson(text: string): unknown {
  if (text === '') return undefined;
  const body = parsed(text);
  if (nestsDeeperThan(text, DEEPEST_JSON)) throw WireError.of(plainProblem(400, `Request body nests deeper than ${DEEPEST_JSON} levels`));
  return body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw WireError.of(plainProblem(400, `Request body is not valid JSON: ${(error as Error).message.slice(0, 120)}`));
  }
}
