import type { FlowPoint, FlowTimeline } from '../../measure/flow-timeline.js';
import type { Leak } from '../../measure/leak-ledger.js';
import type { SlotHold } from '../../measure/lease-log.js';
import type { MinimalEvent, MinimalTrace } from '../../measure/minimal-trace.js';
import type { GhostStretch, RequestSpan, RequestStories, RequestStory } from '../../measure/request-story.js';
import type { AccountPage, LatencyBuckets, RunEvidence, TraceSummary } from '../../measure/result.js';
import type { Timeline, TimelinePoint } from '../../measure/timeline.js';
import { amount, finite, listOf, maybe, number, objectOf, oneOf, tableOf, text, truth, tupleOf, whole } from './shape.js';

const timeline = objectOf<Timeline>({
  binUs: amount,
  points: listOf(objectOf<TimelinePoint>({ atUs: amount, live: amount, ghost: amount, queued: amount, limit: number })),
});

const buckets = objectOf<LatencyBuckets>({ buckets: listOf(tupleOf<readonly [number, number]>(amount, amount)), relativeError: amount });

const hold = objectOf<SlotHold>({
  account: text,
  slot: finite,
  request: text,
  key: text,
  endpoint: text,
  fromUs: amount,
  ghostFromUs: maybe(amount),
  toUs: maybe(amount),
  runner: maybe(text),
});

const leak = objectOf<Leak>({
  request: text,
  account: text,
  key: text,
  endpoint: text,
  cause: text,
  takenUs: amount,
  ghostFromUs: amount,
  toUs: maybe(amount),
  slotSeconds: finite,
  recovered: text,
  slot: maybe(finite),
  bornEvent: maybe(whole),
});

const accountPage = objectOf<AccountPage>({
  account: text,
  limit: number,
  paidUsd: number,
  live: number,
  peak: number,
  days: listOf(objectOf<AccountPage['days'][number]>({ day: finite, peak: number })),
});

const traceSummary = objectOf<TraceSummary>({
  rows: whole,
  used: whole,
  outside: maybe(whole),
  reordered: maybe(whole),
  accounts: whole,
  endpoints: whole,
  skipped: listOf(objectOf<TraceSummary['skipped'][number]>({ reason: text, rows: whole, firstLine: whole })),
});

const span = objectOf<RequestSpan>({
  kind: oneOf('client-backoff', 'queued', 'requeued', 'waiting-for-runner', 'cold-start', 'working', 'closing', 'ghost'),
  fromUs: amount,
  toUs: maybe(amount),
});

const story = objectOf<RequestStory>({
  request: text,
  account: text,
  key: text,
  endpoint: text,
  mode: text,
  reasons: listOf(oneOf('slow', 'failed', 'ghost', 'open')),
  calledUs: amount,
  startedUs: maybe(amount),
  endedUs: maybe(amount),
  outcome: text,
  attempts: whole,
  requeues: whole,
  spans: listOf(span),
  ghosts: maybe(listOf(objectOf<GhostStretch>({ fromUs: amount, toUs: maybe(amount) }))),
  spansHidden: whole,
});

const stories = objectOf<RequestStories>({
  stories: listOf(story),
  total: whole,
  counts: objectOf<RequestStories['counts']>({ slow: whole, failed: whole, ghost: whole, open: whole }),
});

const flow = objectOf<FlowTimeline>({
  binUs: amount,
  points: listOf(
    objectOf<FlowPoint>({
      atUs: amount,
      started: amount,
      p50: maybe(amount),
      p95: maybe(amount),
      p99: maybe(amount),
      max: maybe(amount),
      expired: amount,
      oldestWaitMs: amount,
      refusedByAccount: amount,
      refusedByEndpoint: amount,
      clientRetries: amount,
      requeues: amount,
    }),
  ),
});

const minimalTrace = objectOf<MinimalTrace>({
  invariant: text,
  seed: whole,
  requests: whole,
  steps: whole,
  scenario: text,
  command: text,
  finished: truth,
  events: listOf(objectOf<MinimalEvent>({ number: whole, atUs: amount, text, lanes: listOf(text), violates: truth })),
  eventsHidden: whole,
});

export const evidence = objectOf<RunEvidence>({
  timeline,
  accountTimelines: tableOf(timeline),
  queueLatency: buckets,
  attemptsPerCall: buckets,
  requeuesPerRequest: buckets,
  holds: listOf(hold),
  holdsHidden: finite,
  leaks: listOf(leak),
  leaksHidden: whole,
  accounts: listOf(accountPage),
  accountsHidden: whole,
  traces: listOf(traceSummary),
  stories: maybe(stories),
  flow: maybe(flow),
  minimalTraces: maybe(listOf(minimalTrace)),
});
