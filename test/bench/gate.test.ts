import { describe, expect, it } from 'vitest';
import { regressions } from '../../bench/gate.js';
import type { RatioResult, SuiteResult } from '../../bench/results.js';

function suite(ratio: Partial<RatioResult>): SuiteResult {
  return {
    name: 'product',
    title: 'Product-shaped load',
    load: '',
    unit: '',
    command: '',
    date: '',
    machine: { cpu: '', cores: 1, node: '' },
    rounds: 7,
    programs: [],
    ratios: [{ of: 'platform', to: 'plain arrays', median: 1, min: 1, max: 1, ...ratio }],
    goals: [],
  };
}

describe('the gate', () => {
  it('stays open down to 0.8 of the recorded ratio', () => {
    expect(regressions([suite({ median: 0.8 })], [suite({ median: 1 })])).toEqual([]);
    expect(regressions([suite({ median: 0.79 })], [suite({ median: 1 })])).toEqual(['product: platform : plain arrays is 0.79, was 1.00']);
  });

  it('turns round where less is better', () => {
    const bound = { atMost: 6 };
    expect(regressions([suite({ median: 5, bound })], [suite({ median: 4, bound })])).toEqual([]);
    expect(regressions([suite({ median: 5.1, bound })], [suite({ median: 4, bound })])).toHaveLength(1);
  });

  it('says so when nothing is recorded, rather than passing', () => {
    expect(regressions([suite({})], [])).toEqual([expect.stringContaining('--write-docs first')]);
  });

  it('does not miss a ratio that could not be measured when it was recorded', () => {
    expect(regressions([suite({ to: 'C++', median: 0.1 })], [suite({})])).toEqual([]);
  });
});
