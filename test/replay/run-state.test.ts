import { describe, expect, it } from 'vitest';
import { course, Story, shapes } from './story.js';

describe('the state after each event, from the history alone', () => {
  it('counts the queue, the slots as the limiter tells them and the work that runs', () => {
    const seen = new Story().limit(1).submitted(1, 2).at(1).dispatched(1, 1).at(3).completed(1, 0).dispatched(2, 1).read();
    expect(course(seen)).toEqual(['-/0/1/0', '-/0/1/1', '-/0/1/2', '1/1/1/1', '0/0/1/1', '1/1/1/0']);
  });

  it('keeps both truths apart: a dropped completion leaves a slot without work', () => {
    const seen = new Story()
      .limit(4)
      .submitted(1)
      .dispatched(1, 1)
      .at(5)
      .happens('executionEnded', 1, { execution: 1, how: 'completed' })
      .happens('completionDropped', 1, { execution: 1 })
      .read();
    expect(course(seen).at(-1)).toBe('1/0/4/0');
    expect(seen.events.at(-2)?.levels[0]?.[1]).toMatchObject({ held: 1, running: 0 });
    expect(shapes(seen, 'acme slot 1')).toEqual(['working 0-5', 'ghost 5-']);
    expect(shapes(seen, 'req-1')).toEqual(['waiting 0-0', 'working 0-5', 'ghost 5-']);
    expect(shapes(seen, 'runner 1 · flux')).toEqual(['working 0-5']);
  });

  it('shows work whose slot was taken back as work without a slot', () => {
    const seen = new Story().limit(4).submitted(1).dispatched(1, 1).at(5).happens('leaseTakenBack', 1, { lease: 1, inUse: 0 }).read();
    expect(shapes(seen, 'runner 1 · flux')).toEqual(['working 0-5', 'unleased 5-']);
    expect(shapes(seen, 'acme slot 1')).toEqual(['working 0-5']);
    expect(course(seen).at(-1)).toBe('0/1/4/0');
  });

  it('counts a ghost and work without a slot, also where together they look like a slot with work', () => {
    const story = new Story().limit(4).submitted(1, 2).dispatched(1, 1).dispatched(2, 2);
    story.happens('executionEnded', 1, { execution: 1, how: 'completed' }).happens('leaseTakenBack', 2, { lease: 2, inUse: 1 });
    expect(story.read().events.at(-1)?.levels[0]?.[1]).toMatchObject({ counted: 1, held: 1, running: 1, ghosts: 1, unleased: 1 });
  });

  it('shows work that began with a stale token as work without a slot, also beside work that has one', () => {
    const seen = new Story().limit(4).submitted(1).dispatched(1, 1).at(2).happens('executionStartedStale', 1, { execution: 7, runner: 8 }).read();
    expect(shapes(seen, 'runner 8 · flux')).toEqual(['unleased 2-']);
    expect(shapes(seen, 'runner 1 · flux')).toEqual(['working 0-']);
    expect(course(seen).at(-1)).toBe('1/2/4/0');
  });

  it('covers the work again when the store comes back with its lease', () => {
    const seen = new Story()
      .submitted(1)
      .dispatched(1, 1)
      .at(2)
      .happens('leaseForgotten', 1, { lease: 1, inUse: 0 })
      .at(3)
      .happens('leaseRestored', 1, { lease: 1, inUse: 1 })
      .read();
    expect(shapes(seen, 'runner 1 · flux')).toEqual(['working 0-2', 'unleased 2-3', 'working 3-']);
    expect(shapes(seen, 'acme slot 1')).toEqual(['working 0-2', 'working 3-']);
  });

  it('ends the slot of its holder when somebody else gives it back', () => {
    const story = new Story().submitted(1, 2).dispatched(1, 1).at(1).happens('leaseTakenBack', 1, { lease: 1, inUse: 0 });
    const seen = story.dispatched(2, 1, { lease: 1 }).at(2).happens('leaseReleased', 1, { lease: 1, inUse: 0 }).read();
    expect(shapes(seen, 'req-2')).toEqual(['waiting 0-1', 'working 1-2', 'unleased 2-']);
    expect(shapes(seen, 'acme slot 1')).toEqual(['working 0-1', 'working 1-2']);
  });

  it('calls a second slot of a request a ghost, and the first one not', () => {
    const seen = new Story()
      .submitted(1)
      .happens('leaseGranted', 1, { lease: 1, inUse: 1 })
      .at(1)
      .happens('leaseGranted', 1, { lease: 2, inUse: 2 })
      .at(2)
      .happens('executionStarted', 1, { execution: 1, runner: 1 })
      .read();
    expect(shapes(seen, 'acme slot 1')).toEqual(['holding 0-2', 'ghost 2-']);
    expect(shapes(seen, 'acme slot 2')).toEqual(['holding 1-2', 'working 2-']);
  });

  it('shows paused work, work that hangs, and places of one runner', () => {
    const seen = new Story()
      .submitted(1, 2)
      .dispatched(1, 1, { runner: 0 })
      .dispatched(2, 2, { runner: 0 })
      .at(1)
      .happens('executionPaused', 1, { execution: 1, runner: 0 })
      .at(2)
      .happens('executionResumed', 1, { execution: 1, runner: 0 })
      .at(3)
      .happens('runnerHung', 0, { endpoint: 'flux', runner: 0, executions: 2 })
      .read();
    // Paused work is no work.
    expect(course(seen).slice(-4)).toEqual(['1/1/-/1', '2/2/-/0', '2/1/-/0', '2/2/-/0']);
    expect(shapes(seen, 'runner 0 · flux')).toEqual(['working 0-1', 'paused 1-2', 'working 2-3', 'hung 3-']);
    expect(shapes(seen, 'runner 0 place 2 · flux')).toEqual(['working 0-3', 'hung 3-']);
  });

  it('leaves calls to one’s own apps out of what a limit applies to', () => {
    const seen = new Story().limit(1).submitted(1).happens('executionStarted', 1, { execution: 1, runner: 1 }).read();
    expect(course(seen).at(-1)).toBe('-/0/1/0');
    expect(shapes(seen, 'req-1')).toEqual(['waiting 0-0', 'working 0-']);
  });

  it('shows a request that nobody works on and that is not in the queue either', () => {
    const story = new Story().submitted(1).dispatched(1, 1).at(5).happens('executionEnded', 1, { execution: 1, how: 'crashed' });
    const seen = story.at(6).happens('leaseTakenBack', 1, { lease: 1, inUse: 0 }).read();
    expect(shapes(seen, 'req-1')).toEqual(['waiting 0-0', 'working 0-5', 'ghost 5-6', 'forgotten 6-']);
  });

  it('tells a sleeping waiter from one in the line, and counts both', () => {
    const seen = new Story()
      .limit(1)
      .submitted(1)
      .at(1)
      .happens('requeued', 1, { reason: 'accountLimit', retryInMs: 2000 })
      .at(3)
      .happens('requeued', 1, { reason: 'accountLimit' })
      .read();
    expect(shapes(seen, 'req-1')).toEqual(['waiting 0-1', 'backoff 1-3', 'waiting 3-']);
    expect(course(seen).at(-1)).toBe('-/0/1/1');
  });

  it('follows a reconciler that corrects the count, and shows a count that differs from the slots held', () => {
    const seen = new Story().submitted(1).dispatched(1, 3).at(9).happens('reconciled', 0, { account: 'acme', countBefore: 3, countAfter: 1 }).read();
    expect(seen.events[1]?.levels[0]?.[1]).toMatchObject({ counted: 3, held: 1 });
    expect(seen.events[2]?.levels[0]?.[1]).toMatchObject({ counted: 1, held: 1 });
  });

  it('has a scope of its own for a limit on one endpoint', () => {
    const seen = new Story().limit(4).happens('limitSet', 0, { account: 'acme', scope: 1, endpoint: 'flux', limit: 2 }).submitted(1).dispatched(1, 1).read();
    expect(seen.scopes).toEqual([
      { account: 'acme', endpoint: undefined },
      { account: 'acme', endpoint: 'flux' },
    ]);
    expect(seen.events.at(-1)?.levels).toContainEqual([1, { counted: undefined, held: 1, running: 1, ghosts: 0, unleased: 0, limit: 2, queued: undefined }]);
  });
});

