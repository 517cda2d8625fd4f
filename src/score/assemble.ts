import { PRESETS, type PresetName } from '../core/policy.js';
import type { PriceRow, ScoreProvider, ScoreResult } from '../measure/score/score-result.js';
import { VERSION } from '../version.js';
import { PROFILE_CLAIMS } from './claims.js';
import { judgeCell, type RecordedExperiment } from './judge-cell.js';
import { QUESTIONS, type QuestionId } from './questions.js';

/** A profile's answers to all questions. @param recorded by question, the simulated ones first */
export function profileProvider(profile: PresetName, recorded: (question: QuestionId) => readonly RecordedExperiment[]): ScoreProvider {
  const { basis, claims } = PROFILE_CLAIMS[profile];
  return { name: profile, kind: 'profile', doc: PRESETS[profile].doc, basis, cells: QUESTIONS.map(({ id }) => judgeCell(claims[id], recorded(id))) };
}

/** @param left what may still be on a live server */
export function notCleanedUp(left: readonly string[]): string {
  return `Not cleaned up, please look yourself: ${left.join(', ')}.`;
}

/** Everything that a scorecard rests on. */
export interface ScoreParts {
  readonly providers: readonly ScoreProvider[];
  readonly prices: readonly PriceRow[];
  /** The first, and how many. */
  readonly seed: number;
  readonly seeds: number;
  readonly command: string;
  /** ISO 8601 */
  readonly date: string;
  /** What could not be cleaned up on a live server. */
  readonly left: readonly string[];
}

export function assembleScore({ providers, prices, seed, seeds, command, date, left }: ScoreParts): ScoreResult {
  return {
    schemaVersion: 1,
    tool: { name: 'slotstorm', version: VERSION },
    questions: QUESTIONS,
    providers,
    prices,
    notes: notesOn(providers, left),
    seed,
    seeds,
    command,
    meta: { date },
  };
}

function notesOn(providers: readonly ScoreProvider[], left: readonly string[]): string[] {
  const hasProfiles = providers.some(({ kind }) => kind === 'profile');
  const hasLive = providers.some(({ kind }) => kind === 'live');
  const notes: string[] = [];
  if (hasProfiles)
    notes.push(
      'Profiles are models: of documentation, of a report, of an advertisement, and slotstorm’s own policy. Nothing here was measured at fal or at NexaAPI, and no cell says what either of them does.',
      'How fal issue 939 happened inside is not known; fal-939 models what was reported, and the report is known only through a post that advertises for a rival.',
      'nexaapi-claims repeats an advertisement: an experiment on it shows what the model does, so that its claims stay claimed, not shown.',
      'That a profile stands refuted means that its experiment does not meet the criterion. Where the source is silent, and the rule that decided is assumed, the cell says so.',
      'Prices are inputs: those of the profiles are the post’s, unverified. Whether stuck requests are charged is not known.',
    );
  if (hasLive) notes.push('A live server was seen from outside, once, with one account: times include the network and the pauses between looks.');
  if (left.length > 0) notes.push(notCleanedUp(left));
  return notes;
}
