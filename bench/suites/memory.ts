import type { Suite, SuiteOptions } from '../suite.js';

const MIB = 2 ** 20;

/** Whether memory grows with the number of requests. */
export function memorySuite({ full, scale, programs }: SuiteOptions): Suite {
  const small = Math.round(1_000_000 * scale);
  const large = small * (full ? 100 : 10);
  const nameOf = (requests: number): string => `${requests / 1e6} M requests`;
  return {
    name: 'memory',
    title: 'Memory',
    load: 'The product-shaped load through the platform with all checks and metrics.',
    unit: 'MiB of resident memory at its peak',
    lessIsBetter: true,
    figure: (sample) => (sample.peakBytes ?? Number.NaN) / MIB,
    programs: [
      programs.script(nameOf(small), 'samples/platform.js', 'product', small),
      programs.script(nameOf(large), 'samples/platform.js', 'product', large),
    ],
    comparisons: [{ of: nameOf(large), to: nameOf(small), bound: { atMost: 1.2 } }],
    disagreements: () => [],
  };
}
