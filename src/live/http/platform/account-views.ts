import { z } from 'zod';
import { US_PER_DAY, US_PER_SECOND } from '../../../core/time.js';
import type { AccountUsage, SlotView } from '../../world/live-world.js';
import { dateOfDay, type PlatformTools, timestamp } from './tools.js';

/** What an account may know of its slots, as the wire writes it. fal shows this on its Concurrency page only. */

const daySchema = z.object({ date: z.string().describe('UTC.'), peak: z.int().describe('The most slots in use at once.') });

export const concurrencySchema = z.object({
  account: z.string(),
  limit: z.int(),
  tier: z.string().describe('`contract`, or the tier that paid invoices bought.'),
  live: z.int().describe('Slots in use, as admission counts them.'),
  peak: z.int().describe('The most there ever were.'),
  queued: z.int().describe('Requests that wait, all endpoints.'),
  stuck: z.int().describe('Slots held by no live work.'),
  can_release: z.boolean().describe('Whether this platform lets accounts release stuck slots (`selfService` of its policy).'),
  locked_because: z.string().nullable(),
  paid_usd: z.number().describe('Invoices of the last four weeks.'),
  days: z.array(daySchema).describe('The last 30 days, the oldest first.'),
  endpoint_limits: z.array(z.object({ endpoint_id: z.string(), limit: z.int(), live: z.int() })),
});

export function wireConcurrency(usage: AccountUsage, slots: readonly SlotView[], tools: PlatformTools): z.output<typeof concurrencySchema> {
  return {
    account: usage.account,
    limit: usage.limit,
    tier: usage.tier,
    live: usage.live,
    peak: usage.peak,
    queued: usage.queued,
    stuck: slots.filter(({ reason }) => reason === 'ghost').length,
    can_release: usage.canRelease,
    locked_because: usage.lockedBecause ?? null,
    paid_usd: usage.paidUsd,
    days: wireDays(usage, tools),
    endpoint_limits: usage.endpointLimits.map(({ endpoint, limit, live }) => ({ endpoint_id: endpoint, limit, live })),
  };
}

export const slotSchema = z.object({
  slot_id: z.string(),
  request_id: z.string(),
  endpoint_id: z.string(),
  key_id: z.string(),
  key_alias: z.string().nullable(),
  key_revoked: z.boolean(),
  since: z.string(),
  age_seconds: z.number(),
  reason: z.enum(['working', 'booting', 'stopping', 'ghost']).describe('`ghost`: no runner works for it, and nothing is known to end it.'),
  explanation: z.string(),
});

/** @param aliases of the account's keys, by id */
export function wireSlot(slot: SlotView, aliases: ReadonlyMap<string, string>, tools: PlatformTools): z.output<typeof slotSchema> {
  return {
    slot_id: slot.id,
    request_id: slot.requestId,
    endpoint_id: slot.endpoint,
    key_id: slot.keyId,
    key_alias: aliases.get(slot.keyId) ?? null,
    key_revoked: slot.isKeyRevoked,
    since: timestamp(tools, slot.sinceUs),
    age_seconds: slot.ageUs / US_PER_SECOND,
    reason: slot.reason,
    explanation: slot.explanation,
  };
}

export const usageSchema = z.object({
  account: z.string(),
  spent_usd: z.number(),
  paid_usd: z.number().describe('Invoices of the last four weeks.'),
  live: z.int(),
  queued: z.int(),
  peak: z.int(),
  days: z.array(daySchema),
});

export function wireUsage(usage: AccountUsage, tools: PlatformTools): z.output<typeof usageSchema> {
  const { account, spentUsd, paidUsd, live, queued, peak } = usage;
  return { account, spent_usd: spentUsd, paid_usd: paidUsd, live, queued, peak, days: wireDays(usage, tools) };
}

function wireDays({ days }: AccountUsage, tools: PlatformTools): z.output<typeof daySchema>[] {
  return days.map(({ day, peak }) => ({ date: dateOfDay(tools, day * US_PER_DAY), peak }));
}
