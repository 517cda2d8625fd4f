import type { BaselineOrigin, BehaviourChange, ComparedNumber, Comparison } from '../../measure/comparison/comparison-result.js';
import { exitCode } from './gate.js';
import { unit } from './metrics.js';
import { amount, finite, listOf, maybe, number, objectOf, oneOf, tableOf, text, truth, tupleOf, whole } from './shape.js';

const compared = objectOf<ComparedNumber>({
  variant: maybe(text),
  metric: text,
  number: text,
  unit,
  gates: truth,
  level: maybe(oneOf('warn', 'off')),
  baseline: maybe(number),
  candidate: maybe(number),
  shift: maybe(number),
  low: maybe(number),
  high: maybe(number),
  shiftShare: maybe(number),
  margin: number,
  misrate: number,
  verdict: oneOf('better', 'same', 'worse', 'undecided', 'not-comparable'),
  note: text,
  seeds: whole,
  seedsWorse: whole,
  worstSeed: maybe(whole),
  pairs: listOf(tupleOf<readonly [number, number, number]>(whole, finite, finite)),
});

type FirstChange = NonNullable<BehaviourChange['first']>;

const behaviour = objectOf<BehaviourChange>({
  variant: maybe(text),
  seedsCompared: whole,
  seedsChanged: listOf(whole),
  first: maybe(objectOf<FirstChange>({ seed: whole, event: maybe(whole), atUs: maybe(amount), baseline: maybe(text), candidate: maybe(text) })),
});

export const comparison = objectOf<Comparison>({
  baseline: objectOf<BaselineOrigin>({ source: text, tool: text, sha256: text, reason: maybe(text), updated: maybe(text) }),
  rule: oneOf('paired', 'shift'),
  obstacles: listOf(text),
  allowed: listOf(text),
  numbers: listOf(compared),
  behaviour: listOf(behaviour),
  latencyCurves: tableOf(listOf(tupleOf<readonly [number, number]>(finite, finite))),
  exitCode,
});
