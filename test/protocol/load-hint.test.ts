import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LoadHint, readLoadHint, writeLoadHint } from '../../src/protocol/load-hint.js';

const us = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const hints: fc.Arbitrary<LoadHint> = fc.record({
  mode: fc.constantFrom('submit', 'subscribe', 'run'),
  calledUs: us,
  serviceUs: us,
  end: fc.constantFrom('ok', 'failed', 'timed-out'),
  isRepeat: fc.boolean(),
});

describe('what a load generator says of a call', () => {
  it('is understood as it was meant', () => {
    fc.assert(
      fc.property(hints, (hint) => {
        expect(readLoadHint(writeLoadHint(hint))).toEqual(hint);
      }),
    );
  });

  it.each([
    '',
    'mode=run',
    'mode=dance;called=0;service=1;end=ok;repeat=0',
    'mode=run;called=-1;service=1;end=ok;repeat=0',
    'mode=run;called=0;service=1.5;end=ok;repeat=0',
    'mode=run;called=0;service=1;end=perhaps;repeat=0',
    'mode=run;called=0;service=1;end=ok;repeat=2',
    'mode=run;called=9999999999999999;service=1;end=ok;repeat=0',
    `mode=run;called=0;service=1;end=ok;repeat=0${' '.repeat(300)}`,
  ])('is nothing else: %j', (text) => {
    expect(readLoadHint(text)).toBeUndefined();
  });
});
