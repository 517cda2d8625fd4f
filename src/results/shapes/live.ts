import type { CallRecord } from '../../measure/client-calls.js';
import type { AgreementLine, Finding, LiveRun, Pacing, PerformedStep, Spread, ToolVerdict } from '../../measure/live-result.js';
import { exitCode } from './gate.js';
import { metrics } from './metrics.js';
import { amount, finite, listOf, maybe, number, objectOf, oneOf, type Shape, text, truth, whole } from './shape.js';

const spread = objectOf<Spread>({ n: whole, p50: number, p95: number, p99: number, max: number });

const pacing = objectOf<Pacing>({
  planned: whole,
  sent: whole,
  dropped: whole,
  httpRequests: maybe(whole),
  sendErrorMs: maybe(spread),
  loopLagMs: maybe(spread),
  httpMs: maybe(spread),
  cpuMs: maybe(number),
  wallMs: number,
  processes: whole,
});

const call = objectOf<CallRecord>({
  account: text,
  key: text,
  endpoint: text,
  mode: oneOf('submit', 'subscribe', 'run'),
  plannedUs: finite,
  sentUs: finite,
  acceptedUs: maybe(finite),
  attempts: whole,
  refusals: whole,
  polls: whole,
  queueLatencyUs: maybe(finite),
  elapsedUs: maybe(finite),
  outcome: whole as Shape<CallRecord['outcome']>,
  requestId: maybe(text),
  trouble: maybe(text),
});

export const liveRun = objectOf<LiveRun>({
  driver: text,
  target: objectOf<LiveRun['target']>({ kind: oneOf('own', 'slotstorm', 'fal'), url: text }),
  speed: amount,
  follow: text,
  judgedBy: oneOf('server', 'client'),
  pacing,
  tool: maybe(objectOf<ToolVerdict>({ tool: text, exitCode, meaning: text, passed: truth })),
  broken: listOf(text),
  undecided: listOf(text),
  notes: listOf(text),
  clientMetrics: metrics,
  findings: listOf(objectOf<Finding>({ what: text, client: text, server: text, explanation: text })),
  steps: listOf(objectOf<PerformedStep>({ number: whole, plannedUs: finite, performedUs: maybe(finite), trouble: maybe(text) })),
  skippedUs: finite,
  slowest: listOf(call),
  troubled: listOf(call),
  troubledHidden: whole,
});

export const agreementLine = objectOf<AgreementLine>({
  variant: maybe(text),
  metric: text,
  statistic: text,
  unit: text,
  pairs: whole,
  simulated: number,
  live: number,
  difference: number,
  lower: maybe(number),
  upper: maybe(number),
  tolerance: number,
  verdict: oneOf('agrees', 'differs', 'undecided'),
});
