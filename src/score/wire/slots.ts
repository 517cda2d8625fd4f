import type { Submitted, WireSession } from './session.js';

/** One slot as the provider lists it. */
export interface ListedSlot {
  readonly requestId: string;
  readonly keyId: string;
  readonly ageS: number | undefined;
}

/** What an account is told of its slots. */
export interface SlotsTold {
  readonly live: number;
  readonly limit: number | undefined;
  readonly canRelease: boolean;
  /** undefined: no list is offered. */
  readonly slots: readonly ListedSlot[] | undefined;
}

/** @returns undefined where nothing is told over HTTP */
export async function slotsTold(session: WireSession): Promise<SlotsTold | undefined> {
  const { status, body } = await session.api(session.main, 'GET', '/account/concurrency');
  const { live, limit, can_release: canRelease } = body ?? {};
  if (status !== 200 || typeof live !== 'number') return undefined;
  return { live, limit: typeof limit === 'number' ? limit : undefined, canRelease: canRelease === true, slots: await listedSlots(session) };
}

/**
 * How many of these requests hold a slot, by the account's list. Counts would not do: others of the account may come and go.
 * @returns undefined where no list is offered
 */
export async function countListed(session: WireSession, requests: readonly Submitted[]): Promise<number | undefined> {
  const slots = await listedSlots(session);
  if (slots === undefined) return undefined;
  const listed = new Set(slots.map(({ requestId }) => requestId));
  return requests.filter(({ id }) => listed.has(id)).length;
}

async function listedSlots(session: WireSession): Promise<readonly ListedSlot[] | undefined> {
  const { status, body } = await session.api(session.main, 'GET', '/account/slots');
  const slots = body?.['slots'];
  return status === 200 && Array.isArray(slots) ? (slots as unknown[]).map(listed) : undefined;
}

function listed(entry: unknown): ListedSlot {
  const { request_id: requestId, key_id: keyId, age_seconds: ageS } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  return {
    requestId: typeof requestId === 'string' ? requestId : '',
    keyId: typeof keyId === 'string' ? keyId : '',
    ageS: typeof ageS === 'number' ? ageS : undefined,
  };
}
