import type { Verdict } from '../../measure/result.js';
import { plural } from '../../report/format.js';
import type { AccountUsage, PlatformView, SlotView } from '../world/live-world.js';

/** Busy or leaked: what stands on top of a page. */
export interface PageVerdict {
  /** Its look: green, amber, red. */
  readonly look: Verdict;
  readonly icon: string;
  readonly word: string;
  readonly headline: string;
  readonly detail: string;
}

export function ghostsAmong(slots: readonly SlotView[]): number {
  return slots.filter(({ reason }) => reason === 'ghost').length;
}

/** What an account wants to know when its requests do not start: is it me, or are my slots gone? */
export function accountVerdict(usage: AccountUsage, slots: readonly SlotView[]): PageVerdict {
  const { limit, live, queued, lockedBecause } = usage;
  const ghosts = ghostsAmong(slots);
  if (lockedBecause !== undefined)
    return {
      look: 'fail',
      icon: '✗',
      word: 'Locked',
      headline: 'This account is locked: submits and calls are refused with 403.',
      detail: `Reason: ${lockedBecause}`,
    };
  if (ghosts > 0) return leaked(usage, ghosts);
  if (live > limit)
    return {
      look: 'undecided',
      icon: '!',
      word: 'Over the limit',
      headline: `${plural(live, 'slot is', 'slots are')} in use, and the limit is ${limit}.`,
      detail: 'Nobody is thrown out. New work begins once fewer are in use than the limit allows.',
    };
  if (live === limit)
    return {
      look: 'undecided',
      icon: '●',
      word: 'Busy',
      headline: `Not leaked: ${limit === 1 ? 'the only slot does' : `all ${limit} slots do`} real work.`,
      detail:
        queued === 0
          ? 'The next request waits for the first one to end.'
          : `${plural(queued, 'request waits', 'requests wait')} for a slot and will start by themselves. Only a higher limit or less work makes this faster.`,
    };
  return {
    look: 'pass',
    icon: '✓',
    word: 'Free',
    headline: `${live} of ${limit} slots in use, none of them stuck.`,
    detail:
      queued === 0
        ? 'The next request starts at once if a runner is free.'
        : `${plural(queued, 'request waits', 'requests wait')} although slots are free: for a runner, or for their next look at the limit.`,
  };
}

function leaked({ limit, live, queued, canRelease }: AccountUsage, ghosts: number): PageVerdict {
  const them = ghosts === 1 ? 'it' : 'them';
  const left = Math.max(0, limit - ghosts);
  const waiting = queued === 0 ? '' : live >= limit ? ` ${plural(queued, 'request waits', 'requests wait')} for the slots that are missing.` : '';
  const remedy = canRelease
    ? `Release ${them} below: no work is lost.`
    : `This platform lets nobody but its operator release ${them} (selfService of its policy is off). Neither a new key nor waiting helps.`;
  return {
    look: 'fail',
    icon: '✗',
    word: 'Leaked',
    headline: `${ghosts} of ${plural(limit, 'slot')} ${ghosts === 1 ? 'is' : 'are'} held by nothing.`,
    detail: `No runner works for ${them} and nothing will end ${them}, so this account gets ${left} of ${limit}.${waiting} ${remedy}`,
  };
}

/** The same for the whole platform. */
export function platformVerdict({ inUse, ghosts, queued }: PlatformView, active: number): PageVerdict {
  if (ghosts > 0)
    return {
      look: 'fail',
      icon: '✗',
      word: 'Slots leaked',
      headline: `${ghosts} of ${plural(inUse, 'slot')} in use ${ghosts === 1 ? 'is' : 'are'} held by nothing.`,
      detail: 'Whoever holds them sees more on its Concurrency page.',
    };
  if (active > 0)
    return {
      look: 'undecided',
      icon: '!',
      word: 'Disturbed',
      headline: `${plural(active, 'fault is', 'faults are')} at work. No slot is leaked.`,
      detail: 'Requests may take longer until it is over.',
    };
  return {
    look: 'pass',
    icon: '✓',
    word: 'Operational',
    headline: inUse === 0 ? 'Nothing is in progress, no slot is held.' : `${plural(inUse, 'slot is', 'slots are')} in use, all of them by real work.`,
    detail: queued === 0 ? 'Nothing waits.' : `Busy, not leaked: ${plural(queued, 'request waits', 'requests wait')}.`,
  };
}
