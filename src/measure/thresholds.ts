import { nearest } from '../core/nearest-name.js';
import {
  METRICS,
  type MetricDefinition,
  type MetricName,
  type MetricType,
  type MetricUnit,
  type MetricValue,
  OUTCOME_TAGS,
  TAGS,
  type Tag,
} from './metrics.js';

/** `queue_latency{key:new,mode:submit}`: a metric, or the part of it with these tags. */
export interface Selector {
  readonly text: string;
  readonly metric: MetricName;
  readonly tags: readonly (readonly [Tag, string])[];
}

export type Aggregation = 'avg' | 'min' | 'max' | 'med' | 'count' | 'rate' | 'value' | { readonly percentile: number };
export const OPERATORS = ['>=', '<=', '===', '==', '!=', '>', '<'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Threshold {
  readonly selector: Selector;
  /** As written. */
  readonly expression: string;
  readonly aggregation: Aggregation;
  readonly operator: Operator;
  /** In the metric's unit. */
  readonly limit: number;
}

/** What is wrong with an expectation, in words. */
export interface Complaint {
  readonly complaint: string;
}

const AGGREGATIONS: Readonly<Record<MetricType, readonly string[]>> = {
  trend: ['avg', 'min', 'max', 'med', 'p(N)'],
  counter: ['count', 'rate'],
  gauge: ['value', 'min', 'max', 'avg'],
  rate: ['rate'],
};

const MS = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600 };
/** What a suffix multiplies a number by, for each unit. A bare number is in the unit itself, as in k6. */
const SUFFIXES: Readonly<Record<MetricUnit, Readonly<Record<string, number>>>> = {
  ms: MS,
  slot_seconds: SECONDS,
  seconds: SECONDS,
  slots: {},
  requests: {},
  usd: {},
  ratio: { '%': 0.01 },
};

export function parseSelector(text: string): Selector | Complaint {
  const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\{(.*)\})?\s*$/.exec(text);
  if (match === null) return { complaint: 'expected a metric such as queue_latency or queue_latency{key:new}' };
  const name = match[1] as string;
  if (!Object.hasOwn(METRICS, name)) {
    const near = nearest(name, Object.keys(METRICS));
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

export function parseThreshold(selector: Selector, expression: string): Threshold | Complaint {
  const definition: MetricDefinition = METRICS[selector.metric];
  const match = /^\s*([a-z]+(?:\(\s*[\d.]+\s*\))?)\s*(>=|<=|===|==|!=|>|<)\s*(-?\d+(?:\.\d+)?)\s*([a-z%]*)\s*$/.exec(expression);
  if (match === null) return { complaint: `expected "aggregation operator number" such as "${AGGREGATIONS[definition.type][0]} < 5"` };
  const aggregation = parseAggregation(match[1] as string, definition.type);
  if (aggregation === undefined) {
    return { complaint: `a ${definition.type} such as ${selector.metric} has ${AGGREGATIONS[definition.type].join(', ')}; got "${match[1]}"` };
  }
  const suffix = match[4] as string;
  const suffixes = aggregation === 'rate' && definition.type === 'counter' ? {} : SUFFIXES[definition.unit];
  const factor = suffix === '' ? 1 : suffixes[suffix];
  if (factor === undefined) {
    const known = Object.keys(suffixes);
    return {
      complaint: `${selector.metric} is measured in ${definition.unit}; expected ${known.length === 0 ? 'a bare number' : `a bare number or one with ${known.join(', ')}`}, got "${match[3]}${suffix}"`,
    };
  }
  return { selector, expression: expression.trim(), aggregation, operator: match[2] as Operator, limit: Number(match[3]) * factor };
}

function parseAggregation(text: string, type: MetricType): Aggregation | undefined {
  const percentile = /^p\(\s*([\d.]+)\s*\)$/.exec(text);
  if (percentile !== null) {
    const share = Number(percentile[1]);
    return type === 'trend' && share >= 0 && share <= 100 ? { percentile: share } : undefined;
  }
  return AGGREGATIONS[type].includes(text) ? (text as Aggregation) : undefined;
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
