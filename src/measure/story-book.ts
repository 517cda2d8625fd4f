import { Outcome } from '../core/history.js';
import { CallMode, type Request } from '../core/requests.js';
import { CallDrafts } from './call-drafts.js';
import { OUTCOME_TAGS, outcomeIndex } from './metrics.js';
import type { RequestStories, SpanKind } from './request-story.js';
import type { SlotTruth } from './slot-truth.js';
import { StoryDraft } from './story-draft.js';
import { StoryShelf } from './story-shelf.js';
import type { TrafficTags } from './tagged-sets.js';
import { type Orphan, Phase, type PlatformView, type RequestTrace } from './traces.js';

/** Sleeps in the queue that are told apart. With many requests open memory counts for more. */
const MOST_SLEEPS = 40;
const FEW_SLEEPS = 4;
const MANY_OPEN = 10_000;

/** Writes down what every open request does, from the history's events alone, and keeps the stories that are worth reading. */
export class StoryBook {
  /** By number of the request: of the one that has the number now, or had it last. */
  private readonly drafts: StoryDraft[] = [];
  private readonly calls: CallDrafts;
  private readonly shelf: StoryShelf;
  /** By number of the runner, when it last began to boot, and when it was ready. */
  private readonly bootUs: number[] = [];
  private readonly readyUs: number[] = [];
  private total = 0;

  constructor(
    private readonly view: PlatformView,
    private readonly truth: SlotTruth,
    classes: readonly TrafficTags[],
  ) {
    this.calls = new CallDrafts(view);
    this.shelf = new StoryShelf(classes);
  }

  submitted({ request, name }: RequestTrace): void {
    const draft = this.emptyDraft(request.number);
    const former = this.calls.accepted(request);
    // A call is one request to whoever made it, however often its work was lost.
    if (!request.isRepeat) this.total++;
    if (former?.lostWork !== undefined) this.close(former.lostWork);
    draft.begin(request, name);
    if (former !== undefined) {
      draft.follow(former);
      draft.attempts++;
    }
    // Where nobody has told of the attempts before, only the time they took is known.
    const slept = former !== undefined || (request.mode === CallMode.direct && this.calls.wasRefused(request));
    if (slept && former === undefined) draft.log.begin('client-backoff', request.calledUs);
    draft.log.begin('queued', slept ? this.nowUs : request.calledUs);
  }

  /** @param sleeps whether it sleeps until it is tried again; else it is woken */
  requeued(trace: RequestTrace, sleeps: boolean): void {
    const draft = this.drafts[trace.request.number] as StoryDraft;
    draft.requeues++;
    if (draft.isDozing && sleeps) {
      draft.joinedSleeps++;
      return;
    }
    if (trace.executions > 0 || this.holdsGhost(trace)) return;
    if (!sleeps) draft.log.begin('queued', this.nowUs);
    draft.isDozing = sleeps && draft.log.sleep('requeued', this.nowUs, this.drafts.length > MANY_OPEN ? FEW_SLEEPS : MOST_SLEEPS);
  }

  waitsForRunner(trace: RequestTrace): void {
    if (trace.executions === 0 && !this.holdsGhost(trace)) this.draftOf(trace).log.begin('waiting-for-runner', this.nowUs);
  }

  /** Work has begun. */
  started(trace: RequestTrace, runner: number): void {
    const draft = this.draftOf(trace);
    if (!draft.isStarted) draft.startedUs = this.nowUs;
    draft.log.recast(this.bootUs[runner] ?? Number.NaN, this.readyUs[runner] ?? Number.NaN, this.nowUs);
    this.changed(trace);
  }

  /** Something else has happened to its work or its slots. */
  changed(trace: RequestTrace): void {
    const { log } = this.draftOf(trace);
    const kind = this.kindOf(trace, log.current);
    if (kind === undefined) log.end(this.nowUs);
    else log.begin(kind, this.nowUs);
  }

  ended(trace: RequestTrace, outcome: Outcome): void {
    const draft = this.draftOf(trace);
    draft.endedUs = this.nowUs;
    draft.outcome = OUTCOME_TAGS[outcomeIndex(outcome)] as string;
    this.shelf.ended(draft);
    this.changed(trace);
    if (outcome === Outcome.failed) this.calls.lost(trace.request, draft);
  }

  /** A slot without live work has some again, or is gone. @param toUs undefined: neither, and the run is over */
  ghostOver({ request }: RequestTrace, fromUs: number, toUs: number | undefined): void {
    (this.drafts[request.number] as StoryDraft).addGhost({ fromUs, toUs });
  }

