import fc from 'fast-check';
import { expect, it } from 'vitest';
import { QueueOrder } from '../../../src/live/world/queue-order.js';

it('says for each who waits how many are ahead: all normal ones before any low one, each in order of acceptance', () => {
  const event = fc.record({ ordinal: fc.nat(200), low: fc.boolean(), join: fc.boolean() });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 300 }), (events) => {
      const order = new QueueOrder();
      const waiting = new Map<number, boolean>();
      for (const { ordinal, low, join } of events) {
        const isLow = waiting.get(ordinal) ?? low;
        if (join && !waiting.has(ordinal)) {
          waiting.set(ordinal, isLow);
          order.join(ordinal, isLow);
        } else if (!join) {
          waiting.delete(ordinal);
          order.leave(ordinal, isLow);
        }
      }
      const expected = [...waiting].sort(([one, oneLow], [other, otherLow]) => Number(oneLow) - Number(otherLow) || one - other).map(([ordinal]) => ordinal);
      expect(order.length).toBe(expected.length);
      for (const [place, ordinal] of expected.entries()) expect(order.position(ordinal, waiting.get(ordinal) as boolean)).toBe(place);
    }),
  );
});

it('stays right when thousands leave from the front', () => {
  const order = new QueueOrder();
  for (let n = 1; n <= 10_000; n++) order.join(n, false);
  for (let n = 1; n <= 9_000; n++) order.leave(n, false);
  expect(order.length).toBe(1_000);
  expect(order.position(9_501, false)).toBe(500);
});
