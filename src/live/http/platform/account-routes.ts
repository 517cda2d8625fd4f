import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller } from '../../world/keys.js';
import type { AccountUsage } from '../../world/live-world.js';
import { ACCOUNT_QUERY, accountOf } from './account-of.js';
import { concurrencySchema, slotSchema, usageSchema, wireConcurrency, wireSlot, wireUsage } from './account-views.js';
import { conflict, notFound, platformError } from './errors.js';
import { operation } from './operation.js';
import { IDEMPOTENCY_HEADERS, idempotencyKey, type PlatformRoutes, type PlatformTools } from './tools.js';

const NOT_AT_FAL = 'fal has no such operation.';
const MOST_USD = 1_000_000;

const accountQuery = z.object(ACCOUNT_QUERY);
const slotParams = z.object({ slot_id: z.string().min(1).max(200) });
const invoice = z.object({ usd: z.number().positive().max(MOST_USD).describe('What is paid, US dollars.') });
const releasedSchema = z.object({ released: z.int() });

/** What fal shows on its Concurrency page, and what is missing there: slots, their holders, and their release by the owner. */
export const accountRoutes: PlatformRoutes = (app, tools) => {
  const { world } = tools;

  app.get('/v1/account/concurrency', { schema: CONCURRENCY }, (request) => {
    const usage = usageFor(request, tools);
    return wireConcurrency(usage, world.slotsOf(usage.account), tools);
  });

  app.get('/v1/account/usage', { schema: USAGE }, (request) => wireUsage(usageFor(request, tools), tools));

  app.get('/v1/account/slots', { schema: SLOTS }, (request) => {
    const { account, canRelease } = usageFor(request, tools);
    const aliases = new Map(world.keys.list(account).map(({ id, alias }) => [id, alias]));
    return { slots: world.slotsOf(account).map((slot) => wireSlot(slot, aliases, tools)), can_release: canRelease };
  });

  app.delete('/v1/account/slots/:slot_id', { schema: RELEASE_ONE }, (request) => {
    const { slot_id } = request.params as z.output<typeof slotParams>;
    releaseOne(accountFor(request, tools), slot_id, tools);
    return { released: 1 };
  });

  app.post('/v1/account/slots/release', { schema: RELEASE_ALL }, (request) => {
    const { released, offered } = world.releaseStuck(accountFor(request, tools));
    if (!offered) throw notOffered();
    return { released };
  });

  app.post('/v1/account/invoices', { schema: PAY }, (request) => {
    const caller = tools.authorise(request, 'ADMIN');
    const account = accountOf(request, caller, world);
    const { usd } = request.body as z.output<typeof invoice>;
    tools.answers.once(`invoice ${account}`, idempotencyKey(request.headers), () => world.payInvoice(account, usd));
    return wireConcurrency(usageOf(account, tools), world.slotsOf(account), tools);
  });
};

const CONCURRENCY = operation({
  summary: 'Limit, tier, live count, peak and 30-day history',
  description: `${NOT_AT_FAL} Its Concurrency page shows the same.`,
  tag: 'Account',
  query: accountQuery,
  success: [200, concurrencySchema],
  refusals: [404],
});

const USAGE = operation({
  summary: 'Money and slots used',
  description: `${NOT_AT_FAL} Prices are the scenario’s.`,
  tag: 'Account',
  query: accountQuery,
  success: [200, usageSchema],
  refusals: [404],
});

const SLOTS = operation({
  summary: 'List the slots in use: holder, key, age, reason',
  description: NOT_AT_FAL,
  tag: 'Account',
  query: accountQuery,
  success: [200, z.object({ slots: z.array(slotSchema), can_release: z.boolean() })],
  refusals: [404],
});

const RELEASE_ONE = operation({
  summary: 'Release one stuck slot',
  description: `${NOT_AT_FAL} Only a slot whose reason is \`ghost\`, and only where the policy lets accounts do so: else 409.`,
  tag: 'Account',
  params: slotParams,
  query: accountQuery,
  success: [200, releasedSchema],
  refusals: [404, 409],
});

const RELEASE_ALL = operation({
  summary: 'Release all stuck slots',
  description: `${NOT_AT_FAL} 409 where the policy does not let accounts do so.`,
  tag: 'Account',
  query: accountQuery,
  success: [200, releasedSchema],
  refusals: [404, 409],
});

const PAY = operation({
  summary: 'Buy credits',
  description: `${NOT_AT_FAL} Pays an invoice; the limit follows within minutes, as the tiers of the scenario say.`,
  tag: 'Account',
  query: accountQuery,
  headers: IDEMPOTENCY_HEADERS,
  body: invoice,
  success: [200, concurrencySchema],
  refusals: [403, 404],
});

/** @throws WireError when it cannot be released */
export function releaseOne(account: string, slotId: string, { world }: Pick<PlatformTools, 'world'>): void {
  switch (world.releaseSlot(account, slotId)) {
    case 'released':
      return;
    case 'unknown':
      throw notFound('slot');
    case 'not-stuck':
      throw conflict('This slot is not stuck: its request is alive. Cancel the request instead.');
    case 'not-offered':
      throw notOffered();
  }
}

function notOffered(): Error {
  return platformError(409, 'not_implemented', 'This platform does not let accounts release slots (selfService of its policy is off). Ask its operator.');
}

function accountFor(request: FastifyRequest, tools: PlatformTools): string {
  const caller: Caller = tools.authenticate(request);
  return accountOf(request, caller, tools.world);
}

function usageFor(request: FastifyRequest, tools: PlatformTools): AccountUsage {
  return usageOf(accountFor(request, tools), tools);
}

function usageOf(account: string, { world }: PlatformTools): AccountUsage {
  const usage = world.usageOf(account);
  if (usage === undefined) throw notFound('account');
  return usage;
}
