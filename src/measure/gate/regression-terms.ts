import { NUMBERS_BY_TYPE } from '../comparison/seed-numbers.js';
import { METRICS } from '../metrics.js';
import { type Complaint, parseSelector } from '../thresholds.js';
import type { GatedNumber, Level, RegressionTerms } from './gate-result.js';
import { shareOfPercent } from './percent.js';

/** What is held against a baseline when a scenario asks for it without saying what. Few, so that each can still be told from chance. */
const USUAL_NUMBERS = ['queue_latency p95', 'time_to_result p95', 'leaked_slot_seconds count', 'start_timeouts count', 'gave_up count'];

export const USUAL_REGRESSION: RegressionTerms = {
  gated: USUAL_NUMBERS.map((text) => {
    const [metric = '', number = ''] = text.split(' ');
    return { metric, number, level: 'error' as const };
  }),
  marginShare: 0.05,
  marginMs: 50,
  misrate: 0.01,
};

/** @param text `queue_latency{key:new} p95`; `p(95)` means the same */
export function parseGatedNumber(text: string, level: Level): GatedNumber | Complaint {
  const match = /^\s*(.*\S)\s+(\S+)\s*$/s.exec(text);
  if (match === null) return { complaint: `expected a metric and one of its numbers such as "queue_latency p95", got "${text.trim()}"` };
  const selector = parseSelector(match[1] as string);
  if ('complaint' in selector) return selector;
  const number = (match[2] as string).replace(/^p\((.*)\)$/, 'p$1');
  const known = NUMBERS_BY_TYPE[METRICS[selector.metric].type];
  if (!known.includes(number)) return { complaint: `of ${selector.metric} a baseline holds ${known.join(', ')}; got "${match[2]}"` };
  return { metric: selector.text, number, level };
}

/** @returns the share, from 0 up and below 1, that `5%` means */
export function parseShare(text: string): number | Complaint {
  const share = shareOfPercent(text);
  if (share === undefined || share >= 1) return { complaint: `expected a share from 0% up and below 100% such as 5%, got "${text}"` };
  return share;
}
