import { z } from 'zod';
import type { Caller } from '../../world/keys.js';
import type { EndpointView, LiveWorld } from '../../world/live-world.js';
import { operation } from './operation.js';
import { PAGE_END, PAGE_QUERY, type PlatformRoutes, pageOf } from './tools.js';

const query = z.object({ ...PAGE_QUERY, endpoint_id: z.string().max(300).optional(), q: z.string().max(200).optional().describe('Part of an endpoint’s id.') });
const priceQuery = z.object({ ...PAGE_QUERY, endpoint_id: z.string().max(300).optional() });
const modelSchema = z.object({ endpoint_id: z.string(), metadata: z.object({ display_name: z.string(), status: z.string() }) });
const priceSchema = z.object({ endpoint_id: z.string(), unit_price: z.number(), unit: z.string(), currency: z.string() });

/** An account's newest requests, to tell what it calls. */
const MOST_LOOKED_AT = 1_000;

/** Webhooks come from this machine. */
const WEBHOOK_SOURCES = ['127.0.0.0/8', '::1/128'];

/** What there is to call, and what it costs. */
export const catalogueRoutes: PlatformRoutes = (app, { world, authenticate }) => {
  app.get('/v1/models', { schema: MODELS }, (request) => {
    const known = knownTo(authenticate(request), world);
    const { endpoint_id, q, limit, cursor } = request.query as z.output<typeof query>;
    const found = known.filter(({ endpoint }) => (endpoint_id ?? endpoint) === endpoint && endpoint.includes(q ?? ''));
    const { items, ...end } = pageOf(found, limit, cursor);
    return { models: items.map(wireModel), ...end };
  });

  app.get('/v1/models/pricing', { schema: PRICING }, (request) => {
    const known = knownTo(authenticate(request), world);
    const { endpoint_id, limit, cursor } = request.query as z.output<typeof priceQuery>;
    const found = known.filter(({ endpoint }) => (endpoint_id ?? endpoint) === endpoint);
    const { items, ...end } = pageOf(found, limit, cursor);
    return { prices: items.map(wirePrice), ...end };
  });

  app.get('/v1/meta', { schema: META }, (request) => {
    authenticate(request);
    return { webhook_ip_ranges: WEBHOOK_SOURCES };
  });
};

/** What the scenario names, and what the caller's account calls or owns; what others call is theirs to know. The operator sees all. */
function knownTo({ account, scope }: Caller, world: LiveWorld): readonly EndpointView[] {
  const all = world.endpoints();
  if (scope === 'OPERATOR' || all.every(({ isDeclared }) => isDeclared)) return all;
  const called = new Set(world.requestsOf(account, { limit: MOST_LOOKED_AT }).map(({ endpoint }) => endpoint));
  return all.filter(({ endpoint, isDeclared, ownerAccount }) => isDeclared || ownerAccount === account || called.has(endpoint));
}

const MODELS = operation({
  summary: 'List endpoints',
  description: 'Those of the scenario, and those of which the account’s newest requests are.',
  tag: 'Models',
  query,
  success: [200, z.object({ models: z.array(modelSchema), ...PAGE_END })],
});

const PRICING = operation({
  summary: 'Prices of endpoints',
  description: 'A price a request: an input of the scenario, not a price of fal’s.',
  tag: 'Models',
  query: priceQuery,
  success: [200, z.object({ prices: z.array(priceSchema), ...PAGE_END })],
});

const META = operation({
  summary: 'Where webhooks come from',
  tag: 'Models',
  success: [200, z.object({ webhook_ip_ranges: z.array(z.string()) })],
});

function wireModel({ endpoint }: EndpointView): z.output<typeof modelSchema> {
  return { endpoint_id: endpoint, metadata: { display_name: endpoint.split('/').slice(1).join(' '), status: 'active' } };
}

function wirePrice({ endpoint, priceUsd }: EndpointView): z.output<typeof priceSchema> {
  return { endpoint_id: endpoint, unit_price: priceUsd, unit: 'requests', currency: 'USD' };
}
