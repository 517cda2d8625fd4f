import { describe, expect, it, test } from 'vitest';
import { compareWithBaseline } from '../../../src/measure/comparison/compare-with-baseline.js';
import type { Comparison } from '../../../src/measure/comparison/comparison-result.js';
import type { VariantGate } from '../../../src/measure/gate/gate-result.js';
import { USUAL_REGRESSION } from '../../../src/measure/gate/regression-terms.js';
import type { ResultFile, ScenarioParts } from '../../../src/measure/result.js';
import { judged, prepared, story } from '../gate/judged.js';
import { madeBaseline, madeResult, madeRun, OPTIONS, waits } from './results.js';

const ASKS: VariantGate = {
  presets: [],
  budgets: [],
  regression: { ...USUAL_REGRESSION, gated: [{ metric: 'queue_latency', number: 'p95', level: 'error' }] },
};
const ASKS_LOOSELY: VariantGate = { ...ASKS, regression: { ...ASKS.regression!, misrate: 0.2 } };
const OFF: VariantGate = { presets: [], budgets: [], regression: undefined, regressionOff: true };

/** Twenty seeds of each variant, `by` times as long as usual. */
function resultOf(variants: Readonly<Record<string, VariantGate | undefined>>, by = 1): ResultFile {
  const seeds = Array.from({ length: 20 }, (_, at) => at + 1);
  const runs = Object.keys(variants).flatMap((variant) =>
    seeds.map((seed) => madeRun(seed, { queue_latency: waits((10_000 + seed * 100) * by) }, { variant })),
  );
  const result = madeResult(runs);
  return {
    ...result,
    variants: result.variants.map((info) => {
      const gate = variants[info.name as string];
      return gate === undefined ? info : { ...info, gate };
    }),
  };
}

function against(former: ResultFile, result: ResultFile, more: Partial<Parameters<typeof compareWithBaseline>[2]> = {}): Comparison {
  return compareWithBaseline(result, madeBaseline(former.runs), { ...OPTIONS, ...more });
}

const gatedBy = ({ numbers }: Comparison): string[] =>
  numbers.filter(({ gates }) => gates).map(({ variant, metric, number }) => `${variant} ${metric} ${number}`);

describe('variants that one side lacks', () => {
  it('a new one that asks for a baseline is an obstacle', () => {
    const comparison = against(resultOf({ a: ASKS }), resultOf({ a: ASKS, b: ASKS }));
    expect(comparison.obstacles).toEqual(['the variant "b" is new: the baseline has nothing to hold it against; set the baseline anew']);
    expect(comparison.exitCode).toBe(96);
  });

  test.each([
    ['does not ask', undefined],
    ['asks to be left alone', OFF],
  ])('a new one that %s is named and stops nothing', (_, gate) => {
    const comparison = against(resultOf({ a: ASKS }), resultOf({ a: ASKS, b: gate }));
    expect(comparison).toMatchObject({ obstacles: [], allowed: ['the variant "b" is new: the baseline has nothing to hold it against'], exitCode: 0 });
  });

  it('one that is gone is an obstacle, whatever it asked for', () => {
    const comparison = against(resultOf({ a: ASKS, b: undefined }), resultOf({ a: ASKS }));
    expect(comparison.obstacles).toEqual(['the result lacks the variant "b" of the baseline; run all variants']);
  });
});

describe('what each variant is held to', () => {
  it('is nothing with regression: false, even where all scenarios are held against a baseline', () => {
    const variants = { a: ASKS, b: OFF };
    const comparison = against(resultOf(variants), resultOf(variants, 2));
    expect(gatedBy(comparison)).toEqual(['a queue_latency p95']);
    expect(against(resultOf({ b: OFF }), resultOf({ b: OFF }, 2)).exitCode).toBe(0);
  });

  it('is nothing without a word of it, where only those are held that ask, and else the usual numbers', () => {
    const variants = { a: ASKS, b: undefined };
    const [from, to] = [resultOf(variants), resultOf(variants, 2)];
    expect(gatedBy(against(from, to, { onlyAsked: true }))).toEqual(['a queue_latency p95']);
    expect(gatedBy(against(from, to))).toContain('b queue_latency p95');
  });

  it('shares the smallest misrate of all variants', () => {
    const variants = { a: ASKS, b: ASKS_LOOSELY };
    const { numbers } = against(resultOf(variants), resultOf(variants, 2));
    // Two at 1 % / 2; once one is rejected, the other may use all of it.
    expect(numbers.filter(({ gates }) => gates).map(({ misrate }) => misrate)).toEqual([0.005, 0.005]);
  });

  it('is told from the scenario: false is not the same as nothing', () => {
    const [scenario] = [prepared(story('  regression: true\n', 'variants:\n  - { name: a }\n  - { name: b, expect: { regression: false } }\n'))];
    expect(scenario.variants.map(({ plan }) => [plan.gate?.regression === undefined, plan.gate?.regressionOff])).toEqual([
      [false, undefined],
      [true, true],
    ]);
    expect(prepared(story('  preset: []\n')).variants[0]!.plan.gate).toBeUndefined();
  });
});

describe('parts of a scenario', () => {
  const partsOf = (means: Readonly<Record<string, string>>): ScenarioParts => {
    const variants = Object.entries(means).map(([name, mean]) => `  - { name: ${name}, set: { platform.endpoints.0.service.exponential.mean: ${mean} } }\n`);
    return judged(story('  thresholds: {}\n', `variants:\n${variants.join('')}`)).scenario.parts!;
  };

  it('differ when a variant gets what another one had', () => {
    expect(partsOf({ a: '1s', b: '3s', c: '3s' }).load).not.toBe(partsOf({ a: '1s', b: '1s', c: '3s' }).load);
    expect(partsOf({ a: '1s', b: '3s' }).load).not.toBe(partsOf({ a: '3s', b: '1s' }).load);
  });

  it('are the same for a run of some variants, where all share them', () => {
    const [all, some] = [partsOf({ a: '1s', b: '3s' }), partsOf({ a: '1s' })];
    expect([all.platform, all.policy]).toEqual([some.platform, some.policy]);
  });
});
