import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { PAGE_HEADERS } from '../../pages/layout.js';
import { renderMessage } from '../../pages/plain-pages.js';
import { WireError } from '../wire-error.js';

/** What a page cannot do, in words for people. */
export class PageProblem extends Error {
  override readonly name = 'PageProblem';

  constructor(
    readonly status: number,
    readonly title: string,
    readonly text: string,
  ) {
    super(text);
  }
}

/** Errors of pages are pages. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const { status, title, text } = problemOf(error, request);
  reply
    .code(status)
    .headers(PAGE_HEADERS)
    .send(renderMessage(title, text, undefined));
}

function problemOf(error: unknown, request: FastifyRequest): Pick<PageProblem, 'status' | 'title' | 'text'> {
  if (error instanceof PageProblem) return error;
  if (error instanceof WireError) return { status: error.status, title: 'Not now', text: wordsOf(error) };
  const { statusCode = 500, validation } = error as Partial<FastifyError>;
  if (validation !== undefined || (statusCode >= 400 && statusCode < 500))
    return { status: validation === undefined ? statusCode : 400, title: 'Not understood', text: 'This is not what a form of these pages sends.' };
  request.log.error({ err: error }, 'a page failed');
  return { status: 500, title: 'Something broke', text: 'The emulator failed at this. Its log says more.' };
}

function wordsOf({ body }: WireError): string {
  return typeof body['detail'] === 'string' ? body['detail'] : 'The emulator cannot do this now.';
}
