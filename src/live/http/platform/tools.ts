import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HttpContext } from '../context.js';
import type { IdempotentAnswers } from './idempotent-answers.js';

/** What every group of the platform API's routes is given. */
export interface PlatformTools extends HttpContext {
  readonly answers: IdempotentAnswers;
}

export type PlatformRoutes = (app: FastifyInstance, tools: PlatformTools) => void;

/** A virtual instant as the wire writes it: `2026-11-22T16:20:00.000Z`. */
export function timestamp({ world }: HttpContext, us: number): string {
  return new Date(world.clock.toMs(us)).toISOString();
}

/** The name of a day of usage: `2026-11-22`, UTC. */
export function dateOfDay(context: HttpContext, startOfDayUs: number): string {
  return timestamp(context, startOfDayUs).slice(0, 10);
}

const MOST_ON_A_PAGE = 100;
const USUAL_ON_A_PAGE = 50;

/** How callers page through lists. */
export const PAGE_QUERY = {
  limit: z.int().min(1).max(MOST_ON_A_PAGE).default(USUAL_ON_A_PAGE).describe('How many to return at most.'),
  cursor: z.string().max(200).optional().describe('`next_cursor` of the page before.'),
};

export const PAGE_END = { next_cursor: z.string().nullable(), has_more: z.boolean() };

/** A page of a list that is all at hand. The cursor is a place in it. */
export function pageOf<T>(all: readonly T[], limit: number, cursor: string | undefined): { items: T[]; next_cursor: string | null; has_more: boolean } {
  const from = cursor !== undefined && /^\d{1,9}$/.test(cursor) ? Number(cursor) : 0;
  const items = all.slice(from, from + limit);
  const next = from + items.length;
  const hasMore = items.length > 0 && next < all.length;
  return { items, next_cursor: hasMore ? String(next) : null, has_more: hasMore };
}

export const IDEMPOTENCY_HEADERS = z.looseObject({
  'idempotency-key': z.string().min(1).max(255).optional().describe('The same key again within 10 minutes gets the same answer, and nothing is done twice.'),
});

/** Of a request that may carry one. */
export function idempotencyKey(headers: Readonly<Record<string, unknown>>): string | undefined {
  const key = headers['idempotency-key'];
  return typeof key === 'string' ? key : undefined;
}
