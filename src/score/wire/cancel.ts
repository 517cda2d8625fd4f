import type { Observed } from '../observed.js';
import { AT_ONCE_S } from '../questions.js';
import { count, roundedText, secondsText } from '../words.js';
import { holdSlots } from './in-progress.js';
import type { LeftOpen } from './revoke.js';
import type { Submitted, WireSession } from './session.js';
import { countListed } from './slots.js';

/** Longer than what passes, so that a late end shows how late it is. */
const PATIENCE_S = 8;

/** What is to be cancelled, and how it got stuck. */
interface Victims {
  readonly requests: readonly Submitted[];
  readonly how: string;
  readonly isStuck: boolean;
}

/** @param stranded what a revocation has left open, if anything */
export async function tryCancel(session: WireSession, stranded: LeftOpen): Promise<Observed> {
  const victims = await victimsOf(session, stranded);
  const terms = {
    name: 'A stuck request is cancelled over HTTP',
    done: `${victims?.how ?? 'A request in progress'}; PUT …/cancel with the account’s key, then a release of stuck slots where that is offered.`,
    expected: `Its slot is free within ${secondsText(AT_ONCE_S)}.`,
  };
  if (victims === undefined) return { ...terms, seen: 'No request was in progress for long enough.', short: 'not tried', passed: undefined, figures: [] };
  const { requests, isStuck } = victims;
  const isListed = (await countListed(session, requests)) === requests.length;
  let accepted = 0;
  for (const request of requests) if (await session.cancel(request)) accepted++;
  const isOver = async (): Promise<boolean> => {
    if (!(await session.areAll('COMPLETED', requests))) return false;
    return !isListed || (await countListed(session, requests)) === 0;
  };
  const seconds = await session.secondsUntil(PATIENCE_S, isOver);
  const released = seconds === undefined ? await release(session) : undefined;
  const afterRelease = released === true ? await session.secondsUntil(PATIENCE_S, isOver) : undefined;
  return { ...terms, ...judge({ seconds, afterRelease, released, stuck: requests.length, accepted, isStuck, isListed }) };
}

/** A request that is stuck by the provider's own doing, or by the operator's; an ordinary one where neither can be had. */
async function victimsOf(session: WireSession, stranded: LeftOpen): Promise<Victims | undefined> {
  const { slow, target, isOwn } = session.provider;
  // Where nobody knows how long the work takes, it may be still at it.
  if (stranded.requests.length > 0) return { ...stranded, how: `${count(stranded.requests.length, 'request')} that a revocation has left open` };
  const requests = await holdSlots(session, 1, slow);
  if (requests === undefined) return undefined;
  if (!isOwn || target.operator === undefined) return { requests, how: 'An ordinary request in progress, for none got stuck', isStuck: false };
  const operator = { name: 'operator’s key', credentials: target.operator };
  const { status } = await session.api(operator, 'POST', '/slotstorm/steps', { do: 'hang-runner', endpoint: slow });
  return { requests, how: 'A request whose work hangs', isStuck: status === 200 };
}

/** Only what is stuck is given back by it. @returns whether it was done; undefined on somebody's server, where it might concern others */
async function release(session: WireSession): Promise<boolean | undefined> {
  if (!session.provider.isOwn) return undefined;
  return (await session.api(session.main, 'POST', '/account/slots/release')).status === 200;
}

interface CancelOutcome {
  readonly seconds: number | undefined;
  readonly afterRelease: number | undefined;
  readonly released: boolean | undefined;
  readonly stuck: number;
  readonly accepted: number;
  readonly isStuck: boolean;
  /** Whether the account is told which requests hold slots. */
  readonly isListed: boolean;
}

function judge({
  seconds,
  afterRelease,
  released,
  stuck,
  accepted,
  isStuck,
  isListed,
}: CancelOutcome): Pick<Observed, 'seen' | 'short' | 'passed' | 'figures'> {
  const inTime = (seconds !== undefined && seconds <= AT_ONCE_S) || afterRelease !== undefined;
  const releaseText = released === undefined ? '' : ` A release of one’s own was ${released ? 'done' : 'not offered'}.`;
  const seen =
    seconds !== undefined
      ? `It was over ${roundedText(seconds)} after the cancel${isListed ? ', and its slot free' : '; its slot cannot be seen from outside'}.`
      : `${accepted} of ${count(stuck, 'cancel')} ${accepted === 1 ? 'was' : 'were'} accepted. ${PATIENCE_S}s later not all of them had ended and given back their slots.${releaseText}`;
  const about = isStuck ? '' : 'perhaps not stuck: ';
  return {
    seen,
    short: `${about}${inTime ? `yes, ${roundedText(seconds ?? afterRelease ?? 0)} after the ${seconds === undefined ? 'release' : 'cancel'}` : `no: ${stuck} stay${stuck === 1 ? 's' : ''} stuck`}`,
    // What becomes of an ordinary request says nothing of a stuck one; nor does one that has ended say that its slot is free.
    passed: !isStuck || (inTime && !isListed) ? undefined : inTime,
    figures: [
      { name: 'requests cancelled', value: stuck, unit: 'requests' },
      { name: 'from the cancel until it was over', value: seconds, unit: 's' },
    ],
  };
}
