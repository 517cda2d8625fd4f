import type {
  Budget,
  CheckPlace,
  GatedNumber,
  GateResult,
  Level,
  QuarantineOutcome,
  RegressionTerms,
  SeedQuantifier,
  SeedsVerdict,
  VariantGate,
} from '../../measure/gate/gate-result.js';
import type { Verdict } from '../../measure/result.js';
import { unit } from './metrics.js';
import { amount, fail, finite, listOf, maybe, number, objectOf, oneOf, type Shape, text, truth, whole } from './shape.js';

export const verdict: Shape<Verdict> = oneOf('pass', 'fail', 'undecided');
export const level: Shape<Level> = oneOf('error', 'warn', 'off');
/** What a process can end with. */
export const exitCode: Shape<number> = (given) => (whole(given) <= 255 ? (given as number) : fail('an exit code from 0 up to 255', given));

const share = objectOf<{ readonly share: number }>({ share: finite });

export const quantifier: Shape<SeedQuantifier> = (given) => {
  if (given === 'every' || given === 'median') return given;
  return typeof given === 'object' && given !== null ? share(given) : fail('"every", "median" or a share', given);
};

export const place = objectOf<CheckPlace>({
  kind: oneOf('threshold', 'invariant', 'exercised', 'budget'),
  scope: text,
  expression: text,
  line: whole,
  column: whole,
});

const seedsVerdict = objectOf<SeedsVerdict>({
  kind: oneOf('threshold', 'budget'),
  variant: maybe(text),
  scope: text,
  expression: text,
  level,
  actual: maybe(number),
  limit: number,
  unit,
  low: maybe(number),
  high: maybe(number),
  seeds: whole,
  seedsFailing: whole,
  n: whole,
  verdict,
  note: text,
});

const quarantined = objectOf<QuarantineOutcome>({
  scenario: text,
  variant: maybe(text),
  check: text,
  owner: text,
  reason: text,
  until: text,
  issue: maybe(text),
  state: oneOf('used', 'removable', 'expired', 'unknown'),
});

export const gate = objectOf<GateResult>({ acrossSeeds: listOf(seedsVerdict), quarantine: listOf(quarantined), presets: listOf(text) });

const yes: Shape<true> = (given) => (given === true ? given : fail('true', given));

const regression = objectOf<RegressionTerms>({
  gated: listOf(objectOf<GatedNumber>({ metric: text, number: text, level })),
  marginShare: amount,
  marginMs: amount,
  misrate: amount,
});

export const variantGate = objectOf<VariantGate>({
  presets: listOf(text),
  budgets: listOf(objectOf<Budget>({ name: text, expression: text, share: amount, level, excusesNoSeed: maybe(truth) })),
  regression: maybe(regression),
  regressionOff: maybe(yes),
});
