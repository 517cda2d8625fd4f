import { describe, expect, it } from 'vitest';
import { renderReplayText } from '../../src/report/replay/text.js';
import { HOSTILE } from '../report/fixture.js';
import { replayFixture } from './fixture.js';
import { Story } from './story.js';

describe('the replay as text', () => {
  it('tells the story line by line, with the state after each event and violations in their place', () => {
    expect(renderReplayText(replayFixture(), { colour: false })).toMatchInlineSnapshot(`
      "a-story  variant acme · seed 7 · policy fal-939  (the first variant that fails)
        events 1 to 17 of 17: the whole run; the run lasts 1m, hash 0123456789abcdef
        first violation, at 5.000000 s, event 13: S-UNLEASED is violated: req-2 works without a slot, key acme
        what to do next: Look at the slot.

             seconds    event  count  work limit queue  what happened
            0.000000        1      ·     0     2     0  the limit of acme is 2
            0.000000        2      ·     0     2     1  req-1 comes in with key acme for acme
            0.000000        3      ·     0     2     2  req-2 comes in with key acme for acme
            0.000000        4      ·     0     2     3  req-3 comes in with key acme for acme
            0.000000        5      1     1     2     2  req-1 gets a slot (lease 1) and begins to work on runner 1
            0.000000        6      2     2     2     1  req-2 gets a slot (lease 2) and begins to work on runner 2
            2.000000        7      2     2     2     1  step 1: what step 1 does
            2.000000        8      2     2     2     1  the store crashes
            2.000000        9      2     2     2     1  the message “release” of req-1 is lost on dispatcher-store
            4.000000       10      2     1     2     1  the work of req-1 stops (completed)  [1 ghost]
            4.000000       11      2     1     2     1  the store is up again  [1 ghost]
            4.000000       12      2     1     2     1  step 1 is over: what it disturbed is whole again (what step 1 does)  [1 ghost]
            5.000000       13      1     1     2     1  the slot of req-2 is taken back (lease 2)  [1 ghost, 1 at work without a slot]
                              ▲ FIRST VIOLATION: S-UNLEASED is violated: req-2 works without a slot, key acme
            5.000000       14      2     2     2     0  req-3 gets a slot (lease 2) and begins to work on runner 3  [1 ghost, 1 at work without a slot]
            7.000000       15      2     1     2     0  the work of req-2 stops (completed)  [1 ghost]
            7.000000       16      2     1     2     0  req-2 ends: well  [1 ghost]
            7.000000       17      1     0     2     0  req-3 is done: its work stops, its slot is free (lease 2), it ends well  [1 ghost]
                              ▲ violation: L-QUIET is violated: req-1 still holds a slot
                              ▲ violation: L-QUIET is violated (as the scenario expects): a count is not zero

      2 more violations of the same invariants, of which only the count was kept
      "
    `);
  });

  it('says nothing of a slot that stays for no time, and tells it from a ghost', () => {
    const fixture = replayFixture();
    const story = new Story().limit(2).submitted(1, 2).dispatched(1, 1).dispatched(2, 2).at(4).happens('executionEnded', 1, { execution: 1, how: 'completed' });
    story
      .at(5)
      .happens('executionEnded', 2, { execution: 2, how: 'completed' })
      .happens('leaseReleased', 2, { lease: 2, inUse: 1 })
      .happens('ended', 2, { outcome: 'ok' });
    const seen = story.read();
    const text = renderReplayText({ ...fixture, scopes: seen.scopes, events: seen.events, violations: [] }, { colour: false });
    expect(text).toMatch(/the work of req-1 stops \(completed\) {2}\[1 ghost\]/);
    expect(text).toMatch(/the work of req-2 stops \(completed\) {2}\[1 ghost\]/);
    expect(text).not.toContain('2 ghosts');
  });

  it('shows only what lies around the event to look at, and says so', () => {
    const text = renderReplayText(replayFixture(), { colour: false, near: { before: 2, after: 3 } });
    expect(text).toContain('5 events around event 10');
    expect(text).toContain('the work of req-1 stops');
    expect(text).not.toContain('req-1 comes in');
  });

  it('names the account where there are several', () => {
    const replay = replayFixture();
    const text = renderReplayText(
      { ...replay, scopes: [...replay.scopes, { account: 'other', endpoint: undefined }], before: [null, null] },
      { colour: false },
    );
    expect(text).toMatch(/seconds +event +account +count/);
    expect(text).toMatch(/acme +1 +1 +2 +2 {2}req-1 gets a slot/);
  });

  it('lets no name command the terminal', () => {
    const text = renderReplayText(replayFixture(HOSTILE), { colour: false });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});
