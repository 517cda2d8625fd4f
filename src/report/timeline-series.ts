import type { Timeline, TimelinePoint } from '../measure/timeline.js';

type Level = 'live' | 'ghost' | 'queued' | 'limit';

/** The points where one of the levels changes, and the end. Lines between them are horizontal, so nothing is lost. */
export function changesOf(timeline: Timeline, levels: readonly Level[], endUs: number): TimelinePoint[] {
  const kept = timeline.points.filter((point, at) => {
    const before = timeline.points[at - 1];
    return before === undefined || levels.some((level) => point[level] !== before[level]);
  });
  const last = timeline.points.at(-1);
  if (last !== undefined && endUs > last.atUs) kept.push({ ...last, atUs: endUs });
  return kept;
}

/** At most `rows` stretches, each with the averages over it, for a table. */
export function coarse(timeline: Timeline, rows: number): Timeline {
  const perRow = Math.ceil(timeline.points.length / rows);
  if (perRow <= 1) return timeline;
  const points: TimelinePoint[] = [];
  for (let at = 0; at < timeline.points.length; at += perRow) {
    const part = timeline.points.slice(at, at + perRow);
    const mean = (level: Level): number => part.reduce((sum, point) => sum + point[level], 0) / part.length;
    points.push({ atUs: (part[0] as TimelinePoint).atUs, live: mean('live'), ghost: mean('ghost'), queued: mean('queued'), limit: mean('limit') });
  }
  return { binUs: timeline.binUs * perRow, points };
}

/** Leaked slot-seconds since the start, at each point where the growth changes. */
export function leakGrowth(timeline: Timeline, endUs: number): { readonly atUs: number; readonly slotSeconds: number }[] {
  const growth = [{ atUs: 0, slotSeconds: 0 }];
  let sum = 0;
  timeline.points.forEach((point, at) => {
    const toUs = Math.min(endUs, timeline.points[at + 1]?.atUs ?? endUs);
    sum += (point.ghost * Math.max(0, toUs - point.atUs)) / 1_000_000;
    const changes = timeline.points[at + 1]?.ghost !== point.ghost;
    if (changes) growth.push({ atUs: toUs, slotSeconds: sum });
  });
  return growth;
}

/** The highest value of a level and when its stretch begins; undefined without points. */
export function peakOf(timeline: Timeline, level: Level): { readonly value: number; readonly atUs: number } | undefined {
  let peak: { value: number; atUs: number } | undefined;
  for (const point of timeline.points) if (peak === undefined || point[level] > peak.value) peak = { value: point[level], atUs: point.atUs };
  return peak;
}

/** The last stretch of time with ghosts, from the first point after the last one without; undefined when there were none. */
export function lastGhosts(timeline: Timeline, endUs: number): { readonly fromUs: number; readonly toUs: number; readonly ghost: number } | undefined {
  const { points } = timeline;
  let last = points.length - 1;
  while (last >= 0 && (points[last] as TimelinePoint).ghost === 0) last--;
  if (last < 0) return undefined;
  let first = last;
  while (first > 0 && (points[first - 1] as TimelinePoint).ghost > 0) first--;
  return { fromUs: (points[first] as TimelinePoint).atUs, toUs: points[last + 1]?.atUs ?? endUs, ghost: (points[last] as TimelinePoint).ghost };
}
