import type { TierPrice } from '../../measure/capacity/plan-result.js';

/** What the user asked for beyond the answer itself. */
export interface AnalysisTerms {
  /** Limits that can be had without talking to anybody. */
  readonly tiers: readonly TierPrice[];
  /** The limit that inverse questions and ghost costs are about; undefined: the answer, else the largest tier. */
  readonly limit?: number | undefined;
  /** How slots are handed on without any change; undefined: not known, and both ways are shown. */
  readonly waiting?: 'backoff' | 'fifo' | undefined;
  /** Share of requests that a start_timeout may drop, above 0. */
  readonly startTimeoutLoss: number;
  /** A burst that comes on top, requests. */
  readonly burst: number;
  /** The most ghost slots that are looked at. */
  readonly ghosts: number;
  readonly ghostHoldMs: number;
  /** US dollars for each second that a stuck request holds its slot; undefined: nobody has confirmed any price. */
  readonly usdPerStuckSecond?: number | undefined;
}

const MS_PER_DAY = 86_400_000;

/** Fewer than one request in a thousand, and the six ghosts of issue 939 for a month. */
export const DEFAULT_TERMS: AnalysisTerms = { tiers: [], startTimeoutLoss: 0.001, burst: 100, ghosts: 6, ghostHoldMs: 30 * MS_PER_DAY };
