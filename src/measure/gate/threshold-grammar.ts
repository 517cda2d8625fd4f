import { nearest } from '../../core/nearest-name.js';
import { parseDurationUs } from '../../core/units.js';
import { METRICS, type MetricDefinition, type MetricType, type MetricUnit } from '../metrics.js';
import { type Aggregation, type Complaint, OPERATORS, type Operator, type Selector, type Settling, type Threshold } from '../thresholds.js';
import { shareOfPercent } from './percent.js';

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

/** Levels that last: what a threshold can be about from some instant on. */
const LASTING = ['slots_in_use', 'leaked_slots', 'effective_limit'];

const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const OPERATOR = OPERATORS.join('|');
const ASSERTION = new RegExp(String.raw`^\s*([a-z]+(?:\([^()]*\))?)\s*(${OPERATOR})\s*(.*?)\s*$`, 's');
const AMOUNT = new RegExp(String.raw`^(${NUMBER})\s*([A-Za-zµ%]*)$`);
const COMPOUND = /^(?:\d+(?:\.\d+)?[a-z]+){2,}$/;
const PART = /(\d+(?:\.\d+)?)([a-z]+)/g;
const FACTOR = String.raw`((?:\d+\.?\d*|\.\d+)%?)`;
const BASELINE = new RegExp(String.raw`^(?:${FACTOR}\s*\*\s*)?baseline(?:\s*\*\s*${FACTOR})?(?:\s*([+-])\s*([^\s+-].*))?$`, 's');
const WITHIN = /^(.*?)\bwithin\b(.*)$/s;
const SETTLING = /^\s*(\S+)\s+of\s+(\S.*?)\s*$/s;

/** Reads `p(95) < 2s @ median`: k6's grammar, with units, seeds, baselines and settling times (docs/gate.md). It never throws. */
export function parseThreshold(selector: Selector, expression: string): Threshold | Complaint {
  const [assertion = '', quantifier, ...more] = expression.split('@');
  if (more.length > 0) return { complaint: `expected one "@" at most, got "${expression.trim()}"` };
  const over = quantifier === undefined ? {} : parseQuantifier(quantifier);
  if ('complaint' in over) return over;
  const split = WITHIN.exec(assertion);
  const within = split === null ? undefined : parseSettling(split[2] as string);
  if (within !== undefined && 'complaint' in within) return within;
  const compared = parseAssertion(selector, split === null ? assertion : (split[1] as string));
  if ('complaint' in compared) return compared;
  const threshold = { selector, expression: expression.trim(), ...compared, ...over, ...(within === undefined ? {} : { within }) };
  return complaintAboutSettling(threshold) ?? threshold;
}

type Compared = Pick<Threshold, 'aggregation' | 'operator' | 'limit' | 'baselineFactor'>;

function parseAssertion(selector: Selector, text: string): Compared | Complaint {
  const { type }: MetricDefinition = METRICS[selector.metric];
  const match = ASSERTION.exec(text);
  if (match === null) return notAnAssertion(type, text);
  const [, method = '', operator = '', right = ''] = match;
  if (method === 'baseline') return { complaint: `expected baseline on the right of the operator such as "${AGGREGATIONS[type][0]} <= baseline*1.05"` };
  const aggregation = parseAggregation(method, type);
  if (aggregation === undefined) return { complaint: `a ${type} such as ${selector.metric} has ${AGGREGATIONS[type].join(', ')}; got "${method}"` };
  const unit = unitOf(selector, aggregation);
  const limit = /\bbaseline\b/.test(right) ? parseBaseline(right, selector, unit) : parseAmount(right, selector, unit);
  if (limit === undefined) return notAnAssertion(type, text);
  return 'complaint' in limit ? limit : { aggregation, operator: operator as Operator, ...limit };
}

function notAnAssertion(type: MetricType, text: string): Complaint {
  if (/^[^<>=!]*\bbaseline\b/.test(text))
    return { complaint: `expected baseline on the right of the operator such as "${AGGREGATIONS[type][0]} <= baseline*1.05"` };
  return { complaint: `expected "aggregation operator number" such as "${AGGREGATIONS[type][0]} < 5"${hintFor(text)}` };
}

/** What people write who have used other tools, and a slip in the one word there is. */
function hintFor(text: string): string {
  const percentile = /^\s*p(\d+(?:\.\d+)?)\b/.exec(text)?.[1];
  if (percentile !== undefined) return `; a percentile is written p(${percentile})`;
  const word = /[<>=!]\s*([a-z]+)/.exec(text)?.[1];
  return word !== undefined && nearest(word, ['baseline']) !== undefined ? '; did you mean "baseline"?' : '';
}

function parseAggregation(text: string, type: MetricType): Aggregation | undefined {
  const percentile = /^p\(\s*(\d+(?:\.\d+)?)\s*\)$/.exec(text);
  if (percentile !== null) {
    const share = Number(percentile[1]);
    return type === 'trend' && share >= 0 && share <= 100 ? { percentile: share } : undefined;
  }
  return text !== 'p(N)' && AGGREGATIONS[type].includes(text) ? (text as Aggregation) : undefined;
}

