import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkOf, questionOfLink } from '../../src/playground/link.js';
import { FIRST_QUESTION } from '../../src/playground/question.js';
import { questions } from './questions.js';

const OTHER = { ...FIRST_QUESTION, setting: { ...FIRST_QUESTION.setting, limit: 7 } };

describe('a link into the playground', () => {
  it('asks exactly the same again, whatever was asked', () => {
    fc.assert(
      fc.property(questions(), ({ setting, promise }) => {
        const linked = questionOfLink(`#${linkOf({ setting, promise })}`, OTHER);
        expect(linked).toStrictEqual({ question: { setting, promise }, notices: [] });
      }),
      { numRuns: 500 },
    );
  });

  it('can be read by people', () => {
    expect(linkOf(FIRST_QUESTION)).toBe(
      'playground?limit=69&rate=5&burstiness=1&service=12s&law=exponential&cv=1&ghosts=0&policy=fal-documented&waiting=backoff&startTimeout=none&requests=10000&seed=1&slo=p(95)%3C2s',
    );
  });

  it('leaves what it does not name as it is', () => {
    const linked = questionOfLink('#playground?ghosts=3', OTHER);
    expect(linked).toStrictEqual({ question: { ...OTHER, setting: { ...OTHER.setting, ghosts: 3 } }, notices: [] });
    expect(questionOfLink('#playground', OTHER)).toStrictEqual({ question: OTHER, notices: [] });
  });

  it.each(['', '#', '#evidence', '#playgrounds?limit=3', '#request-playground?limit=3'])('is not %j', (fragment) => {
    expect(questionOfLink(fragment, OTHER)).toBeUndefined();
  });

  it.each([
    ['limit=0', 'limit: expected a whole number from 1 to 500, got "0"'],
    ['limit=501', 'limit: expected a whole number from 1 to 500, got "501"'],
    ['limit=2.5', 'limit: expected a whole number from 1 to 500, got "2.5"'],
    ['limit=NaN', 'limit: expected a whole number from 1 to 500, got "NaN"'],
    ['limit=1e2', 'limit: expected a whole number from 1 to 500, got "1e2"'],
    ['limit=', 'limit: expected a whole number from 1 to 500, got ""'],
    ['rate=-5', 'rate: expected from 0.001 to 1000, got "-5"'],
    ['rate=Infinity', 'rate: expected from 0.001 to 1000, got "Infinity"'],
    ['requests=1000000000', 'requests: expected a whole number from 100 to 200000, got "1000000000"'],
    ['service=12', 'service: expected from 10ms to 1h, got "12"'],
    ['service=2h', 'service: expected from 10ms to 1h, got "2h"'],
    ['startTimeout=1s', 'startTimeout: expected none, or from 1001ms to 24h, got "1s"'],
    ['law=pareto', 'law: expected one of exponential, constant, lognormal, gamma, got "pareto"'],
    ['policy=__proto__', 'policy: expected one of fal-documented, fal-939, nexaapi-claims, reference, got "__proto__"'],
    ['slo=p(95)', 'slo: expected a promise such as p(95)<2s, got "p(95)"'],
    ['slo=p(42)<2s', 'slo: expected a promise such as p(95)<2s, got "p(42)<2s"'],
    ['limits=3&x=1', 'unknown: "limits", "x"'],
    [`policy=${'<img src=x onerror=alert(1)>'.repeat(9)}`, expect.stringMatching(/^policy: expected one of .*…"$/)],
  ])('falls back where it is absurd, and says so: %s', (words, notice) => {
    const linked = questionOfLink(`#playground?${words}`, OTHER);
    expect(linked).toStrictEqual({ question: OTHER, notices: [notice] });
  });
});
