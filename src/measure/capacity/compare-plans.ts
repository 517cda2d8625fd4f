import { USUAL_REGRESSION } from '../gate/regression-terms.js';
import type { Verdict } from '../result.js';
import type { PlanComparison, PlanMove } from './plan-comparison.js';
import { movesBetween } from './plan-moves.js';
import type { PlanResult, QuestionParts } from './plan-result.js';

/** Parts of the question that may differ on purpose. With other SLOs every number means something else. */
export const PLAN_ALLOWABLE = ['load', 'platform'] as const;
export type PlanAllowable = (typeof PLAN_ALLOWABLE)[number];

export interface PlanComparisonTerms {
  /** Where the baseline comes from. */
  readonly file: string;
  readonly allow: readonly PlanAllowable[];
}

const PARTS: Readonly<Record<keyof QuestionParts, string>> = {
  load: 'the load is another (arrivals, service times, steps or the recorded file)',
  platform: 'the platform is another (accounts, endpoints or policy)',
  slos: 'the SLOs are others',
};

/**
 * Holds a plan against an earlier one of the same question: the smallest limit, its tier, the wait at the limit that both
 * looked at, the highest rate, each day of a trace. A wait or a rate has moved when the intervals of both lie apart by
 * more than the usual margin of regressions (5 %, 50 ms); a limit has when it is another number.
 */
export function comparePlans(plan: PlanResult, baseline: PlanResult, { file, allow }: PlanComparisonTerms): PlanComparison {
  const differences = [...obstaclesBetween(plan, baseline), ...differentParts(plan, baseline, allow)];
  const moves = differences.length > 0 ? [] : movesBetween(plan, baseline, USUAL_REGRESSION);
  const verdict = differences.length > 0 ? 'undecided' : verdictOf(moves);
  return { file, differences, moves, verdict, text: textOf(verdict, differences, moves, file) };
}

/** There is nothing to hold a plan against: never a silent pass. */
export function noPlanBaseline(file: string): PlanComparison {
  const differences = [`there is no baseline at ${file}: keep a plan.json there`];
  return { file, differences, moves: [], verdict: 'undecided', text: `not compared: ${differences[0]}` };
}

/** What no `--allow` can lift: the numbers would mean something else. */
function obstaclesBetween(plan: PlanResult, baseline: PlanResult): string[] {
  const obstacles: string[] = [];
  if (plan.randomScheme !== baseline.randomScheme)
    obstacles.push(
      `the random scheme is ${plan.randomScheme}, the baseline's ${baseline.randomScheme}: the same seed is another run now; set the baseline anew`,
    );
  const [here, there] = [plan.question.requestsPerSeed, baseline.question.requestsPerSeed];
  if (here !== there && here !== undefined && there !== undefined)
    obstacles.push(`a seed has ${here} requests, the baseline's ${there}: ask with --requests ${there}, or set the baseline anew`);
  return obstacles;
}

function differentParts({ question: here }: PlanResult, { question: there }: PlanResult, allow: readonly PlanAllowable[]): string[] {
  if (here.sha256 === there.sha256) return [];
  const [own, former] = [here.parts, there.parts];
  if (own === undefined || former === undefined) return ['the question is another, and the file does not say in which part; set the baseline anew'];
  const isAllowed = (part: keyof QuestionParts): boolean => (allow as readonly string[]).includes(part);
  return (['load', 'platform', 'slos'] as const)
    .filter((part) => own[part] !== former[part] && !isAllowed(part))
    .map((part) =>
      part === 'slos' ? `${PARTS.slos}; set the baseline anew` : `${PARTS[part]}; if that is meant, allow it (--allow ${part}), or set the baseline anew`,
    );
}

function verdictOf(moves: readonly PlanMove[]): Verdict {
  if (moves.some(({ verdict }) => verdict === 'worse')) return 'fail';
  return moves.some(({ verdict }) => verdict === 'undecided') ? 'undecided' : 'pass';
}

function textOf(verdict: Verdict, differences: readonly string[], moves: readonly PlanMove[], file: string): string {
  if (differences.length > 0) return `not compared with ${file}: ${differences.join('; ')}`;
  const named = (wanted: PlanMove['verdict']): string =>
    moves
      .filter((move) => move.verdict === wanted)
      .map(({ what }) => what)
      .join(', ');
  if (verdict === 'fail') return `worse than ${file}: ${named('worse')}`;
  if (verdict === 'undecided') return `nobody can tell whether it is worse than ${file}: ${named('undecided')}`;
  const better = named('better');
  return better === '' ? `no worse than ${file}` : `no worse than ${file}; better: ${better}`;
}
