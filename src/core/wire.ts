import type { EventCalendar } from './calendar.js';
import { EventKind, eventKey } from './event-keys.js';
import { type History, HistoryKind } from './history.js';
import type { Parcel } from './parcels.js';
import { isPlain, type Policy } from './policy.js';
import { Purpose, RandomStream } from './random.js';
import { NONE, type Request } from './requests.js';
import { US_PER_SECOND } from './time.js';
import { type CrashPoint, type Link, Message, PART_OF_POINT, Part, ROUTES } from './topology.js';

/** Chance decides about every message of a link for a while. Shares from 0 to 1. */
export interface Disturbance {
  readonly link: Link;
  /** 0: all of the link. */
  readonly message: Message | 0;
  readonly drop: number;
  readonly duplicate: number;
  readonly reorder: number;
  /** Every message is late by this. */
  readonly delayUs: number;
  readonly forUs: number;
}

/** What becomes of the next messages of a kind. */
export type Meddling = 'drop' | 'duplicate' | 'delay';

/** Who gets what arrives, and hears of parts that stop and start. */
export interface Receiver {
  deliver(parcel: Parcel): void;
  partStopped(part: Part): void;
  partStarted(part: Part): void;
  /** A message is no longer under way: nothing on the wire refers to the request for its sake. */
  letGo(request: Request): void;
}

/** How a question and its answer fared. `twice`: it was asked twice. */
export type Exchange = 'ok' | 'lost' | 'twice';

/** What a message suffers. */
interface Fate {
  lost: boolean;
  twice: boolean;
  lateUs: number;
  /** How long after the first the second comes. */
  gapUs: number;
}

/**
 * The links between the parts, and which parts are up. While nothing is disturbed everybody calls everybody directly
 * (`calm`): no event, no cost. Otherwise messages go through here, where they are dropped, delayed, doubled, or sent
 * again after `policy.resendEveryUs`.
 */
export class Wire {
  /** Whether nothing is disturbed now. */
  calm = true;
  /** Calm, and the policy has no switch that takes a step apart: requests may be served in one step. */
  direct: boolean;
  private receiver!: Receiver;
  private readonly disturbances: (Disturbance | undefined)[] = [];
  private readonly meddlings = new Map<Message, { readonly how: Meddling; count: number; readonly byUs: number }[]>();
  private readonly cuts = new Map<Link, number>();
  /** When the part is up again; absent: it is. */
  private readonly downUntilUs = new Map<Part, number>();
  private readonly armed = new Map<CrashPoint, number[]>();
  private readonly parcels: (UnderWay | undefined)[] = [];
  private readonly freePlaces: number[] = [];
  private readonly streams = new Map<Link, RandomStream>();

  /** Whether somebody must be asked before each step, although no link is disturbed. */
  private hindered = false;
  /** Whether the policy lets a request be served in one step. */
  private readonly isPlain: boolean;

  constructor(
    private readonly calendar: EventCalendar,
    private readonly history: History,
    private readonly policy: Policy,
    private readonly seed: number,
    /** Whether faults may come: then leases are renewed by events, not by arithmetic. */
    readonly expectsFaults: boolean,
  ) {
    this.isPlain = isPlain(policy);
    this.direct = this.isPlain;
  }

  connect(receiver: Receiver): void {
    this.receiver = receiver;
  }

  isDown(part: Part): boolean {
    return !this.calm && this.downUntilUs.has(part);
  }

  /** No request is served in one step, for the slot store may refuse whoever asks. */
  hinder(on: boolean): void {
    this.hindered = on;
    this.look();
  }

  /** Sends a message that nobody waits for an answer to. */
  send(parcel: Parcel): void {
    if (this.calm) this.receiver.deliver(parcel);
    else this.sendThrough(parcel);
  }

  /** Sends it after a delay that is no fault. */
  sendLater(parcel: Parcel, delayUs: number): void {
    this.post(parcel, delayUs);
  }

  /** Asks and waits: a late answer is no answer. */
  exchange(message: Message, request: Request | null): Exchange {
    if (this.calm) return 'ok';
    const fate = this.fateOf(message, request);
    if (fate.lost || fate.lateUs > 0) return 'lost';
    return fate.twice ? 'twice' : 'ok';
  }

