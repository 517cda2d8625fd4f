import { type AgreementWords, hasInterval } from '../agreement/agreement-words.js';
import { isNumber } from '../format.js';

const WIDTH_PX = 170;
const HEIGHT_PX = 24;
const MIDDLE_PX = HEIGHT_PX / 2;
const HALF_BRACKET_PX = 6;
const HALF_MEAN_PX = 9;
/** At both ends, in percent of the width. */
const PAD_PERCENT = 4;

/** A difference with its interval over the band in which it counts as none. The table beside it has the numbers. */
export function DifferenceDrawing({ words }: { words: AgreementWords }) {
  const { line } = words;
  if (!isNumber(line.difference)) return null;
  const [low, high] = hasInterval(line) ? [line.lower as number, line.upper as number] : [line.difference, line.difference];
  const reach = Math.max(line.tolerance, Math.abs(line.difference), Math.abs(low), Math.abs(high));
  // No difference stands in the middle.
  const x = (value: number): number => Number((50 + (reach > 0 ? value / reach : 0) * (50 - PAD_PERCENT)).toFixed(2));
  return (
    <svg class="difference" width={WIDTH_PX} height={HEIGHT_PX} role="img" aria-label={spoken(words)}>
      <rect
        x={`${x(-line.tolerance)}%`}
        width={`${Number((x(line.tolerance) - x(-line.tolerance)).toFixed(2))}%`}
        y={1}
        height={HEIGHT_PX - 2}
        class="tolerance"
      />
      <Upright x={x(0)} half={MIDDLE_PX - 1} look="no-difference" />
      {hasInterval(line) ? (
        <>
          <Upright x={x(low)} half={HALF_BRACKET_PX} look="interval" />
          <Upright x={x(high)} half={HALF_BRACKET_PX} look="interval" />
          <line x1={`${x(low)}%`} x2={`${x(high)}%`} y1={MIDDLE_PX} y2={MIDDLE_PX} class="interval" />
        </>
      ) : null}
      <Upright x={x(line.difference)} half={HALF_MEAN_PX} look="interval-mean" />
    </svg>
  );
}

function Upright({ x, half, look }: { x: number; half: number; look: string }) {
  return <line x1={`${x}%`} x2={`${x}%`} y1={MIDDLE_PX - half} y2={MIDDLE_PX + half} class={look} />;
}

/** The same in words: for those who cannot see it. */
function spoken({ variant, metric, difference, interval, tolerance, word }: AgreementWords): string {
  return `${variant === undefined ? '' : `${variant}, `}${metric}: difference ${difference} ${interval}, tolerance ${tolerance}: ${word}`;
}
