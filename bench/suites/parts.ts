import type { Suite, SuiteOptions } from '../suite.js';

/** Where the time of a request goes. */
export function partsSuite({ scale, programs }: SuiteOptions): Suite {
  const requests = Math.round(3_000_000 * scale);
  return {
    name: 'parts',
    title: 'Where the time of a request goes',
    load: `${requests / 1e6} M requests of the product-shaped load: all of it, the same without anybody reading the history, and its draws and its calendar alone.`,
    unit: 'ns of CPU a request',
    lessIsBetter: true,
    figure: (sample) => (sample.cpuSeconds * 1e9) / sample.work,
    programs: [
      programs.script('platform', 'samples/platform.js', 'product', requests),
      programs.script('without recorder and checkers', 'samples/platform.js', 'product', requests, 'no-recorder'),
      programs.script('calendar alone', 'samples/parts.js', 'calendar', requests),
      programs.script('draws alone', 'samples/parts.js', 'draws', requests),
    ],
    comparisons: [
      { of: 'without recorder and checkers', to: 'platform' },
      { of: 'calendar alone', to: 'platform' },
      { of: 'draws alone', to: 'platform' },
    ],
    disagreements: () => [],
  };
}
