import { PRESETS } from '../core/policy.js';
import { US_PER_SECOND } from '../core/time.js';
import { formatDurationUs } from '../core/units.js';
import type { ScoreQuestion } from '../measure/score/score-result.js';

/** What is asked of every provider, in the order of the post on fal issue 939 (seed 000). */
export const QUESTION_IDS = ['revoke-releases', 'slots-visible', 'cancel-stuck', 'status-page', 'predictable-price'] as const;
export type QuestionId = (typeof QUESTION_IDS)[number];

/** "Immediately" needs a bound: the one within which every preset promises to refuse a revoked key. s */
export const AT_ONCE_S = PRESETS['fal-documented'].policy.revokeWithinUs / US_PER_SECOND;
/** A status page in real time shows a change after at most this, on the wall clock. */
export const REAL_TIME_MS = 1_000;

const AT_ONCE = formatDurationUs(AT_ONCE_S * US_PER_SECOND);

/** Each question in the words of seed 000, and what counts as yes. */
export const QUESTIONS: readonly (ScoreQuestion & { readonly id: QuestionId })[] = [
  {
    id: 'revoke-releases',
    question: 'Does revoking a key immediately release all associated resources?',
    criterion: `Within ${AT_ONCE} of the revocation every slot of the key is free, nothing is computed for it any more, and none of its requests is left open. The ${AT_ONCE} are the presets’ revokeWithin; the measured time stands beside it.`,
  },
  {
    id: 'slots-visible',
    question: 'Can you see and manage your active request slots?',
    criterion:
      'An account is told how many of its slots are in use and which request and key hold each, since when; both agree with what it has in progress; and it can give a stuck slot back itself.',
  },
  {
    id: 'cancel-stuck',
    question: 'Can you cancel stuck requests without contacting support?',
    criterion: `A request that will never end by itself is cancelled by its owner, by the queue’s API or by a release that accounts may do themselves, and its slot is free within ${AT_ONCE}.`,
  },
  {
    id: 'status-page',
    question: 'Is there a public status page with real-time updates?',
    criterion: `A page that asks for no key answers, and shows that a slot was taken, and that it came back, within ${REAL_TIME_MS / 1000} s on the wall clock.`,
  },
  {
    id: 'predictable-price',
    question: 'Is pricing predictable with no surprise charges?',
    criterion: 'The bill is the number of successful requests times one price, and it is the same whether the time of stuck requests is charged or not.',
  },
];
