import type { Verdict } from '../result.js';
import type { PlanComparison } from './plan-comparison.js';
import type { RecordedRows } from './recorded-rows.js';

export const PLAN_SCHEMA_VERSION = 2;

/**
 * A mean over seeds with its 95 % interval (Student's t over seeds), in the unit of what it is about. Of a search for the
 * largest value that does, `mean` and `low` are the one that was shown to do, and `high` the one that was shown not to.
 */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly seeds: number;
}

/** One promise to users, and how it stands with one setting. */
export interface SloCheck {
  /** As written: `queue_latency p(95) < 2s`, `start_timeouts < 0.1%`. */
  readonly slo: string;
  readonly unit: string;
  /** In that unit; undefined: no seed had a sample. Of a single recorded history low = mean = high. */
  readonly actual?: Estimate | undefined;
  /** Of a promise about waits: the share of all who came that was dropped or left before. Each counts as a wait above any bound. undefined: nobody. */
  readonly dropped?: Estimate | undefined;
  readonly verdict: Verdict;
}

/** What the simulation said of one setting. */
export interface PointEvidence {
  readonly limit: number;
  /** Requests a second that were offered. */
  readonly ratePerSecond: number;
  readonly checks: readonly SloCheck[];
  /** pass: every SLO's worse bound meets it. undecided: more seeds would be needed; counts as not shown. */
  readonly verdict: Verdict;
  readonly seeds: number;
  /** All seeds together. */
  readonly requests: number;
  readonly events: number;
  /** Slot-seconds taken over slot-seconds allowed, mean over seeds. */
  readonly utilisation?: number | undefined;
  /** ms; means over seeds of each seed's percentile. */
  readonly queueLatency?: { readonly p50: Estimate; readonly p95: Estimate; readonly p99: Estimate } | undefined;
  /** Invariants that broke in some seed. */
  readonly broken: readonly string[];
  /** Offered work does not fit: the queue grows as long as the load lasts. */
  readonly unstable?: Overload | undefined;
  /** Every SLO was met, but runs end before the queue shows what it does in the long run: undecided. */
  readonly tooShort?: ShortRun | undefined;
}

/** A run, and how long it would have to be at least. */
export interface ShortRun {
  readonly runMs: number;
  readonly neededMs: number;
}

/** By how much offered work exceeds what the limit can do. */
export interface Overload {
  /** Mean slots that the load would keep busy (erlangs). */
  readonly offeredSlots: number;
  readonly limit: number;
  /** The highest rate that the limit could ever carry, requests a second. */
  readonly mostPerSecond: number;
}

export interface LoadFacts {
  readonly source: 'flags' | 'scenario' | 'trace';
  /** Words for a person: `5/s Poisson, 12s exponential`. */
  readonly text: string;
  /** Of a load that comes all at once as if it had taken a mean service time: it has no rate, and nothing shows one. */
  readonly ratePerSecond: number;
  readonly meanServiceMs: number;
  /** How many requests come at the one instant at which all of them come; undefined: they do not. */
  readonly atOnce?: number | undefined;
  /** rate x mean service: Little's floor, mean slots in use. */
  readonly offeredSlots: number;
  /** Where each account has the limit for itself: the mean slots of the one with most work. Formulas are about that one. */
  readonly busiestOfferedSlots?: number | undefined;
  /** Squared coefficients of variation of gaps between arrivals and of service; undefined: unknown. */
  readonly arrivalScv?: number | undefined;
  readonly serviceScv?: number | undefined;
  /** Of a trace. */
  readonly trace?: TraceFacts | undefined;
  /** Of a scenario: what it replays, a flow each. */
  readonly recordings?: readonly RecordedRows[] | undefined;
}

export interface TraceFacts extends RecordedRows {
  readonly sha256: string;
  readonly spanMs: number;
  readonly tenants?: number | undefined;
  readonly endpoints?: number | undefined;
  /** Most slots that would ever have been busy without any limit. */
  readonly peakInFlight: number;
}

