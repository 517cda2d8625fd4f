import { formatNumber, formatSeconds, plural } from '../format.js';
import type { GhostStretch } from '../timeline-series.js';
import type { Annotations } from './annotations.js';
import type { ChartTheme } from './theme.js';

const MOST_BRACKETS = 6;
/** Narrower stretches have no room for words. */
const ROOM_FOR_WORDS = 0.15;
const NARROWEST = 0.01;

/** What a stretch with ghosts cost, in words: `2 ghost slots, 356 slot-s lost`. */
export function stretchText({ mostGhosts, slotSeconds }: GhostStretch): string {
  return `${plural(rounded(mostGhosts), 'ghost slot')}, ${formatNumber(rounded(slotSeconds))} slot-s lost`;
}

/** As tables and brackets print it: averages of a timeline are no whole numbers. */
export function rounded(value: number): number {
  return value >= 1 ? Math.round(value) : Number(value.toPrecision(2));
}

/** A bracket over each of the costliest stretches with ghosts, and in words what it lost. */
export function leakBrackets(stretches: readonly GhostStretch[], endUs: number, theme: ChartTheme): Annotations {
  const wide = stretches.filter(({ fromUs, toUs }) => toUs - fromUs >= endUs * NARROWEST);
  const costliest = wide.toSorted((a, b) => b.slotSeconds - a.slotSeconds).slice(0, MOST_BRACKETS);
  const annotations: Annotations = {};
  for (const [at, stretch] of costliest.entries()) {
    annotations[`leak${at}`] = bracket(stretch, theme);
    if (stretch.toUs - stretch.fromUs >= endUs * ROOM_FOR_WORDS) annotations[at === 0 ? 'ghostLabel' : `ghostLabel${at}`] = label(stretch, theme);
  }
  return annotations;
}

function bracket({ fromUs, toUs, mostGhosts }: GhostStretch, theme: ChartTheme): Annotations[string] {
  const cap = { display: true, length: 1, width: 7, borderWidth: 2, borderColor: theme.text };
  return {
    type: 'line',
    xMin: fromUs / 1_000_000,
    xMax: toUs / 1_000_000,
    yMin: mostGhosts,
    yMax: mostGhosts,
    borderColor: theme.text,
    borderWidth: 2,
    arrowHeads: { start: cap, end: cap },
  };
}

function label(stretch: GhostStretch, theme: ChartTheme): Annotations[string] {
  const { fromUs, toUs, mostGhosts } = stretch;
  return {
    type: 'label',
    xValue: (fromUs + (toUs - fromUs) / 2) / 1_000_000,
    yValue: mostGhosts / 2,
    content: stretchText(stretch),
    color: theme.text,
    backgroundColor: theme.surface,
    borderColor: theme.ghostEdge,
    borderWidth: 1,
    borderRadius: 6,
    padding: { x: 8, y: 4 },
    font: { size: 12, weight: 'bold' },
  };
}

/** When a stretch lasted: `22s to the end`. */
export function stretchTime({ fromUs, toUs }: GhostStretch, endUs: number): string {
  return `${formatSeconds(fromUs / 1e6)} to ${toUs >= endUs ? 'the end' : formatSeconds(toUs / 1e6)}`;
}
