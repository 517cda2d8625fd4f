import type { EventRecord } from '../history/describe-event.js';
import { slotKind, workKind } from './kinds.js';
import { HeldSlot, RequestPage, RunningWork } from './request-page.js';
import { ScopeBook } from './scope-book.js';

/**
 * A run's state after each event, rebuilt from the history alone. Slots come from lease events only and work from
 * execution events only, so that a difference between the two is the platform's and not ours.
 */
export class RunState {
  readonly scopes = new ScopeBook();
  /** Requests that are not gone. */
  readonly requests = new Map<string, RequestPage>();
  /** By number, live ones. */
  readonly slots = new Map<number, HeldSlot>();
  readonly works = new Map<number, RunningWork>();
  /** Requests that the last event has touched: its own, and the holder of a slot that somebody else gave back. */
  touched: RequestPage[] = [];
  private readonly rules: Readonly<Record<string, (event: EventRecord) => void>> = {
    submitted: (event) => this.submitted(event),
    requeued: (event) => this.requeued(event),
    leaseGranted: (event) => this.granted(event),
    leaseRestored: (event) => this.restored(event),
    leaseReleased: (event) => this.slotEnded(event),
    leaseTakenBack: (event) => this.slotEnded(event),
    leaseForgotten: (event) => this.slotEnded(event),
    leaseReleasedAgain: (event) => this.counted(event),
    executionStarted: (event) => this.started(event, true),
    executionStartedStale: (event) => this.started(event, false),
    executionEnded: (event) => this.workEnded(event),
    executionPaused: (event) => this.paused(event, true),
    executionResumed: (event) => this.paused(event, false),
    runnerHung: (event) => this.hung(event),
    dispatched: (event) => {
      this.granted(event);
      this.started(event, true);
    },
    completed: (event) => {
      this.workEnded(event);
      this.slotEnded(event);
      this.ended(event);
    },
    ended: (event) => this.ended(event),
    limitSet: (event) => this.limitSet(event),
    reconciled: (event) => this.scopes.count(text(event, 'account'), number(event, 'countAfter')),
  };

  /** Takes the next event in. */
  read(event: EventRecord): void {
    this.scopes.begin();
    this.touched = [];
    const name = event['request'];
    if (name !== undefined) this.touch(this.pageOf(event));
    this.rules[text(event, 'event')]?.(event);
    for (const page of this.touched) this.settle(page);
  }

  /** What the two truths say about a request together, once the event has been taken in. */
  private settle(page: RequestPage): void {
    const ghosts = page.slots.filter((slot) => slotKind(slot) === 'ghost').length;
    const unleased = page.works.filter((work) => workKind(work) === 'unleased').length;
    if (ghosts !== page.ghosts || unleased !== page.unleased) this.scopes.changeAmiss(page, ghosts - page.ghosts, unleased - page.unleased);
    page.ghosts = ghosts;
    page.unleased = unleased;
    if (page.isGone) this.requests.delete(page.name);
  }

  private submitted(event: EventRecord): void {
    const page = this.pageOf(event);
    page.ended = false;
    page.inQueue = true;
    this.scopes.changeQueue(page.account, 1);
  }

  private requeued(event: EventRecord): void {
    const page = this.pageOf(event);
    if (page.ended) return;
    this.enqueue(page);
    page.asleep = event['retryInMs'] !== undefined;
  }

  private granted(event: EventRecord): void {
    this.hold(event);
    this.pageOf(event).asleep = false;
  }

  /** A lease that comes back covers the work that began in it. */
  private restored(event: EventRecord): void {
    const slot = this.hold(event);
    for (const work of slot.holder.works) {
      if (work.isCovered || work.slot?.lease !== slot.lease) continue;
      work.slot = slot;
      slot.worked = true;
    }
  }

  private hold(event: EventRecord): HeldSlot {
    const page = this.pageOf(event);
    const lease = number(event, 'lease');
    // A number that is given anew without an end of the former lease would hide that one.
    this.letGo(this.slots.get(lease));
    const slot = new HeldSlot(lease, page);
    this.slots.set(lease, slot);
    page.slots.push(slot);
    page.wasGranted = true;
    this.scopes.changeHeld(page, 1);
    this.counted(event);
    return slot;
  }

