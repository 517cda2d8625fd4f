import { describe, expect, it } from 'vitest';
import { median, pairedRatios } from '../../bench/paired-ratios.js';
import { resultOf } from '../../bench/results.js';
import type { Suite } from '../../bench/suite.js';

const SUITE: Suite = {
  name: 'loops',
  title: 'Loops',
  load: 'Nothing.',
  unit: 'loops per CPU-second',
  figure: (sample) => sample.work / sample.cpuSeconds,
  programs: [],
  comparisons: [
    { of: 'ours', to: 'theirs', bound: { atLeast: 0.75 } },
    { of: 'ours', to: 'C++' },
  ],
  goals: [{ of: 'ours', bound: { atLeast: 100 } }],
  disagreements: () => [],
};
const CIRCUMSTANCES = { command: 'npm run bench', date: '2026-01-01', machine: { cpu: 'a CPU', cores: 2, node: 'v20' }, rounds: 3 };

describe('the median', () => {
  it('is the middle value, whatever the order', () => expect(median([9, 1, 5])).toBe(5));
  it('is the mean of the two in the middle of an even number', () => expect(median([1, 4, 100, 2])).toBe(3));
  it('of nothing is an error', () => expect(() => median([])).toThrow('at least one value'));
});

describe('paired ratios', () => {
  it('compare the figures of one round, so that a slow round slows both sides', () => {
    expect(pairedRatios([80, 40, 80], [100, 50, 100])).toEqual([0.8, 0.8, 0.8]);
  });

  it('are not the ratio of the medians', () => {
    const of = [10, 20, 90];
    const to = [10, 40, 30];
    expect(median(pairedRatios(of, to))).toBe(1);
    expect(median(of) / median(to)).not.toBe(1);
  });

  it('need a figure of both sides for every round', () => {
    expect(() => pairedRatios([1, 2], [1])).toThrow('got 2 and 1');
  });
});

describe('a suite’s result', () => {
  it('has the median and the range of the rounds’ ratios', () => {
    const result = resultOf(
      SUITE,
      [
        { name: 'ours', figures: [75, 90, 60] },
        { name: 'theirs', figures: [100, 100, 100] },
        { name: 'C++', figures: [300, 300, 300] },
      ],
      CIRCUMSTANCES,
    );
    expect(result.ratios[0]).toEqual({ of: 'ours', to: 'theirs', median: 0.75, min: 0.6, max: 0.9, bound: { atLeast: 0.75 } });
    expect(result.goals).toEqual([{ of: 'ours', median: 75, bound: { atLeast: 100 } }]);
  });

  it('leaves out what compares with a program that is missing, and still lists the program', () => {
    const result = resultOf(
      SUITE,
      [
        { name: 'ours', figures: [75] },
        { name: 'theirs', figures: [100] },
        { name: 'C++', figures: [], missing: 'no C++ compiler on this machine' },
      ],
      CIRCUMSTANCES,
    );
    expect(result.ratios.map((ratio) => ratio.to)).toEqual(['theirs']);
    expect(result.programs[2]?.missing).toBe('no C++ compiler on this machine');
  });
});
