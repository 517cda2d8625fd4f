import type { Levels, Replay, ShownEvent, ShownViolation } from '../../replay/replay.js';
import { plural } from '../format.js';

/** Levels of every scope before and after any event of a replay. Free of Node's modules: the page uses it too. */
export class LevelCourse {
  /** By scope: places of the events that changed it, and its levels after each. */
  private readonly changes: { readonly at: number; readonly levels: Levels }[][];

  constructor(private readonly replay: Replay) {
    this.changes = replay.scopes.map(() => []);
    for (const [at, event] of replay.events.entries()) {
      for (const [scope, levels] of event.levels) this.changes[scope]?.push({ at, levels });
    }
  }

  /** @param at place of an event in the list; -1: before the first @returns undefined where nothing is known of the scope yet */
  after(at: number, scope: number): Levels | undefined {
    const changes = this.changes[scope] ?? [];
    let low = 0;
    let high = changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((changes[middle]?.at ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return changes[low - 1]?.levels ?? this.replay.before[scope] ?? undefined;
  }
}

/** The place of the last event that happens at the same instant: what is amiss only until then is not amiss. */
export function endOfInstant({ events }: Replay, at: number): number {
  let last = at;
  while (events[last + 1]?.atUs === events[at]?.atUs && last + 1 < events.length) last++;
  return last;
}

/** The scope whose levels stand beside an event: its account's. -1: it is about none. */
export function scopeOf(replay: Replay, event: ShownEvent): number {
  const account = event.account ?? (replay.scopes.filter((scope) => scope.endpoint === undefined).length === 1 ? replay.scopes[0]?.account : undefined);
  return replay.scopes.findIndex((scope) => scope.account === account && scope.endpoint === undefined);
}

/**
 * What is amiss after an event and still is when its instant is over; undefined: nothing. Work and slot end one after the
 * other: what lies between them at one instant is no damage.
 */
export function amiss(after: Levels, settled: Levels): string | undefined {
  const words: string[] = [];
  const ghosts = Math.min(after.ghosts, settled.ghosts);
  const unleased = Math.min(after.unleased, settled.unleased);
  const beyond = Math.min(beyondLimit(after), beyondLimit(settled));
  if (ghosts > 0) words.push(plural(ghosts, 'ghost'));
  if (unleased > 0) words.push(`${unleased} at work without a slot`);
  if (isMiscounted(after) && isMiscounted(settled)) words.push(`${after.held} held, not ${after.counted}`);
  if (beyond > 0) words.push(`${beyond} at work beyond the limit`);
  return words.length === 0 ? undefined : words.join(', ');
}

function beyondLimit({ running, limit }: Levels): number {
  return limit === null ? 0 : running - limit;
}

function isMiscounted({ counted, held }: Levels): boolean {
  return counted !== undefined && counted !== held;
}

/** `12.345678`: seconds, exact to the µs. */
export function clockText(us: number): string {
  return (us / 1e6).toFixed(6);
}

/** What is broken, whether the scenario expects that, and by whom. @param eventUs time of the event it stands at */
export function violationText({ invariant, request, message, expected, atUs }: ShownViolation, eventUs = atUs): string {
  const noticed = atUs === eventUs ? '' : `, noticed at ${clockText(atUs)} s`;
  return `${invariant} is violated${EXPECTATIONS[expected] ?? ''}${noticed}: ${`${request} ${message}`.trim()}`;
}

/** What the scenario says of a violation, where that is more than "it must not be". */
const EXPECTATIONS: Readonly<Record<string, string>> = { violated: ' (as the scenario expects)', off: ' (not judged)' };
