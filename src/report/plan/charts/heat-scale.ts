import type { HeatMap } from '../../../measure/capacity/plan-result.js';
import type { Verdict } from '../../../measure/result.js';
import { formatMs } from '../../format.js';

/** A fill with the colour of the number on it. Each pair has a contrast of at least 4.5. */
export interface HeatColours {
  readonly fill: string;
  readonly text: string;
}

/** From short waits to long ones: one hue from light to dark, which every kind of eye reads in the same order. */
export const HEAT_LIGHT: readonly HeatColours[] = [
  { fill: '#fffbe0', text: '#1d2733' },
  { fill: '#feeaa1', text: '#1d2733' },
  { fill: '#fec44f', text: '#1d2733' },
  { fill: '#f39a2d', text: '#1d2733' },
  { fill: '#b84a08', text: '#ffffff' },
  { fill: '#7a2a03', text: '#ffffff' },
];

/** On a dark page short waits step back and long ones shine. */
export const HEAT_DARK: readonly HeatColours[] = [
  { fill: '#1e2630', text: '#e8edf3' },
  { fill: '#3b3018', text: '#e8edf3' },
  { fill: '#664a10', text: '#ffffff' },
  { fill: '#8a570c', text: '#ffffff' },
  { fill: '#eb9a3a', text: '#14100a' },
  { fill: '#ffdf9b', text: '#14100a' },
];

/** Where one step ends and the next begins, as shares of the promised wait. */
const STEP_ENDS = [0.1, 0.5, 1, 2, 10];
/** Where nothing is promised about waits the steps are of this one. */
const NO_PROMISE_MS = 10_000;

export interface HeatScale {
  /** Upper ends of all steps but the last, ms. */
  readonly endsMs: readonly number[];
  /** `up to 200ms`, …, `more than 20s` */
  readonly labels: readonly string[];
}

/** Steps around what is promised, so that the promise is an end of one of them. */
export function heatScale(sloMs: number | undefined): HeatScale {
  const endsMs = STEP_ENDS.map((share) => share * (sloMs === undefined || sloMs <= 0 ? NO_PROMISE_MS : sloMs));
  return { endsMs, labels: [...endsMs.map((end) => `up to ${formatMs(end)}`), `more than ${formatMs(endsMs.at(-1) as number)}`] };
}

export function heatStep(scale: HeatScale, ms: number): number {
  const at = scale.endsMs.findIndex((end) => ms <= end);
  return at < 0 ? scale.endsMs.length : at;
}

/** One setting of the map, with where it borders on settings that come out otherwise. */
export interface HeatCell {
  readonly limit: number;
  readonly ratePerSecond: number;
  /** null: unstable, or without samples. */
  readonly p95Ms: number | null;
  readonly verdict: Verdict;
  /** undefined: no number. */
  readonly step: number | undefined;
  /** Whether the contour runs along its right and lower edge. */
  readonly contourRight: boolean;
  readonly contourBelow: boolean;
  readonly isHere: boolean;
}

/** Rows of cells as they are drawn: the largest limit on top, the lowest rate at the left. Maps are in rising order. */
export function heatRows(map: HeatMap, sloMs: number | undefined): HeatCell[][] {
  const scale = heatScale(sloMs);
  const inside = map.limits.map((_, row) => map.ratesPerSecond.map((_rate, column) => isInside(map.verdicts, row, column)));
  const rows = map.limits.map((limit, row) =>
    map.ratesPerSecond.map((ratePerSecond, column): HeatCell => {
      const p95Ms = map.p95Ms[row]?.[column] ?? null;
      return {
        limit,
        ratePerSecond,
        p95Ms,
        verdict: map.verdicts[row]?.[column] ?? 'undecided',
        step: p95Ms === null ? undefined : heatStep(scale, p95Ms),
        contourRight: column + 1 < map.ratesPerSecond.length && inside[row]?.[column] !== inside[row]?.[column + 1],
        // The row below on the page is the next smaller limit.
        contourBelow: row > 0 && inside[row]?.[column] !== inside[row - 1]?.[column],
        isHere: limit === map.here.limit && isSame(ratePerSecond, map.here.ratePerSecond),
      };
    }),
  );
  return rows.toReversed();
}

/**
 * Whether the contour takes a setting in. Less load or more slots are never harder in truth, whatever a few seeds say: it is
 * out where a setting at least as easy fails, and else in where one at least as hard passes, be it undecided itself.
 */
function isInside(verdicts: HeatMap['verdicts'], row: number, column: number): boolean {
  const easier = verdicts.slice(row).flatMap((line) => line.slice(0, column + 1));
  const harder = verdicts.slice(0, row + 1).flatMap((line) => line.slice(column));
  return !easier.includes('fail') && harder.includes('pass');
}

/** What stands in a cell; a question mark: too few seeds to be sure on which side of the promise it lies. */
export function heatText({ p95Ms, verdict }: HeatCell): string {
  if (p95Ms === null) return verdict === 'fail' ? '∞' : '–';
  return `${formatMs(p95Ms)}${verdict === 'undecided' ? ' ?' : ''}`;
}

function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(one), Math.abs(other));
}
