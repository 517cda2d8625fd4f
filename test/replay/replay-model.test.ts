import { describe, expect, it } from 'vitest';
import { Axis } from '../../src/report/replay/axis.js';
import { ReplayModel } from '../../src/report/replay/replay-model.js';
import { replayFixture } from './fixture.js';

describe('walking through a replay', () => {
  it('knows what each slot, runner and request does after any event', () => {
    const model = new ReplayModel(replayFixture());
    const shownAt = (event: number): string[] =>
      model.barsAfter(event, ['slots', 'runners', 'parts', 'story']).map(({ lane, bar }) => `${lane.label}: ${bar.kind}`);
    expect(shownAt(6)).toEqual(['acme slot 1: working', 'acme slot 2: working', 'runner 1 · acme: working', 'runner 2 · acme: working']);
    expect(shownAt(10)).toEqual(['1 what step 1 does: fault', 'store: down', 'acme slot 1: ghost', 'acme slot 2: working', 'runner 2 · acme: working']);
    expect(shownAt(14)).toContain('runner 2 · acme: unleased');
  });

  it('has the levels of the account after any step, also where the event did not change them', () => {
    const model = new ReplayModel(replayFixture());
    const levels = { counted: 2, held: 2, running: 2, ghosts: 0, unleased: 0, limit: 2, queued: 1 };
    expect(model.scopesAfter(8)).toEqual([{ name: { account: 'acme', endpoint: undefined }, levels, settled: levels, changed: false }]);
    expect(model.scopesAfter(9)[0]).toMatchObject({ levels: { counted: 2, held: 2, running: 1 }, changed: true });
  });

  it('goes to the first violation, then to the next, then to the first again', () => {
    const model = new ReplayModel(replayFixture());
    expect(model.first?.event).toBe(13);
    expect(model.nextViolation(13)).toBe(17);
    expect(model.nextViolation(17)).toBe(13);
  });

  it('steps only through what touches a request, and shows only its lanes and those of its slot’s holders', () => {
    const model = new ReplayModel(replayFixture());
    model.filter('req-3');
    expect(model.places.map((at) => model.replay.events[at]?.request)).not.toContain('req-1');
    expect(model.lanes.filter((lane) => lane.group === 'requests').map((lane) => lane.label)).toEqual(['req-2', 'req-3']);
    expect(model.lanes.filter((lane) => lane.group === 'slots').map((lane) => lane.label)).toEqual(['acme slot 2']);
    expect(model.eventAt(model.stepOf(14))?.number).toBe(14);
    model.filter('nobody');
    expect(model.places).toHaveLength(model.replay.events.length);
  });
});

describe('the axis', () => {
  it('gives every event of a short story the same room, or shows time', () => {
    const axis = new Axis(replayFixture());
    expect(axis.kind).toBe('steps');
    const step = axis.place({ atUs: 0, event: 2 }) - axis.place({ atUs: 0, event: 1 });
    expect(axis.place({ atUs: 5_000_000, event: 14 }) - axis.place({ atUs: 5_000_000, event: 13 })).toBeCloseTo(step);
    axis.use('time');
    expect(axis.place({ atUs: 5_000_000, event: 14 })).toBe(axis.place({ atUs: 5_000_000, event: 13 }));
  });

  it('zooms around an event that stays where it is, never beyond the story, and follows', () => {
    const axis = new Axis(replayFixture());
    axis.use('time');
    const spot = { atUs: 4_000_000, event: 10 };
    const before = axis.place(spot);
    axis.zoom(1, spot);
    expect(axis.place(spot)).toBeCloseTo(before);
    expect(axis.place({ atUs: 0, event: 1 })).toBeLessThan(0);
    expect(axis.follow({ atUs: 0, event: 1 })).toBe(true);
    expect(axis.place({ atUs: 0, event: 1 })).toBeGreaterThanOrEqual(0);
    for (let n = 0; n < 40; n++) axis.zoom(1, spot);
    for (let n = 0; n < 40; n++) axis.zoom(-1, spot);
    expect(axis.isWhole).toBe(true);
  });

  it('puts what is noticed only after the last event at the edge', () => {
    const axis = new Axis(replayFixture());
    axis.use('time');
    expect(axis.place({ atUs: 60_000_000, event: 17 })).toBe(1);
  });

  it('writes round values', () => {
    const axis = new Axis(replayFixture());
    axis.use('time');
    expect(axis.ticks(10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((second) => second * 1_000_000));
  });
});
