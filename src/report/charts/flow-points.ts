import type { FlowPoint, FlowTimeline } from '../../measure/flow-timeline.js';
import { enoughFor } from '../../measure/percentile-samples.js';

/** Percentiles of the waits of what started in a stretch; `max` is no estimate, so one sample is enough. */
export const WAIT_PERCENTILES = [
  { name: 'p50', share: 0.5 },
  { name: 'p95', share: 0.95 },
  { name: 'p99', share: 0.99 },
  { name: 'max', share: 1 },
] as const;
export type WaitPercentile = (typeof WAIT_PERCENTILES)[number];

/** A percentile of a stretch, ms; undefined where too few requests started in it to speak of one. */
export function waitOf(point: FlowPoint, { name, share }: WaitPercentile): number | undefined {
  const value = point[name];
  if (value == null || point.started === 0) return undefined;
  return share === 1 || enoughFor(share, point.started) ? value : undefined;
}

interface PlainPoint {
  x: number;
  y: number;
}

/** Two points a stretch, its beginning and its end, so that a value alone between two gaps is a line too. A gap is NaN. */
export function stretchPoints({ points, binUs }: FlowTimeline, endUs: number, read: (point: FlowPoint) => number | undefined): PlainPoint[] {
  return points.flatMap((point) => {
    const y = read(point) ?? Number.NaN;
    return [
      { x: point.atUs / 1_000_000, y },
      { x: Math.min(endUs, point.atUs + binUs) / 1_000_000, y },
    ];
  });
}

/** Marks on the ground line: one in the middle of each stretch that holds any. In step with `stretchPoints`, which tooltips rely on. */
export function rugPoints({ points, binUs }: FlowTimeline, endUs: number, count: (point: FlowPoint) => number): (PlainPoint & { count: number })[] {
  return points.flatMap((point) => {
    const fromS = point.atUs / 1_000_000;
    const middleS = (fromS + Math.min(endUs, point.atUs + binUs) / 1_000_000) / 2;
    const none = { x: middleS, y: Number.NaN, count: 0 };
    return [count(point) > 0 ? { x: middleS, y: 0, count: count(point) } : none, none];
  });
}

/** Whether anything was ever refused, repeated or put back. */
export function hasRepeats({ points }: FlowTimeline): boolean {
  return points.some((point) => point.refusedByAccount + point.refusedByEndpoint + point.clientRetries + point.requeues > 0);
}

/** Whether anything ever waited or expired. */
export function hasWaits({ points }: FlowTimeline): boolean {
  return points.some((point) => point.expired > 0 || point.oldestWaitMs > 0 || (point.max ?? 0) > 0);
}
