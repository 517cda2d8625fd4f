import type { Suite, SuiteOptions } from '../suite.js';

const SMALL = 200;

/** How long a report takes to open: from the file to the last chart in sight. */
export function reportSuite({ scale, programs }: SuiteOptions): Suite {
  const large = Math.max(SMALL, Math.round(100_000 * scale));
  const nameOf = (requests: number): string => `${requests.toLocaleString('en')} requests`;
  const bare = `${nameOf(large)}, no playground in the page`;
  return {
    name: 'report',
    title: 'Opening a report',
    load: 'One run under fal-939, a key revoked half-way, with everything a report shows; opened from a file in headless Chromium, a new browser each time.',
    unit: 'ms until the charts in sight are drawn',
    lessIsBetter: true,
    figure: (sample) => (sample.wallSeconds ?? Number.NaN) * 1000,
    programs: [
      ...[large, SMALL].map((requests) => programs.script(nameOf(requests), 'samples/open-report.js', requests)),
      programs.script(bare, 'samples/open-report.js', large, 'without-playground'),
    ],
    comparisons: [
      { of: nameOf(large), to: nameOf(SMALL), bound: { atMost: 4 } },
      { of: nameOf(large), to: bare, bound: { atMost: 1.05 } },
    ],
    goals: [{ of: nameOf(large), bound: { atMost: 2_000 } }],
    disagreements: () => [],
  };
}
