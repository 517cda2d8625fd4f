import type { CampaignResult } from './campaign.js';

/** More runs than this share that could not decide everything, and the search has proved too little. */
const MOST_UNDECIDED = 0.05;

/** Whether enough runs have come to a decision for silence to say something. */
export function isMostlyDecided({ runs, undecided }: Pick<CampaignResult, 'runs' | 'undecided'>): boolean {
  return undecided <= MOST_UNDECIDED * runs;
}
