import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricValue } from '../../src/measure/metrics.js';
import type { RunResult } from '../../src/measure/result.js';
import { packResults, unpackResults } from '../../src/replications/packed-results.js';
import { holds } from '../helpers/properties.js';
import { burst, runsOf } from '../helpers/seeds.js';

const number = fc.double();
const metric: fc.Arbitrary<MetricValue> = fc.oneof(
  fc.record({ type: fc.constant('trend' as const), n: number, avg: number, min: number, med: number, max: number, p90: number, p95: number, p99: number }),
  fc.record({ type: fc.constant('counter' as const), n: number, count: number, rate: number }),
  fc.record({ type: fc.constant('gauge' as const), n: number, value: number, min: number, max: number, avg: number }),
  fc.record({ type: fc.constant('rate' as const), n: number, rate: number }),
);

describe('results of seeds that cross to another thread', () => {
  it('keep every metric of every kind to the last bit', () => {
    const result = fc.record({ seed: fc.nat(), metrics: fc.dictionary(fc.constantFrom('a', 'b', 'c'), metric, { noNullPrototype: true }) });
    holds(
      fc.property(fc.array(result, { maxLength: 4 }), (some) => {
        const results = some as unknown as RunResult[];
        expect(unpackResults(structuredClone(packResults(results)))).toEqual(results);
      }),
      300,
    );
  });

  it('keep the bytes of real results, with and without charts, of passes and of failures', () => {
    const results = [...runsOf(burst('fal-939'), [1, 2, 3, 4]), ...runsOf(burst('reference'), [5, 6])];
    expect(new Set(results.map((result) => result.verdict)).size).toBe(2);
    const back = unpackResults(structuredClone(packResults(results)));
    expect(JSON.stringify(back)).toBe(JSON.stringify(results));
  });
});
