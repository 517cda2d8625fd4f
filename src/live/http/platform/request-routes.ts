import { z } from 'zod';
import type { LiveRequest } from '../../world/live-request.js';
import { ACCOUNT_QUERY, accountOf } from './account-of.js';
import { conflict, invalid, notFound } from './errors.js';
import { operation } from './operation.js';
import { payloadBytes, requestSchema, STATUS_FILTERS, statusOf, wireRequest } from './request-views.js';
import { IDEMPOTENCY_HEADERS, PAGE_END, PAGE_QUERY, type PlatformRoutes, type PlatformTools } from './tools.js';

/** How many requests one call looks at, so that a filter that lets nothing through stays cheap. The cursor goes on from there. */
const MOST_LOOKED_AT = 1_000;
/** Payloads of a page together; the page ends there, and the cursor goes on. */
const MOST_PAGE_BYTES = 16 * 1024 * 1024;
const LONGEST_ID = 300;

const filters = {
  ...PAGE_QUERY,
  ...ACCOUNT_QUERY,
  status: z.enum(STATUS_FILTERS).optional(),
  start: z.string().max(40).optional().describe('Sent at or after: ISO 8601.'),
  end: z.string().max(40).optional().describe('Sent before: ISO 8601.'),
  expand: z.enum(['payloads']).optional().describe('`payloads`: with input and output, where they are kept.'),
};
const byEndpointQuery = z.object({ endpoint_id: z.string().min(1).max(LONGEST_ID), request_id: z.string().max(100).optional(), ...filters });
const searchQuery = z.object({
  endpoint_id: z.string().min(1).max(LONGEST_ID).optional(),
  request_id: z.string().max(100).optional(),
  key_id: z.string().max(200).optional(),
  tag: z.string().max(400).optional().describe('`name=value` of X-Fal-Tags.'),
  ...filters,
});
type Search = z.output<typeof searchQuery>;

const idParams = z.object({ request_id: z.string().min(1).max(100) });
const pageSchema = z.object({ items: z.array(requestSchema), ...PAGE_END });
const deletedSchema = z.object({ cdn_delete_results: z.array(z.object({ link: z.string(), exception: z.string().nullable() })) });

/** An account's requests, the newest first. */
export const requestRoutes: PlatformRoutes = (app, tools) => {
  const { world } = tools;

  for (const [path, schema] of [
    ['/v1/models/requests/by-endpoint', BY_ENDPOINT],
    ['/v1/models/requests/search', SEARCH],
  ] as const) {
    app.get(path, { schema }, (request) => {
      const account = accountOf(request, tools.authenticate(request), world);
      return search(account, request.query as Search, tools);
    });
  }

  app.delete('/v1/models/requests/:request_id/payloads', { schema: DELETE_PAYLOADS }, (request) => {
    const account = accountOf(request, tools.authorise(request, 'ADMIN'), world);
    const { request_id } = request.params as z.output<typeof idParams>;
    const found = world.find(request_id);
    if (found === undefined || found.account !== account) throw notFound('request');
    if (found.state !== 'COMPLETED') throw conflict('expected a request that has ended: its payload is still needed. Cancel it first.');
    world.forgetPayload(found);
    return { cdn_delete_results: [] };
  });
};

const BY_ENDPOINT = operation({
  summary: 'List requests of one endpoint',
  tag: 'Requests',
  query: byEndpointQuery,
  success: [200, pageSchema],
  refusals: [404],
});

const SEARCH = operation({
  summary: 'Search requests',
  description: 'Those that have not ended are listed too, which fal does not do.',
  tag: 'Requests',
  query: searchQuery,
  success: [200, pageSchema],
  refusals: [404],
});

const DELETE_PAYLOADS = operation({
  summary: 'Delete the input and output of a request',
  description: 'Generated pictures are made anew from their address and kept nowhere, so no file is listed.',
  tag: 'Requests',
  params: idParams,
  query: z.object(ACCOUNT_QUERY),
  headers: IDEMPOTENCY_HEADERS,
  success: [200, deletedSchema],
  refusals: [403, 404, 409],
});

function search(account: string, query: Search, tools: PlatformTools): z.output<typeof pageSchema> {
  const filter = new RequestFilter(query, tools);
  const looked = tools.world.requestsOf(account, { endpoint: query.endpoint_id, limit: MOST_LOOKED_AT, before: query.cursor });
  const withPayloads = query.expand === 'payloads';
  const items: LiveRequest[] = [];
  let bytes = 0;
  let last: LiveRequest | undefined;
  for (const request of looked) {
    if (items.length === query.limit) break;
    const isWanted = filter.matches(request);
    if (isWanted && withPayloads) bytes += payloadBytes(request);
    if (bytes > MOST_PAGE_BYTES && items.length > 0) break;
    last = request;
    if (isWanted) items.push(request);
  }
  const hasMore = last !== undefined && (last !== looked.at(-1) || looked.length === MOST_LOOKED_AT);
  return { items: items.map((one) => wireRequest(one, withPayloads, tools)), next_cursor: hasMore && last ? last.id : null, has_more: hasMore };
}

class RequestFilter {
  private readonly fromMs: number;
  private readonly untilMs: number;

  constructor(
    private readonly query: Search,
    private readonly tools: PlatformTools,
  ) {
    this.fromMs = instant('start', query.start) ?? Number.NEGATIVE_INFINITY;
    this.untilMs = instant('end', query.end) ?? Number.POSITIVE_INFINITY;
  }

  matches(request: LiveRequest): boolean {
    const { status, request_id, key_id, tag } = this.query;
    if (request_id !== undefined && request.id !== request_id) return false;
    if (key_id !== undefined && request.keyId !== key_id) return false;
    if (status !== undefined && statusOf(request) !== status) return false;
    if (tag !== undefined && !hasTag(request, tag)) return false;
    const sentMs = this.tools.world.clock.toMs(request.submittedUs);
    return sentMs >= this.fromMs && sentMs < this.untilMs;
  }
}

function hasTag({ tags }: LiveRequest, tag: string): boolean {
  return Object.entries(tags).some(([name, value]) => `${name}=${value}` === tag);
}

/** @throws WireError for what is no date */
function instant(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw invalid(`expected ${name} as a date such as 2026-11-22 or 2026-11-22T16:00:00Z`);
  return ms;
}
