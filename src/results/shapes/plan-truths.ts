import { isTooShortBelow } from '../../measure/capacity/answer-doubt.js';
import type { LimitAnswer, PieceAnswer, PlanGate, PlanResult, PointEvidence, SloCheck, TierAdvice } from '../../measure/capacity/plan-result.js';
import { snapToTier } from '../../measure/capacity/tiers.js';
import { EXIT_CODES, verdictOfCode } from '../../measure/exit-codes.js';
import { parseShare } from '../../measure/gate/regression-terms.js';
import { parseThreshold } from '../../measure/gate/threshold-grammar.js';
import type { Verdict } from '../../measure/result.js';
import { compares, parseSelector } from '../../measure/thresholds.js';
import { cut, preview } from '../preview.js';
import { Mismatch, type Shape } from './shape.js';

/**
 * What a plan says in two places must be the same in both: a file that was edited by hand, or has lost a part, may be of the
 * right shape and still say what no plan ever did. Held against it, any other would look better.
 */

/** What has the shape must also be true. @param check throws `Mismatch` */
export function thatHolds<Value>(shape: Shape<Value>, check: (value: Value) => void): Shape<Value> {
  return (given) => {
    const value = shape(given);
    check(value);
    return value;
  };
}

/** A verdict is that of both ends of its interval. Of who was dropped, and of seeds without a sample, it may be worse than they. */
export function checkHolds({ slo, verdict, actual, dropped }: SloCheck): void {
  const isKept = keptBy(slo);
  if (isKept === undefined) return;
  const ends = actual === undefined ? [] : [actual.low, actual.high];
  if (verdict === 'pass' && (actual === undefined || !ends.every(isKept))) refuse('verdict', 'what the interval beside it shows: not "pass"', verdict);
  if (verdict === 'fail' && dropped === undefined && ends.some(isKept)) refuse('verdict', 'what the interval beside it shows: not "fail"', verdict);
}

/** Of `start_timeouts < 0.1%`, `queue_latency p(95) < 2s`: whether a number keeps it; undefined: a later version may know. */
function keptBy(slo: string): ((value: number) => boolean) | undefined {
  const [, metric = '', expression = ''] = /^(\S+?(?:\{.*\})?) (.*)$/s.exec(slo) ?? [];
  const share = /^<=?\s*(\S+\s*%)$/.exec(expression)?.[1];
  const most = share === undefined ? undefined : parseShare(share);
  if (typeof most === 'number') return (value) => value <= most;
  const selector = parseSelector(metric);
  if ('complaint' in selector) return undefined;
  const threshold = parseThreshold(selector, expression);
  return 'complaint' in threshold ? undefined : (value) => compares(value, threshold.operator, threshold.limit);
}

/** The worst of its promises decides; what passes in runs that are too short is undecided. */
export function pointHolds({ checks, verdict, seeds, unstable, tooShort }: PointEvidence): void {
  if (unstable !== undefined) {
    if (verdict !== 'fail') refuse('verdict', '"fail", for the load does not fit', verdict);
    return;
  }
  if (seeds === 0) refuse('seeds', 'at least 1, for the load fits', seeds);
  if (checks.length === 0) refuse('checks', 'a list of at least 1', checks);
  for (const [at, check] of checks.entries())
    if (check.verdict === 'fail' && check.actual === undefined && check.dropped === undefined)
      refuse(['checks', at, 'actual'], 'what was measured, for the promise is missed', undefined);
  const verdicts = checks.map((check) => check.verdict);
  const worst = (['fail', 'undecided', 'pass'] as const).find((one) => verdicts.includes(one)) as Verdict;
  const expected = worst === 'pass' && tooShort !== undefined ? 'undecided' : worst;
  if (verdict !== expected) refuse('verdict', `${JSON.stringify(expected)}, as its checks say`, verdict);
}

