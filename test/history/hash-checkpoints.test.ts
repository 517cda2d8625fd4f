import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WatchedRun } from '../../src/history/event-reader.js';
import { type Checkpoints, firstDifferingRange, HashCheckpoints } from '../../src/history/hash-checkpoints.js';
import { holds } from '../helpers/properties.js';

/** Checkpoints of a history of so many events that is another one from event `parting` on. */
function checkpointsOf(events: number, parting = Number.POSITIVE_INFINITY): Checkpoints {
  const history = { events: 0, hash: '' };
  const reader = new HashCheckpoints();
  reader.attach({ platform: { history } } as unknown as WatchedRun);
  while (history.events < events) {
    history.events++;
    history.hash = `${history.events}${history.events >= parting ? '!' : ''}`;
    reader.callBegan(0);
  }
  return reader.checkpoints;
}

describe('checkpoints of a history', () => {
  it('are few, however long it is, and stay evenly spaced', () => {
    const { interval, hashes } = checkpointsOf(3_000_000);
    expect(hashes.length).toBeLessThan(4_096);
    expect(hashes.map(Number)).toEqual(hashes.map((_, n) => (n + 1) * interval));
    expect(3_000_000 - hashes.length * interval).toBeLessThan(interval);
  });

  it('say between which events two histories part', () => {
    const length = fc.oneof(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 700_000 }));
    holds(
      fc.property(length, length, fc.double({ min: 0, max: 1, noNaN: true }), (one, other, where) => {
        const parting = 1 + Math.floor(where * Math.min(one, other));
        const range = firstDifferingRange(checkpointsOf(one), checkpointsOf(other, parting));
        expect(range.from).toBeLessThanOrEqual(parting);
        expect(range.to).toBeGreaterThanOrEqual(parting);
        expect(range.to - range.from).toBeLessThan(512);
      }),
      60,
    );
  });
});
