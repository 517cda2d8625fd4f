import fc from 'fast-check';
import { LAWS, PERCENTILES, POLICIES, plainQuestion, type Question, sloOf, WAITINGS } from '../../src/playground/question.js';
import { durationText } from '../../src/scenario/duration-text.js';

/** Any question that the playground may ask. */
export function questions({ mostRequests = 200_000 } = {}): fc.Arbitrary<Question & { readonly slo: string }> {
  const us = (least: number, most: number) => fc.integer({ min: least, max: most }).map((value) => value / 1_000);
  const setting = fc.record({
    limit: fc.integer({ min: 1, max: 500 }),
    ratePerSecond: fc.integer({ min: 1, max: 1_000_000 }).map((thousandths) => thousandths / 1_000),
    batchMean: fc.oneof(
      fc.constant(1),
      fc.integer({ min: 100, max: 10_000 }).map((hundredths) => hundredths / 100),
    ),
    service: fc.record({
      law: fc.constantFrom(...LAWS),
      meanMs: us(10_000, 3_600_000_000),
      cv: fc.integer({ min: 5, max: 500 }).map((hundredths) => hundredths / 100),
    }),
    ghosts: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 500 })),
    policy: fc.constantFrom(...POLICIES),
    waiting: fc.constantFrom(...WAITINGS),
    startTimeoutMs: fc.oneof(fc.constant(Number.POSITIVE_INFINITY), us(1_001_000, 86_400_000_000)),
    requests: fc.integer({ min: 100, max: mostRequests }),
    seed: fc.integer({ min: 0, max: 1_000_000_000 }),
  });
  const promise = fc.record({ percentile: fc.constantFrom(...PERCENTILES), withinMs: us(1_000, 86_400_000_000) });
  return fc.record({ setting, promise }).map((question) => {
    const plain = plainQuestion(question);
    return { ...plain, slo: sloOf(plain.promise, durationText) };
  });
}

/** What the shell makes of the command that the page shows. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? (plain as string)).slice(2);
}
