import { type SuspectCount, Suspects } from './suspects.js';
import { type LeaseTrace, Phase, type TruthWatcher } from './traces.js';

/** A grant that no work has followed yet. */
interface Unstarted {
  readonly lease: LeaseTrace;
  readonly generation: number;
  readonly dueUs: number;
  readonly event: number;
}

/** Live leases without the work that they are for. One is loose at first; if time passes and it still is, it is an orphan. */
export class LooseLeases {
  orphans = 0;
  /** Leases that lost their work at this very instant, or were granted without any. */
  private readonly loose: LeaseTrace[] = [];
  private looseCount = 0;
  private readonly unstarted: Suspects<Unstarted>;

  /** @param dispatchUs how long a granted slot may legally be without work */
  constructor(
    private readonly clock: { readonly nowUs: number },
    private readonly history: { readonly events: number },
    private readonly watcher: TruthWatcher,
    private readonly dispatchUs: number,
    private readonly suspectCount: SuspectCount,
  ) {
    this.unstarted = new Suspects(suspectCount);
  }

  /** Time has passed. What is still loose is an orphan since it lost its work. */
  timePassed(): void {
    for (let n = 0; n < this.looseCount; n++) {
      const lease = this.loose[n] as LeaseTrace;
      if (lease.live && lease.orphan === null && !Number.isNaN(lease.notes.looseUs)) this.orphan(lease);
    }
    this.suspectCount.open -= this.looseCount;
    this.looseCount = 0;
    while (!this.unstarted.isEmpty && this.unstarted.oldest.dueUs < this.clock.nowUs) this.giveUpWaiting();
  }

  /** A grant without work: it must follow within the dispatch latency. */
  expectWork(lease: LeaseTrace): void {
    if (lease.holder.phase === Phase.ended) lease.becomesDue(this.clock.nowUs);
    const { events } = this.history;
    if (this.dispatchUs === 0) this.markLoose(lease, this.clock.nowUs, events);
    else this.unstarted.add({ lease, generation: lease.generation, dueUs: this.clock.nowUs + this.dispatchUs, event: events });
  }

  /** It has lost its work, or its request. */
  add(lease: LeaseTrace): void {
    if (!lease.notes.isDue) lease.becomesDue(this.clock.nowUs);
    if (lease.orphan === null && Number.isNaN(lease.notes.looseUs)) this.markLoose(lease, this.clock.nowUs, this.history.events);
  }

  /** It has work (again), or is gone. */
  remove(lease: LeaseTrace): void {
    if (Number.isNaN(lease.notes.looseUs)) return;
    lease.notes.looseUs = Number.NaN;
    if (lease.orphan === null) return;
    lease.orphan = null;
    lease.holder.account.orphans--;
    this.orphans--;
  }

  private markLoose(lease: LeaseTrace, sinceUs: number, event: number): void {
    lease.notes.looseUs = sinceUs;
    lease.notes.looseEvent = event;
    this.loose[this.looseCount++] = lease;
    this.suspectCount.open++;
  }

  private orphan(lease: LeaseTrace): void {
    if (!lease.notes.isDue) lease.becomesDue(lease.notes.looseUs);
    lease.orphan = { lease, sinceUs: lease.notes.looseUs, event: lease.notes.looseEvent };
    lease.holder.account.orphans++;
    this.orphans++;
    this.watcher.orphaned(lease.orphan);
  }

  private giveUpWaiting(): void {
    const { lease, generation, dueUs, event } = this.unstarted.oldest;
    this.unstarted.dropOldest();
    if (!lease.live || lease.generation !== generation || lease.isBegun || lease.notes.awaitsRunner || lease.orphan !== null) return;
    lease.notes.looseUs = dueUs;
    lease.notes.looseEvent = event;
    this.orphan(lease);
  }
}
