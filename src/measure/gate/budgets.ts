import { nearest } from '../../core/nearest-name.js';
import { type Complaint, parseSelector } from '../thresholds.js';
import type { Budget, Level } from './gate-result.js';
import { shareOfPercent } from './percent.js';

/** Seeds that fail a threshold or do not exercise what they should: up to this share of them may. */
export const FAILED_SEEDS = 'failed_seeds';

/** Counters of which each call, request, attempt or start can be one: only of those a share can be told. */
export const BUDGETS = {
  failed_seeds: 'seeds that cross a threshold or do not exercise what they should; a broken invariant fails whatever the budget',
  start_timeouts: 'accepted requests that were dropped by start_timeout',
  gave_up: 'calls whose client gave up',
  lost_requests: 'accepted requests that nothing will ever end',
  dropped_iterations: 'arrivals that the client dropped',
  http_429: 'attempts that were turned away with 429',
  duplicate_executions: 'starts while other work of the request was running',
  bypassed: 'starts after a later-submitted request',
} as const;

const OUTCOME = /^requests\{outcome:\w+\}$/;

export function parseBudget(name: string, expression: string, level: Level): Budget | Complaint {
  const selector = name.includes('{') ? parseSelector(name) : undefined;
  if (selector !== undefined && 'complaint' in selector) return selector;
  const canonical = selector?.text ?? name;
  if (!Object.hasOwn(BUDGETS, canonical) && !OUTCOME.test(canonical)) return { complaint: unknownBudget(name) };
  const share = shareOfPercent(expression);
  if (share === undefined || share > 1) return { complaint: `expected a share such as 0.1%, got "${expression}"` };
  if (share === 0) return { complaint: `expected a share above 0%: nobody can show that something never happens. ${insteadOfNone(canonical)}` };
  return { name: canonical, expression: expression.trim(), share, level };
}

/** What was only to be warned of counts. It excuses no more for that: seeds that failed before must not pass now. */
export function budgetAsError(budget: Budget): Budget {
  if (budget.level !== 'warn') return budget;
  return { ...budget, level: 'error', ...(budget.name === FAILED_SEEDS ? { excusesNoSeed: true } : {}) };
}

function unknownBudget(name: string): string {
  const near = nearest(name, Object.keys(BUDGETS));
  const known = `${Object.keys(BUDGETS).join(', ')}, and requests{outcome:…}`;
  return `unknown budget "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}${near === undefined ? `; known: ${known}` : ''}`;
}

function insteadOfNone(name: string): string {
  return name === FAILED_SEEDS ? 'Without this budget every seed must pass' : `A threshold says so of the seeds that are run: ${name}: count == 0`;
}
