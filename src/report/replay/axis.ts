import type { Bar, Replay } from '../../replay/replay.js';

/** `time`: lengths are durations. `steps`: every event takes the same room, however many happen at one instant. */
export type AxisKind = 'time' | 'steps';

interface Spot {
  readonly atUs: number;
  readonly event: number;
}

/** Of more events than this the steps are narrower than what a screen can show. */
const MOST_EVEN_STEPS = 400;
const ZOOM = 2;
const NEARLY_ALL = 0.95;
/** A shorter share of the time than this is worth a closer look. */
const QUIET = 0.6;
/** No less than this much of the axis can be seen at once. */
const LEAST_US = 10;
const LEAST_STEPS = 4;

/** What lies where between the left and the right edge of the lanes: 0 to 1. */
export class Axis {
  kind: AxisKind;
  private from = 0;
  private to = 1;

  constructor(private readonly replay: Replay) {
    this.kind = replay.events.length <= MOST_EVEN_STEPS ? 'steps' : 'time';
    this.all();
    this.leaveOutTheQuietEnd();
  }

  /** Recovery is long and little happens in it: a story opens on the time in which nearly all of it happens. */
  private leaveOutTheQuietEnd(): void {
    const { events } = this.replay;
    const busyUs = events[Math.floor(events.length * NEARLY_ALL)]?.atUs;
    if (this.kind !== 'time' || busyUs === undefined) return;
    const width = (busyUs - this.from) * 1.1;
    if (width > 0 && width < (this.to - this.from) * QUIET) this.move(this.from, width);
  }

  /** Shows everything. */
  all(): void {
    [this.from, this.to] = this.bounds();
  }

  use(kind: AxisKind): void {
    this.kind = kind;
    this.all();
  }

  get isWhole(): boolean {
    const [from, to] = this.bounds();
    return this.from <= from && this.to >= to;
  }

  /** @param by 1: closer, -1: farther @param around stays where it is */
  zoom(by: 1 | -1, around: Spot): void {
    const factor = by === 1 ? 1 / ZOOM : ZOOM;
    const centre = this.valueOf(around);
    const least = this.kind === 'time' ? LEAST_US : LEAST_STEPS;
    const width = Math.max(least, (this.to - this.from) * factor);
    const share = this.to === this.from ? 0.5 : Math.min(1, Math.max(0, (centre - this.from) / (this.to - this.from)));
    this.move(centre - width * share, width);
  }

  /** Moves so that a spot can be seen. @returns whether it had to */
  follow(spot: Spot): boolean {
    const value = this.valueOf(spot);
    if (value >= this.from && value <= this.to) return false;
    const width = this.to - this.from;
    this.move(value - width / 2, width);
    return true;
  }

  /** Moves by a share of what can be seen. */
  pan(share: number): void {
    const width = this.to - this.from;
    this.move(this.from + width * share, width);
  }

  place(spot: Spot): number {
    return (this.valueOf(spot) - this.from) / (this.to - this.from);
  }

  /** Left and right edge of a bar, cut to what can be seen; undefined: out of sight. */
  extent(bar: Bar): readonly [left: number, right: number] | undefined {
    const left = this.place({ atUs: bar.fromUs, event: bar.fromEvent });
    const right = bar.toUs === null || bar.toEvent === null ? 1 : this.place({ atUs: bar.toUs, event: bar.toEvent });
    return right < 0 || left > 1 ? undefined : [Math.max(0, left), Math.min(1, right)];
  }

  /** The number of an event or the time, µs, at a place. */
  valueAt(place: number): number {
    return this.from + (this.to - this.from) * place;
  }

  /** Round values to write along the axis. */
  ticks(atMost: number): number[] {
    const width = this.to - this.from;
    const rough = width / Math.max(1, atMost);
    let step = 1;
    while (step < rough) step *= step * 2 >= rough ? 2 : step * 5 >= rough ? 5 : 10;
    const first = Math.ceil(this.from / step) * step;
    const ticks: number[] = [];
    for (let value = first; value <= this.to; value += step) ticks.push(value);
    return ticks;
  }

  /** What was noticed only after the last event, at the end of the run, stands at the edge. */
  private valueOf({ atUs, event }: Spot): number {
    return this.kind === 'time' ? Math.min(atUs, this.bounds()[1]) : event;
  }

  private move(from: number, width: number): void {
    const [least, most] = this.bounds();
    if (width >= most - least) {
      this.from = least;
      this.to = most;
      return;
    }
    this.from = Math.min(Math.max(least, from), most - width);
    this.to = this.from + width;
  }

  /** A little room behind the last event, so that what never ends can be seen. */
  private bounds(): [from: number, to: number] {
    const { stretch } = this.replay;
    const [from, to] = this.kind === 'time' ? [stretch.fromUs, stretch.toUs] : [stretch.fromEvent, stretch.toEvent];
    const least = this.kind === 'time' ? LEAST_US : LEAST_STEPS;
    return [from, to + Math.max(least, (to - from) * 0.02)];
  }
}
