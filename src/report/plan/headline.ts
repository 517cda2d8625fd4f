import type { PlanGate, PlanResult } from '../../measure/capacity/plan-result.js';
import type { Verdict } from '../../measure/result.js';
import { formatNumber } from '../format.js';
import { answerText, standingOf } from './page/words.js';

/** The first line of every output: the answer with its tier, and what the gate says where there is one. */
export function headline(plan: PlanResult): { readonly verdict: Verdict; readonly text: string } {
  const answer = `${answerText(plan)}${tierRemark(plan)}`;
  const { gate } = plan;
  if (gate === undefined) return { verdict: plan.exitCode === 0 ? 'pass' : standingOrVerdict(plan), text: answer };
  return { verdict: plan.verdict, text: `${gateText(plan, gate)}. ${answer}` };
}

/** A limit above the answer that fails is not too small: it breaks what fewer slots keep. */
function gateText({ answer }: PlanResult, { limit, verdict }: PlanGate): string {
  const isAbove = verdict === 'fail' && answer.limit !== undefined && answer.limit < limit;
  return isAbove ? `Limit ${formatNumber(limit)} does not meet every SLO` : GATE_WORDS[verdict](formatNumber(limit));
}

const GATE_WORDS: Readonly<Record<Verdict, (limit: string) => string>> = {
  pass: (limit) => `Limit ${limit} is enough`,
  fail: (limit) => `Limit ${limit} is not enough`,
  undecided: (limit) => `Nobody can tell yet whether limit ${limit} is enough`,
};

function standingOrVerdict({ answer, verdict }: PlanResult): Verdict {
  return verdict === 'pass' ? standingOf(answer) : verdict;
}

/** `(no self-service tier: they end at 40)`, `(tier 80, 11 slots to spare)` */
function tierRemark({ answer, tiers }: PlanResult): string {
  const largest = tiers.tiers.at(-1);
  if (answer.limit === undefined || largest === undefined) return '';
  if (tiers.tier === undefined) return ` (no self-service tier: they end at ${formatNumber(largest.limit)})`;
  const slack = tiers.tier.limit - answer.limit;
  return ` (tier ${formatNumber(tiers.tier.limit)}${slack === 0 ? ', none to spare' : `, ${formatNumber(slack)} to spare`})`;
}
