import type { ComparedNumber } from '../../measure/comparison/comparison-result.js';
import { comparedValue, numberTitle } from '../baseline/compared-words.js';
import { verdictWords } from '../comparison-text/words.js';
import { plural } from '../format.js';

const HEIGHT_PX = 150;
const TOP_PX = 12;
const BOTTOM_PX = 10;
/** Where the two sides stand, percent of the width. */
const LEFT = 30;
const RIGHT = 70;

/** One line a seed, from its value in the baseline to that of the candidate. The table has the medians, result.json the pairs. */
export function SlopeChart({ number }: { number: ComparedNumber }) {
  const { pairs, variant, worstSeed } = number;
  const values = pairs.flatMap(([, baseline, candidate]) => [baseline, candidate]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const y = (value: number): number =>
    Number((high === low ? HEIGHT_PX / 2 : HEIGHT_PX - BOTTOM_PX - ((value - low) / (high - low)) * (HEIGHT_PX - TOP_PX - BOTTOM_PX)).toFixed(1));
  const title = `${variant == null ? '' : `${variant}, `}${numberTitle(number)}`;
  return (
    <figure class="slope">
      <figcaption>
        {title} <span class="range">{`${verdictWords(number.verdict)}, ${plural(pairs.length, 'seed')}`}</span>
      </figcaption>
      <svg height={HEIGHT_PX} width="100%" role="img" aria-label={`${title}: ${spoken(number)}`}>
        <line x1={`${LEFT}%`} x2={`${LEFT}%`} y1={0} y2={HEIGHT_PX} class="strip-axis" />
        <line x1={`${RIGHT}%`} x2={`${RIGHT}%`} y1={0} y2={HEIGHT_PX} class="strip-axis" />
        {pairs.map(([seed, baseline, candidate]) => (
          <line x1={`${LEFT}%`} x2={`${RIGHT}%`} y1={y(baseline)} y2={y(candidate)} class={seed === worstSeed ? 'slope-line worst' : 'slope-line'}>
            <title>{`seed ${seed}: ${comparedValue(baseline, number)} → ${comparedValue(candidate, number)}`}</title>
          </line>
        ))}
        {[...new Set([low, high])].map((value) => (
          <text x={`${LEFT - 2}%`} y={y(value) + 4} text-anchor="end" class="strip-label">
            {comparedValue(value, number)}
          </text>
        ))}
        {worstSeed == null ? null : <WorstLabel number={number} y={y} />}
      </svg>
      <div class="slope-ends muted">
        <span>baseline</span>
        <span>candidate</span>
      </div>
    </figure>
  );
}

function WorstLabel({ number, y }: { number: ComparedNumber; y: (value: number) => number }) {
  const worst = number.pairs.find(([seed]) => seed === number.worstSeed);
  if (worst === undefined) return null;
  return (
    <text x={`${RIGHT + 2}%`} y={y(worst[2]) + 4} class="strip-label">
      seed {worst[0]}
    </text>
  );
}

/** The same in words: for those who cannot see it. */
function spoken(number: ComparedNumber): string {
  const { pairs, baseline, candidate } = number;
  const up = pairs.filter(([, before, after]) => after > before).length;
  const down = pairs.filter(([, before, after]) => after < before).length;
  return `median ${comparedValue(baseline, number)} before, ${comparedValue(candidate, number)} now; up in ${plural(up, 'seed')}, down in ${plural(down, 'seed')} of ${pairs.length}`;
}
