import type { MetricName, OutcomeTag } from '../measure/metrics.js';
import { METRICS } from '../measure/metrics.js';
import { type Operator, parseSelector, type Selector, type Threshold } from '../measure/thresholds.js';
import type { Slo } from './slos.js';

/**
 * What a larger limit does to a bound on a metric. `eases`: it makes the bound easier to keep, which is what a search for the
 * smallest limit rests on. `open`: that depends on the story. The others it can only break: `limit` bounds the limit itself,
 * `harm` asks that something goes wrong, `less` asks that less is served.
 */
export type LimitEffect = 'eases' | 'open' | 'limit' | 'harm' | 'less';

interface Effects {
  /** On `< 5` and `<= 5`. */
  readonly atMost: LimitEffect;
  /** On `> 5` and `>= 5`. */
  readonly atLeast: LimitEffect;
  /** Nothing is below it: who asks for no less asks for nothing. undefined: 0. */
  readonly least?: number;
}

/** Comes of too few slots. */
const SHORTAGE: Effects = { atMost: 'eases', atLeast: 'harm' };
/** Comes of faults: how often does not follow from the limit. */
const FAULT: Effects = { atMost: 'open', atLeast: 'harm' };
const LIMIT: Effects = { atMost: 'limit', atLeast: 'limit' };
const EITHER: Effects = { atMost: 'open', atLeast: 'open' };

const EFFECTS: Readonly<Record<MetricName, Effects>> = {
  queue_latency: SHORTAGE,
  time_to_result: SHORTAGE,
  slot_hold: EITHER,
  slots_in_use: LIMIT,
  slot_utilisation: { atMost: 'eases', atLeast: 'limit' },
  leaked_slots: FAULT,
  leaked_slot_seconds: FAULT,
  // More leaked slots than the limit has: it is below 0 then.
  effective_limit: { atMost: 'limit', atLeast: 'eases', least: Number.NEGATIVE_INFINITY },
  over_admission_seconds: FAULT,
  unleased_seconds: FAULT,
  client_retries: SHORTAGE,
  // Who calls at all makes one attempt.
  attempts_per_call: { ...SHORTAGE, least: 1 },
  gave_up: SHORTAGE,
  dropped_iterations: SHORTAGE,
  http_429: SHORTAGE,
  server_requeues: SHORTAGE,
  requeues_per_request: SHORTAGE,
  start_timeouts: SHORTAGE,
  // Users who think, and clients of maxVUs, call more where they are served sooner; others call as often whatever the limit.
  requests: { atMost: 'less', atLeast: 'open' },
  lost_requests: FAULT,
  duplicate_executions: FAULT,
  zombie_polls: SHORTAGE,
  bypassed: SHORTAGE,
  time_to_heal: FAULT,
  cost_usd: EITHER,
};

const OUTCOME_EFFECTS: Readonly<Record<OutcomeTag, Effects>> = {
  ok: { atMost: 'less', atLeast: 'eases' },
  failed: FAULT,
  start_timeout: SHORTAGE,
  cancelled: SHORTAGE,
  revoked: FAULT,
  gave_up: SHORTAGE,
  unauthorized: FAULT,
  waiting: SHORTAGE,
  in_progress: FAULT,
  lost: FAULT,
};

/** What a larger limit does to a promise. */
export function limitEffectOn(slo: Slo): LimitEffect {
  if (slo.kind === 'threshold') return effectOnThreshold(slo.threshold);
  // Of a budget it is the share, which has an upper bound.
  const selector = parseSelector(slo.budget.name);
  return 'complaint' in selector ? 'open' : effectsOn(selector).atMost;
}

function effectOnThreshold({ selector, operator, limit }: Threshold): LimitEffect {
  const { atMost, atLeast, least = 0 } = effectsOn(selector);
  if (selector.metric === 'slots_in_use' && isAboutNone(operator, limit)) return 'open';
  switch (operator) {
    case '<':
    case '<=':
      return atMost;
    case '>':
      return limit < least ? 'open' : atLeast;
    case '>=':
      return limit <= least ? 'open' : atLeast;
    case '==':
    case '===':
      return limit <= least || atMost === 'limit' ? atMost : atLeast;
    case '!=':
      if (limit === least) return atLeast;
      return atMost === 'limit' && limit > least ? 'limit' : 'open';
  }
}

/** Whether no slot is in use, or any: all given back is no matter of how many there are. */
function isAboutNone(operator: Operator, limit: number): boolean {
  return limit <= 0 || (limit <= 1 && (operator === '<' || operator === '>='));
}

function effectsOn({ metric, tags }: Selector): Effects {
  const outcome = tags.find(([tag]) => tag === 'outcome')?.[1];
  return outcome === undefined ? EFFECTS[metric] : OUTCOME_EFFECTS[outcome as OutcomeTag];
}

/** Whether it adds up: of several accounts together it is more than of one. A rate is a count a second. */
export function addsUp({ metric }: Selector): boolean {
  return METRICS[metric].type === 'counter' || metric === 'effective_limit';
}
