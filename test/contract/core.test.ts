import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { WorkEnd } from '../../src/core/requests.js';
import { Dice } from '../../src/live/models/chance.js';
import { endOfAnswer } from '../../src/live/world/handler-work.js';
import { MINUTE, policyOf, S, World } from '../helpers/world.js';

/** Rows of the conformance list that no caller can see over HTTP, beside those in test/core. */

test.each([
  [500, '1', WorkEnd.tryAgain],
  [429, '1', WorkEnd.tryAgain],
  [502, undefined, WorkEnd.failed],
  [503, '0', WorkEnd.failed],
  [504, '0', WorkEnd.failed],
  [503, undefined, WorkEnd.runnerGone],
  [200, '1', WorkEnd.ok],
  [422, '1', WorkEnd.failed],
])('#34 an app that answers %i with X-Fal-Needs-Retry %s: its word goes before its status on 5xx and 429 only', (status, word, end) => {
  expect(endOfAnswer({ status, headers: word === undefined ? {} : { 'x-fal-needs-retry': word }, body: '{}' })).toBe(end);
});

describe('what happens in the same instant', () => {
  const ROUNDS = 200;

  /** One slot; the work, the cancel and the deadline of 30 requests fall on few instants, so that they often meet. */
  function crowded(seed: number): World {
    const dice = new Dice(seed);
    const world = new World(policyOf('reference', { stopDelayUs: dice.below(3) * S }));
    world.account({ limit: 1 });
    world.endpoint();
    for (let n = 0; n < 30; n++) {
      world.submit({ serviceUs: (1 + dice.below(3)) * S, startTimeoutUs: (2 + dice.below(20)) * S });
      if (dice.below(3) === 0) world.runFor(S);
      if (dice.below(3) === 0) world.platform.cancel(world.tickets[dice.below(world.tickets.length)]!.request);
    }
    return world.runFor(10 * MINUTE);
  }

  it('#69 #78 deadline, cancel and completion: one outcome and one release each, and the same seed gives the same', () => {
    for (let seed = 1; seed <= ROUNDS; seed++) {
      const world = crowded(seed);
      for (const ticket of world.tickets) expect(ticket.outcomes).toHaveLength(1);
      expect(world.all('leaseReleased')).toHaveLength(world.all('leaseGranted').length);
      expect(world.all('leaseReleasedAgain')).toHaveLength(0);
      expect(world.platform.accounts[0]!.scope.inUse).toBe(0);
      expect(crowded(seed).tickets.map(({ outcome, endedUs }) => [outcome, endedUs])).toEqual(world.tickets.map(({ outcome, endedUs }) => [outcome, endedUs]));
    }
  });
});

describe('docs/conformance.md', () => {
  const rows = [...readFileSync('docs/conformance.md', 'utf8').matchAll(/^\| (\d+) \| (.*) \|$/gm)].map(([, number, rest]) => ({
    number: Number(number),
    rest: rest as string,
  }));

  it('has every row of the list once', () => {
    expect(rows.map(({ number }) => number).sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, n) => n + 1));
  });

  test.each(rows)('row $number: the tests that it names are there, and name it', ({ number, rest }) => {
    const files = [...rest.matchAll(/`(test\/[\w./-]+\.ts)`/g)].map(([, file]) => file as string);
    expect(files.length > 0 || /not modelled/.test(rest), rest).toBe(true);
    for (const file of files) {
      expect(existsSync(file), file).toBe(true);
      // Tests from before the list have titles of their own.
      const text = readFileSync(file, 'utf8');
      if (!file.startsWith('test/core/') && !file.startsWith('test/sim/')) expect(text, file).toMatch(new RegExp(`#${number}\\b|rows? (\\d+, )*${number}\\b`));
    }
  });
});