/** The smallest limit that was shown, with the one below that was not and the one above; or none up to the most that was tried. */
export function answerHolds({ limit, mostTried, evidence, exceptions }: LimitAnswer): void {
  for (const [at, point] of evidence.entries())
    if (at > 0 && point.limit <= (evidence[at - 1] as PointEvidence).limit) refuse(['evidence', at, 'limit'], 'limits in rising order', point.limit);
  const verdicts = new Map(evidence.map((point) => [point.limit, point.verdict]));
  if (limit === undefined) {
    const most = verdicts.get(mostTried);
    if (most === undefined || most === 'pass') refuse('limit', `a limit, or evidence that ${mostTried} was tried and is not enough`, limit);
    const other = evidence.find((point) => point.verdict === 'pass' || point.limit > mostTried);
    if (other !== undefined) refuse('limit', `a limit, for ${other.limit} ${other.verdict === 'pass' ? 'passed' : 'was tried as well'}`, limit);
    return;
  }
  if (verdicts.get(limit) !== 'pass') refuse('limit', 'a limit that passed, as the evidence says', limit);
  if (limit > 1 && !['fail', 'undecided'].includes(verdicts.get(limit - 1) ?? ''))
    refuse('evidence', `limit ${limit - 1}, which was not shown to do`, evidence);
  if (!verdicts.has(limit + 1)) refuse('evidence', `limit ${limit + 1} beside the answer`, evidence);
  const others = evidence.filter((point) => (point.limit < limit ? point.verdict === 'pass' : point.verdict !== 'pass')).map((point) => point.limit);
  if (others.join() !== exceptions.join()) refuse('exceptions', `${cut(`[${others.join(', ')}]`)}, as the evidence says`, exceptions);
}

export function gateHolds({ limit, verdict, evidence }: PlanGate): void {
  if (evidence.limit !== limit) refuse(['evidence', 'limit'], `${limit}, which the gate is about`, evidence.limit);
  if (evidence.verdict !== verdict) refuse('verdict', `${JSON.stringify(evidence.verdict)}, as the evidence says`, verdict);
}

/** A limit with its evidence, or neither. */
export function pieceHolds({ limit, evidence }: PieceAnswer): void {
  if (evidence?.limit !== limit || (evidence !== undefined && evidence.verdict !== 'pass')) refuse('limit', 'a limit that passed, as the evidence says', limit);
}

/** What one part of a plan says of another. */
export function planHolds({ question: { slos }, answer, tiers, gate, frontier, days, tenants, verdict, exitCode }: PlanResult): void {
  const inPieces = (part: string, pieces: PlanResult['days'] = []) => pieces.map(({ evidence }, at) => [[part, at, 'evidence'], evidence] as const);
  const points = [
    ...answer.evidence.map((point, at) => [['answer', 'evidence', at], point] as const),
    ...(frontier?.points ?? []).map((point, at) => [['frontier', 'points', at], point] as const),
    [['gate', 'evidence'], gate?.evidence] as const,
    ...inPieces('days', days),
    ...inPieces('tenants', tenants),
  ];
  for (const [path, point] of points) if (point !== undefined && point.unstable === undefined) promisesHold(path, point, slos);
  tierHolds(tiers, answer.limit);
  if (exitCode === EXIT_CODES.passed.code && !isKept(gate, answer))
    refuse('exitCode', `another code, for ${gate === undefined ? 'there is no answer' : 'the gate did not pass'}`, exitCode);
  if (verdictOfCode(exitCode) !== verdict) refuse('verdict', `${JSON.stringify(verdictOfCode(exitCode))}, as the exit code ${exitCode} says`, verdict);
}

/** What a plan passes by: its gate where it has one, else an answer. */
function isKept(gate: PlanGate | undefined, answer: LimitAnswer): boolean {
  return gate === undefined ? answer.limit !== undefined && !isTooShortBelow(answer) : gate.verdict === 'pass';
}

function promisesHold(path: readonly (string | number)[], { checks }: PointEvidence, slos: readonly string[]): void {
  if (checks.length !== slos.length) refuse([...path, 'checks'], `one check of each SLO (${slos.length})`, checks);
  for (const [at, { slo }] of checks.entries()) if (slo !== slos[at]) refuse([...path, 'checks', at, 'slo'], `${preview(slos[at])}, which is asked for`, slo);
}

function tierHolds({ tiers, tier, slack }: TierAdvice, limit: number | undefined): void {
  const expected = limit === undefined ? undefined : snapToTier(tiers, limit);
  if (expected?.limit !== tier?.limit)
    refuse(['tiers', 'tier'], expected === undefined ? 'no tier' : `tier ${expected.limit}, the smallest that holds ${limit}`, tier?.limit);
  const spare = expected === undefined ? undefined : expected.limit - (limit as number);
  if (slack !== spare) refuse(['tiers', 'slack'], spare === undefined ? 'nothing' : `${spare}, what the tier has to spare`, slack);
}

/** @param path from outside in */
function refuse(path: string | readonly (string | number)[], expected: string, got: unknown): never {
  const mismatch = new Mismatch(expected, got);
  for (const step of [path].flat().toReversed()) mismatch.inside(step as string | number);
  throw mismatch;
}
