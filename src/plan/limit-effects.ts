import type { MetricName, OutcomeTag } from '../measure/metrics.js';
import { METRICS } from '../measure/metrics.js';
import { parseSelector, type Selector, type Threshold } from '../measure/thresholds.js';
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
  effective_limit: LIMIT,
  over_admission_seconds: FAULT,
  unleased_seconds: FAULT,
  client_retries: SHORTAGE,
  attempts_per_call: SHORTAGE,
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
  const { atMost, atLeast } = effectsOn(selector);
  switch (operator) {
    case '<':
    case '<=':
      return atMost;
    case '>':
      return atLeast;
    case '>=':
      // Nothing is below 0: who asks for no less asks for nothing.
      return limit <= 0 ? noDemand(atLeast) : atLeast;
    case '==':
    case '===':
      return limit === 0 ? atMost : atLeast;
    case '!=':
      if (limit === 0) return atLeast;
      return atMost === 'limit' ? 'limit' : 'open';
  }
}

function noDemand(effect: LimitEffect): LimitEffect {
  return effect === 'limit' ? 'limit' : 'open';
}

function effectsOn({ metric, tags }: Selector): Effects {
  const outcome = tags.find(([tag]) => tag === 'outcome')?.[1];
  return outcome === undefined ? EFFECTS[metric] : OUTCOME_EFFECTS[outcome as OutcomeTag];
}

/** Whether it counts something from nothing on: of several accounts together it counts more than of one. */
export function countsRequests({ selector, aggregation }: Threshold): boolean {
  return METRICS[selector.metric].type === 'counter' && aggregation === 'count';
}
