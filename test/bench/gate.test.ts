import { describe, expect, it } from 'vitest';
import { regressions } from '../../bench/gate.js';
import type { RatioResult, SuiteResult } from '../../bench/results.js';
import { allSuites } from '../../bench/suites/all.js';

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
    const costs = (median: number): SuiteResult => ({ ...suite({ median }), lessIsBetter: true });
    expect(regressions([costs(5)], [costs(4)])).toEqual([]);
    expect(regressions([costs(5.1)], [costs(4)])).toHaveLength(1);
    expect(regressions([costs(1)], [costs(4)])).toEqual([]);
  });

  it('knows of every suite that measures costs', () => {
    const missing = { name: '', command: [], missing: 'not asked for' };
    const programs = { script: () => missing, native: () => missing };
    expect(
      allSuites({ scale: 1, full: false, programs })
        .filter(({ lessIsBetter }) => lessIsBetter === true)
        .map(({ name }) => name),
    ).toEqual([
      'hold',
      'memory',
      'plan-workers',
      'parts',
      'ledger',
      'emulator-submit-cost',
      'emulator-status-cost',
      'emulator-held',
      'load-cost',
      'load-pace',
      'report',
      'playground',
    ]);
  });

  it('says so when nothing is recorded, rather than passing', () => {
    expect(regressions([suite({})], [])).toEqual([expect.stringContaining('--write-docs first')]);
  });

  it('does not miss a ratio that could not be measured when it was recorded', () => {
    expect(regressions([suite({ to: 'C++', median: 0.1 })], [suite({})])).toEqual([]);
  });
});
