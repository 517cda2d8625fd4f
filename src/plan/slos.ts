import type { WaitGoal } from '../measure/capacity/erlang.js';
import { BUDGETS, FAILED_SEEDS, parseBudget } from '../measure/gate/budgets.js';
import type { Budget } from '../measure/gate/gate-result.js';
import { parseThreshold } from '../measure/gate/threshold-grammar.js';
import { METRICS, type MetricName } from '../measure/metrics.js';
import { compares, parseSelector, type Threshold } from '../measure/thresholds.js';
import { metricsOfDropped } from './dropped.js';
import { PlanError } from './plan-error.js';

/** A promise about a metric, judged by the mean over seeds of what each seed measured. */
export interface ThresholdSlo {
  readonly kind: 'threshold';
  /** `queue_latency p(95) < 2s` */
  readonly text: string;
  readonly threshold: Threshold;
  /** Its place among the thresholds of the input: those of one metric stand together. */
  readonly place: number;
}

/** A promise about the share of requests that end in some way, judged over all seeds. */
export interface BudgetSlo {
  readonly kind: 'budget';
  /** `start_timeouts < 0.1%` */
  readonly text: string;
  readonly budget: Budget;
}

export type Slo = ThresholdSlo | BudgetSlo;

/** Begins with an aggregation: the metric was left out. */
const WITHOUT_METRIC = /^\s*(?:p\s*\(|p\d|avg\b|med\b|min\b|max\b)/;
const METRIC_AND_REST = /^\s*([A-Za-z_][A-Za-z0-9_]*\s*(?:\{[^}]*\})?)\s*:?\s*(.*?)\s*$/s;
const SHARE = /^<=?\s*(\d+(?:\.\d+)?\s*%)$/;

/** What `--slo` promises to users, all together. */
export class Slos {
  /** In the order in which they were given. */
  readonly all: readonly Slo[];
  /** What a scenario file says so with. */
  readonly expect: { readonly thresholds: Record<string, string[]>; readonly budgets?: Record<string, string> };

  /**
   * @param texts `p(95)<2s` (of queue_latency), `time_to_result: p(99) < 30s`, `start_timeouts < 0.1%`
   * @param watched metrics that are measured beside those of the SLOs
   * @throws PlanError with what is wrong with the first that cannot be read
   */
  constructor(texts: readonly string[], watched: readonly string[] = []) {
    if (texts.length === 0) throw new PlanError("expected an SLO, got none; give one such as --slo 'p(95)<2s'");
    const read = texts.map((text) => readSlo(text));
    const twice = read.find(({ text }, at) => read.findIndex((other) => other.text === text) !== at);
    if (twice !== undefined) throw new PlanError(`expected every SLO once, but "${twice.text}" was given twice`);
    const thresholds: Record<string, string[]> = {};
    const budgets: Record<string, string> = {};
    for (const slo of read) {
      if ('threshold' in slo) {
        const metric = slo.threshold.selector.text;
        thresholds[metric] = [...(thresholds[metric] ?? []), slo.threshold.expression];
      } else if (Object.hasOwn(budgets, slo.budget.name)) throw new PlanError(`expected one share of ${slo.budget.name}, got two`);
      else budgets[slo.budget.name] = slo.budget.expression;
    }
    const order = Object.entries(thresholds).flatMap(([metric, expressions]) => expressions.map((expression) => `${metric} ${expression}`));
    this.all = read.map((slo) => ('threshold' in slo ? { ...slo, place: order.indexOf(slo.text) } : slo));
    // Behind those of the SLOs, whose places stay.
    const beside = [...watched, ...this.all.flatMap((slo) => (slo.kind === 'threshold' ? metricsOfDropped(slo.threshold.selector) : []))];
    for (const metric of beside) thresholds[metric] ??= [measured(metric)];
    this.expect = { thresholds, ...(Object.keys(budgets).length === 0 ? {} : { budgets }) };
  }

  /**
   * The same promises to one account of several. Selectors that name an account or a key stay as they are; budgets have no
   * tags: whose they are, the figures say.
   */
  ofAccount(account: string, watched: readonly string[]): Slos {
    return new Slos(
      this.all.map((slo) => (slo.kind === 'threshold' ? textOfAccount(slo.threshold, account) : slo.text)),
      watched,
    );
  }

  /** As they are shown and as they can be given again. */
  get texts(): readonly string[] {
    return this.all.map(({ text }) => text);
  }

