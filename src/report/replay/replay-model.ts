import { firstViolation } from '../../replay/first-violation.js';
import { relatedEvents, relatedRequests } from '../../replay/related.js';
import type { Bar, Lane, Levels, Replay, ScopeName, ShownEvent, ShownViolation } from '../../replay/replay.js';
import { endOfInstant, LevelCourse } from './event-course.js';

/** One scope as it stands after an event. */
export interface ScopeState {
  readonly name: ScopeName;
  readonly levels: Levels;
  /** The same when the instant is over. */
  readonly settled: Levels;
  /** The event at hand changed it. */
  readonly changed: boolean;
}

/** A bar with the lane it is on. */
export interface LaneBar {
  readonly lane: Lane;
  readonly bar: Bar;
}

/** A replay as it is walked through: which events are stepped through, and what the state is after each. Knows no screen. */
export class ReplayModel {
  /** Places of the events that are stepped through. */
  places: readonly number[];
  /** Lanes that are shown. */
  lanes: readonly Lane[];
  /** The request that is filtered by; undefined: none. */
  request: string | undefined;
  private readonly course: LevelCourse;
  private readonly byEvent = new Map<number, ShownViolation[]>();

  constructor(readonly replay: Replay) {
    this.course = new LevelCourse(replay);
    this.places = replay.events.map((_, at) => at);
    this.lanes = replay.lanes;
    for (const violation of replay.violations) this.byEvent.set(violation.event, [...this.violationsAt(violation.event), violation]);
  }

  /** Every request that the stretch shows, in the order of their numbers. */
  get requests(): string[] {
    return this.replay.lanes.flatMap((lane) => (lane.group === 'requests' ? [lane.label] : []));
  }

  /** Steps only through what touches a request. @param request undefined, or a name that is not shown: everything */
  filter(request: string | undefined): void {
    const { events, lanes } = this.replay;
    this.request = request !== undefined && lanes.some((lane) => lane.label === request) ? request : undefined;
    if (this.request === undefined) {
      this.places = events.map((_, at) => at);
      this.lanes = lanes;
      return;
    }
    this.places = relatedEvents(events, this.request);
    this.lanes = lanes.filter(this.laneFilter(this.request));
  }

  eventAt(step: number): ShownEvent | undefined {
    return this.replay.events[this.places[step] ?? -1];
  }

  /** The last step at or before an event. */
  stepOf(event: number): number {
    let low = 0;
    let high = this.places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.eventAt(middle)?.number ?? 0) <= event) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  violationsAt(event: number): readonly ShownViolation[] {
    return this.byEvent.get(event) ?? [];
  }

  /** The first violation that can be jumped to. */
  get first(): ShownViolation | undefined {
    return firstViolation(this.reachable());
  }

  /** @returns the number of the next event that breaks an invariant, or of the first one when there is no later one */
  nextViolation(event: number): number | undefined {
    const reachable = this.reachable();
    return (reachable.find((violation) => violation.event > event) ?? reachable[0])?.event;
  }

  scopesAfter(step: number): ScopeState[] {
    const at = this.places[step] ?? -1;
    const changed = new Set(this.eventAt(step)?.levels.map(([scope]) => scope));
    return this.replay.scopes.flatMap((name, scope) => {
      const levels = this.course.after(at, scope);
      const settled = this.course.after(endOfInstant(this.replay, at), scope);
      return levels === undefined || settled === undefined ? [] : [{ name, levels, settled, changed: changed.has(scope) }];
    });
  }

  /** What is there after an event. */
  barsAfter(event: number, groups: readonly Lane['group'][]): LaneBar[] {
    return this.lanes.flatMap((lane) => {
      if (!groups.includes(lane.group)) return [];
      const bar = lane.bars.find(({ fromEvent, toEvent }) => fromEvent <= event && (toEvent === null || toEvent > event));
      return bar === undefined ? [] : [{ lane, bar }];
    });
  }

  private reachable(): ShownViolation[] {
    const { fromEvent, toEvent } = this.replay.stretch;
    return this.replay.violations.filter(({ event }) => event >= fromEvent && event <= toEvent);
  }

  private laneFilter(request: string): (lane: Lane) => boolean {
    const { events } = this.replay;
    const requests = relatedRequests(events, this.places);
    const keys = new Set(events.flatMap((event) => (event.request === request ? [event.key] : [])));
    return ({ group, label, bars }) => {
      if (group === 'requests') return requests.has(label);
      if (group === 'keys') return keys.has(label);
      if (group === 'slots' || group === 'runners') return bars.some((bar) => bar.request === request);
      return true;
    };
  }
}
