import type { PointEvidence, TierPrice, WhatIf } from '../../measure/capacity/plan-result.js';
import { inOrder } from '../../measure/capacity/tiers.js';
import type { Dials, PlannedLoad, Planning } from '../point.js';
import { countOf, shareOf } from './estimates.js';
import { pairedWaits, shorterNote } from './paired-waits.js';
import type { AnalysisTerms } from './terms.js';
import { waitSloOf } from './wait-slo.js';
import { amountText, grouped, many, shareWithBounds, standing, time } from './words.js';

/** A question, before anything was simulated for it. */
interface Asked {
  readonly question: string;
  readonly dials: Dials;
  /** Whether the smallest limit is asked for. */
  readonly asksLimit?: true | undefined;
  /** What is to be said beyond the evidence. */
  readonly more?: ((planning: Planning, dials: Dials) => Promise<string | undefined>) | undefined;
}

const PEAK = 1.5;
const THIRD = 1 / 3;
const OUTAGE_MS = 5 * 60_000;
/** Where no SLO speaks of waits. */
const START_TIMEOUT_MS = 30_000;

/** Questions that people ask next, each answered by simulation. @param limit the answer's */
export async function whatIfs(planning: Planning, limit: number, terms: AnalysisTerms): Promise<WhatIf[]> {
  const asked = questionsOf(planning, limit, terms);
  await planning.judge(
    asked.map(({ dials }) => dials),
    'look',
  );
  const answers: WhatIf[] = [];
  for (const question of asked) answers.push(await answerOf(planning, question));
  return answers;
}

async function answerOf(planning: Planning, { question, dials, asksLimit, more }: Asked): Promise<WhatIf> {
  planning.progress(`what if: ${question}`);
  const { limit, ...rest } = dials;
  const smallest = asksLimit === undefined ? undefined : (await planning.smallestLimit(rest, 'weigh')).limit;
  // After the search, which may have spent more seeds on this very setting.
  const [evidence] = (await planning.judge([dials], 'look')) as [PointEvidence];
  const sentences = [`At limit ${limit}: ${standing(evidence)}.`];
  if (asksLimit !== undefined) sentences.push(limitText(smallest));
  const told = more === undefined || evidence.unstable !== undefined ? undefined : await more(planning, dials);
  if (told !== undefined) sentences.push(told);
  return { question, answer: sentences.join(' '), limit: smallest, evidence };
}

function limitText(smallest: number | undefined): string {
  return smallest === undefined ? 'No limit that was tried meets every SLO.' : `The smallest limit that meets every SLO is ${smallest}.`;
}

function questionsOf(planning: Planning, limit: number, terms: AnalysisTerms): Asked[] {
  const { load } = planning;
  return [
    ...waitingQuestions(load, limit, terms.waiting),
    ...(load.dials.has('startTimeoutMs') ? [startTimeoutQuestion(planning, limit)] : []),
    ...(load.dials.has('call') ? [directCallQuestion(limit)] : []),
    ...tierQuestions(terms.tiers, limit),
    ...threeSettings(load, limit, terms.waiting),
  ];
}

function waitingQuestions({ dials }: PlannedLoad, limit: number, today: 'backoff' | 'fifo' | undefined): Asked[] {
  if (!dials.has('waiting')) return [];
  const fifo: Asked = {
    question: 'What if free slots were handed over in order (fifo), with no asking again?',
    dials: { limit, waiting: 'fifo' },
    asksLimit: true,
  };
  const backoff: Asked = {
    question: 'What if requests asked for a slot again and again with exponential backoff, as fal documents it?',
    dials: { limit, waiting: 'backoff' },
    asksLimit: true,
  };
  return [...(today === 'fifo' ? [] : [fifo]), ...(today === 'backoff' ? [] : [backoff])];
}

function startTimeoutQuestion({ slos }: Planning, limit: number): Asked {
  const startTimeoutMs = waitSloOf(slos)?.limitMs ?? START_TIMEOUT_MS;
  return {
    question: `What if every request had a start_timeout of ${time(startTimeoutMs)}?`,
    dials: { limit, startTimeoutMs },
    more: async (planning, dials) => {
      const dropped = shareOf(planning, await planning.figures(dials, 'look'), 'start_timeouts');
      return dropped === undefined ? 'No request was accepted.' : `Dropped before they begin: ${shareWithBounds(dropped)}.`;
    },
  };
}

function directCallQuestion(limit: number): Asked {
  return {
    question: 'What if the app called run (direct, 10 attempts by the Python SDK) and not submit?',
    dials: { limit, call: { call: 'run', sdk: 'python' } },
    asksLimit: true,
    more: async (planning, dials) => {
      const figures = await planning.figures(dials, 'look');
      const gaveUp = shareOf(planning, figures, 'gave_up');
      const refused = grouped(countOf(figures, 'http_429'));
      return gaveUp === undefined ? 'No call was made.' : `Calls that give up: ${shareWithBounds(gaveUp)}; ${refused} answers were 429.`;
    },
  };
}

/** The tier below the answer, the smallest that holds it, and the one above that. */
function tierQuestions(tiers: readonly TierPrice[], limit: number): Asked[] {
  const ordered = inOrder(tiers);
  const below = ordered.findLast((tier) => tier.limit < limit);
  const [own, above] = ordered.filter((tier) => tier.limit >= limit);
  const asks = (tier: TierPrice | undefined, words: string): Asked[] =>
    tier === undefined || tier.limit === limit ? [] : [{ question: `What if the limit were ${tier.limit}, ${words}?`, dials: { limit: tier.limit } }];
  return [...asks(below, 'the tier below'), ...asks(own, 'the smallest tier that holds it'), ...asks(above, 'the tier above')];
}

/** The trio of capacity plans: normal, peak, incident. */
function threeSettings({ dials, facts }: PlannedLoad, limit: number, waiting: AnalysisTerms['waiting']): Asked[] {
  const normal: Asked = { question: `Normal: ${amountText(facts)}`, dials: { limit } };
  const peak: Asked = {
    question: `Peak: half as much again, ${amountText(facts, PEAK)}`,
    dials: { limit, rateFactor: PEAK },
    asksLimit: true,
  };
  const down = Math.max(1, Math.round(limit * THIRD));
  const incident: Asked = {
    question: `Incident: ${many(down, 'runner')} of ${limit} down for ${time(OUTAGE_MS)}`,
    dials: { limit, outage: { runners: limit, down, forMs: OUTAGE_MS } },
    more: async (planning, broken) => {
      const note = shorterNote(await pairedWaits(planning, { limit }, broken), waiting);
      return note === undefined ? undefined : `With that ${note}.`;
    },
  };
  return [normal, ...(dials.has('rateFactor') ? [peak] : []), ...(dials.has('outage') ? [incident] : [])];
}
