import { near, sameCounts } from '../agreement.js';
import type { Sample } from '../sample.js';
import type { Suite, SuiteOptions } from '../suite.js';

/** From 6 M requests of the reference loops. */
const REQUEUES_PER_REQUEST = 0.482;
const TIMEOUTS_PER_REQUEST = 0.0051;

export const requestsPerCpuSecond = (sample: Sample): number => sample.work / sample.cpuSeconds;

/** The product-shaped load: the platform with everything on, and the least that the same model costs. */
export function productSuite({ scale, programs }: SuiteOptions): Suite {
  const requests = Math.round(6_000_000 * scale);
  return {
    name: 'product',
    title: 'Product-shaped load',
    load: `${requests / 1e6} M requests from an empty start: 200 accounts with limits of 2, 4, 10, 20 and 40, 85 % load, exponential service of 5 s, 2,700 runners, requeue after 1, 2, 4 .. 60 s, start_timeout of 60 to 600 s. One Poisson stream an account, which is the same as one stream whose requests draw their account.`,
    unit: 'requests per CPU-second',
    figure: requestsPerCpuSecond,
    programs: [
      programs.script('platform', 'samples/platform.js', 'product', requests),
      programs.script('plain arrays', 'reference/plain-arrays.js', requests),
      programs.native('C++', 'best.cpp', requests),
    ],
    comparisons: [
      { of: 'platform', to: 'plain arrays', bound: { atLeast: 0.75 } },
      { of: 'platform', to: 'C++', bound: { atLeast: 0.35 } },
      { of: 'plain arrays', to: 'C++' },
    ],
    disagreements: (samples) => [
      ...sameCounts(samples, 'plain arrays', 'C++'),
      ...(requests < 3_000_000
        ? []
        : [
            ...near(samples, 'requeues per request', (sample) => Number(sample['requeues']) / sample.work, REQUEUES_PER_REQUEST, 0.02),
            ...near(samples, 'timeouts per request', (sample) => Number(sample['timeouts']) / sample.work, TIMEOUTS_PER_REQUEST, 0.15),
          ]),
    ],
  };
}
