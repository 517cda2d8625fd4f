import type { Suite, SuiteOptions } from '../suite.js';

const LEAST = 100;
const MOVES = 15;

/** How long a slider of the playground waits for its charts: the reader's finger is on it. */
export function playgroundSuite({ scale, programs }: SuiteOptions): Suite {
  const requests = Math.max(LEAST, Math.round(10_000 * scale));
  const nameOf = (waiting: string): string => `${requests.toLocaleString('en')} requests, ${waiting}`;
  const program = (waiting: string) => programs.script(nameOf(waiting), 'samples/move-slider.js', requests, waiting, MOVES);
  return {
    name: 'playground',
    title: 'Moving a slider of the playground',
    load: `5/s of 12 s jobs, exponential; the limit goes up from 64, ${MOVES} times, in headless Chromium; by the page's own clock, from the input to the frame after the charts were drawn. The median of the moves, the first one included.`,
    unit: 'ms until the charts are drawn',
    lessIsBetter: true,
    figure: (sample) => (sample.wallSeconds ?? Number.NaN) * 1000,
    programs: ['fifo', 'backoff'].map(program),
    comparisons: [],
    goals: ['fifo', 'backoff'].map((waiting) => ({ of: nameOf(waiting), bound: { atMost: 200 } })),
    disagreements: () => [],
  };
}