  /** A slot has been without live work since an instant that may lie in the past. */
  orphaned({ lease: { holder }, sinceUs }: Orphan): void {
    const draft = this.draftOf(holder);
    this.shelf.ghost(draft);
    if (holder.executions === 0) draft.log.begin('ghost', sinceUs);
  }

  runnerBooting(runner: number): void {
    this.bootUs[runner] = this.nowUs;
    this.readyUs[runner] = Number.NaN;
  }

  runnerReady(runner: number): void {
    this.readyUs[runner] = this.nowUs;
  }

  refused(request: Request): void {
    this.calls.refused(request);
  }

  callRetried(): void {
    this.calls.retried();
  }

  callEnded(outcome: Outcome): void {
    const draft = this.calls.ended(outcome);
    if (draft === undefined) return;
    if (draft.lostWork !== undefined) {
      this.endLost(draft.lostWork, draft);
      return;
    }
    this.total++;
    this.shelf.ended(draft);
    this.shelf.add(draft);
  }

  finish(): RequestStories {
    const open: StoryDraft[] = [];
    const calls = [...this.calls.open];
    for (const call of calls) if (call.lostWork !== undefined) this.endLost(call.lostWork, call);
    for (const [number, draft] of this.drafts.entries()) {
      if (draft.isEnded) this.shelf.add(draft);
      else open.push(draft);
      if (!draft.isEnded) draft.outcome = standingOf(this.truth.requests[number] as RequestTrace);
    }
    let sleeping = 0;
    for (const draft of calls) {
      if (draft.lostWork !== undefined) continue;
      draft.name = `client-${++sleeping}`;
      draft.outcome = 'waiting';
      open.push(draft);
    }
    return this.shelf.finish(open, this.total + sleeping);
  }

  private get nowUs(): number {
    return this.view.calendar.nowUs;
  }

  /** The draft of a request that something happens to. */
  private draftOf(trace: RequestTrace): StoryDraft {
    const draft = this.drafts[trace.request.number] as StoryDraft;
    draft.isDozing = false;
    return draft;
  }

  /** A number may have belonged to another request, of which nothing more will be heard. */
  private emptyDraft(number: number): StoryDraft {
    let draft = this.drafts[number];
    if (draft === undefined || draft.isAwaited) {
      draft = new StoryDraft();
      this.drafts[number] = draft;
    } else {
      this.shelf.add(draft);
    }
    return draft;
  }

  /** The call whose work was lost comes to nothing. */
  private endLost(lost: StoryDraft, call: StoryDraft): void {
    lost.endAs(call);
    this.close(lost);
  }

  /** Nothing more will be heard of a request whose work was lost; its number may be somebody else's by now. */
  private close(lost: StoryDraft): void {
    lost.isAwaited = false;
    if (this.drafts[lost.number] !== lost) this.shelf.add(lost);
  }

  /** What the truth says that a request does; undefined: nothing any more. */
  private kindOf(trace: RequestTrace, current: SpanKind | undefined): SpanKind | undefined {
    if (trace.executions > 0) return 'working';
    if (trace.lease !== null) return this.kindOfHold(trace);
    if (trace.phase === Phase.queued) return this.kindOfWait(trace, current);
    return trace.phase === Phase.working ? 'closing' : undefined;
  }

  /** It may have been put back while work or a slot hid that. */
  private kindOfWait(trace: RequestTrace, current: SpanKind | undefined): SpanKind {
    if (current === 'requeued' || current === 'waiting-for-runner') return current;
    return trace.sleepsUntilUs > this.nowUs ? 'requeued' : 'queued';
  }

  /** It holds slots, and nobody works for it. */
  private kindOfHold(trace: RequestTrace): SpanKind {
    if (this.holdsGhost(trace)) return 'ghost';
    const isAwaited = trace.isOpen && this.truth.leasesOf(trace).some(({ isBegun }) => !isBegun);
    return isAwaited ? 'waiting-for-runner' : 'closing';
  }

  /** Whatever the request waits for meanwhile: nobody else can use that slot. */
  private holdsGhost(trace: RequestTrace): boolean {
    return trace.lease !== null && this.truth.leasesOf(trace).some(({ orphan }) => orphan !== null);
  }
}

/** Where a request that has not ended stands at the end of the run, as the metric `requests` has it. */
function standingOf(trace: RequestTrace): string {
  if (trace.phase === Phase.queued) return 'waiting';
  return trace.executions === 0 && trace.notes.child?.isOpen !== true ? 'lost' : 'in_progress';
}
