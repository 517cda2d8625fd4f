import type { ResultFile } from '../../measure/result.js';
import { metricOf, shownVariants } from '../runs.js';

/** What a page knows of the setting that its playground begins with. The rest is the playground's own example. */
export interface PlaygroundStart {
  readonly limit?: number | undefined;
  /** Requests a second. */
  readonly ratePerSecond?: number | undefined;
  readonly batchMean?: number | undefined;
  readonly meanServiceMs?: number | undefined;
}

const US_PER_SECOND = 1_000_000;
const DIGITS = 3;

/** The numbers of a result's first run: its largest limit, its mean rate, and how long its slots were held. */
export function startOfResult(result: ResultFile): PlaygroundStart {
  const run = shownVariants(result)[0]?.shown;
  if (run === undefined) return {};
  const limits = (run.evidence?.accounts ?? []).map(({ limit }) => limit).filter((limit) => Number.isInteger(limit));
  const requests = metricOf(run, 'requests', 'count');
  const loadSeconds = run.loadEndUs / US_PER_SECOND;
  const holdMs = metricOf(run, 'slot_hold', 'avg');
  return {
    limit: limits.length === 0 ? undefined : Math.max(...limits),
    ratePerSecond: requests === undefined || requests === 0 || loadSeconds <= 0 ? undefined : short(requests / loadSeconds),
    meanServiceMs: holdMs === undefined ? undefined : short(holdMs),
  };
}

/** What was measured has no more digits than these. */
function short(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
