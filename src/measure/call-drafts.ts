import type { Outcome } from '../core/history.js';
import type { Request } from '../core/requests.js';
import { OUTCOME_TAGS, outcomeIndex } from './metrics.js';
import { StoryDraft } from './story-draft.js';

const NONE = -1;
/** Sleeps of a call that are told apart. */
const MOST_SLEEPS = 40;
/** Calls of which it is remembered that they were turned away. */
const MOST_REMEMBERED = 10_000;

/**
 * Calls between two attempts: their clients sleep after a 429, or after the work was lost. What clients do names no
 * request, but follows in the next event upon what was answered to them. On the wall clock it does not, and of a call that
 * is accepted nothing more is known than whether it was turned away before.
 */
export class CallDrafts {
  /** By the client's own handle. */
  private readonly waiting = new Map<number, StoryDraft>();
  /** What was answered last: by which event, to whom, and the story so far. */
  private event = NONE;
  private owner = NONE;
  private request: Request | undefined;
  private former: StoryDraft | undefined;
  private turnedAway = 0;
  /** When those were called that were turned away. */
  private readonly refusedUs = new Set<number>();

  constructor(private readonly view: { readonly calendar: { readonly nowUs: number }; readonly history: { readonly events: number } }) {}

  /** Clients that sleep. */
  get open(): Iterable<StoryDraft> {
    return this.waiting.values();
  }

  /** An attempt was turned away. */
  refused(request: Request): void {
    if (this.refusedUs.size < MOST_REMEMBERED) this.refusedUs.add(request.calledUs);
    this.note(request, this.waiting.get(request.owner));
  }

  /** A request that a client waits for was lost. */
  lost(request: Request, draft: StoryDraft): void {
    this.note(request, draft);
  }

  /** A client will try again. */
  retried(): void {
    const { request, former, owner } = this;
    if (!this.isAnswered || request === undefined) return;
    let draft = this.waiting.get(owner);
    if (draft === undefined) {
      draft = new StoryDraft();
      draft.begin(request, '');
      if (former !== undefined) this.resume(former, draft);
      this.waiting.set(owner, draft);
    } else {
      draft.attempts++;
    }
    draft.log.sleep('client-backoff', this.view.calendar.nowUs, MOST_SLEEPS);
  }

  /** A client's call is over. @returns its story, if it slept and nothing became of it: a story of its own, or the rest of one whose work was lost */
  ended(outcome: Outcome): StoryDraft | undefined {
    const draft = this.isAnswered ? this.waiting.get(this.owner) : undefined;
    if (draft === undefined) return undefined;
    this.waiting.delete(this.owner);
    const { nowUs } = this.view.calendar;
    if (draft.lostWork === undefined) draft.name = `call-${++this.turnedAway}`;
    draft.attempts++;
    draft.outcome = OUTCOME_TAGS[outcomeIndex(outcome)] as string;
    draft.endedUs = nowUs;
    draft.log.end(nowUs);
    return draft;
  }

  /** The call is accepted at last. @returns its story so far; undefined: it is its first attempt */
  accepted(request: Request): StoryDraft | undefined {
    if (request.owner === NONE) return undefined;
    const draft = this.waiting.get(request.owner);
    if (draft === undefined || draft.calledUs !== request.calledUs) return undefined;
    this.waiting.delete(request.owner);
    return draft;
  }

  /** Whether a call of that instant was turned away. */
  wasRefused({ calledUs }: Request): boolean {
    return this.refusedUs.has(calledUs);
  }

  /** The client of lost work sleeps. */
  private resume(lost: StoryDraft, draft: StoryDraft): void {
    draft.follow(lost);
    draft.lostWork = lost;
    lost.isAwaited = true;
  }

  private note(request: Request, former: StoryDraft | undefined): void {
    this.event = request.owner === NONE ? NONE : this.view.history.events;
    this.owner = request.owner;
    this.request = request;
    this.former = former;
  }

  /** Whether the last event was an answer to a client. */
  private get isAnswered(): boolean {
    return this.event !== NONE && this.view.history.events === this.event + 1;
  }
}
