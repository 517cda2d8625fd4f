import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { contentAnswer, type JsonSchema, jsonSchema } from '../schemas.js';

const FORM_TYPE = 'application/x-www-form-urlencoded';
const MOST_FORM_BYTES = 16 * 1024;

/** Lets the routes of this part read forms. Of fields with the same name the last one counts. */
export function readForms(part: FastifyInstance): void {
  part.addContentTypeParser(FORM_TYPE, { parseAs: 'string', bodyLimit: MOST_FORM_BYTES }, (_request, body, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(body))));
  });
}

const word = z.string().max(2_100).optional();
export const FormBody = z.object({ form_token: word, account: word, slot: word, usd: word, key: word }).partial();
export type FormBody = z.output<typeof FormBody>;

const PAGE = 'text/html';

/** The schema of a page. */
export function pageSchema(summary: string, query?: z.ZodType): JsonSchema {
  return {
    summary,
    description: `${summary}. For people; works without JavaScript.`,
    tags: ['Pages'],
    ...(query && { querystring: jsonSchema(query) }),
    response: { 200: contentAnswer('The page', PAGE), 303: { description: 'Elsewhere', type: 'null' }, ...problems(400, 401, 404) },
  };
}

/** The schema of a form that is sent in. */
export function formSchema(summary: string): JsonSchema {
  return {
    summary,
    description: `${summary}. What a form of the pages sends: needs its session and its token.`,
    tags: ['Pages'],
    consumes: [FORM_TYPE],
    body: jsonSchema(FormBody),
    response: { 303: { description: 'Done: on to the page', type: 'null' }, ...problems(400, 401, 403, 404, 413, 415) },
  };
}

function problems(...codes: readonly number[]): Record<number, JsonSchema> {
  return Object.fromEntries(codes.map((code) => [code, contentAnswer('A page that says why not', PAGE)]));
}
