import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  CV_DIAL,
  fieldText,
  LOAD_DIALS,
  PLATFORM_DIALS,
  PROMISE_DIAL,
  placeOf,
  RUN_DIALS,
  sliderEnds,
  valueAt,
  valueOfField,
} from '../../src/playground/page/dials.js';
import { questionOfStart } from '../../src/playground/page/start-question.js';
import { FIRST_QUESTION } from '../../src/playground/question.js';

const DIALS = [...PLATFORM_DIALS, ...LOAD_DIALS, CV_DIAL, PROMISE_DIAL, ...RUN_DIALS];

describe('the dials of the playground', () => {
  test.each(DIALS)('$label: wherever its slider stands, the number is allowed, and the slider rises with it', (dial) => {
    const { first, last } = sliderEnds(dial);
    let before = Number.NEGATIVE_INFINITY;
    for (let place = first; place <= last; place++) {
      const value = valueAt(dial, place);
      expect(value === Number.POSITIVE_INFINITY ? dial.bounds.mayBeNone : valueOfField(dial, fieldText(dial, value)) === value, `${place}: ${value}`).toBe(
        true,
      );
      expect(value).toBeGreaterThanOrEqual(before);
      before = value;
    }
  });

  test.each(DIALS)('$label: any number, also an absurd one, has a place on the slider', (dial) => {
    const { first, last } = sliderEnds(dial);
    fc.assert(
      fc.property(fc.oneof(fc.double({ min: dial.bounds.least, max: dial.bounds.most, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY)), (value) => {
        const place = placeOf(dial, value);
        expect(place >= first && place <= last).toBe(true);
      }),
    );
  });

  it.each(['', '  ', 'x', '-1', '0', '501', '1e9', '2.5', 'Infinity', 'NaN'])('a limit is not %j', (text) => {
    expect(valueOfField(PLATFORM_DIALS[0] as never, text)).toBeUndefined();
  });

  it('a field of seconds sets milliseconds, and an empty start timeout is none', () => {
    const service = LOAD_DIALS.find(({ name }) => name === 'meanServiceMs') as never;
    expect(valueOfField(service, '12.345')).toBe(12_345);
    const startTimeout = PLATFORM_DIALS.find(({ name }) => name === 'startTimeoutMs') as never;
    expect(valueOfField(startTimeout, '')).toBe(Number.POSITIVE_INFINITY);
    expect(fieldText(startTimeout, Number.POSITIVE_INFINITY)).toBe('');
  });
});

describe('what a page begins with', () => {
  it('is the numbers that the page knows, where they can be used', () => {
    const { setting } = questionOfStart('{"limit":12,"ratePerSecond":0.5,"meanServiceMs":900000000}', FIRST_QUESTION);
    expect(setting).toMatchObject({ limit: 12, ratePerSecond: 0.5, service: { meanMs: 12_000 } });
  });

  it.each([undefined, '', '{', 'null', '7', '[]', '{"limit":"12"}', '{"limit":1e9}', '{"limit":2.5}'])('is the example where it says %j', (text) => {
    expect(questionOfStart(text, FIRST_QUESTION)).toEqual(FIRST_QUESTION);
  });
});
