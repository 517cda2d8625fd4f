import { describeEvent, type EventRecord } from '../history/describe-event.js';
import { EventReader } from '../history/event-reader.js';
import type { EventName } from '../history/event-table.js';
import { LaneBuilder } from './lane-builder.js';
import { toneOf } from './marks.js';
import type { Lane, Levels, ScopeName, ShownEvent, ShownViolation } from './replay.js';
import { RunState } from './run-state.js';
import { MOST_EVENTS, type StretchBounds } from './stretch.js';
import { sentenceOf } from './words.js';

/** What a reader has seen of a stretch. */
export interface SeenStretch {
  readonly events: readonly ShownEvent[];
  /** Events that lie in it, also those beyond what fits. */
  readonly eventsInside: number;
  readonly before: readonly Levels[];
  readonly scopes: readonly ScopeName[];
  readonly lanes: readonly Lane[];
}

/** Reads a whole history, keeps the state up to date all along, and keeps the events of one stretch. */
export class ReplayReader extends EventReader {
  private readonly state = new RunState();
  private readonly lanes: LaneBuilder;
  private readonly events: ShownEvent[] = [];
  private eventsInside = 0;
  private before: Levels[] = [];
  private nextViolation = 0;

  /** @param violations in the order of their events @param stepLabel what a step does, by its number from 1 */
  constructor(
    private readonly bounds: StretchBounds,
    private readonly violations: readonly ShownViolation[],
    private readonly stepLabel: (step: number) => string,
  ) {
    super();
    this.lanes = new LaneBuilder(this.state, stepLabel);
  }

  protected read(name: EventName, id: number, numbers: readonly number[]): void {
    this.take(this.run.platform.history.events, describeEvent(this.run, name, id, numbers));
  }

  /** One event of the history. @param number its place in the history, from 1 */
  take(number: number, record: EventRecord): void {
    // After the stretch nothing is needed but its size.
    if (this.isBehind(number, record)) return;
    const isInside = number >= this.bounds.fromEvent && this.atUs(record) >= this.bounds.fromUs;
    if (isInside && this.eventsInside++ === 0) this.beginStretch();
    if (this.eventsInside > MOST_EVENTS) return;
    this.state.read(record);
    const text = sentenceOf(record, this.stepLabel);
    const now = { atUs: this.atUs(record), event: number };
    this.lanes.read(record, now, text);
    if (!isInside) return;
    this.events.push(this.shown(number, record, text));
    this.markViolations(number);
  }

  finish(): SeenStretch {
    return {
      events: this.events,
      eventsInside: this.eventsInside,
      before: this.before,
      scopes: this.state.scopes.names,
      lanes: this.lanes.finish(),
    };
  }

  private isBehind(number: number, record: EventRecord): boolean {
    return number > this.bounds.toEvent || this.atUs(record) > this.bounds.toUs;
  }

  private atUs(record: EventRecord): number {
    return record['atUs'] as number;
  }

  private beginStretch(): void {
    this.before = this.state.scopes.all();
    this.lanes.beginStretch();
  }

  private markViolations(event: number): void {
    const { violations } = this;
    for (; (violations[this.nextViolation]?.event ?? Number.POSITIVE_INFINITY) <= event; this.nextViolation++) {
      const violation = violations[this.nextViolation] as ShownViolation;
      if (violation.event !== event) continue;
      this.lanes.violation({ atUs: violation.atUs, event }, `${violation.invariant}: ${`${violation.request} ${violation.message}`.trim()}`, [
        violation.request,
        ...violation.others,
      ]);
    }
  }

  private shown(number: number, record: EventRecord, text: string): ShownEvent {
    const { request, account, key, lease, runner } = record;
    return {
      number,
      atUs: this.atUs(record),
      name: record['event'] as string,
      text,
      tone: toneOf(record),
      ...(request === undefined ? {} : { request: String(request) }),
      ...(account === undefined ? {} : { account: String(account) }),
      ...(key === undefined ? {} : { key: `${account}/${key}` }),
      ...(lease === undefined ? {} : { lease: Number(lease) }),
      ...(runner === undefined ? {} : { runner: Number(runner) }),
      levels: this.state.scopes.changes(),
    };
  }
}

/** Finds where the events of one request lie, and which requests there are. */
export class RequestScout extends EventReader {
  firstEvent = 0;
  lastEvent = 0;
  /** Requests that were accepted: req-1 up to this. */
  accepted = 0;

  /** @param request such as req-3 @param upTo number of the last event that is of interest */
  constructor(
    readonly request: string,
    private readonly upTo = Number.POSITIVE_INFINITY,
  ) {
    super();
  }

  protected read(name: EventName, id: number, numbers: readonly number[]): void {
    if (name === 'submitted') this.accepted++;
    const { events } = this.run.platform.history;
    if (events > this.upTo || describeEvent(this.run, name, id, numbers)['request'] !== this.request) return;
    if (this.firstEvent === 0) this.firstEvent = events;
    this.lastEvent = events;
  }
}