/** What suffixes mean. A rate of a counter is a number a second, whatever is counted. */
function unitOf({ metric }: Selector, aggregation: Aggregation): Readonly<Record<string, number>> {
  const { type, unit }: MetricDefinition = METRICS[metric];
  return aggregation === 'rate' && type === 'counter' ? {} : SUFFIXES[unit];
}

/** @returns undefined for what begins with no number */
function parseAmount(text: string, selector: Selector, suffixes: Readonly<Record<string, number>>): { readonly limit: number } | Complaint | undefined {
  if (COMPOUND.test(text)) return parseCompound(text, selector, suffixes);
  const match = AMOUNT.exec(text);
  if (match === null) return undefined;
  const [, digits = '', suffix = ''] = match;
  const limit = Number(digits) * (suffix === '' ? 1 : factorOf(suffix, suffixes));
  if (Number.isNaN(limit)) return unknownUnit(text, selector, suffixes);
  return Number.isFinite(limit) ? { limit } : { complaint: `expected a number that is not endless, got "${text}"` };
}

/** `1m30s` */
function parseCompound(text: string, selector: Selector, suffixes: Readonly<Record<string, number>>): { readonly limit: number } | Complaint {
  let limit = 0;
  for (const [, digits, suffix = ''] of text.matchAll(PART)) limit += Number(digits) * factorOf(suffix, suffixes);
  if (Number.isNaN(limit)) return unknownUnit(text, selector, suffixes);
  return Number.isFinite(limit) ? { limit } : { complaint: `expected a number that is not endless, got "${text}"` };
}

function factorOf(suffix: string, suffixes: Readonly<Record<string, number>>): number {
  return Object.hasOwn(suffixes, suffix) ? (suffixes[suffix] as number) : Number.NaN;
}

function unknownUnit(text: string, { metric }: Selector, suffixes: Readonly<Record<string, number>>): Complaint {
  const known = Object.keys(suffixes);
  const expected = known.length === 0 ? 'a bare number' : `a bare number or one with ${known.join(', ')}`;
  return { complaint: `${metric} is measured in ${METRICS[metric].unit}; expected ${expected}, got "${text}"` };
}

function parseBaseline(text: string, selector: Selector, suffixes: Readonly<Record<string, number>>): Pick<Compared, 'limit' | 'baselineFactor'> | Complaint {
  const complaint = `expected baseline, baseline*1.05 or 1.05*baseline, with + or - an amount such as 50ms behind it, got "${text}"`;
  const match = BASELINE.exec(text);
  if (match === null) return { complaint };
  const [, before, behind, sign, added] = match;
  if (before !== undefined && behind !== undefined) return { complaint };
  const baselineFactor = factorText(before ?? behind ?? '1');
  if (!(baselineFactor > 0 && Number.isFinite(baselineFactor))) return { complaint: `expected baseline times a number above 0, got "${text}"` };
  if (added === undefined) return { limit: 0, baselineFactor };
  if (added.endsWith('%') && suffixes['%'] === undefined)
    return { complaint: `expected an amount such as 50ms behind baseline, got "${added}"; a share of the baseline is written baseline*1.05` };
  const amount = parseAmount(added, selector, suffixes);
  if (amount === undefined) return { complaint };
  if ('complaint' in amount) return amount;
  return { limit: sign === '-' ? -amount.limit : amount.limit, baselineFactor };
}

function factorText(text: string): number {
  return text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
}

function parseQuantifier(text: string): Pick<Threshold, 'over'> | Complaint {
  const word = text.trim();
  if (word === 'every') return {};
  if (word === 'median') return { over: 'median' };
  const share = shareOfPercent(word);
  if (share !== undefined && share > 0 && share <= 1) return { over: { share } };
  if (/\bwithin\b/.test(word)) return { complaint: `expected within before the quantifier: "value == 0 within 30s of revoke-key @ median", got "@ ${word}"` };
  const known = 'known: every (the same as without @), median, or the share of the seeds that must meet it, above 0% and up to 100%, such as 95%';
  return { complaint: `unknown quantifier "${word}"; ${known}` };
}

function parseSettling(text: string): Settling | Complaint {
  const match = SETTLING.exec(text);
  const afterUs = match === null ? undefined : parseDurationUs(match[1] as string);
  if (match === null || afterUs === undefined || afterUs < 0)
    return { complaint: `expected "within duration of step" such as "within 30s of revoke-key", got "within ${text.trim()}"` };
  return { afterUs, step: (match[2] as string).replace(/\s+/g, ' ') };
}

function complaintAboutSettling({ selector, aggregation, within, baselineFactor }: Threshold): Complaint | undefined {
  if (within === undefined) return undefined;
  const { metric } = selector;
  if (!LASTING.includes(metric)) return { complaint: `"within … of …" is about a level that lasts: ${LASTING.join(', ')}; got ${metric}` };
  if (aggregation !== 'value') return { complaint: `"within … of …" is about the level itself; expected value, got "${String(aggregation)}"` };
  if (baselineFactor !== undefined) return { complaint: 'expected no baseline together with "within … of …": a baseline does not know levels over time' };
  return undefined;
}
