import type { EventRecord } from '../history/describe-event.js';
import { requestKind, slotKind, workKind } from './kinds.js';
import { LaneBook, type Moment, Places } from './lane-book.js';
import { markOf } from './marks.js';
import type { Lane } from './replay.js';
import type { HeldSlot, RequestPage, RunningWork } from './request-page.js';
import type { RunState } from './run-state.js';

/** Draws what a run's state was, event by event, as bars on lanes. */
export class LaneBuilder {
  private readonly book = new LaneBook();
  /** What is drawn of each request that is not gone. */
  private readonly drawn = new Map<RequestPage, DrawnRequest>();
  private readonly slotPlaces = new Map<string, Places<HeldSlot>>();
  private readonly workPlaces = new Map<number, Places<RunningWork>>();
  private readonly endpointOfRunner = new Map<number, string>();
  private readonly stepsBegan = new Map<number, Moment>();
  private readonly keys = new Set<string>();

  /** @param stepLabel what a step is called, by its number from 1 */
  constructor(
    private readonly state: RunState,
    private readonly stepLabel: (step: number) => string,
  ) {}

  /** The next event is the first that is shown. */
  beginStretch(): void {
    this.book.keeps = true;
  }

  /** After the state has taken the event in. @param text the event in words */
  read(event: EventRecord, now: Moment, text: string): void {
    if (event['key'] !== undefined && event['account'] !== undefined) this.meetKey(`${event['account']}/${event['key']}`);
    if (event['endpoint'] !== undefined && event['runner'] !== undefined) this.endpointOfRunner.set(Number(event['runner']), String(event['endpoint']));
    for (const page of this.state.touched) this.drawRequest(page, now);
    this.drawOthers(event, now);
    const mark = markOf(event);
    if (mark !== undefined) this.book.mark(mark.group, this.laneOf(event, mark.group), mark.kind, now, text);
  }

  finish(): Lane[] {
    return this.book.finish();
  }

  /** Marks a broken invariant, where everybody sees it and on the requests concerned. */
  violation(now: Moment, text: string, requests: readonly string[]): void {
    this.book.mark('violations', VIOLATIONS, 'violation', now, text);
    for (const request of requests) if (isRequest(request)) this.book.mark('requests', request, 'violation', now, text);
  }

  private drawRequest(page: RequestPage, now: Moment): void {
    const drawn = this.drawnOf(page);
    for (const slot of page.slots) if (!drawn.slots.has(slot)) drawn.slots.set(slot, this.placesOf(this.slotPlaces, page.account).take(slot));
    for (const work of page.works) if (!drawn.works.has(work)) drawn.works.set(work, this.placesOf(this.workPlaces, work.runner).take(work));
    for (const [slot, place] of drawn.slots) this.drawSlot(slot, place, drawn, now);
    for (const [work, place] of drawn.works) this.drawWork(work, place, drawn, now);
    this.book.show('requests', page.name, requestKind(page), now);
    if (!page.isGone) return;
    this.drawn.delete(page);
    this.book.forget('requests', page.name);
  }

  private drawnOf(page: RequestPage): DrawnRequest {
    let drawn = this.drawn.get(page);
    if (drawn === undefined) {
      drawn = { slots: new Map(), works: new Map() };
      this.drawn.set(page, drawn);
    }
    return drawn;
  }

  private placesOf<Owner, Thing>(all: Map<Owner, Places<Thing>>, owner: Owner): Places<Thing> {
    let places = all.get(owner);
    if (places === undefined) {
      places = new Places();
      all.set(owner, places);
    }
    return places;
  }

  private drawSlot(slot: HeldSlot, place: number, drawn: DrawnRequest, now: Moment): void {
    const { account, name } = slot.holder;
    this.book.show('slots', `${account} slot ${place + 1}`, slotKind(slot), now, slot.live ? name : undefined);
    if (slot.live) return;
    drawn.slots.delete(slot);
    this.placesOf(this.slotPlaces, account).give(place);
  }

  private drawWork(work: RunningWork, place: number, drawn: DrawnRequest, now: Moment): void {
    const { runner, request } = work;
    if (place === 0) this.endpointOfRunner.set(runner, request.endpoint);
    const runs = request.works.includes(work);
    this.book.show('runners', this.runnerLane(runner, place), runs ? workKind(work) : undefined, now, runs ? request.name : undefined);
    if (runs) return;
    drawn.works.delete(work);
    this.placesOf(this.workPlaces, runner).give(place);
  }

  private runnerLane(runner: number, place = 0): string {
    const endpoint = this.endpointOfRunner.get(runner);
    return `runner ${runner}${place === 0 ? '' : ` place ${place + 1}`}${endpoint === undefined ? '' : ` · ${endpoint}`}`;
  }

  /** Keys are there from the beginning. */
  private meetKey(key: string): void {
    if (this.keys.has(key)) return;
    this.keys.add(key);
    this.book.show('keys', key, 'accepted', { atUs: 0, event: 0 });
  }

  private drawOthers(event: EventRecord, now: Moment): void {
    switch (event['event']) {
      case 'keyRevoked':
        this.book.show('keys', `${event['account']}/${event['key']}`, 'revoking', now);
        return;
      case 'keyRefused':
        this.book.show('keys', `${event['account']}/${event['key']}`, 'refused', now);
        return;
      case 'runnerBooting':
        this.book.show('runners', this.runnerLane(Number(event['runner'])), 'booting', now);
        return;
      case 'runnerReady':
        this.book.show('runners', this.runnerLane(Number(event['runner'])), undefined, now);
        return;
      case 'partDown':
        this.book.show('parts', String(event['part']), 'down', now);
        return;
      case 'partUp':
        this.book.show('parts', String(event['part']), undefined, now);
        return;
      case 'step':
        this.stepsBegan.set(Number(event['step']), now);
        return;
      case 'faultOver':
        this.faultOver(Number(event['step']), now);
        return;
      default:
    }
  }

  /** How long a step lasts is known only when it is over. */
  private faultOver(step: number, now: Moment): void {
    const began = this.stepsBegan.get(step);
    if (began === undefined || !this.book.keeps) return;
    this.book.lane('story', `${step} ${this.stepLabel(step)}`).add({ kind: 'fault', fromUs: began.atUs, fromEvent: began.event, request: undefined }, now);
  }

  private laneOf(event: EventRecord, group: 'story' | 'parts' | 'keys' | 'runners' | 'requests'): string {
    switch (group) {
      case 'story':
        return STEPS;
      case 'parts':
        return String(event['link'] ?? event['part'] ?? 'store');
      case 'keys':
        return `${event['account']}/${event['key']}`;
      case 'runners':
        return this.runnerLane(Number(event['runner']));
      case 'requests':
        return String(event['request']);
    }
  }
}

const VIOLATIONS = 'violations';
/** Sorted before the faults that last, which begin with a number. */
const STEPS = ' steps';

/** What is drawn of a request, and on which lane. */
interface DrawnRequest {
  readonly slots: Map<HeldSlot, number>;
  readonly works: Map<RunningWork, number>;
}

/** Some invariants are about no single request. */
function isRequest(name: string): boolean {
  return /^req-\d+$/.test(name);
}
