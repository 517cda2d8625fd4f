import type { Standing } from '../../measure/score/score-result.js';
import { STANDING_LOOKS } from './words.js';

/** A standing by word, symbol and colour. */
export function StandingBadge({ standing }: { standing: Standing }) {
  const { icon, look } = STANDING_LOOKS[standing];
  return (
    <span class={`standing ${look}`}>
      <span aria-hidden="true">{icon}</span> {standing}
    </span>
  );
}
