import type { Trend } from './trend.js';

const WIDTH = 120;
const HEIGHT = 24;
/** So that lines and the last dot are not cut off at the edge. */
const EDGE = 3;

/**
 * The newest runs of a trend as a small line; a dashed line stands where the level changed. Readers of screens are told
 * nothing: the row that it stands in says the same in numbers and words.
 */
export function Sparkline({ values, changes, points }: Pick<Trend, 'values' | 'changes'> & { readonly points: number }) {
  const from = Math.max(0, values.length - points);
  const drawn = values.slice(from);
  if (drawn.length < 2) return null;
  const place = placesIn(drawn);
  const last = drawn.length - 1;
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {changes
        .filter(({ at }) => at > from)
        .map(({ at }) => (
          <path class="spark-change" d={`M${round(place.x(at - from - 0.5))} 0V${HEIGHT}`} />
        ))}
      <polyline class="spark-line" points={drawn.map((value, at) => `${round(place.x(at))} ${round(place.y(value))}`).join(' ')} />
      <circle class="spark-last" cx={round(place.x(last))} cy={round(place.y(drawn[last] as number))} r="2.5" />
    </svg>
  );
}

function placesIn(values: readonly number[]): { readonly x: (at: number) => number; readonly y: (value: number) => number } {
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  const step = (WIDTH - 2 * EDGE) / Math.max(1, values.length - 1);
  return {
    x: (at) => EDGE + at * step,
    // What never changes lies in the middle.
    y: (value) => (range === 0 ? HEIGHT / 2 : HEIGHT - EDGE - ((value - low) / range) * (HEIGHT - 2 * EDGE)),
  };
}

/** A tenth of a pixel is enough. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
