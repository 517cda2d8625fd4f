import type { RequestStories, RequestStory, StoryReason } from './request-story.js';
import type { StoryDraft } from './story-draft.js';
import type { TrafficTags } from './tagged-sets.js';

const SLOWEST = 200;
const FAILED = 200;
const GHOSTS = 500;
const OPEN = 100;

/** A story that may be listed, and how long its request waited for its first start. */
interface Shelved {
  readonly story: RequestStory;
  readonly waitedUs: number;
}

/**
 * Which stories are listed: the slowest to start, those that ended badly, the ghosts' and the open ones. Of failures the
 * first of each outcome stay, so that a thousand timeouts do not hide six revocations. Bounded, however many there are.
 */
export class StoryShelf {
  private readonly counts: Record<StoryReason, number> = { slow: 0, failed: 0, ghost: 0, open: 0 };
  /** The slowest so far: a heap with the least slow one at its head. */
  private readonly slowest: Shelved[] = [];
  private readonly kept = new Set<RequestStory>();
  private readonly failures = new Map<string, number>();

  constructor(private readonly classes: readonly TrafficTags[]) {}

  /** It has become a ghost's. */
  ghost(draft: StoryDraft): void {
    if (draft.wasGhost) return;
    draft.wasGhost = true;
    if (++this.counts.ghost <= GHOSTS) draft.isKept = true;
  }

  /** It has ended. */
  ended(draft: StoryDraft): void {
    if (draft.outcome === 'ok') return;
    this.counts.failed++;
    const nth = (this.failures.get(draft.outcome) ?? 0) + 1;
    this.failures.set(draft.outcome, nth);
    if (nth <= FAILED) draft.isKept = true;
  }

  /** Nothing more will be written in it. */
  add(draft: StoryDraft): void {
    const ranks = draft.isStarted && !draft.isRepeat;
    if (ranks) this.counts.slow++;
    const isSlow = ranks && (this.slowest.length < SLOWEST || draft.waitedUs > (this.slowest[0] as Shelved).waitedUs);
    if (!isSlow && !draft.isKept) return;
    const story = this.written(draft);
    if (draft.isKept) this.kept.add(story);
    if (isSlow) this.pushSlow({ story, waitedUs: draft.waitedUs });
  }

  /** The run is over. @param open drafts of requests that have not ended @param total requests of the run */
  finish(open: readonly StoryDraft[], total: number): RequestStories {
    this.counts.open = open.length;
    const oldest = open.toSorted((one, other) => one.calledUs - other.calledUs).slice(0, OPEN);
    for (const draft of oldest) draft.isKept = true;
    for (const draft of open) this.add(draft);
    const slow = new Set(this.slowest.map(({ story }) => story));
    const listed = new Set([...slow, ...this.withoutSurplus()]);
    const stories = [...listed].map((story) => (slow.has(story) ? { ...story, reasons: ['slow' as const, ...story.reasons] } : story));
    return { stories: stories.sort(byTime), total, counts: this.counts };
  }

  /** Failures share their room: outcomes that are rare keep all of theirs. */
  private withoutSurplus(): RequestStory[] {
    const left = new Map<string, number>();
    let room = FAILED;
    const outcomes = [...this.failures].sort(([, one], [, other]) => one - other);
    for (const [at, [outcome, count]] of outcomes.entries()) {
      const share = Math.min(count, Math.floor(room / (outcomes.length - at)));
      left.set(outcome, share);
      room -= share;
    }
    return [...this.kept].filter(({ outcome, reasons }) => {
      if (reasons.some((reason) => reason !== 'failed')) return true;
      const more = left.get(outcome) ?? 0;
      left.set(outcome, more - 1);
      return more > 0;
    });
  }

  private written(draft: StoryDraft): RequestStory {
    const { name, account, key, endpoint, traffic, calledUs, startedUs, endedUs, outcome, attempts, requeues, log, joinedSleeps, ghosts } = draft;
    return {
      request: name,
      account,
      key,
      endpoint,
      mode: this.classes[traffic]?.mode ?? '',
      reasons: reasonsOf(draft),
      calledUs,
      startedUs: draft.isStarted ? startedUs : undefined,
      endedUs: draft.isEnded ? endedUs : undefined,
      outcome,
      attempts,
      requeues,
      spans: log.spans(),
      ghosts: ghosts.length === 0 ? undefined : ghosts,
      spansHidden: log.hidden + joinedSleeps + draft.hiddenGhosts,
    };
  }

  private pushSlow(one: Shelved): void {
    const heap = this.slowest;
    if (heap.length < SLOWEST) {
      let at = heap.push(one) - 1;
      for (let above = (at - 1) >> 1; at > 0 && waitAt(heap, above) > one.waitedUs; at = above, above = (at - 1) >> 1) heap[at] = heap[above] as Shelved;
      heap[at] = one;
      return;
    }
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below + 1 < heap.length && waitAt(heap, below + 1) < waitAt(heap, below)) below++;
      if (below >= heap.length || waitAt(heap, below) >= one.waitedUs) break;
      heap[at] = heap[below] as Shelved;
      at = below;
    }
    heap[at] = one;
  }
}

function waitAt(heap: readonly Shelved[], at: number): number {
  return (heap[at] as Shelved).waitedUs;
}

function reasonsOf(draft: StoryDraft): StoryReason[] {
  const reasons: StoryReason[] = [];
  if (draft.isEnded && draft.outcome !== 'ok') reasons.push('failed');
  if (draft.wasGhost) reasons.push('ghost');
  if (!draft.isEnded) reasons.push('open');
  return reasons;
}

function byTime(one: RequestStory, other: RequestStory): number {
  return one.calledUs - other.calledUs || one.request.length - other.request.length || (one.request < other.request ? -1 : 1);
}