  /** What is asked of waits, for formulas; empty: the SLOs are about something else. */
  get waitGoals(): readonly WaitGoal[] {
    return this.all.flatMap((slo) => {
      if (slo.kind !== 'threshold') return [];
      const { selector, aggregation, operator, limit } = slo.threshold;
      if (selector.metric !== 'queue_latency' || !operator.startsWith('<')) return [];
      const share = typeof aggregation === 'object' ? aggregation.percentile / 100 : aggregation === 'med' ? 0.5 : undefined;
      return share === undefined || share >= 1 ? [] : [{ share, isMetBy: (waitMs) => compares(waitMs, operator, limit) }];
    });
  }
}

/** A number without a unit at the end; 0 is the same in all of them. */
const BARE_NUMBER = /[<>=]\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*$/;

/**
 * What is written at the command line by mistake, though it can be read: in a scenario a bare number is k6's milliseconds.
 * @throws PlanError for a time without a unit, and for the promise that a time is longer
 */
export function refuseSlips(texts: readonly string[]): void {
  for (const text of texts) {
    const slo = readSlo(text);
    if (slo.kind === 'budget' || METRICS[slo.threshold.selector.metric].unit !== 'ms') continue;
    const bare = BARE_NUMBER.exec(text)?.[1];
    if (bare !== undefined && Number(bare) !== 0) throw cannotRead(text, `${bare} has no unit: write ${bare}s or ${bare}ms`);
    if (slo.threshold.operator.startsWith('>'))
      throw cannotRead(text, `expected the promise that a time is shorter, got that it is longer; did you mean ${JSON.stringify(text.replace('>', '<'))}?`);
  }
}

/** When slots have healed is known of the whole platform only. */
const OF_ALL_ACCOUNTS: readonly MetricName[] = ['time_to_heal'];

function textOfAccount({ selector: { text, metric, tags }, expression }: Threshold, account: string): string {
  const isNamed = tags.some(([tag]) => tag === 'account' || tag === 'key') || OF_ALL_ACCOUNTS.includes(metric);
  return `${isNamed ? text : taggedWith(text, account)} ${expression}`;
}

/** `queue_latency{account:acme,endpoint:fast}` for `queue_latency{endpoint:fast}`: the account comes first. */
export function taggedWith(text: string, account: string): string {
  return text.endsWith('}') ? text.replace('{', () => `{account:${account},`) : `${text}{account:${account}}`;
}

/** A threshold that asks for a metric and for nothing of it. */
function measured(name: string): string {
  const number = { trend: 'avg', counter: 'count', gauge: 'value', rate: 'rate' }[METRICS[name.replace(/\{.*/, '') as MetricName].type];
  return `${number} >= 0`;
}

type ReadSlo = Omit<ThresholdSlo, 'place'> | BudgetSlo;

function readSlo(text: string): ReadSlo {
  const [, name = '', rest = ''] = METRIC_AND_REST.exec(WITHOUT_METRIC.test(text) ? `queue_latency ${text}` : text) ?? [];
  const share = SHARE.exec(rest)?.[1];
  if (share !== undefined) return readBudget(text, name.trim(), share);
  if (Object.hasOwn(BUDGETS, name.trim()) && !Object.hasOwn(METRICS, name.trim())) throw cannotRead(text, `expected a share such as ${name.trim()} < 0.1%`);
  const selector = parseSelector(name);
  if ('complaint' in selector) throw cannotRead(text, selector.complaint);
  const threshold = parseThreshold(selector, rest);
  if ('complaint' in threshold) throw cannotRead(text, threshold.complaint);
  if (threshold.baselineFactor !== undefined) throw cannotRead(text, 'expected a number: a plan is held against another with --baseline');
  if (threshold.over !== undefined) throw cannotRead(text, 'expected no "@": a plan judges the mean over all seeds, by the bound of its interval');
  return { kind: 'threshold', text: `${selector.text} ${threshold.expression}`, threshold };
}

function readBudget(text: string, name: string, share: string): ReadSlo {
  if (name === FAILED_SEEDS) throw cannotRead(text, 'expected a share of requests: what a seed fails by is the SLO itself');
  const budget = parseBudget(name, share, 'error');
  if ('complaint' in budget) throw cannotRead(text, budget.complaint);
  return { kind: 'budget', text: `${budget.name} < ${budget.expression}`, budget };
}

function cannotRead(text: string, complaint: string): PlanError {
  return new PlanError(`--slo ${JSON.stringify(text)}: ${complaint}`);
}