/** First guesses. All of it is formula, none of it is evidence. */
export interface FormulaGuess {
  /** Smallest limit above Little's floor. */
  readonly stableFrom: number;
  /** By Erlang C (Poisson, exponential, first come first served); undefined: the SLO is about something else than waits. */
  readonly erlangC?: number | undefined;
  /** Erlang C with the variability factor of Allen and Cunneen. */
  readonly withVariability?: number | undefined;
}

export interface LimitAnswer {
  /** The smallest limit that meets every SLO; undefined: none up to `mostTried`. */
  readonly limit?: number | undefined;
  readonly mostTried: number;
  /** Why there is none, or what is doubtful of it. */
  readonly why?: string | undefined;
  /** Everything tried, by limit. It holds the answer, one less and one more. */
  readonly evidence: readonly PointEvidence[];
  /** A smaller limit that passed, or a larger one that failed: the rules are not monotone here. */
  readonly exceptions: readonly number[];
}

export interface TierPrice {
  readonly limit: number;
  /** US dollars a month; undefined: unknown. */
  readonly usdPerMonth?: number | undefined;
}

export interface TierAdvice {
  readonly tiers: readonly TierPrice[];
  readonly source: string;
  /** The smallest tier that holds; undefined: no self-service tier does. */
  readonly tier?: TierPrice | undefined;
  /** Slots that the tier has above the answer. */
  readonly slack?: number | undefined;
  /** Where no tier does: what would make the largest do. By simulation, else undefined. */
  readonly ratePerSecondAtLargest?: Estimate | undefined;
  readonly serviceMsAtLargest?: Estimate | undefined;
  /** Of a load that comes all at once, instead of its rate. */
  readonly requestsAtLargest?: Estimate | undefined;
  readonly text: string;
}

/** p95 and others against the limit. */
export interface Frontier {
  readonly points: readonly PointEvidence[];
  /** p95 wait by Erlang C, ms, by place of `points`; null: unstable. Empty: it says nothing of a load that comes all at once. */
  readonly erlangCP95Ms: readonly (number | null)[];
  /** ms; undefined: the SLO is not about queue_latency. */
  readonly sloMs?: number | undefined;
  readonly sloPercentile?: number | undefined;
}

export interface HeatMap {
  readonly ratesPerSecond: readonly number[];
  readonly limits: readonly number[];
  /** cells[limit][rate]: mean over seeds of p95, ms; null: unstable, or without samples. */
  readonly p95Ms: readonly (readonly (number | null)[])[];
  readonly verdicts: readonly (readonly Verdict[])[];
  readonly here: { readonly ratePerSecond: number; readonly limit: number };
}

/** One thing changed, all else kept. */
export interface SensitivityRow {
  readonly what: string;
  /** `rate` (of a load that comes all at once `burst size`), `service`, `burstiness`, `service variability`, `ghost slots`, `cold starts`. */
  readonly factor: string;
  readonly change: string;
  /** The smallest limit with this change; undefined: none was found. */
  readonly limit?: number | undefined;
  /** Why none was found. */
  readonly why?: string | undefined;
  /** At the answer's limit. */
  readonly atAnswer: PointEvidence;
  /** p95 wait at the answer's limit over that without the change. */
  readonly p95Ratio?: number | undefined;
  readonly risk?: Risk | undefined;
  /** What a reader would not believe without a reason. */
  readonly note?: string | undefined;
}

/**
 * Low: the answer's limit still meets every SLO. Medium: it does not, and up to a tenth more slots would. High: more would
 * be needed. Critical: the queue grows without end there, or no limit was found.
 */
export type Risk = 'Low' | 'Medium' | 'High' | 'Critical';

export interface WhatIf {
  readonly question: string;
  readonly answer: string;
  readonly limit?: number | undefined;
  readonly evidence?: PointEvidence | undefined;
}

