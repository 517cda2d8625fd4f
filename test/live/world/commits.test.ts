import { expect, it } from 'vitest';
import { Commits } from '../../../src/live/world/commits.js';
import { HandClock } from './hand-clock.js';

it('what happens while nobody asks is written beat by beat, also when the disk was full at first; then handlers begin', () => {
  const wall = new HandClock();
  const ledger = { isDurable: true, isDirty: true };
  const full = new Error('the disk is full');
  const troubles: unknown[] = [];
  let [tries, begun] = [0, 0];
  const commits = new Commits({
    ledger,
    wall,
    commit: () => {
      if (++tries === 1) throw full;
      ledger.isDirty = false;
    },
    onTrouble: (error) => troubles.push(error),
  });
  commits.goOn(() => begun++);
  wall.advance(500);
  expect({ tries, begun, isDirty: ledger.isDirty, troubles }).toEqual({ tries: 1, begun: 0, isDirty: true, troubles: [full] });
  wall.advance(500);
  expect({ tries, begun, isDirty: ledger.isDirty, troubles }).toEqual({ tries: 2, begun: 1, isDirty: false, troubles: [full] });
  wall.advance(1_000);
  expect({ tries, begun }).toEqual({ tries: 2, begun: 3 });
  commits.stop();
  ledger.isDirty = true;
  wall.advance(10_000);
  expect({ tries, begun, pending: wall.pending }).toEqual({ tries: 2, begun: 3, pending: 0 });
});
