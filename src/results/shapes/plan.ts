import type { PlanComparison, PlanMove } from '../../measure/capacity/plan-comparison.js';
import type {
  Estimate,
  FormulaGuess,
  Frontier,
  GhostCost,
  HeatMap,
  InverseAnswer,
  LimitAnswer,
  LoadFacts,
  Overload,
  PieceAnswer,
  PlanGate,
  PlanQuestion,
  PlanResult,
  PointEvidence,
  QuestionParts,
  SensitivityRow,
  SloCheck,
  TierAdvice,
  TierPrice,
  TraceFacts,
  WhatIf,
} from '../../measure/capacity/plan-result.js';
import type { LeftOutRows, RecordedRows } from '../../measure/capacity/recorded-rows.js';
import type { Verdict } from '../../measure/result.js';
import { answerHolds, checkHolds, gateHolds, pieceHolds, planHolds, pointHolds, thatHolds } from './plan-truths.js';
import { amount, fail, finite, listOf, maybe, number, objectOf, oneOf, type Shape, text, whole } from './shape.js';

const verdict: Shape<Verdict> = oneOf<Verdict>('pass', 'fail', 'undecided');
const estimate = thatHolds(objectOf<Estimate>({ mean: finite, low: number, high: number, seeds: whole }), ({ mean, low, high }) => {
  if (!(low <= mean && mean <= high)) fail('a mean inside its interval', mean);
});
const limit: Shape<number> = (given) => (Number.isSafeInteger(given) && (given as number) >= 1 ? (given as number) : fail('a whole number from 1 up', given));
const overload = objectOf<Overload>({ offeredSlots: amount, limit: amount, mostPerSecond: amount });
const check = thatHolds(objectOf<SloCheck>({ slo: text, unit: text, actual: maybe(estimate), dropped: maybe(estimate), verdict }), checkHolds);

const point = thatHolds(
  objectOf<PointEvidence>({
    limit,
    ratePerSecond: amount,
    checks: listOf(check),
    verdict,
    seeds: whole,
    requests: whole,
    events: whole,
    utilisation: maybe(amount),
    queueLatency: maybe(objectOf<NonNullable<PointEvidence['queueLatency']>>({ p50: estimate, p95: estimate, p99: estimate })),
    broken: listOf(text),
    unstable: maybe(overload),
    tooShort: maybe(objectOf<NonNullable<PointEvidence['tooShort']>>({ runMs: amount, neededMs: amount })),
  }),
  pointHolds,
);

const recordedRows = {
  file: text,
  rows: whole,
  used: whole,
  skipped: listOf(
    objectOf<LeftOutRows>({
      reason: text,
      count: whole,
      firstLine: maybe(whole),
      kind: maybe(oneOf<NonNullable<LeftOutRows['kind']>>('unusable', 'unwanted', 'outside')),
    }),
  ),
};

const trace = objectOf<TraceFacts>({
  ...recordedRows,
  sha256: text,
  spanMs: amount,
  tenants: maybe(whole),
  endpoints: maybe(whole),
  peakInFlight: amount,
});

const load = objectOf<LoadFacts>({
  source: oneOf<LoadFacts['source']>('flags', 'scenario', 'trace'),
  text,
  ratePerSecond: amount,
  meanServiceMs: amount,
  atOnce: maybe(whole),
  offeredSlots: amount,
  busiestOfferedSlots: maybe(amount),
  arrivalScv: maybe(amount),
  serviceScv: maybe(amount),
  trace: maybe(trace),
  recordings: maybe(listOf(objectOf<RecordedRows>(recordedRows))),
});

const question = objectOf<PlanQuestion>({
  slos: listOf(text, 1),
  policy: text,
  switches: listOf(text),
  sha256: text,
  parts: maybe(objectOf<QuestionParts>({ load: text, platform: text, slos: text })),
  seed: whole,
  mostSeeds: whole,
  requestsPerSeed: maybe(whole),
  warmupMs: amount,
});

const formula = objectOf<FormulaGuess>({ stableFrom: amount, erlangC: maybe(amount), withVariability: maybe(amount) });
const answer = thatHolds(
  objectOf<LimitAnswer>({ limit: maybe(limit), mostTried: limit, why: maybe(text), evidence: listOf(point), exceptions: listOf(limit) }),
  answerHolds,
);
const tier = objectOf<TierPrice>({ limit, usdPerMonth: maybe(amount) });

