import type { RequestSpan, RequestStory, SpanKind, StoryReason } from '../../measure/request-story.js';
import { formatNumber, formatSeconds, plural } from '../format.js';

/** What a request was doing, as a waterfall names it. */
export const SPAN_WORDS: Readonly<Record<SpanKind, string>> = {
  'client-backoff': 'client backs off',
  queued: 'queued',
  requeued: 'asleep, tried again later',
  'waiting-for-runner': 'waits for a runner',
  'cold-start': 'runner starts cold',
  working: 'working',
  closing: 'slot about to come back',
  ghost: 'ghost: slot held by no live work',
};

/** Shorter, for a table. */
const SHORT_WORDS: Readonly<Record<SpanKind, string>> = {
  'client-backoff': 'client backs off',
  queued: 'queued',
  requeued: 'asleep',
  'waiting-for-runner': 'no runner',
  'cold-start': 'cold start',
  working: 'working',
  closing: 'closing',
  ghost: 'ghost',
};

export const REASON_WORDS: Readonly<Record<StoryReason, string>> = {
  ghost: 'held a ghost slot',
  failed: 'did not end well',
  open: 'still open at the end',
  slow: 'slow to start',
};

/** A kind that this version does not know stands as it is. */
export function spanWord(kind: string): string {
  return (SPAN_WORDS as Readonly<Record<string, string>>)[kind] ?? kind;
}

export function reasonWord(reason: string): string {
  return (REASON_WORDS as Readonly<Record<string, string>>)[reason] ?? reason;
}

export interface ShownSpan {
  readonly kind: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** Nothing ended it but the run. */
  readonly open: boolean;
}

export function shownSpans({ spans }: RequestStory, endUs: number): ShownSpan[] {
  return spans.map(({ kind, fromUs, toUs }: RequestSpan) => ({ kind, fromUs, toUs: Math.max(fromUs, toUs ?? endUs), open: toUs == null }));
}

/** Ghosts that the spans do not show as such: other work of the same request went on meanwhile. Older results say nothing of them. */
export function shownGhosts({ ghosts, spans }: RequestStory, endUs: number): ShownSpan[] {
  const until = (toUs: number | null | undefined): number => toUs ?? endUs;
  const isSpan = (ghost: { fromUs: number; toUs?: number | null | undefined }): boolean =>
    spans.some(({ kind, fromUs, toUs }) => kind === 'ghost' && fromUs <= ghost.fromUs && until(toUs) >= until(ghost.toUs));
  return (ghosts ?? []).flatMap((ghost) => {
    const { fromUs, toUs } = ghost;
    return isSpan(ghost) ? [] : [{ kind: 'ghost', fromUs, toUs: Math.max(fromUs, until(toUs)), open: toUs == null }];
  });
}

/** The whole way in one line, each kind once: `asleep 12 times, 8m 3s → working 17.3s`. */
export function wayText(story: RequestStory, endUs: number): string {
  const kinds = new Map<string, { times: number; us: number; open: boolean }>();
  for (const { kind, fromUs, toUs, open } of shownSpans(story, endUs)) {
    const sum = kinds.get(kind) ?? { times: 0, us: 0, open: false };
    kinds.set(kind, { times: sum.times + 1, us: sum.us + toUs - fromUs, open: sum.open || open });
  }
  const texts = [...kinds].map(([kind, { times, us, open }]) => {
    const word = (SHORT_WORDS as Readonly<Record<string, string>>)[kind] ?? kind;
    return `${word}${times > 1 ? ` ${formatNumber(times)} times,` : ''} ${formatSeconds(us / 1e6)}${open ? ', to the end of the run' : ''}`;
  });
  const hidden = shownGhosts(story, endUs);
  const hiddenUs = hidden.reduce((sum, { fromUs, toUs }) => sum + toUs - fromUs, 0);
  if (hidden.length > 0) texts.push(`meanwhile ${plural(hidden.length, 'ghost slot')}, ${formatSeconds(hiddenUs / 1e6)}`);
  return [...texts, ...(story.spansHidden > 0 ? [`${plural(story.spansHidden, 'more stretch', 'more stretches')}`] : [])].join(' → ');
}
