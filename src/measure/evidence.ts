import { Outcome } from '../core/history.js';
import { FlowRecorder } from './flow-recorder.js';
import type { FlowTimeline } from './flow-timeline.js';
import { LeaseLog, type SlotHold } from './lease-log.js';
import type { RequestStories } from './request-story.js';
import type { SlotTruth } from './slot-truth.js';
import { StoryBook } from './story-book.js';
import type { TrafficTags } from './tagged-sets.js';
import { type Timeline, TimelineRecorder } from './timeline.js';
import type { AccountTrace, LeaseTrace, Orphan, PlatformView, RequestTrace } from './traces.js';

const TIMELINE_BINS = 600;
const FLOW_BINS = 120;

/** What charts are drawn from. Bounded, however many requests there are. */
export interface KeptEvidence {
  readonly timeline: Timeline;
  readonly accountTimelines: Readonly<Record<string, Timeline>>;
  readonly holds: readonly SlotHold[];
  readonly holdsHidden: number;
  readonly stories: RequestStories;
  readonly flow: FlowTimeline;
}

/** Keeps levels and rates over time, of all accounts and of some, who held which slot, and what became of requests. */
export class EvidenceKeeper {
  private readonly timeline: TimelineRecorder;
  private readonly ofAccounts = new Map<number, TimelineRecorder>();
  private readonly log = new LeaseLog();
  private readonly stories: StoryBook;
  private readonly flow: FlowRecorder;

  /** @param accountNames accounts that get a timeline of their own @param classes of traffic */
  constructor(
    private readonly view: PlatformView,
    private readonly truth: SlotTruth,
    private readonly endUs: number,
    private readonly accountNames: readonly string[],
    classes: readonly TrafficTags[],
  ) {
    this.timeline = new TimelineRecorder(endUs, TIMELINE_BINS, view.calendar);
    this.stories = new StoryBook(view, truth, classes);
    this.flow = new FlowRecorder(endUs, FLOW_BINS, view.calendar, truth);
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
    this.flow.timePassed();
  }

  submitted(trace: RequestTrace): void {
    this.stories.submitted(trace);
  }

  /** @param sleeps whether it sleeps until it is tried again; else it is woken */
  requeued(trace: RequestTrace, sleeps: boolean): void {
    this.flow.requeued();
    this.stories.requeued(trace, sleeps);
  }

  waitsForRunner(trace: RequestTrace): void {
    this.stories.waitsForRunner(trace);
  }

  /** Slot and work begin in one step. */
  dispatched(trace: RequestTrace, lease: LeaseTrace, runner: number): void {
    this.hold(trace, lease, lease.grantedUs, runner);
    this.started(trace, runner);
  }

  /** Work, slot and request end in one step. */
  completed(trace: RequestTrace, lease: LeaseTrace): void {
    this.log.ended(lease.number, this.view.calendar.nowUs, undefined);
    this.stories.ended(trace, Outcome.ok);
  }

  granted(trace: RequestTrace, lease: LeaseTrace): void {
    this.hold(trace, lease, this.view.calendar.nowUs);
    this.stories.changed(trace);
  }

  /** @param lease that it began under; null: none */
  executionStarted(trace: RequestTrace, lease: LeaseTrace | null, runner: number): void {
    if (lease !== null) this.log.runs(lease.number, this.runnerName(trace, runner));
    this.started(trace, runner);
  }

  executionEnded(trace: RequestTrace): void {
    this.stories.changed(trace);
  }

  /** A ghost has work again: the leak is over, the hold goes on. */
  takenUp(lease: LeaseTrace, ghostFromUs: number): void {
    const { nowUs } = this.view.calendar;
    this.log.ended(lease.number, nowUs, ghostFromUs, () => describe(lease.holder));
    this.hold(lease.holder, lease, nowUs);
    this.stories.ghostOver(lease.holder, ghostFromUs, nowUs);
  }

  /** @param ghostFromUs since when it has been without work; undefined: it has not */
  leaseEnded(lease: LeaseTrace, ghostFromUs: number | undefined): void {
    this.log.ended(lease.number, this.view.calendar.nowUs, ghostFromUs, () => describe(lease.holder));
    if (ghostFromUs !== undefined) this.stories.ghostOver(lease.holder, ghostFromUs, this.view.calendar.nowUs);
    this.stories.changed(lease.holder);
  }

  orphaned(orphan: Orphan): void {
    this.stories.orphaned(orphan);
  }

  ended(trace: RequestTrace, outcome: Outcome): void {
    if (outcome === Outcome.startTimeout) this.flow.expired();
    this.stories.ended(trace, outcome);
  }

  refused(number: number, reason: number): void {
    this.flow.refused(reason);
    this.stories.refused(this.view.requests.at(number));
  }

  callRetried(): void {
    this.flow.clientRetried();
    this.stories.callRetried();
  }

  callEnded(outcome: Outcome): void {
    this.stories.callEnded(outcome);
  }

  runnerBooting(runner: number): void {
    this.stories.runnerBooting(runner);
  }

  runnerReady(runner: number): void {
    this.stories.runnerReady(runner);
  }

  /** Which of its account's slots a lease has in the chart of holds; undefined: it is not shown there. */
  slotOf(lease: LeaseTrace): number | undefined {
    return this.log.slotOf(lease.number);
  }

  finish(): KeptEvidence {
    for (const lease of this.truth.leases) {
      if (!lease.live) continue;
      this.log.ended(lease.number, undefined, lease.orphan?.sinceUs, () => describe(lease.holder));
      if (lease.orphan !== null) this.stories.ghostOver(lease.holder, lease.orphan.sinceUs, undefined);
    }
    return {
      timeline: this.timeline.finish(),
      accountTimelines: Object.fromEntries([...this.ofAccounts].map(([number, timeline]) => [this.nameOf(number), timeline.finish()])),
      holds: this.log.holds,
      holdsHidden: this.log.hidden,
      stories: this.stories.finish(),
      flow: this.flow.finish(),
    };
  }

  private hold(trace: RequestTrace, lease: LeaseTrace, fromUs: number, runner?: number): void {
    if (!this.log.hasRoom) this.log.skip(lease.number);
    else this.log.granted(lease.number, { ...describe(trace), fromUs, runner: runner === undefined ? undefined : this.runnerName(trace, runner) });
  }

  private started(trace: RequestTrace, runner: number): void {
    const { request } = trace;
    if (trace.starts === 1 && !request.isRepeat) this.flow.started(this.view.calendar.nowUs - request.calledUs);
    this.stories.started(trace, runner);
  }

  private runnerName({ request }: RequestTrace, runner: number): string {
    return `${request.endpoint.name} ${runner}`;
  }

  private nameOf(account: number): string {
    return this.view.accounts[account]?.name as string;
  }
}

function describe({ request }: RequestTrace): { account: string; request: string; key: string; endpoint: string } {
  return { account: request.account.name, request: `req-${request.ordinal}`, key: request.key.name, endpoint: request.endpoint.name };
}
