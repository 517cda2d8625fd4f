import type { Leak } from '../measure/leak-ledger.js';
import type { RunResult } from '../measure/result.js';
import type { Timeline, TimelinePoint } from '../measure/timeline.js';

/** `effective`: the limit less the ghosts. `starting`: slots of work whose runner starts cold, where the result tells them from live work. */
export type Level = 'live' | 'starting' | 'ghost' | 'queued' | 'limit' | 'effective';

/** Older results do not tell cold starts from live work. */
type AnyPoint = TimelinePoint & { readonly starting?: number };

/** A level of a point. Work that starts cold counts as live where it is not told apart. */
export function levelOf(point: AnyPoint, level: Level): number {
  if (level === 'effective') return point.limit - point.ghost;
  if (level === 'starting') return point.starting ?? 0;
  // `live` is all slots with live work; cold starts are a part of them.
  if (level === 'live') return point.live - (point.starting ?? 0);
  return point[level];
}

/** Whether any slot was seen to start cold. */
export function hasStarting(timeline: Timeline): boolean {
  return timeline.points.some((point) => levelOf(point, 'starting') > 0);
}

/** The points where one of the levels changes, and the end. Lines between them are horizontal, so nothing is lost. */
export function changesOf(timeline: Timeline, levels: readonly Level[], endUs: number): TimelinePoint[] {
  const kept = timeline.points.filter((point, at) => {
    const before = timeline.points[at - 1];
    return before === undefined || levels.some((level) => levelOf(point, level) !== levelOf(before, level));
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
    const mean = (read: (point: AnyPoint) => number): number => part.reduce((sum, point) => sum + read(point), 0) / part.length;
    const averages: AnyPoint = {
      atUs: (part[0] as TimelinePoint).atUs,
      live: mean((point) => point.live),
      ghost: mean((point) => point.ghost),
      queued: mean((point) => point.queued),
      limit: mean((point) => point.limit),
      starting: mean((point) => point.starting ?? 0),
    };
    points.push(averages);
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
  for (const point of timeline.points) {
    const value = levelOf(point, level);
    if (peak === undefined || value > peak.value) peak = { value, atUs: point.atUs };
  }
  return peak;
}

/** One stretch of time in which slots were held by no live work. */
export interface GhostStretch {
  readonly fromUs: number;
  readonly toUs: number;
  readonly mostGhosts: number;
  /** At its end. */
  readonly ghost: number;
  readonly slotSeconds: number;
}

/** Every stretch with ghosts, in order. @param ledger leaks of the same slots: a timeline knows only in which of its bins a stretch begins, they know when */
export function ghostStretches(timeline: Timeline, endUs: number, ledger: readonly Leak[] = []): GhostStretch[] {
  return stretchesOf(timeline, endUs).map((stretch) => ({ ...stretch, fromUs: firstGhostUs(stretch, timeline, ledger) ?? stretch.fromUs }));
}

/** The leaks of a run that a timeline of it is about. @param account of the timeline; undefined: of all */
export function ledgerOf({ evidence }: RunResult, account?: string): readonly Leak[] {
  return (evidence?.leaks ?? []).filter((leak) => account === undefined || leak.account === account);
}

function firstGhostUs({ fromUs, toUs }: GhostStretch, { binUs }: Timeline, ledger: readonly Leak[]): number | undefined {
  const born = ledger.map(({ ghostFromUs }) => ghostFromUs).filter((us) => us >= fromUs && us < Math.min(toUs, fromUs + binUs));
  return born.length === 0 ? undefined : Math.min(...born);
}

function stretchesOf({ points }: Timeline, endUs: number): GhostStretch[] {
  const stretches: GhostStretch[] = [];
  for (let at = 0; at < points.length; at++) {
    if ((points[at] as TimelinePoint).ghost === 0) continue;
    const fromUs = (points[at] as TimelinePoint).atUs;
    let [mostGhosts, ghost, slotSeconds, toUs] = [0, 0, 0, fromUs];
    for (; at < points.length && (points[at] as TimelinePoint).ghost > 0; at++) {
      const point = points[at] as TimelinePoint;
      toUs = Math.max(point.atUs, Math.min(endUs, points[at + 1]?.atUs ?? endUs));
      ghost = point.ghost;
      mostGhosts = Math.max(mostGhosts, ghost);
      slotSeconds += (ghost * (toUs - point.atUs)) / 1_000_000;
    }
    stretches.push({ fromUs, toUs, mostGhosts, ghost, slotSeconds });
  }
  return stretches;
}