const tiers = objectOf<TierAdvice>({
  tiers: listOf(tier),
  source: text,
  tier: maybe(tier),
  slack: maybe(amount),
  ratePerSecondAtLargest: maybe(estimate),
  serviceMsAtLargest: maybe(estimate),
  requestsAtLargest: maybe(estimate),
  text,
});

const piece = thatHolds(
  objectOf<PieceAnswer>({
    name: text,
    requests: whole,
    offeredSlots: amount,
    peakInFlight: amount,
    limit: maybe(limit),
    evidence: maybe(point),
    p95Ms: maybe(amount),
  }),
  pieceHolds,
);

/** Where the load does not fit there is no number; a list holds null in its place. */
const amountOrNull: Shape<number | null> = (given) => (given === null ? null : amount(given));

const frontier = objectOf<Frontier>({ points: listOf(point), erlangCP95Ms: listOf(amountOrNull), sloMs: maybe(amount), sloPercentile: maybe(amount) });

const heatMap = objectOf<HeatMap>({
  ratesPerSecond: listOf(amount),
  limits: listOf(amount),
  p95Ms: listOf(listOf(amountOrNull)),
  verdicts: listOf(listOf(verdict)),
  here: objectOf<HeatMap['here']>({ ratePerSecond: amount, limit: amount }),
});

const sensitivity = objectOf<SensitivityRow>({
  what: text,
  factor: text,
  change: text,
  limit: maybe(amount),
  why: maybe(text),
  atAnswer: point,
  p95Ratio: maybe(amount),
  risk: maybe(oneOf<NonNullable<SensitivityRow['risk']>>('Low', 'Medium', 'High', 'Critical')),
  note: maybe(text),
});

const whatIf = objectOf<WhatIf>({ question: text, answer: text, limit: maybe(amount), evidence: maybe(point) });

const ghost = objectOf<GhostCost>({
  ghosts: whole,
  heldMs: amount,
  limit: amount,
  slotSeconds: amount,
  shareOfLimit: amount,
  lostJobs: amount,
  ratePerSecond: maybe(objectOf<NonNullable<GhostCost['ratePerSecond']>>({ without: estimate, with: estimate })),
  lostRateShare: maybe(finite),
  limitToRestore: maybe(amount),
  tierToRestore: maybe(tier),
  tierUsdPerMonth: maybe(finite),
  stuckUsd: maybe(amount),
  atLimit: point,
  text: listOf(text),
});

const inverse = objectOf<InverseAnswer>({
  question: oneOf<InverseAnswer['question']>('highest-rate', 'largest-burst', 'start-timeout', 'burst-drain', 'give-ups', 'split', 'outage'),
  title: text,
  answer: text,
  value: maybe(objectOf<NonNullable<InverseAnswer['value']>>({ estimate, unit: text })),
  formula: maybe(finite),
  columns: listOf(text),
  rows: listOf(listOf(text)),
  notes: listOf(text),
});

const move = objectOf<PlanMove>({
  what: text,
  before: maybe(finite),
  after: maybe(finite),
  unit: text,
  verdict: oneOf<PlanMove['verdict']>('better', 'same', 'worse', 'undecided'),
});

const comparison = objectOf<PlanComparison>({ file: text, differences: listOf(text), moves: listOf(move), verdict, text });

/** `plan.json`: every field that there is, and what one says of another, so that whatever draws or compares a plan can rely on it. */
export const planShape = thatHolds(
  objectOf<PlanResult>({
    schemaVersion: whole,
    tool: objectOf<PlanResult['tool']>({ name: text, version: text }),
    randomScheme: whole,
    command: text,
    question,
    load,
    formula,
    answer,
    tiers,
    days: maybe(listOf(piece)),
    tenants: maybe(listOf(piece)),
    frontier: maybe(frontier),
    heatMap: maybe(heatMap),
    sensitivity: maybe(listOf(sensitivity)),
    whatIfs: maybe(listOf(whatIf)),
    ghosts: maybe(listOf(ghost)),
    inverse: maybe(listOf(inverse)),
    gate: maybe(thatHolds(objectOf<PlanGate>({ limit, evidence: point, verdict, text }), gateHolds)),
    comparison: maybe(comparison),
    notes: listOf(text),
    verdict,
    exitCode: whole,
    meta: objectOf<PlanResult['meta']>({ date: text, host: text, node: text, wallMs: amount, simulatedRequests: amount, workers: text }),
  }),
  planHolds,
);