describe('lanes', () => {
  it('show no ghost where work and slot end at one instant', () => {
    const story = new Story().submitted(1).dispatched(1, 1).at(5).happens('executionEnded', 1, { execution: 1, how: 'completed' });
    const seen = story.happens('leaseReleased', 1, { lease: 1, inUse: 0 }).happens('ended', 1, { outcome: 'ok' }).read();
    expect(shapes(seen, 'acme slot 1')).toEqual(['working 0-5', 'settling 5-5']);
    expect(shapes(seen, 'req-1')).toEqual(['waiting 0-0', 'working 0-5', 'settling 5-5', 'settling 5-5']);
  });

  it('show a key until it is refused, a part while it is down, and a fault as long as it lasts', () => {
    const seen = new Story()
      .submitted(1)
      .at(1)
      .happens('keyRevoked', 0, { account: 'acme', key: 'k', inProgress: 0, queued: 1 })
      .at(2)
      .happens('keyRefused', 0, { account: 'acme', key: 'k' })
      .at(3)
      .happens('step', 0, { step: 2 })
      .happens('partDown', 0, { part: 'store' })
      .happens('messageLost', 1, { message: 'acquire', link: 'dispatcher-store' })
      .at(5)
      .happens('partUp', 0, { part: 'store' })
      .happens('faultOver', 0, { step: 2 })
      .read();
    expect(shapes(seen, 'acme/k')).toEqual(['accepted 0-1', 'revoking 1-2', 'refused 2-']);
    expect(shapes(seen, 'store')).toEqual(['down 3-5']);
    expect(shapes(seen, '2 what step 2 does')).toEqual(['fault 3-5']);
    expect(seen.lanes.find((lane) => lane.label === 'dispatcher-store')?.marks).toMatchObject([{ kind: 'message', atUs: 3_000_000 }]);
    expect(seen.lanes.map((lane) => lane.group)).toEqual(['story', 'story', 'parts', 'parts', 'keys', 'requests']);
  });

  it('use a slot again once it is free, and count on where more run than before', () => {
    const story = new Story().submitted(1, 2, 3).dispatched(1, 1).at(1).completed(1, 0).at(2).dispatched(2, 1, { lease: 1 }).dispatched(3, 2);
    const slots = story.read().lanes.filter((lane) => lane.group === 'slots');
    expect(slots.map((lane) => [lane.label, lane.bars.map((bar) => bar.request)])).toEqual([
      ['acme slot 1', ['req-1', 'req-2']],
      ['acme slot 2', ['req-3']],
    ]);
  });
});