  /** The part goes from one named step to the next. @returns false when it crashes there */
  passes(point: CrashPoint): boolean {
    if (this.calm) return true;
    const waiting = this.armed.get(point);
    const forUs = waiting?.shift();
    if (forUs === undefined) return true;
    if (waiting?.length === 0) this.armed.delete(point);
    if (PART_OF_POINT[point] === Part.runner) this.tellCrashOfRunner(point);
    else this.stop(PART_OF_POINT[point], point, forUs);
    return false;
  }

  /** A part crashes: now, or when it next passes the point. */
  crash(part: Part, between: CrashPoint | 0, forUs: number): void {
    if (between === 0) {
      this.stop(part, 0, forUs);
      return;
    }
    const waiting = this.armed.get(between);
    if (waiting === undefined) this.armed.set(between, [forUs]);
    else waiting.push(forUs);
    this.look();
  }

  /** Nothing passes the link for a while. */
  cut(link: Link, forUs: number): void {
    this.cuts.set(link, Math.max(this.cuts.get(link) ?? 0, this.calendar.nowUs + forUs));
    this.calendar.scheduleIn(forUs, eventKey(EventKind.linkWhole, link));
    this.look();
  }

  disturb(disturbance: Disturbance): void {
    const place = this.disturbances.push(disturbance) - 1;
    this.calendar.scheduleIn(disturbance.forUs, eventKey(EventKind.linkWhole, FIRST_DISTURBANCE + place));
    this.look();
  }

  /** @param byUs how late, for `delay` */
  meddle(how: Meddling, message: Message, count: number, byUs: number): void {
    const rules = this.meddlings.get(message) ?? [];
    rules.push({ how, count, byUs });
    this.meddlings.set(message, rules);
    this.look();
  }

  /** What was prepared and has not struck never will: faults are over. */
  disarm(): void {
    this.armed.clear();
    this.meddlings.clear();
    this.look();
  }

  /** A cut or a disturbance is over. @param number of the calendar's event */
  becomesWhole(number: number): void {
    if (number >= FIRST_DISTURBANCE) this.disturbances[number - FIRST_DISTURBANCE] = undefined;
    else if ((this.cuts.get(number as Link) ?? 0) <= this.calendar.nowUs) this.cuts.delete(number as Link);
    this.look();
  }

  /** The time of a part's restart has come, unless another crash has put it off. */
  restart(part: Part): void {
    if ((this.downUntilUs.get(part) ?? Number.POSITIVE_INFINITY) > this.calendar.nowUs) return;
    this.downUntilUs.delete(part);
    this.look();
    this.history.record(HistoryKind.partUp, part, 0, 0);
    this.receiver.partStarted(part);
  }

  /** A message that was under way is there, or is to be sent again. */
  arrive(number: number): void {
    const { parcel, again } = this.parcels[number] as UnderWay;
    this.parcels[number] = undefined;
    this.freePlaces.push(number);
    if (again) this.sendThrough(parcel);
    else if (this.downUntilUs.has(ROUTES[parcel.message].to)) this.lost(parcel);
    else this.receiver.deliver(parcel);
    const { request } = parcel;
    if (request === null) return;
    request.strays--;
    this.receiver.letGo(request);
  }

  /** Sends again what got lost or could not be handled, if the policy does that. */
  retry(parcel: Parcel): void {
    const { resendEveryUs } = this.policy;
    if (resendEveryUs !== undefined && parcel.message !== Message.wake) this.post(parcel, resendEveryUs, true);
  }

  private lost(parcel: Parcel): void {
    this.history.record(HistoryKind.messageLost, parcel.request?.number ?? NONE, parcel.message, ROUTES[parcel.message].link);
    this.retry(parcel);
  }

  private sendThrough(parcel: Parcel): void {
    const fate = this.fateOf(parcel.message, parcel.request);
    if (fate.lost) {
      this.retry(parcel);
      return;
    }
    if (fate.twice) this.post(parcel, fate.lateUs + fate.gapUs);
    if (fate.lateUs > 0) this.post(parcel, fate.lateUs);
    else this.receiver.deliver(parcel);
    // Nobody has said that it came: to the sender, late is lost.
    if (fate.lateUs > (this.policy.resendEveryUs ?? Number.POSITIVE_INFINITY)) this.retry(parcel);
  }

