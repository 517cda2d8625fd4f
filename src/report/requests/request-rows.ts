import type { RequestStory, StoryReason } from '../../measure/request-story.js';
import type { ResultFile } from '../../measure/result.js';
import { requestAnchor } from '../html/request-anchor.js';
import { shownVariants } from '../runs.js';

/** Rows of the whole page, all variants together. */
const MOST_ROWS = 600;

/** What is worst stands first. */
const REASON_RANK: Readonly<Record<StoryReason, number>> = { ghost: 0, failed: 1, open: 2, slow: 3 };

/** One request as the table lists it. */
export interface RequestRow {
  readonly story: RequestStory;
  readonly variant: string | undefined;
  readonly seed: number;
  /** When its run ended, µs. */
  readonly endUs: number;
  readonly anchor: string;
}

export interface VariantRequests {
  readonly title: string;
  readonly variant: string | undefined;
  readonly seed: number;
  readonly rows: readonly RequestRow[];
  /** Stories of the result that found no room on the page. */
  readonly left: number;
  /** All requests of the run. */
  readonly total: number;
  readonly counts: Readonly<Record<StoryReason, number>>;
}

/** Slowest, failed, ghosts' and open requests of the run of each variant whose evidence was kept. */
export function requestsOf(result: ResultFile): VariantRequests[] {
  const variants = shownVariants(result).flatMap(({ info, title, shown }) => {
    const stories = shown.evidence?.stories;
    return stories == null ? [] : [{ title, variant: info.name ?? undefined, run: shown, stories }];
  });
  const most = Math.floor(MOST_ROWS / Math.max(1, variants.length));
  return variants.map(({ title, variant, run, stories }) => {
    const sorted = stories.stories.toSorted((one, other) => rankOf(one) - rankOf(other) || lengthOf(other, run.endUs) - lengthOf(one, run.endUs));
    const rows = chosen(sorted, most).map((story) => ({
      story,
      variant,
      seed: run.seed,
      endUs: run.endUs,
      anchor: requestAnchor(story.request, variant),
    }));
    return { title, variant, seed: run.seed, rows, left: sorted.length - rows.length, total: stories.total, counts: stories.counts };
  });
}

/** With too many of them each reason gets the same room, so that a thousand failures hide no ghost. */
function chosen(sorted: readonly RequestStory[], most: number): readonly RequestStory[] {
  if (sorted.length <= most) return sorted;
  const kept = new Set<RequestStory>();
  const queues = [0, 1, 2, 3].map((rank) => sorted.filter((story) => rankOf(story) === rank));
  for (let at = 0; kept.size < most; at++) {
    for (const queue of queues) {
      const story = queue[at];
      if (story !== undefined && kept.size < most) kept.add(story);
    }
  }
  return sorted.filter((story) => kept.has(story));
}

function rankOf({ reasons }: RequestStory): number {
  return Math.min(3, ...reasons.map((reason) => REASON_RANK[reason] ?? 3));
}

/** Whoever is slow to start counts by the wait, all others by the whole way. */
function lengthOf(story: RequestStory, endUs: number): number {
  const until = rankOf(story) === REASON_RANK.slow ? (story.startedUs ?? endUs) : (story.spans.at(-1)?.toUs ?? endUs);
  return until - story.calledUs;
}
