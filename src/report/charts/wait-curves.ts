import type { LatencyBuckets, ResultFile } from '../../measure/result.js';
import { ecdfOf, samplesIn } from '../distribution.js';
import { cutText, formatNumber } from '../format.js';
import type { ShownVariant } from '../runs.js';

/** How waits are spread: at each value, the share of requests that waited at most that long. */
export interface WaitCurve {
  readonly title: string;
  /** undefined: of a baseline, which keeps points of the curve and not how many requests they stand for. */
  readonly n: number | undefined;
  readonly points: readonly { readonly value: number; readonly share: number }[];
  readonly isBaseline: boolean;
}

/** One curve a variant, without those in which nothing started. */
export function curvesOf(variants: readonly ShownVariant[]): WaitCurve[] {
  return variants.flatMap(({ title, shown }) => (shown.evidence == null ? [] : curveOf(title, shown.evidence.queueLatency)));
}

function curveOf(title: string, buckets: LatencyBuckets): WaitCurve[] {
  const n = samplesIn(buckets);
  return n === 0 ? [] : [{ title, n, points: ecdfOf(buckets), isBaseline: false }];
}

/** The baseline's curve for a variant; undefined: the result was not held against one that has it. */
export function baselineCurve(result: ResultFile, { info }: ShownVariant): WaitCurve | undefined {
  const curves = result.comparison?.latencyCurves ?? {};
  // A name from outside may be that of something every object has.
  const name = info.name ?? '';
  const points = Object.hasOwn(curves, name) ? (curves[name] ?? []) : [];
  if (points.length === 0) return undefined;
  return { title: 'baseline', n: undefined, points: points.map(([value, share]) => ({ value, share })), isBaseline: true };
}

const LONGEST_LABEL = 40;

/** `leaky (n = 50)`, `baseline` */
export function curveLabel({ title, n }: WaitCurve): string {
  const name = cutText(title, LONGEST_LABEL);
  return n === undefined ? name : `${name} (n = ${formatNumber(n)})`;
}

/** The least value that at least the share does not exceed, ms; undefined where the curve does not reach so far. */
export function valueAt({ points }: WaitCurve, share: number): number | undefined {
  // 0.1 + 0.2 in doubles must not make it the next point.
  return points.find((point) => point.share >= share - 1e-9)?.value;
}

/** The share that waited at most so long. */
export function shareWithin({ points }: WaitCurve, ms: number): number {
  let share = 0;
  for (const point of points) {
    if (point.value > ms) break;
    share = point.share;
  }
  return share;
}

/** The share that waited longer. Sums of shares are off in their last digits, which must not look like one request in a billion. */
export function shareBeyond(curve: WaitCurve, ms: number): number {
  const longer = 1 - shareWithin(curve, ms);
  return longer > 1e-9 ? longer : 0;
}

const TABLE_ROWS = 40;

/** Waits at which a table gives the shares: of all points of the curve, or of 40 evenly spread over them. */
export function tableWaits({ points }: WaitCurve): number[] {
  const step = Math.max(1, (points.length - 1) / (TABLE_ROWS - 1));
  const rows: number[] = [];
  for (let at = 0; at < points.length - 1; at += step) rows.push(points[Math.round(at)]?.value as number);
  const last = points.at(-1);
  return last === undefined ? rows : [...rows, last.value];
}
