import { describe, expect, it } from 'vitest';
import { relatedEvents } from '../../src/replay/related.js';
import { Story } from './story.js';

describe('everything that touches a request', () => {
  const story = new Story()
    .submitted(1, 2, 3, 4)
    .dispatched(1, 1)
    .dispatched(4, 2)
    .at(1)
    .happens('leaseTakenBack', 1, { lease: 1, inUse: 0 })
    .dispatched(2, 1, { lease: 1 })
    .at(2)
    .happens('leaseReleased', 1, { lease: 1, inUse: 0 })
    .dispatched(3, 1, { lease: 1 })
    .at(3)
    .happens('runnerCrashed', 0, { endpoint: 'flux', runner: 2, executionsLost: 1 })
    .happens('runnerCrashed', 0, { endpoint: 'flux', runner: 9, executionsLost: 0 })
    .happens('keyRevoked', 0, { account: 'acme', key: 'k', inProgress: 1, queued: 0 })
    .happens('keyRevoked', 0, { account: 'other', key: 'k', inProgress: 1, queued: 0 })
    .happens('partDown', 0, { part: 'store' })
    .completed(4, 0);
  const { events } = story.read();
  const touching = (request: string): string[] => relatedEvents(events, request).map((at) => `${events[at]?.name} ${events[at]?.request ?? ''}`.trim());

  it('is its own events, its slot’s holders before and after, its key, its runner and the platform', () => {
    expect(touching('req-2')).toEqual([
      'submitted req-2',
      'dispatched req-1',
      'leaseTakenBack req-1',
      'dispatched req-2',
      'leaseReleased req-1',
      'dispatched req-3',
      'runnerCrashed',
      'keyRevoked',
      'partDown',
    ]);
  });

  it('is not what happens to requests in other slots', () => {
    expect(touching('req-4')).toEqual(['submitted req-4', 'dispatched req-4', 'keyRevoked', 'partDown', 'completed req-4']);
  });
});
