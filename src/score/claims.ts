import type { PresetName } from '../core/policy.js';
import type { QuestionId } from './questions.js';

const SEED_000 = 'the post on fal issue 939, an advertisement for a rival (seed 000)';
const SEED_003 = 'fal’s page on concurrency limits (seed 003)';
const FAL_PAGES = 'fal’s public pages, as docs/model.md and docs/policies.md cite them';

/**
 * How far an experiment on a profile reaches. `decides`: it answers for the profile. `model`: the profile repeats somebody’s
 * words, so that it can contradict them but never show them. `nothing`: what could be tried is not part of the profile.
 */
export type Reach = 'decides' | 'model' | 'nothing';

/** What is known of an answer before anything is tried. */
export interface Claim {
  /** What its source says, and what is assumed where that is silent. */
  readonly says: string;
  readonly source: string;
  readonly reach: Reach;
  /** Whether the rule that decides in the profile is an assumption. */
  readonly isAssumed?: boolean | undefined;
  /** A few words for the table, where what was tried says nothing of the profile. */
  readonly short?: string | undefined;
}

/** What a profile stands for, and what is said of it. */
export interface ProfileClaims {
  readonly basis: string;
  readonly claims: Readonly<Record<QuestionId, Claim>>;
}

const OWN_PAGE = 'The page that was tried is slotstorm’s own, which its emulator serves under every profile: it says nothing about this one.';

export const PROFILE_CLAIMS: Readonly<Record<PresetName, ProfileClaims>> = {
  'fal-documented': {
    basis: 'model of fal’s documentation',
    claims: {
      'revoke-releases': {
        says: 'Documented is only that applications using the key lose access at once. What becomes of work in progress and its slots is not: that it runs to its end and gives its slot back then (onRevoke: drain) is assumed.',
        source: FAL_PAGES,
        reach: 'decides',
        isAssumed: true,
      },
      'slots-visible': {
        says: 'Documented is a Concurrency page in the dashboard with limit, live count, peak and a 30-day history. A list of slots with their holders is not, nor a release by the account: the list that was tried is slotstorm’s own operation.',
        source: SEED_003,
        reach: 'decides',
      },
      'cancel-stuck': {
        says: 'Documented is that a cancel of work in progress is cooperative: an app that does not listen goes on. That the model’s cancel always stops the work, after 1s, is assumed.',
        source: FAL_PAGES,
        reach: 'model',
      },
      'status-page': {
        says: `The pages that this project has read speak of none. ${OWN_PAGE}`,
        source: FAL_PAGES,
        reach: 'nothing',
        short: 'no page in what it is modelled from',
      },
      'predictable-price': {
        says: 'Documented is that only inference time is billed and 5xx never. The price is the post’s “~$0.03+/image”. The simulator charges successes only, so that a run of it shows nothing of a real bill.',
        source: `${FAL_PAGES}; ${SEED_000}`,
        reach: 'model',
      },
    },
  },
  'fal-939': {
    basis: 'model of a report, fal issue 939',
    claims: {
      'revoke-releases': {
        says: 'Reported is that six requests stayed IN_PROGRESS after their key was revoked, and went on holding slots. How that came about is not known; onRevoke: strand is one mechanism with the reported effect.',
        source: `fal issue 939, known only through ${SEED_000}`,
        reach: 'decides',
      },
      'slots-visible': {
        says: 'Reported is that there is no self-service way to clear stuck slots. Documented is a page with a live count; a list of slots with their holders is not: the list that was tried is slotstorm’s own operation.',
        source: `fal issue 939, known only through ${SEED_000}; ${SEED_003}`,
        reach: 'decides',
      },
      'cancel-stuck': {
        says: 'Reported is that there is no self-service way to clear the stuck slots. Whether a cancel with another key would have done it is not told; in the model there is nothing left that it could stop.',
        source: `fal issue 939, known only through ${SEED_000}`,
        reach: 'decides',
      },
      'status-page': {
        says: `The report speaks of none. ${OWN_PAGE}`,
        source: `fal issue 939, known only through ${SEED_000}`,
        reach: 'nothing',
        short: 'no page in what it is modelled from',
      },
      'predictable-price': {
        says: 'The post says that stuck requests may continue to accrue charges: nobody says whether they did.',
        source: SEED_000,
        reach: 'nothing',
      },
    },
  },
  'nexaapi-claims': {
    basis: 'model of a claim, an advertisement',
    claims: {
      'revoke-releases': {
        says: 'The post says “no stuck slots, no ghost requests”. The profile repeats it; nothing of the product was observed.',
        source: SEED_000,
        reach: 'model',
      },
      'slots-visible': {
        says: 'The post says “Self-Service Recovery? Yes”, and shows no operation that would do it. The profile lets accounts list and release slots.',
        source: SEED_000,
        reach: 'model',
      },
      'cancel-stuck': {
        says: 'The post says “Self-Service Recovery? Yes” and “does not trap you with unrecoverable stuck requests”. The profile repeats it.',
        source: SEED_000,
        reach: 'model',
      },
      'status-page': {
        says: `The post asks the question and does not say that there is one. ${OWN_PAGE}`,
        source: SEED_000,
        reach: 'nothing',
        short: 'asked in the post, and not answered',
      },
      'predictable-price': {
        says: 'The post says “$0.003/image”, the “cheapest pricing in the market”. The price is taken from it; no bill was seen.',
        source: SEED_000,
        reach: 'model',
      },
    },
  },
  reference: {
    basis: 'slotstorm’s own policy',
    claims: {
      'revoke-releases': ownClaim('A revoked key’s work is stopped, and its slots come back on confirmed stop (onRevoke: cancel).'),
      'slots-visible': ownClaim('Accounts list their slots, and release those whose work has ended (selfService).'),
      'cancel-stuck': ownClaim('A cancel stops the work and frees the slot on confirmed stop; no hold is longer than maxHold.'),
      'status-page': ownClaim('slotstorm serves a status page that needs no key.'),
      'predictable-price': ownClaim('Successful requests are charged, each at one price; stuck slots come back by themselves.'),
    },
  },
};

/** What fal says of itself and nobody can try from outside with an API key. */
export const FAL_CLAIMS: Readonly<Partial<Record<QuestionId, Claim>>> = {
  'slots-visible': {
    says: 'Documented is a Concurrency page in the dashboard with limit, live count, peak and a 30-day history. No operation of its API tells any of it.',
    source: SEED_003,
    reach: 'decides',
  },
  'predictable-price': {
    says: 'Documented is that only inference time is billed and 5xx never.',
    source: FAL_PAGES,
    reach: 'decides',
  },
};

function ownClaim(says: string): Claim {
  return { says, source: 'docs/policies.md', reach: 'decides' };
}
