import { describe, expect, it } from 'vitest';
import { boundsOf, MOST_EVENTS } from '../../src/replay/stretch.js';
import { NO_WISH, S, Story, shapes } from './story.js';

const MANY = 10 * MOST_EVENTS;

describe('which part of a history is shown', () => {
  it('is all of it where that fits, whatever there is to look at', () => {
    expect(boundsOf({ ...NO_WISH, event: 17 }, MOST_EVENTS)).toMatchObject({ fromEvent: 1, toEvent: MOST_EVENTS, why: 'the whole run' });
  });

  it('is as much as fits around the event, the request or the first violation', () => {
    const wrong = { event: 100_000, text: 'the first violation' };
    const { fromEvent, toEvent, why } = boundsOf({ ...NO_WISH, wrong }, MANY);
    expect([fromEvent, toEvent - fromEvent + 1, why]).toEqual([90_000, MOST_EVENTS, 'around the first violation']);
    expect(boundsOf({ ...NO_WISH, event: 3, wrong }, MANY)).toMatchObject({ fromEvent: 1, toEvent: MOST_EVENTS, why: 'around event 3' });
    const request = { name: 'req-4', firstEvent: MANY - 10, lastEvent: MANY };
    expect(boundsOf({ ...NO_WISH, request, wrong }, MANY)).toMatchObject({ fromEvent: MANY - MOST_EVENTS + 1, toEvent: MANY, why: 'around req-4' });
    expect(boundsOf(NO_WISH, MANY)).toMatchObject({ fromEvent: 1, toEvent: MOST_EVENTS });
  });

  it('is the time that is asked for before anything else', () => {
    const wish = { ...NO_WISH, fromUs: 5 * S, event: 3 };
    expect(boundsOf(wish, MANY)).toMatchObject({ fromUs: 5 * S, toUs: Number.POSITIVE_INFINITY, fromEvent: 1, toEvent: MANY });
  });

  it('knows at its beginning what happened before it', () => {
    const story = new Story().limit(2).submitted(1, 2, 3).dispatched(1, 1).at(4).completed(1, 0).dispatched(2, 1).at(6).dispatched(3, 2).at(9).completed(2, 1);
    const seen = story.read([], { ...NO_WISH, fromUs: 5 * S, toUs: 7 * S });
    expect(seen.events.map((event) => [event.number, event.name])).toEqual([[8, 'dispatched']]);
    expect(seen.before).toEqual([{ counted: 1, held: 1, running: 1, ghosts: 0, unleased: 0, limit: 2, queued: 1 }]);
    expect(seen.eventsInside).toBe(1);
    expect(shapes(seen, 'req-2')).toEqual(['working 4-']);
    expect(shapes(seen, 'req-3')).toEqual(['waiting 0-6', 'working 6-']);
    expect(seen.lanes.some((lane) => lane.label === 'req-1')).toBe(false);
  });

  it('counts what lies inside but does not fit, and keeps no more', () => {
    const story = new Story();
    for (let n = 1; n <= MOST_EVENTS + 5; n++) story.submitted(n);
    const seen = story.read([], { ...NO_WISH, fromUs: 0 });
    expect([seen.events.length, seen.eventsInside]).toEqual([MOST_EVENTS, MOST_EVENTS + 5]);
  });
});
