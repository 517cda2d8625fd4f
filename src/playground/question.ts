import type { Setting } from '../plan/setting.js';
import { durationText } from '../scenario/duration-text.js';

/** A promise about waits: this share of the requests starts in less than this. */
export interface WaitPromise {
  readonly percentile: number;
  readonly withinMs: number;
}

/** What the playground asks: one setting, one seed, one promise. */
export interface Question {
  readonly setting: Setting;
  readonly promise: WaitPromise;
}

export const LAWS = ['exponential', 'constant', 'lognormal', 'gamma'] as const satisfies readonly Setting['service']['law'][];
export const POLICIES = ['fal-documented', 'fal-939', 'nexaapi-claims', 'reference'] as const satisfies readonly Setting['policy'][];
export const WAITINGS = ['backoff', 'fifo'] as const satisfies readonly Setting['waiting'][];
export const PERCENTILES = [50, 90, 95, 99] as const;

/** A number of the question, and what it may be. */
export interface NumberBounds {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  /** `none` is allowed as well. */
  readonly mayBeNone?: true;
}

/** Nobody's browser freezes within these. Durations in ms, rates a second. */
export const BOUNDS = {
  limit: { least: 1, most: 500, isWhole: true },
  ratePerSecond: { least: 0.001, most: 1_000, isWhole: false },
  batchMean: { least: 1, most: 100, isWhole: false },
  meanServiceMs: { least: 10, most: 3_600_000, isWhole: false },
  serviceCv: { least: 0.05, most: 5, isWhole: false },
  ghosts: { least: 0, most: 500, isWhole: true },
  // The SDKs refuse a start_timeout of one second or less.
  startTimeoutMs: { least: 1_001, most: 86_400_000, isWhole: false, mayBeNone: true },
  requests: { least: 100, most: 200_000, isWhole: true },
  seed: { least: 0, most: 1_000_000_000, isWhole: true },
  promiseMs: { least: 1, most: 86_400_000, isWhole: false },
} as const satisfies Readonly<Record<string, NumberBounds>>;

/** The example that the documentation works through. */
export const FIRST_QUESTION: Question = {
  setting: {
    limit: 69,
    ratePerSecond: 5,
    batchMean: 1,
    service: { law: 'exponential', meanMs: 12_000, cv: 1 },
    ghosts: 0,
    policy: 'fal-documented',
    waiting: 'backoff',
    startTimeoutMs: Number.POSITIVE_INFINITY,
    requests: 10_000,
    seed: 1,
  },
  promise: { percentile: 95, withinMs: 2_000 },
};

const US_PER_MS = 1_000;
export const NONE = 'none';
const FIXED_CV: Readonly<Partial<Record<Setting['service']['law'], number>>> = { constant: 0, exponential: 1 };

/** The same question in the one way of writing it. */
export function plainQuestion({ setting, promise }: Question): Question {
  return { setting: plainSetting(setting), promise: { percentile: promise.percentile, withinMs: wholeUs(promise.withinMs) } };
}

/** The same setting in the one way of writing it: durations in whole µs, no variability that the law does not have. */
export function plainSetting(setting: Setting): Setting {
  const { limit, ratePerSecond, batchMean, service, ghosts, policy, waiting, startTimeoutMs, requests, seed } = setting;
  const plainService = { law: service.law, meanMs: wholeUs(service.meanMs), cv: FIXED_CV[service.law] ?? service.cv };
  return { limit, ratePerSecond, batchMean, service: plainService, ghosts, policy, waiting, startTimeoutMs: wholeUs(startTimeoutMs), requests, seed };
}

/** Whether the law takes a coefficient of variation. */
export function hasFreeCv(law: Setting['service']['law']): boolean {
  return FIXED_CV[law] === undefined;
}

function wholeUs(ms: number): number {
  return Math.round(ms * US_PER_MS) / US_PER_MS;
}

/** A duration as flags and links write it, exact to the microsecond; `none` where there is none. */
export function msText(ms: number): string {
  return Number.isFinite(ms) ? durationText(Math.round(ms * US_PER_MS)) : NONE;
}

/** The promise as thresholds and `--slo` spell it: `p(95)<2s`. */
export function sloOf({ percentile, withinMs }: WaitPromise, duration: (us: number) => string): string {
  return `p(${percentile})<${duration(Math.round(withinMs * US_PER_MS))}`;
}
