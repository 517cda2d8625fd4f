import type { Observed } from '../observed.js';
import { count } from '../words.js';
import { holdSlots } from './in-progress.js';
import type { Submitted, WireSession } from './session.js';
import { countListed, type SlotsTold, slotsTold } from './slots.js';

const HELD = { own: 3, live: 2 } as const;
const FREE_WITHIN_S = 60;

const NAME = 'An account looks at its slots';
const EXPECTED = 'The live count is what is in progress; each slot is listed with request, key and age; the account may release a stuck one.';

const NOT_COUNTED = {
  seen: 'The requests were not all in progress at once, so that nothing could be counted.',
  short: 'not tried',
  passed: undefined,
  figures: [],
} as const;

/** Some requests in progress: is the account told, and does it agree? */
export async function trySlotsVisible(session: WireSession): Promise<Observed> {
  const { provider } = session;
  const wanted = provider.isOwn ? HELD.own : HELD.live;
  const done = `${count(wanted, 'request')} in progress over HTTP; GET /account/concurrency and /account/slots with the account’s key, then a release of stuck slots.`;
  const told = await slotsTold(session);
  const terms = { name: NAME, done, expected: EXPECTED };
  if (told === undefined)
    return { ...terms, seen: 'No operation tells the account its slots over HTTP.', short: 'not told over HTTP', passed: undefined, figures: [] };
  const held = await holdSlots(session, wanted, provider.slow);
  if (held === undefined) return { ...terms, ...NOT_COUNTED };
  const look = await slotsTold(session);
  if (!(await session.areAll('IN_PROGRESS', held))) return { ...terms, ...NOT_COUNTED };
  const release = await tryRelease(session, look);
  for (const request of held) await session.cancel(request);
  await session.secondsUntil(FREE_WITHIN_S, async () => (await session.areAll('COMPLETED', held)) && ((await countListed(session, held)) ?? 0) === 0);
  return { ...terms, ...judge({ held, before: told.live, look, canRelease: release, isAlone: provider.isOwn }) };
}

/** On somebody's server it might release what is none of ours. */
async function tryRelease(session: WireSession, look: SlotsTold | undefined): Promise<boolean> {
  if (!session.provider.isOwn) return look?.canRelease === true;
  const { status } = await session.api(session.main, 'POST', '/account/slots/release');
  return status === 200;
}

interface Look {
  readonly held: readonly Submitted[];
  /** The count before they were handed in. */
  readonly before: number;
  readonly look: SlotsTold | undefined;
  readonly canRelease: boolean;
  /** Whether nobody else uses the account. */
  readonly isAlone: boolean;
}

function judge({ held, before, look, canRelease, isAlone }: Look): Pick<Observed, 'seen' | 'short' | 'passed' | 'figures'> {
  const listed = held.filter(({ id }) => look?.slots?.some((slot) => slot.requestId === id && slot.keyId !== '' && slot.ageS !== undefined)).length;
  const isListed = listed === held.length;
  const listText = look?.slots === undefined ? 'no list of slots is offered' : `${listed} of ${held.length} are listed with request, key and age`;
  const expected = before + held.length;
  // Others of the account may have come or gone in between: then the list, which holds ours, is what the count has to agree with.
  const truth = !isAlone && isListed && look?.live !== expected ? look?.slots?.length : expected;
  const agrees = look?.live === truth;
  const offersAll = isListed && canRelease;
  const isDisturbed = offersAll && !agrees && !isAlone;
  return {
    seen: `The count says ${look?.live ?? 'nothing'} where ${truth} are in progress; ${listText}; a release by the account is ${canRelease ? 'offered' : 'not offered'}.${isDisturbed ? ' Others of the account may have changed the count between two looks.' : ''}`,
    short:
      agrees && offersAll
        ? 'yes: count, holders, release'
        : `${agrees ? 'count agrees' : `count differs${isDisturbed ? ', perhaps by others' : ''}`}; ${canRelease ? 'release offered' : 'no release'}`,
    passed: isDisturbed ? undefined : agrees && offersAll,
    figures: [
      { name: 'in progress', value: truth, unit: 'slots' },
      { name: 'live count told', value: look?.live, unit: 'slots' },
      { name: 'listed with request, key and age', value: listed, unit: 'slots' },
    ],
  };
}
