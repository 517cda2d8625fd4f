import { describe, expect, it } from 'vitest';
import { planExpectations } from '../../src/measure/expectations.js';
import type { PreparedVariant } from '../../src/prepare.js';
import { VariantRuns } from '../../src/replications/seed-runs.js';
import { runToEnd } from '../../src/run.js';
import type { TraceSource } from '../../src/sim/trace.js';
import { endpoint, flow, scenario } from '../helpers/scenario.js';
import { MINUTE, S } from '../helpers/world.js';

const samples = { kind: 'samples', file: 'seconds.csv', column: 'seconds', unitUs: S } as const;

/** Two endpoints whose service times lie in one file, and a trace of three requests to one of them. */
const what = scenario({
  endpoints: [endpoint({ service: samples }), endpoint({ id: 'other', service: { ...samples } })],
  workload: [
    flow({ arrivals: { kind: 'poisson', perSecond: 0.1, fromUs: 0, toUs: 10 * MINUTE } }),
    flow({
      endpoint: 'other',
      arrivals: {
        kind: 'trace',
        file: 'requests.csv',
        arrivalColumn: 'at',
        serviceColumn: undefined,
        serviceUnitUs: S,
        serviceOffsetUs: 0,
        accountColumn: undefined,
        accountLimit: undefined,
        endpointColumn: undefined,
        speed: 1,
        loop: 1,
        slice: undefined,
        badRows: 'error',
      },
    }),
  ],
});
const variant: PreparedVariant = { name: undefined, description: '', scenario: what, plan: planExpectations(what.expect).plan };

/** @param opened every file that is opened is noted in it */
function files(opened: string[]): TraceSource {
  return (file) => {
    opened.push(file);
    return file === 'requests.csv' ? ['at\n1\n2\n3\n'] : ['seconds\n4\n5\n9\n'];
  };
}

describe('the seeds of a variant', () => {
  it('share what was read from a file of samples; a trace is read anew by each', () => {
    const opened: string[] = [];
    const runs = new VariantRuns(variant, files(opened));
    for (const seed of [1, 2, 3]) runToEnd(runs.start(seed, 1));
    expect(opened.filter((file) => file === 'seconds.csv')).toHaveLength(1);
    // Each seed looks a trace over, and then replays it.
    expect(opened.filter((file) => file === 'requests.csv')).toHaveLength(6);
  });

  it('give the same results as each seed run alone', () => {
    const together = new VariantRuns(variant, files([]));
    for (const seed of [1, 2, 3]) {
      const alone = new VariantRuns(variant, files([]));
      expect(runToEnd(together.start(seed, 'all'))).toEqual(runToEnd(alone.start(seed, 'all')));
    }
  });
});
