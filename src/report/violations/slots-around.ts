import type { SlotHold } from '../../measure/lease-log.js';
import type { RunEvidence } from '../../measure/result.js';

/** Slots of one account at an instant. */
export interface SlotsAt {
  /** What the limiter believes. */
  readonly held: number;
  /** Of those, with live work. */
  readonly live: number;
  readonly ghost: number;
}

export interface SlotsAround {
  readonly before: SlotsAt;
  readonly after: SlotsAt;
  readonly exact: boolean;
}

/**
 * The limiter's count and the slots that live work holds, right before and right after an instant; undefined where the
 * result does not tell. Exact where every hold was kept, else read off the averages of the timeline.
 */
export function slotsAround(evidence: RunEvidence | undefined, account: string, atUs: number): SlotsAround | undefined {
  if (evidence == null) return undefined;
  const holds = account === '' ? evidence.holds : evidence.holds.filter((hold) => hold.account === account);
  if (evidence.holdsHidden === 0 && holds.length > 0) {
    return { before: countAt(holds, (us) => us < atUs), after: countAt(holds, (us) => us <= atUs), exact: true };
  }
  const own = Object.hasOwn(evidence.accountTimelines, account) ? evidence.accountTimelines[account] : undefined;
  const timeline = own ?? evidence.timeline;
  const bin = timeline.points.findLastIndex((point) => point.atUs <= atUs);
  const [before, after] = [timeline.points[Math.max(0, bin - 1)], timeline.points[Math.min(timeline.points.length - 1, bin + 1)]];
  if (before === undefined || after === undefined) return undefined;
  return { before: levels(before), after: levels(after), exact: false };
}

/** @param isPast whether an instant lies before the one that is asked about */
function countAt(holds: readonly SlotHold[], isPast: (us: number) => boolean): SlotsAt {
  let held = 0;
  let ghost = 0;
  for (const { fromUs, toUs, ghostFromUs } of holds) {
    if (!isPast(fromUs) || (toUs != null && isPast(toUs))) continue;
    held++;
    if (ghostFromUs != null && isPast(ghostFromUs)) ghost++;
  }
  return { held, live: held - ghost, ghost };
}

function levels({ live, ghost }: { readonly live: number; readonly ghost: number }): SlotsAt {
  return { held: live + ghost, live, ghost };
}