/** A figure that rests on a price nobody has given is undefined, and `text` says so. */
export interface GhostCost {
  readonly ghosts: number;
  readonly heldMs: number;
  readonly limit: number;
  readonly slotSeconds: number;
  readonly shareOfLimit: number;
  /** held time x ghosts over mean service. */
  readonly lostJobs: number;
  /** From the sweep, not linear; undefined: not swept. */
  readonly ratePerSecond?: { readonly without: Estimate; readonly with: Estimate } | undefined;
  readonly lostRateShare?: number | undefined;
  /** The limit, and the tier, that restore the old rate. */
  readonly limitToRestore?: number | undefined;
  readonly tierToRestore?: TierPrice | undefined;
  readonly tierUsdPerMonth?: number | undefined;
  /** Charged for the stuck requests themselves; undefined: nobody has confirmed any price. */
  readonly stuckUsd?: number | undefined;
  /** p95 and SLOs at the limit with the ghosts. */
  readonly atLimit: PointEvidence;
  readonly text: readonly string[];
}

/** An inverse question and its answer. */
export interface InverseAnswer {
  readonly question: 'highest-rate' | 'largest-burst' | 'start-timeout' | 'burst-drain' | 'give-ups' | 'split' | 'outage';
  readonly title: string;
  /** For a person. */
  readonly answer: string;
  /** The number in it, where there is one. */
  readonly value?: { readonly estimate: Estimate; readonly unit: string } | undefined;
  /** First guess by formula, in the same unit. */
  readonly formula?: number | undefined;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** A day (or another piece) of a trace by itself. */
export interface PieceAnswer {
  /** `2024-11-16`. */
  readonly name: string;
  readonly requests: number;
  readonly offeredSlots: number;
  readonly peakInFlight: number;
  readonly limit?: number | undefined;
  readonly evidence?: PointEvidence | undefined;
  readonly p95Ms?: number | undefined;
}

export interface PlanGate {
  readonly limit: number;
  readonly evidence: PointEvidence;
  readonly verdict: Verdict;
  readonly text: string;
}

/** Hashes. The load: arrivals, service times, steps, the recorded file; the platform: accounts, endpoints, policy. */
export interface QuestionParts {
  readonly load: string;
  readonly platform: string;
  readonly slos: string;
}

export interface PlanQuestion {
  readonly slos: readonly string[];
  readonly policy: string;
  /** Switches of the policy that were set otherwise. */
  readonly switches: readonly string[];
  /** Of the load, the platform and the SLOs; two plans with the same answer the same question. */
  readonly sha256: string;
  /** The same of each part by itself, so that a comparison can say which one differs. */
  readonly parts?: QuestionParts | undefined;
  readonly seed: number;
  readonly mostSeeds: number;
  readonly requestsPerSeed?: number | undefined;
  readonly warmupMs: number;
}

/** `plan.json`. All but `meta` is a function of the question and the version. In JSON `undefined` vanishes. */
export interface PlanResult {
  readonly schemaVersion: number;
  readonly tool: { readonly name: string; readonly version: string };
  readonly randomScheme: number;
  readonly command: string;
  readonly question: PlanQuestion;
  readonly load: LoadFacts;
  readonly formula: FormulaGuess;
  readonly answer: LimitAnswer;
  readonly tiers: TierAdvice;
  readonly days?: readonly PieceAnswer[] | undefined;
  readonly tenants?: readonly PieceAnswer[] | undefined;
  readonly frontier?: Frontier | undefined;
  readonly heatMap?: HeatMap | undefined;
  readonly sensitivity?: readonly SensitivityRow[] | undefined;
  readonly whatIfs?: readonly WhatIf[] | undefined;
  readonly ghosts?: readonly GhostCost[] | undefined;
  readonly inverse?: readonly InverseAnswer[] | undefined;
  readonly gate?: PlanGate | undefined;
  readonly comparison?: PlanComparison | undefined;
  /** What of the model is assumed, and where prices and tiers come from. */
  readonly notes: readonly string[];
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly meta: {
    readonly date: string;
    readonly host: string;
    readonly node: string;
    readonly wallMs: number;
    readonly simulatedRequests: number;
    readonly workers: string;
  };
}
