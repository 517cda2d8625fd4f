import type { Experiment, ScoreCell, Standing } from '../measure/score/score-result.js';
import type { Claim } from './claims.js';
import type { Observed } from './observed.js';

/** An experiment, and where it can be looked up. */
export interface RecordedExperiment {
  readonly observed: Observed;
  readonly evidence: string;
  readonly rerun: string;
}

/**
 * What experiments make of a claim. One that contradicts refutes it; one that agrees shows it only where it was done on what
 * the claim is about.
 * @param claim undefined: nobody says anything, as of a live server
 */
export function judgeCell(claim: Claim | undefined, recorded: readonly RecordedExperiment[]): ScoreCell {
  const decisive = decisiveOf(claim, recorded);
  // The table leads to what decided.
  const inOrder = decisive === undefined ? recorded : [decisive, ...recorded.filter((one) => one !== decisive)];
  return {
    standing: standingOf(claim, decisive?.observed.passed),
    short: shortOf(claim, decisive?.observed.short),
    experiments: inOrder.map(experimentOf),
    ...(claim === undefined ? {} : { source: claim.source, says: claim.says }),
  };
}

/** What contradicts counts before what agrees. Where neither reaches, the one that says so. */
function decisiveOf(claim: Claim | undefined, recorded: readonly RecordedExperiment[]): RecordedExperiment | undefined {
  const order = claim?.reach === 'nothing' ? [undefined] : [false, true];
  for (const passed of order) {
    const found = recorded.find(({ observed }) => observed.passed === passed);
    if (found !== undefined) return found;
  }
  return recorded[0];
}

function standingOf(claim: Claim | undefined, passed: boolean | undefined): Standing {
  if (claim?.reach === 'nothing') return 'unknown';
  if (passed === false) return 'refuted';
  if (passed === undefined) return claim === undefined ? 'unknown' : 'claimed, not shown';
  return claim?.reach === 'model' ? 'claimed, not shown' : 'shown';
}

function shortOf(claim: Claim | undefined, short: string | undefined): string {
  if (short === undefined) return 'not tried';
  if (claim === undefined) return short;
  if (claim.short !== undefined) return claim.short;
  if (claim.reach === 'model') return `in the model: ${short}`;
  return claim.isAssumed === true ? `${short} (an assumption)` : short;
}

function experimentOf({ observed, evidence, rerun }: RecordedExperiment): Experiment {
  const { short: _, ...rest } = observed;
  return { ...rest, evidence, rerun };
}