  /** @param again it is sent anew then, and may get lost anew */
  private post(parcel: Parcel, delayUs: number, again = false): void {
    // Whom a message is about must not be forgotten before it arrives.
    if (parcel.request !== null) parcel.request.strays++;
    const place = this.freePlaces.pop() ?? this.parcels.length;
    this.parcels[place] = { parcel, again };
    this.calendar.scheduleIn(delayUs, eventKey(EventKind.parcel, place));
  }

  private fateOf(message: Message, request: Request | null): Fate {
    const { link, to } = ROUTES[message];
    const fate: Fate = { lost: this.cuts.has(link) || this.downUntilUs.has(to), twice: false, lateUs: 0, gapUs: 0 };
    if (!fate.lost) this.applyMeddling(message, fate);
    if (!fate.lost) for (const one of this.disturbances) if (one !== undefined) this.applyDisturbance(one, link, message, fate);
    const number = request?.number ?? NONE;
    if (fate.lost) this.history.record(HistoryKind.messageLost, number, message, link);
    else {
      if (fate.lateUs > 0) this.history.record(HistoryKind.messageDelayed, number, message, link);
      if (fate.twice) this.history.record(HistoryKind.messageDuplicated, number, message, link);
    }
    return fate;
  }

  private applyMeddling(message: Message, fate: Fate): void {
    const rules = this.meddlings.get(message);
    const rule = rules?.[0];
    if (rules === undefined || rule === undefined) return;
    if (rule.how === 'drop') fate.lost = true;
    else if (rule.how === 'duplicate') {
      fate.twice = true;
      fate.gapUs = someTimeUs(this.streamOf(ROUTES[message].link).uniform());
    } else fate.lateUs = rule.byUs;
    if (--rule.count > 0) return;
    rules.shift();
    if (rules.length > 0) return;
    this.meddlings.delete(message);
    this.look();
  }

  private applyDisturbance(rule: Disturbance, link: Link, message: Message, fate: Fate): void {
    if (rule.link !== link || (rule.message !== 0 && rule.message !== message)) return;
    const stream = this.streamOf(link);
    // Always five draws, so that what one share decides leaves the others' draws alone.
    const [drop, duplicate, reorder, late, gap] = [stream.uniform(), stream.uniform(), stream.uniform(), stream.uniform(), stream.uniform()];
    if (drop < rule.drop) fate.lost = true;
    if (duplicate < rule.duplicate) {
      fate.twice = true;
      fate.gapUs = someTimeUs(gap);
    }
    fate.lateUs += rule.delayUs;
    if (reorder < rule.reorder) fate.lateUs += someTimeUs(late);
  }

  private streamOf(link: Link): RandomStream {
    let stream = this.streams.get(link);
    if (stream === undefined) {
      stream = new RandomStream(this.seed, Purpose.message, link);
      this.streams.set(link, stream);
    }
    return stream;
  }

  private stop(part: Part, point: CrashPoint | 0, forUs: number): void {
    const untilUs = this.calendar.nowUs + forUs;
    const wasDown = this.downUntilUs.has(part);
    this.downUntilUs.set(part, Math.max(this.downUntilUs.get(part) ?? 0, untilUs));
    this.calendar.schedule(untilUs, eventKey(EventKind.partUp, part));
    this.look();
    this.history.record(HistoryKind.partDown, part, point, 0);
    if (!wasDown) this.receiver.partStopped(part);
  }

  /** One runner dies, and another takes its place: the others go on. */
  private tellCrashOfRunner(point: CrashPoint): void {
    this.look();
    this.history.record(HistoryKind.partDown, Part.runner, point, 0);
    this.history.record(HistoryKind.partUp, Part.runner, 0, 0);
  }

  private look(): void {
    const { disturbances, meddlings, cuts, downUntilUs, armed } = this;
    this.calm = meddlings.size === 0 && cuts.size === 0 && downUntilUs.size === 0 && armed.size === 0 && disturbances.every((one) => one === undefined);
    this.direct = this.calm && this.isPlain && !this.hindered;
  }
}

interface UnderWay {
  readonly parcel: Parcel;
  readonly again: boolean;
}

/** Numbers of `linkWhole` events from here on are disturbances; below it are links. */
const FIRST_DISTURBANCE = 64;

/** Up to a second: long enough for what was sent later to come first. @param uniform 0 to 1 */
function someTimeUs(uniform: number): number {
  return 1 + Math.floor(uniform * US_PER_SECOND);
}
