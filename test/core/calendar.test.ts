import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalendarOptions, EventCalendar } from '../../src/core/calendar.js';
import { holds } from '../helpers/properties.js';
import { DAY, S } from '../helpers/world.js';

function popAll(calendar: EventCalendar): number[] {
  const keys: number[] = [];
  for (let key = calendar.pop(); key !== -1; key = calendar.pop()) keys.push(key);
  return keys;
}

describe('the calendar', () => {
  it('fires events of one microsecond in the order in which they were scheduled', () => {
    const calendar = new EventCalendar();
    for (let key = 0; key < 1000; key++) calendar.schedule(5 * S, key);
    expect(popAll(calendar)).toEqual(Array.from({ length: 1000 }, (_, key) => key));
    expect(calendar.nowUs).toBe(5 * S);
  });

  it('fires what is scheduled for this very instant after what was already due at it', () => {
    const calendar = new EventCalendar();
    calendar.schedule(7, 1);
    calendar.schedule(7, 2);
    expect(calendar.pop()).toBe(1);
    calendar.scheduleIn(0, 3);
    expect(popAll(calendar)).toEqual([2, 3]);
  });

  it('does not fire a cancelled event, wherever it lies', () => {
    const calendar = new EventCalendar();
    const dueNow = calendar.schedule(0, 1);
    const inTheRing = calendar.schedule(30 * S, 2);
    const beyondTheRing = calendar.schedule(40 * DAY, 3);
    calendar.schedule(30 * S, 4);
    for (const handle of [dueNow, inTheRing, beyondTheRing]) calendar.cancel(handle);
    expect(calendar.size).toBe(1);
    expect(popAll(calendar)).toEqual([4]);
  });

  it('tells the time of the first event without taking it', () => {
    const calendar = new EventCalendar();
    expect(calendar.peekTimeUs()).toBe(Number.POSITIVE_INFINITY);
    const first = calendar.schedule(3 * S, 1);
    calendar.schedule(9 * S, 2);
    expect(calendar.peekTimeUs()).toBe(3 * S);
    expect(calendar.nowUs).toBe(0);
    calendar.cancel(first);
    expect(calendar.peekTimeUs()).toBe(9 * S);
    expect(calendar.size).toBe(1);
  });

  it('keeps events beyond the ring in order among the near ones', () => {
    const calendar = new EventCalendar({ bucketShift: 4, bucketBits: 5 });
    const horizon = 2 ** (4 + 5);
    const times = [3, 1, 2, 0.5, 10, 0].map((rings) => Math.floor(rings * horizon));
    for (const [key, atUs] of times.entries()) calendar.schedule(atUs, key);
    expect(popAll(calendar)).toEqual([5, 3, 1, 2, 0, 4]);
  });

  it('takes events up to centuries away', () => {
    const calendar = new EventCalendar();
    calendar.schedule(200 * 365 * DAY, 1);
    calendar.schedule(1, 2);
    expect(popAll(calendar)).toEqual([2, 1]);
    expect(calendar.nowUs).toBe(200 * 365 * DAY);
  });

  it('gives way to time that passes without events, but never turns back', () => {
    const calendar = new EventCalendar();
    calendar.advanceTo(12 * S);
    calendar.advanceTo(4 * S);
    expect(calendar.nowUs).toBe(12 * S);
    calendar.scheduleIn(S, 1);
    calendar.pop();
    expect(calendar.nowUs).toBe(13 * S);
  });
});

/** The same calendar as plainly as can be said: a sorted list. */
class NaiveCalendar {
  nowUs = 0;
  private readonly events: { readonly atUs: number; readonly key: number }[] = [];

  get size(): number {
    return this.events.length;
  }

  schedule(atUs: number, key: number): void {
    const after = this.events.findIndex((event) => event.atUs > atUs);
    this.events.splice(after < 0 ? this.events.length : after, 0, { atUs, key });
  }

  cancel(key: number): void {
    this.events.splice(
      this.events.findIndex((event) => event.key === key),
      1,
    );
  }

  pop(): number {
    const first = this.events.shift();
    if (first === undefined) return -1;
    this.nowUs = first.atUs;
    return first.key;
  }

  peekTimeUs(): number {
    return this.events[0]?.atUs ?? Number.POSITIVE_INFINITY;
  }
}

type Operation =
  | { readonly do: 'schedule' | 'scheduleIn'; readonly delayUs: number }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'pop' | 'peek' };

interface Trial {
  readonly options: Required<CalendarOptions>;
  readonly operations: readonly Operation[];
}

/** 30 % of the delays are zero, 5 % lie far beyond the ring. */
const trial: fc.Arbitrary<Trial> = fc
  .record({ bucketShift: fc.integer({ min: 0, max: 13 }), bucketBits: fc.integer({ min: 1, max: 11 }), before: fc.integer({ min: 0, max: 60 }) })
  .chain(({ bucketShift, bucketBits, before }) => {
    const horizon = 2 ** (bucketShift + bucketBits);
    const delayUs = fc.oneof(
      { weight: 30, arbitrary: fc.constant(0) },
      { weight: 45, arbitrary: fc.integer({ min: 1, max: 2 * horizon }) },
      { weight: 20, arbitrary: fc.integer({ min: 1, max: horizon * 2 ** bucketBits }) },
      { weight: 5, arbitrary: fc.integer({ min: 100 * horizon, max: 100_000 * horizon }) },
    );
    const operation: fc.Arbitrary<Operation> = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('schedule' as const, 'scheduleIn' as const), delayUs }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('pop' as const, 'pop' as const, 'peek' as const) }) },
    );
    return fc.record({
      // Just below the wrap of the 32-bit sequence number, so that most trials cross it.
      options: fc.constant({ bucketShift, bucketBits, firstSeq: 2 ** 31 - 1 - before }),
      operations: fc.array(operation, { minLength: 50, maxLength: 400, size: 'max' }),
    });
  });

describe('a calendar and a sorted list', () => {
  it('agree on every random sequence of operations', () => {
    holds(
      fc.property(trial, ({ options, operations }) => {
        const calendar = new EventCalendar(options);
        const model = new NaiveCalendar();
        const pending = new Map<number, number>();
        let key = 0;
        const popBoth = (): void => {
          const popped = calendar.pop();
          expect(popped).toBe(model.pop());
          expect(calendar.nowUs).toBe(model.nowUs);
          pending.delete(popped);
        };
        for (const operation of operations) {
          if (operation.do === 'schedule' || operation.do === 'scheduleIn') {
            key++;
            const atUs = calendar.nowUs + operation.delayUs;
            pending.set(key, operation.do === 'schedule' ? calendar.schedule(atUs, key) : calendar.scheduleIn(operation.delayUs, key));
            model.schedule(atUs, key);
          } else if (operation.do === 'cancel') {
            const victim = [...pending.keys()][operation.which % Math.max(1, pending.size)];
            if (victim === undefined) continue;
            calendar.cancel(pending.get(victim) as number);
            model.cancel(victim);
            pending.delete(victim);
          } else if (operation.do === 'peek') {
            expect(calendar.peekTimeUs()).toBe(model.peekTimeUs());
          } else {
            popBoth();
          }
          expect(calendar.size).toBe(model.size);
        }
        while (model.size > 0) popBoth();
        expect(calendar.pop()).toBe(-1);
      }),
      400,
    );
  });
});
