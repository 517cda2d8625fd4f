import { nearest } from '../core/nearest-name.js';
import type { Level, SeedQuantifier } from './gate/gate-result.js';
import { METRICS, type MetricName, type MetricValue, OUTCOME_TAGS, TAGS, type Tag } from './metrics.js';

/** `queue_latency{key:new,mode:submit}`: a metric, or the part of it with these tags. */
export interface Selector {
  readonly text: string;
  readonly metric: MetricName;
  readonly tags: readonly (readonly [Tag, string])[];
}

export type Aggregation = 'avg' | 'min' | 'max' | 'med' | 'count' | 'rate' | 'value' | { readonly percentile: number };
export const OPERATORS = ['>=', '<=', '===', '==', '!=', '>', '<'] as const;
export type Operator = (typeof OPERATORS)[number];

/** `value == 0 within 30s of revoke-key`: from so long after each such step until the next step, or the end. */
export interface Settling {
  readonly afterUs: number;
  /** As written: `revoke-key`, `step 2`, or the name of a step. */
  readonly step: string;
}

export interface Threshold {
  readonly selector: Selector;
  /** As written. */
  readonly expression: string;
  readonly aggregation: Aggregation;
  readonly operator: Operator;
  /** In the metric's unit. With a baseline: what is added to it. */
  readonly limit: number;
  /** What the baseline is multiplied by; undefined: the limit is no matter of a baseline. */
  readonly baselineFactor?: number | undefined;
  /** undefined: every seed by itself. */
  readonly over?: Exclude<SeedQuantifier, 'every'> | undefined;
  readonly within?: Settling | undefined;
  /** undefined: `error`. */
  readonly level?: Level | undefined;
  /** With fewer it decides nothing. */
  readonly minSamples?: number | undefined;
  /** Whether a percentile passes only with samples enough to say something of it (preset `strict`). */
  readonly needsSamples?: boolean | undefined;
}

/** What is wrong with an expectation, in words. */
export interface Complaint {
  readonly complaint: string;
}

/** What k6 measures of HTTP requests, and what says the same of calls. */
const OF_K6: Readonly<Record<string, string>> = {
  http_req_duration: 'time_to_result',
  http_req_waiting: 'queue_latency',
  http_req_failed: 'requests{outcome:failed}',
  http_reqs: 'requests',
  iterations: 'requests',
  iteration_duration: 'time_to_result',
};

export function parseSelector(text: string): Selector | Complaint {
  const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\{(.*)\})?\s*$/.exec(text);
  if (match === null) return { complaint: 'expected a metric such as queue_latency or queue_latency{key:new}' };
  const name = match[1] as string;
  if (!Object.hasOwn(METRICS, name)) {
    const near = OF_K6[name] ?? nearest(name, Object.keys(METRICS));
    return { complaint: `unknown metric "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}` };
  }
  const metric = name as MetricName;
  const tags: (readonly [Tag, string])[] = [];
  for (const part of (match[2] ?? '').split(',')) {
    if (part.trim() === '') continue;
    const colon = part.indexOf(':');
    const tag = part.slice(0, colon).trim();
    const value = part.slice(colon + 1).trim();
    if (colon < 0 || value === '') return { complaint: `expected tag:value in {…}, got "${part.trim()}"` };
    if (!(TAGS as readonly string[]).includes(tag)) return { complaint: `unknown tag "${tag}"; known: ${TAGS.join(', ')}` };
    if (tag === 'outcome' && metric !== 'requests') return { complaint: 'the tag outcome belongs to the metric requests' };
    if (tag === 'outcome' && !(OUTCOME_TAGS as readonly string[]).includes(value))
      return { complaint: `unknown outcome "${value}"; known: ${OUTCOME_TAGS.join(', ')}` };
    if (tags.some(([seen]) => seen === tag)) return { complaint: `the tag ${tag} is given twice` };
    tags.push([tag as Tag, value]);
  }
  tags.sort(([a], [b]) => TAGS.indexOf(a) - TAGS.indexOf(b));
  const canonical = tags.length === 0 ? metric : `${metric}{${tags.map(([tag, value]) => `${tag}:${value}`).join(',')}}`;
  return { text: canonical, metric, tags };
}

/** `>= 6`, as `exercised` writes it. */
export function parseComparison(expression: string): { readonly operator: Operator; readonly limit: number } | Complaint {
  const match = /^\s*(>=|<=|===|==|!=|>|<)\s*(-?\d+(?:\.\d+)?)\s*$/.exec(expression);
  if (match === null) return { complaint: 'expected a comparison such as ">= 1"' };
  return { operator: match[1] as Operator, limit: Number(match[2]) };
}

export function compares(actual: number, operator: Operator, limit: number): boolean {
  switch (operator) {
    case '>':
      return actual > limit;
    case '>=':
      return actual >= limit;
    case '<':
      return actual < limit;
    case '<=':
      return actual <= limit;
    case '==':
    case '===':
      return actual === limit;
    case '!=':
      return actual !== limit;
  }
}

/** The number that a threshold judges; undefined without samples, and without samples nothing passes. */
export function aggregate(value: MetricValue, aggregation: Aggregation, quantile: (share: number) => number): number | undefined {
  if (value.n === 0) return undefined;
  if (typeof aggregation === 'object') return quantile(aggregation.percentile / 100);
  return (value as unknown as Readonly<Record<string, number>>)[aggregation];
}
