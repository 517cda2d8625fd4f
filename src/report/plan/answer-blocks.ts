import type { LimitAnswer, LoadFacts, PlanResult, PointEvidence, SloCheck } from '../../measure/capacity/plan-result.js';
import type { Verdict } from '../../measure/result.js';
import { formatMs, formatNumber, formatShare, plural } from '../format.js';
import type { TerminalBlock, TerminalLine } from '../live/terminal-blocks.js';
import { rowsLines } from '../recorded-rows.js';
import { VERDICT_WORDS } from '../verdict.js';
import { actualText, loadText, NONE, overloadText, sentence } from './page/words.js';

/** The question, the answer's evidence, tier and gate. */
export function answerBlocks(plan: PlanResult): TerminalBlock[] {
  return [
    { title: 'LOAD', lines: [{ text: loadText(plan.load) }, ...rowLines(plan.load), { text: platformText(plan) }] },
    { title: 'EVIDENCE', lines: [...evidenceLines(plan.answer), ...whyLines(plan.answer), { text: formulaText(plan) }] },
    { title: 'TIER', lines: plan.tiers.text === '' ? [] : [{ text: sentence(plan.tiers.text) }] },
    { title: 'GATE', lines: plan.gate === undefined ? [] : [{ text: `${iconOf(plan.gate.verdict)} ${sentence(plan.gate.text)}`, tone: plan.gate.verdict }] },
    { title: 'BASELINE', lines: baselineLines(plan) },
  ];
}

function rowLines(load: LoadFacts): TerminalLine[] {
  return rowsLines(load).map(({ text, isWarning }) => ({ text, ...(isWarning ? { tone: 'undecided' as const } : {}) }));
}

/** `SLOs: …; policy fal-documented, waiting=fifo` */
export function platformText({ question: { slos, policy, switches } }: PlanResult): string {
  return `promised: ${slos.join('; ')} · policy ${[policy, ...switches].join(', ')}`;
}

/** First guesses, never evidence. */
export function formulaText({
  formula: { stableFrom, erlangC, withVariability },
  load: { atOnce, meanServiceMs },
}: Pick<PlanResult, 'formula' | 'load'>): string {
  if (atOnce !== undefined) return `formula, no evidence: c slots work ${plural(atOnce, 'request')} off in ceil(${atOnce} / c) x ${formatMs(meanServiceMs)}`;
  const guesses = [
    `stable from ${formatNumber(stableFrom)} (Little)`,
    ...(erlangC === undefined ? [] : [`${formatNumber(erlangC)} by Erlang C`]),
    ...(withVariability === undefined || withVariability === erlangC
      ? []
      : [`${formatNumber(withVariability)} with the variability of the load (Allen and Cunneen)`]),
  ];
  return `formula, no evidence: ${guesses.join(', ')}`;
}

/** The answer with its neighbours; without an answer the largest that was tried. */
export function decisivePoints({ limit, evidence }: LimitAnswer): readonly PointEvidence[] {
  const inOrder = evidence.toSorted((one, other) => one.limit - other.limit);
  if (limit === undefined) return inOrder.slice(-1);
  return inOrder.filter((point) => Math.abs(point.limit - limit) <= 1);
}

function evidenceLines(answer: LimitAnswer): TerminalLine[] {
  const points = decisivePoints(answer);
  const widest = Math.max(...points.map(({ limit }) => formatNumber(limit).length), 0);
  return points.map((point) => ({ text: `${formatNumber(point.limit).padStart(widest)} ${pointText(point)}`, tone: point.verdict }));
}

/** `✓ queue_latency p(95) < 2s: 1.73s [1.68s, 1.78s]; 87 % in use, 8 seeds, 160,000 requests` */
export function pointText(point: PointEvidence): string {
  const { verdict, utilisation, seeds, requests, broken, unstable } = point;
  const what = unstable === undefined ? checksText(point) : `unstable: ${overloadText(unstable)}`;
  const effort = [
    ...(utilisation === undefined ? [] : [`${formatShare(utilisation)} in use`]),
    ...(seeds === 0 ? [] : [plural(seeds, 'seed'), plural(requests, 'request')]),
  ].join(', ');
  const law = broken.length === 0 ? '' : `; broken: ${broken.join(', ')}`;
  return `${iconOf(verdict)} ${what}${effort === '' ? '' : `; ${effort}`}${law}`;
}

/** Those that decide: where one fails, the others are of no interest. */
function checksText(point: PointEvidence): string {
  const worst = decidingChecks(point);
  return worst.length === 0 ? NONE : worst.map((check) => `${check.slo}: ${actualText(check, point)}`).join(' · ');
}

function decidingChecks({ checks, verdict }: PointEvidence): readonly SloCheck[] {
  const same = checks.filter((check) => check.verdict === verdict);
  return same.length > 0 ? same : checks;
}

function whyLines({ why, exceptions, limit }: LimitAnswer): TerminalLine[] {
  return [
    ...(why === undefined ? [] : [{ text: sentence(why), ...(limit === undefined ? { tone: 'fail' as const } : {}) }]),
    ...(exceptions.length === 0
      ? []
      : [{ text: `the rules are not monotone here: ${exceptions.map((one) => formatNumber(one)).join(', ')} went the other way`, tone: 'undecided' as const }]),
  ];
}

function baselineLines({ comparison }: PlanResult): TerminalLine[] {
  if (comparison === undefined) return [];
  return [{ text: `${iconOf(comparison.verdict)} ${sentence(comparison.text)}`, tone: comparison.verdict }];
}

export function iconOf(verdict: Verdict): string {
  return VERDICT_WORDS[verdict].icon;
}
