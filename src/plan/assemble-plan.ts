import { RANDOM_SCHEME } from '../core/random.js';
import { formatDurationUs } from '../core/units.js';
import { isTooShortBelow } from '../measure/capacity/answer-doubt.js';
import type { PlanComparison } from '../measure/capacity/plan-comparison.js';
import {
  type FormulaGuess,
  type LimitAnswer,
  type LoadFacts,
  type PieceAnswer,
  PLAN_SCHEMA_VERSION,
  type PlanQuestion,
  type PlanResult,
  type PointEvidence,
  type TierAdvice,
} from '../measure/capacity/plan-result.js';
import { codeFor, EXIT_CODES, verdictOfCode, worstExitCode } from '../measure/exit-codes.js';
import { MIN_SEEDS_FOR_NONE, requestsToShow } from '../measure/gate/share-interval.js';
import { VERSION } from '../version.js';
import type { Analyses } from './analysis/analyse.js';
import { planGate } from './gate.js';
import { Slos } from './slos.js';
import { formatCount } from './why.js';

/** Everything that was found out. */
export interface PlanFindings {
  readonly command: string;
  readonly question: PlanQuestion;
  readonly load: LoadFacts;
  readonly formula: FormulaGuess;
  readonly answer: LimitAnswer;
  readonly tiers: TierAdvice;
  /** What the gate's limit showed; undefined: there is no gate. */
  readonly gate?: PointEvidence | undefined;
  /** undefined: a quick plan. */
  readonly analyses?: Analyses | undefined;
  readonly days?: readonly PieceAnswer[] | undefined;
  readonly tenants?: readonly PieceAnswer[] | undefined;
  readonly notes: readonly string[];
  readonly meta: PlanResult['meta'];
}

/** A plan, judged: by its gate where it has one, else by whether there is an answer. */
export function assemblePlan({ gate, analyses, days, tenants, notes, ...found }: PlanFindings): PlanResult {
  const { notes: analysisNotes = [], ...parts } = analyses ?? { notes: [] };
  const exitCode = exitCodeOf(found.answer, gate);
  return {
    schemaVersion: PLAN_SCHEMA_VERSION,
    tool: { name: 'slotstorm', version: VERSION },
    randomScheme: RANDOM_SCHEME,
    command: found.command,
    question: found.question,
    load: found.load,
    formula: found.formula,
    answer: found.answer,
    tiers: found.tiers,
    ...(days === undefined || days.length === 0 ? {} : { days }),
    ...(tenants === undefined || tenants.length === 0 ? {} : { tenants }),
    ...parts,
    ...(gate === undefined ? {} : { gate: planGate(gate, found.answer.limit) }),
    notes: [...shortRecordingNotes(found), ...notes, ...fewSeedsNotes(found.question), ...analysisNotes],
    verdict: verdictOfCode(exitCode),
    exitCode,
    meta: found.meta,
  };
}

/** The same plan, judged by its baseline as well. */
export function withComparison(plan: PlanResult, comparison: PlanComparison): PlanResult {
  const exitCode = worstExitCode([plan.exitCode, codeFor(comparison.verdict, EXIT_CODES.regression.code)]);
  return { ...plan, comparison, verdict: verdictOfCode(exitCode), exitCode };
}

function exitCodeOf(answer: LimitAnswer, gate: PointEvidence | undefined): number {
  const point = gate ?? answer.evidence.find(({ limit }) => limit === answer.limit);
  const law = point === undefined || point.broken.length === 0 ? EXIT_CODES.passed.code : EXIT_CODES.invariant.code;
  const promise = gate === undefined ? answerCode(answer) : codeFor(gate.verdict, EXIT_CODES.threshold.code);
  return worstExitCode([law, promise]);
}

/** Below Little's floor a limit does only where a recording ends before its work is done: milliseconds that are read as seconds make one of any. */
function shortRecordingNotes({ load, formula, answer }: Pick<PlanFindings, 'load' | 'formula' | 'answer'>): string[] {
  const { trace, atOnce, meanServiceMs, offeredSlots, busiestOfferedSlots = offeredSlots } = load;
  if (trace === undefined || atOnce !== undefined || answer.limit === undefined || answer.limit >= busiestOfferedSlots) return [];
  const [service, span] = [meanServiceMs, trace.spanMs].map((ms) => formatDurationUs(Math.round(ms * 1000)));
  return [
    `Warning: limit ${formatCount(answer.limit)} lies below what the load takes in the long run (stable from ${formatCount(formula.stableFrom)}): service takes ${service} on average in a recording of ${span}, which ends before the queue can build up. Check the unit in which service times were read (--service-unit ms?); where it is right, plan with a longer recording.`,
  ];
}

/** Of one recorded history the share is what it is. */
const RECORDED = 1;

function fewSeedsNotes({ slos, mostSeeds }: PlanQuestion): string[] {
  if (mostSeeds === RECORDED) return [];
  return new Slos(slos).all.flatMap((slo) => {
    const needed = slo.kind === 'budget' ? Math.min(MIN_SEEDS_FOR_NONE, requestsToShow(slo.budget.share)) : 0;
    return needed <= mostSeeds ? [] : [`With ${mostSeeds} seeds at most "${slo.text}" can never pass where none is lost: that takes ${needed} (--seeds).`];
  });
}

/** None was found: either none does, or the largest that was tried could not be decided. One was, but runs were too short to tell whether fewer slots do. */
function answerCode(answer: LimitAnswer): number {
  const { limit, evidence } = answer;
  if (limit !== undefined) return (isTooShortBelow(answer) ? EXIT_CODES.undecided : EXIT_CODES.passed).code;
  const largest = evidence.reduce<PointEvidence | undefined>((found, point) => (found === undefined || point.limit > found.limit ? point : found), undefined);
  return largest?.verdict === 'undecided' ? EXIT_CODES.undecided.code : EXIT_CODES.threshold.code;
}
