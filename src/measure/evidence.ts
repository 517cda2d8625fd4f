import { LeaseLog, type SlotHold } from './lease-log.js';
import type { SlotTruth } from './slot-truth.js';
import { type Timeline, TimelineRecorder } from './timeline.js';
import type { AccountTrace, LeaseTrace, PlatformView, RequestTrace } from './traces.js';

const TIMELINE_BINS = 600;

/** What charts are drawn from. Bounded, however many requests there are. */
export interface KeptEvidence {
  readonly timeline: Timeline;
  readonly accountTimelines: Readonly<Record<string, Timeline>>;
  readonly holds: readonly SlotHold[];
  readonly holdsHidden: number;
}

/** Keeps levels over time, of all accounts and of some, and who held which slot. */
export class EvidenceKeeper {
  private readonly timeline: TimelineRecorder;
  private readonly ofAccounts = new Map<number, TimelineRecorder>();
  private readonly log = new LeaseLog();

  /** @param accountNames accounts that get a timeline of their own */
  constructor(
    private readonly view: PlatformView,
    private readonly truth: SlotTruth,
    private readonly endUs: number,
    private readonly accountNames: readonly string[],
  ) {
    this.timeline = new TimelineRecorder(endUs, TIMELINE_BINS, view.calendar);
  }

  accountOpened(number: number): void {
    if (this.accountNames.includes(this.nameOf(number))) this.ofAccounts.set(number, new TimelineRecorder(this.endUs, TIMELINE_BINS, this.view.calendar));
  }

  /** The levels that held until now go into the timelines. @param limit of all accounts together */
  timePassed(limit: number): void {
    const { truth } = this;
    this.timeline.add(truth.held - truth.loose.orphans, truth.loose.orphans, truth.queued, limit);
    for (const [number, timeline] of this.ofAccounts) {
      const { scope, orphans, queued } = truth.accounts[number] as AccountTrace;
      timeline.add(scope.held - orphans, orphans, queued, scope.limit);
    }
  }

  granted(trace: RequestTrace, lease: LeaseTrace, fromUs: number): void {
    if (this.log.hasRoom) this.log.granted(lease.number, { ...describe(trace), fromUs });
    else this.log.skip(lease.number);
  }

  /** @param ghostFromUs since when it has been without work; undefined: it has not */
  ended(lease: LeaseTrace, ghostFromUs: number | undefined): void {
    this.log.ended(lease.number, this.view.calendar.nowUs, ghostFromUs, () => describe(lease.holder));
  }

  finish(): KeptEvidence {
    for (const lease of this.truth.leases) {
      if (lease.live) this.log.ended(lease.number, undefined, lease.orphan?.sinceUs, () => describe(lease.holder));
    }
    const accountTimelines = Object.fromEntries([...this.ofAccounts].map(([number, timeline]) => [this.nameOf(number), timeline.finish()]));
    return { timeline: this.timeline.finish(), accountTimelines, holds: this.log.holds, holdsHidden: this.log.hidden };
  }

  private nameOf(account: number): string {
    return this.view.accounts[account]?.name as string;
  }
}

function describe({ request }: RequestTrace): { account: string; request: string; key: string; endpoint: string } {
  return { account: request.account.name, request: `req-${request.ordinal}`, key: request.key.name, endpoint: request.endpoint.name };
}
