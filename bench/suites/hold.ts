import type { Suite, SuiteOptions } from '../suite.js';

const PENDING = [1_000, 10_000, 100_000, 1_000_000];

const nameOf = (pending: number): string => `${pending.toLocaleString('en')} pending`;

/** What an event costs the calendar as more of them are pending. */
export function holdSuite({ scale, programs }: SuiteOptions): Suite {
  const holds = Math.round(3_000_000 * scale);
  return {
    name: 'hold',
    title: 'Pending events',
    load: `${holds / 1e6} M times: take the first of the pending events, schedule one an exponential second later. The calendar that the platform runs on.`,
    unit: 'ns of CPU a hold',
    lessIsBetter: true,
    figure: (sample) => (sample.cpuSeconds * 1e9) / sample.work,
    programs: PENDING.map((pending) => programs.script(nameOf(pending), 'samples/hold.js', pending, holds)),
    comparisons: PENDING.slice(1).map((pending) => ({
      of: nameOf(pending),
      to: nameOf(1_000),
      ...(pending === 1_000_000 ? { bound: { atMost: 6 } } : {}),
    })),
    disagreements: () => [],
  };
}