  private slotEnded(event: EventRecord): void {
    this.letGo(this.slots.get(number(event, 'lease')));
    this.counted(event);
  }

  private letGo(slot: HeldSlot | undefined): void {
    if (slot === undefined) return;
    slot.live = false;
    this.slots.delete(slot.lease);
    remove(slot.holder.slots, slot);
    this.scopes.changeHeld(slot.holder, -1);
    this.touch(slot.holder);
  }

  private counted(event: EventRecord): void {
    if (event['inUse'] !== undefined) this.scopes.count(text(event, 'account'), number(event, 'inUse'));
  }

  /** @param mayBeCovered whether it may have begun in a slot of its request */
  private started(event: EventRecord, mayBeCovered: boolean): void {
    const page = this.pageOf(event);
    const slot = mayBeCovered ? slotForWork(page) : null;
    // Whoever has a token, though an old one, is subject to limits.
    if (!mayBeCovered) page.wasGranted = true;
    if (slot !== null) slot.worked = true;
    const work = new RunningWork(number(event, 'execution'), number(event, 'runner'), page, slot);
    this.works.set(work.execution, work);
    page.works.push(work);
    page.asleep = false;
    this.leaveQueue(page);
    this.changeWork(work, 1);
  }

  private workEnded(event: EventRecord): void {
    const work = this.works.get(number(event, 'execution'));
    if (work === undefined) return;
    this.changeWork(work, -1);
    this.works.delete(work.execution);
    remove(work.request.works, work);
    this.touch(work.request);
  }

  private paused(event: EventRecord, paused: boolean): void {
    const work = this.works.get(number(event, 'execution'));
    if (work === undefined || work.paused === paused) return;
    if (paused) this.changeWork(work, -1);
    work.paused = paused;
    if (!paused) this.changeWork(work, 1);
  }

  /** Paused work is no work, and work that no limit applies to is not counted. */
  private changeWork(work: RunningWork, by: 1 | -1): void {
    if (work.counts && !work.paused) this.scopes.changeRunning(work.request, by);
  }

  private hung(event: EventRecord): void {
    const runner = number(event, 'runner');
    for (const work of this.works.values()) {
      if (work.runner !== runner) continue;
      work.hung = true;
      this.touch(work.request);
    }
  }

  private ended(event: EventRecord): void {
    const page = this.pageOf(event);
    page.ended = true;
    page.asleep = false;
    this.leaveQueue(page);
  }

  private limitSet(event: EventRecord): void {
    const endpoint = event['endpoint'];
    this.scopes.limit(text(event, 'account'), endpoint === undefined ? undefined : String(endpoint), Number(event['limit']));
  }

  private enqueue(page: RequestPage): void {
    if (page.inQueue) return;
    page.inQueue = true;
    this.scopes.changeQueue(page.account, 1);
  }

  private leaveQueue(page: RequestPage): void {
    if (!page.inQueue) return;
    page.inQueue = false;
    this.scopes.changeQueue(page.account, -1);
  }

  private touch(page: RequestPage): void {
    if (!this.touched.includes(page)) this.touched.push(page);
  }

  /** Whoever is heard of again after it was gone had ended. */
  private pageOf(event: EventRecord): RequestPage {
    const name = text(event, 'request');
    let page = this.requests.get(name);
    if (page === undefined) {
      page = new RequestPage(name, text(event, 'account'), text(event, 'key'), text(event, 'endpoint'));
      page.ended = event['event'] !== 'submitted';
      this.requests.set(name, page);
    }
    return page;
  }
}

/** The latest slot without work; where all have some, the latest. */
function slotForWork({ slots, works }: RequestPage): HeldSlot | null {
  return slots.findLast((slot) => !works.some((work) => work.slot === slot)) ?? slots.at(-1) ?? null;
}

function text(event: EventRecord, field: string): string {
  return String(event[field] ?? '');
}

function number(event: EventRecord, field: string): number {
  return Number(event[field]);
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}
