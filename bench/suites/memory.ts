import type { Program, Suite, SuiteOptions } from '../suite.js';

const MIB = 2 ** 20;

/** Whether memory grows with the number of requests. */
export function memorySuite({ full, scale, programs }: SuiteOptions): Suite {
  const small = Math.round(1_000_000 * scale);
  const large = small * (full ? 100 : 10);
  const nameOf = (requests: number): string => `${requests / 1e6} M requests`;
  return {
    name: 'memory',
    title: 'Memory',
    load: 'The product-shaped load through the platform with all checks and metrics, V8’s young generation at its full size from the start.',
    unit: 'MiB of resident memory at its peak',
    lessIsBetter: true,
    figure: (sample) => (sample.peakBytes ?? Number.NaN) / MIB,
    programs: [small, large].map((requests) => withWholeYoungGeneration(programs.script(nameOf(requests), 'samples/platform.js', 'product', requests))),
    comparisons: [{ of: nameOf(large), to: nameOf(small), bound: { atMost: 1.2 } }],
    disagreements: () => [],
  };
}

/**
 * V8 enlarges its young generation by a step of 16 MiB when it sees fit, in one run of a million requests and not in the
 * next. From the start on it is the same for all, and what grows is what the platform keeps.
 */
function withWholeYoungGeneration(program: Program): Program {
  const [node, ...rest] = program.command;
  return { ...program, command: [node as string, '--min-semi-space-size=16', ...rest] };
}
