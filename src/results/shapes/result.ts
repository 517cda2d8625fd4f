import type { InvariantOutcome, Violation } from '../../measure/invariants/checker.js';
import {
  type ExercisedVerdict,
  type InvariantVerdict,
  type Mark,
  RESULT_SCHEMA_VERSION,
  type ResultFile,
  type ResultMeta,
  type RunResult,
  type ScenarioParts,
  type ShardInfo,
  type ThresholdVerdict,
  type VariantInfo,
} from '../../measure/result.js';
import { comparison } from './comparison.js';
import { evidence } from './evidence.js';
import { exitCode, gate, level, place, quantifier, variantGate, verdict } from './gate.js';
import { agreementLine, liveRun } from './live.js';
import { acrossSeeds, metrics, unit } from './metrics.js';
import { amount, fail, finite, listOf, maybe, number, objectOf, oneOf, type Shape, tableOf, text, truth, whole } from './shape.js';

const threshold = objectOf<ThresholdVerdict>({
  metric: text,
  expression: text,
  actual: maybe(number),
  limit: number,
  unit,
  n: whole,
  verdict,
  level: maybe(level),
  over: maybe(quantifier),
  minSamples: maybe(whole),
  note: maybe(text),
});

const violation = objectOf<Violation>({
  atUs: amount,
  event: whole,
  request: text,
  account: text,
  key: text,
  message: text,
  leases: maybe(listOf(whole)),
  others: maybe(listOf(text)),
  hint: maybe(text),
});

const invariant = objectOf<InvariantVerdict>({
  id: text as Shape<InvariantOutcome['id']>,
  state: oneOf('held', 'violated', 'undecided', 'idle', 'not-promised'),
  examined: whole,
  violations: whole,
  examples: listOf(violation),
  reason: maybe(text),
  expected: oneOf('held', 'violated', 'off'),
  verdict,
  level: maybe(level),
});

const exercised = objectOf<ExercisedVerdict>({ name: text, expression: text, actual: number, verdict, level: maybe(level) });

export const runShape = objectOf<RunResult>({
  variant: maybe(text),
  seed: whole,
  hash: text,
  events: whole,
  loadEndUs: amount,
  endUs: amount,
  verdict,
  exitCode,
  thresholds: listOf(threshold),
  invariants: listOf(invariant),
  exercised: listOf(exercised),
  exercise: tableOf(number),
  metrics,
  evidence: maybe(evidence),
  live: maybe(liveRun),
});

const variant = objectOf<VariantInfo>({
  name: maybe(text),
  description: text,
  policy: text,
  switches: tableOf(text),
  marks: listOf(objectOf<Mark>({ number: whole, atUs: amount, label: text, toUs: maybe(number) })),
  prices: listOf(objectOf<VariantInfo['prices'][number]>({ endpoint: text, usd: finite, source: text })),
  meanServiceUs: maybe(amount),
  warmupUs: maybe(amount),
  warmupRule: maybe(text),
  warmupFound: maybe(truth),
  acrossSeeds: maybe(acrossSeeds),
  replay: maybe(text),
  places: maybe(listOf(place)),
  gate: maybe(variantGate),
});

const scenario = objectOf<ResultFile['scenario']>({
  name: text,
  description: text,
  file: text,
  sha256: text,
  rerun: text,
  notes: listOf(text),
  parts: maybe(objectOf<ScenarioParts>({ load: text, platform: text, policy: text, expectations: text })),
});

const certain: Shape<true> = (given) => (given === true ? given : fail('true', given));

const meta = objectOf<ResultMeta>({
  date: text,
  host: text,
  platform: text,
  node: text,
  durationMs: amount,
  cpu: maybe(text),
  revision: maybe(objectOf<NonNullable<ResultMeta['revision']>>({ sha: text, dirty: truth })),
  repeated: maybe(certain),
});

/** All of a result but its runs, which may be too many to be read at once. */
export const resultShape = objectOf<ResultFile>({
  schemaVersion: oneOf(RESULT_SCHEMA_VERSION),
  tool: objectOf<ResultFile['tool']>({ name: oneOf('slotstorm'), version: text }),
  randomScheme: whole,
  scenario,
  seeds: listOf(whole, 1),
  verdict,
  exitCode,
  variants: listOf(variant, 1),
  runs: listOf(runShape, 1),
  agreement: maybe(listOf(agreementLine)),
  gate: maybe(gate),
  comparison: maybe(comparison),
  incomplete: maybe(text),
  shard: maybe(objectOf<ShardInfo>({ index: whole, of: whole, seeds: listOf(whole, 1), rerun: text })),
  meta,
});
