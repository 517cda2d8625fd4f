import type { Observed } from '../observed.js';
import { AT_ONCE_S } from '../questions.js';
import { count, roundedText, secondsText } from '../words.js';
import { holdSlots } from './in-progress.js';
import type { Submitted, WireSession } from './session.js';
import { countListed } from './slots.js';
import type { WorkTime } from './work-time.js';

const HELD = 2;
/** What ends within this share of the time that the work takes has not ended by itself. One request was timed, and no two take the same time. */
const WELL_BEFORE = 0.5;
/** Work that is left to itself is over after so many times what one request took, and so much more, s of the provider's time. */
const PATIENCE = { times: 2, plusS: 8 } as const;

const TERMS = {
  name: 'A key is revoked over HTTP',
  done: `A key is made, ${count(HELD, 'request')} of it are in progress, the key is revoked; the account’s other key looks at slots and requests.`,
  expected: `Both slots are free and both requests have ended within ${secondsText(AT_ONCE_S)}, well before their work could have ended by itself.`,
};

/** What a revocation has left behind. */
export interface LeftOpen {
  /** What still holds a slot, or has not ended: a cancel may try its luck. */
  readonly requests: readonly Submitted[];
  /** Whether their work would be over by now: how long it takes is known. */
  readonly isStuck: boolean;
}

export interface Revoked {
  readonly observed: Observed;
  readonly left: LeftOpen;
}

const NOTHING_LEFT: LeftOpen = { requests: [], isStuck: false };

/** @param work of a request that is left alone @returns also what is stuck afterwards */
export async function tryRevoke(session: WireSession, work: WorkTime): Promise<Revoked> {
  const key = await session.makeKey('slotstorm score');
  if (key === undefined) return notTried('no key could be made: it needs an admin key', 'no admin key');
  const handedInS = session.nowS;
  const held = await holdSlots(session, HELD, session.provider.quick.endpoint, key.caller);
  if (held === undefined) return notTried('its requests were not in progress at once', 'not tried');
  const isListed = (await countListed(session, held)) === HELD;
  if (!(await session.revokeKey(key.id))) return notTried('the revocation was refused', 'revocation refused');
  // For the record: whoever holds the revoked key is told nothing any more.
  await session.stateOf(held[0] as Submitted, key.caller);
  const patienceS = PATIENCE.times * work.seconds + PATIENCE.plusS;
  const isOver = async (): Promise<boolean> => !(isListed && ((await countListed(session, held)) ?? HELD) > 0) && (await session.areAll('COMPLETED', held));
  const seconds = await session.secondsUntil(patienceS, isOver);
  const atWorkS = session.nowS - handedInS;
  const requests = seconds === undefined ? await leftOpen(session, held) : [];
  return {
    observed: judge({ seconds, patienceS, open: requests.length, isListed, work, isWellBefore: atWorkS <= WELL_BEFORE * work.seconds }),
    left: { requests, isStuck: work.isOver },
  };
}

function notTried(why: string, short: string): Revoked {
  return { observed: { ...TERMS, seen: `Not tried: ${why}.`, short, passed: undefined, figures: [] }, left: NOTHING_LEFT };
}

/** With the account's other key: the revoked one is told nothing. What has ended may hold its slot all the same. */
async function leftOpen(session: WireSession, requests: readonly Submitted[]): Promise<Submitted[]> {
  const left: Submitted[] = [];
  for (const request of requests)
    if ((await session.stateOf(request)) !== 'COMPLETED' || ((await countListed(session, [request])) ?? 0) > 0) left.push(request);
  return left;
}

interface RevokeOutcome {
  readonly seconds: number | undefined;
  readonly patienceS: number;
  readonly open: number;
  /** Whether the account is told which requests hold slots. */
  readonly isListed: boolean;
  readonly work: WorkTime;
  readonly isWellBefore: boolean;
}

function judge({ seconds, patienceS, open, isListed, work, isWellBefore }: RevokeOutcome): Observed {
  const inTime = seconds !== undefined && seconds <= AT_ONCE_S;
  const slots = isListed ? 'slots free and requests ended' : 'requests ended; their slots cannot be seen from outside';
  const openText = `${open} of ${HELD} requests still open, or holding a slot, after ${secondsText(patienceS)}`;
  const workText = `; one that was left alone took ${work.isOver ? '' : 'at least '}${roundedText(work.seconds)}, so that their work may have ended by itself`;
  return {
    ...TERMS,
    seen:
      seconds === undefined
        ? `${openText}; it was not watched any longer.`
        : `After ${roundedText(seconds)}: ${slots}${inTime && !isWellBefore ? workText : ''}.`,
    short: shortText(seconds, inTime, isWellBefore, openText),
    // That a request has ended does not say that its slot is free, nor that the revocation ended it.
    passed: inTime && !(isListed && isWellBefore) ? undefined : inTime,
    figures: [
      { name: 'from the revocation until all is over', value: seconds, unit: 's' },
      { name: work.isOver ? 'work of a request that is left alone' : 'work of a request that is left alone, at least', value: work.seconds, unit: 's' },
      { name: 'requests still open, or holding a slot', value: open, unit: 'requests' },
    ],
  };
}

function shortText(seconds: number | undefined, inTime: boolean, isWellBefore: boolean, openText: string): string {
  if (seconds === undefined) return `no: ${openText}`;
  const after = `after ${roundedText(seconds)}`;
  if (!inTime) return `no: ${after}`;
  return isWellBefore ? `yes, ${after}` : `over ${after}, perhaps by itself`;
}
