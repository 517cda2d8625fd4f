import type { OpenStage } from '../stage.js';
import { slotRows } from './slots.js';
import { stageKeyRows } from './stage-keys.js';
import { stageRunnerRows } from './stage-runners.js';
import { stageSlotRows } from './stage-slots.js';
import { stageWireRows } from './stage-wire.js';
import { wireRows } from './wire.js';

/** Everything that can be seen over HTTP of an emulator which the test may set up as it likes. */
export function allRows(open: OpenStage): void {
  wireRows(open);
  slotRows(open);
  stageWireRows(open);
  stageSlotRows(open);
  stageRunnerRows(open);
  stageKeyRows(open);
}
