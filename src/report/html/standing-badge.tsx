import { standingOf } from '../ci/standing.js';
import type { SeededGate } from '../gates.js';
import { STANDING_WORDS } from '../standing-words.js';

export function StandingBadge({ gate }: { gate: SeededGate }) {
  const { word, icon, look } = STANDING_WORDS[standingOf(gate)];
  return (
    <span class={`badge ${look}`}>
      <span aria-hidden="true">{icon}</span> {word}
    </span>
  );
}
