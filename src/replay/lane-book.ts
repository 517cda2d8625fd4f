import { type Bar, type BarKind, LANE_GROUPS, type Lane, type LaneGroup, type LaneMark, type MarkKind } from './replay.js';

/** The moment of an event. */
export interface Moment {
  readonly atUs: number;
  readonly event: number;
}

/** A bar that has not ended yet. */
interface OpenBar {
  readonly kind: BarKind;
  readonly fromUs: number;
  readonly fromEvent: number;
  readonly request: string | undefined;
}

/** One lane while it is drawn: at most one bar at a time. */
export class DrawnLane {
  readonly bars: Bar[] = [];
  readonly marks: LaneMark[] = [];
  private open: OpenBar | undefined;

  constructor(
    readonly group: LaneGroup,
    readonly label: string,
  ) {}

  /** From now on the lane shows this; undefined: nothing. @param keep whether what ends now is in the stretch */
  show(kind: BarKind | undefined, now: Moment, request: string | undefined, keep: boolean): void {
    const { open } = this;
    if (open?.kind === kind && open?.request === request) return;
    if (open !== undefined && keep) this.add(open, now);
    this.open = kind === undefined ? undefined : { kind, fromUs: now.atUs, fromEvent: now.event, request };
  }

  /** What is there at the end of the stretch goes on. */
  finish(): void {
    if (this.open !== undefined) this.add(this.open, undefined);
    this.open = undefined;
  }

  /** A bar that was known only when it was over. */
  add({ kind, fromUs, fromEvent, request }: OpenBar, end: Moment | undefined): void {
    this.bars.push({
      kind: end?.atUs === fromUs ? atOnce(kind) : kind,
      fromUs,
      fromEvent,
      toUs: end?.atUs ?? null,
      toEvent: end?.event ?? null,
      ...(request === undefined ? {} : { request }),
    });
  }

  get isEmpty(): boolean {
    return this.bars.length === 0 && this.marks.length === 0;
  }
}

/** Work and slot end one after the other, but at one instant: nothing was amiss. */
function atOnce(kind: BarKind): BarKind {
  return kind === 'ghost' || kind === 'unleased' || kind === 'forgotten' ? 'settling' : kind;
}

const GROUP_ORDER = Object.keys(LANE_GROUPS);

/** All lanes of a stretch, by what they are about. What ended before the stretch began is not kept. */
export class LaneBook {
  private readonly lanes = new Map<string, DrawnLane>();
  /** Whether the stretch has begun. */
  keeps = false;

  lane(group: LaneGroup, label: string): DrawnLane {
    const id = `${group} ${label}`;
    let lane = this.lanes.get(id);
    if (lane === undefined) {
      lane = new DrawnLane(group, label);
      this.lanes.set(id, lane);
    }
    return lane;
  }

  show(group: LaneGroup, label: string, kind: BarKind | undefined, now: Moment, request?: string): void {
    this.lane(group, label).show(kind, now, request, this.keeps);
  }

  mark(group: LaneGroup, label: string, kind: MarkKind, now: Moment, text: string): void {
    if (this.keeps) this.lane(group, label).marks.push({ kind, atUs: now.atUs, event: now.event, text });
  }

  /** A request that ended before the stretch will not be heard of again. */
  forget(group: LaneGroup, label: string): void {
    if (!this.keeps) this.lanes.delete(`${group} ${label}`);
  }

  /** The lanes that show something: by group, and in each by name, numbers in it by their value. */
  finish(): Lane[] {
    const all = [...this.lanes.values()];
    for (const lane of all) lane.finish();
    const collator = new Intl.Collator('en', { numeric: true });
    return all
      .filter((lane) => !lane.isEmpty)
      .sort((a, b) => GROUP_ORDER.indexOf(a.group) - GROUP_ORDER.indexOf(b.group) || collator.compare(a.label, b.label))
      .map(({ group, label, bars, marks }) => ({ group, label: label.trim(), bars, marks }));
  }
}

/** Gives things the lowest number that is free, so that lanes are used again. */
export class Places<Thing> {
  private readonly taken: (Thing | undefined)[] = [];

  take(thing: Thing): number {
    const free = this.taken.indexOf(undefined);
    const place = free < 0 ? this.taken.length : free;
    this.taken[place] = thing;
    return place;
  }

  give(place: number): void {
    this.taken[place] = undefined;
  }
}
