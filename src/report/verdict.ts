import { EXIT_CODES } from '../measure/exit-codes.js';
import type { ResultFile, RunResult, Verdict } from '../measure/result.js';
import { comparisonSentence } from './comparison-text/words.js';
import { formatNumber, formatValue, listOf, plural } from './format.js';
import { isDecisive, observed, type SeededGate } from './gates.js';
import { onlyClientsSaw } from './live/setup.js';
import { finalLimit, metricOf, shownVariants } from './runs.js';

export const VERDICT_WORDS: Readonly<Record<Verdict, { readonly word: string; readonly icon: string }>> = {
  pass: { word: 'PASS', icon: '✓' },
  fail: { word: 'FAIL', icon: '✗' },
  undecided: { word: 'UNDECIDED', icon: '?' },
};

export function exitCodeDoc(code: number): string {
  return Object.values(EXIT_CODES).find((entry) => entry.code === code)?.doc ?? 'unknown';
}

/** What happened to the slots, in one sentence. */
export function slotsSentence(result: ResultFile): string {
  if (!result.runs.some((run) => metricOf(run, 'leaked_slots', 'value') !== undefined))
    return onlyClientsSaw(result)
      ? 'Slots could not be seen from outside, so nothing can be said about leaks.'
      : `No slot was ever taken${afterWarmup(result)}, so nothing can be said about leaks.`;
  const variants = shownVariants(result);
  const leaky: string[] = [];
  const clean: string[] = [];
  for (const { title, runs } of variants) {
    const text = leakText(runs);
    if (text === undefined) clean.push(title);
    else leaky.push(variants.length === 1 ? text : `${title}: ${text}`);
  }
  if (leaky.length === 0) return `No slot was held without live work${afterWarmup(result)}, in any run.`;
  const rest = clean.length === 0 ? '' : `; ${listOf(clean)}: none`;
  const sentence = `${leaky.join('; ')}${rest}.`;
  // Names stay as they are written.
  return variants.length === 1 ? capital(sentence) : sentence;
}

/** What the metrics leave out, sentences made of them cannot speak of. */
function afterWarmup(result: ResultFile): string {
  return result.variants.some(({ warmupUs = 0 }) => warmupUs > 0) ? ' after the warm-up' : '';
}

function leakText(runs: readonly RunResult[]): string | undefined {
  const leaked = (run: RunResult): number => metricOf(run, 'leaked_slots', 'value') ?? 0;
  const worst = runs.toSorted((a, b) => leaked(b) - leaked(a))[0];
  if (worst === undefined) return undefined;
  const slots = leaked(worst);
  const limit = finalLimit(worst);
  if (slots > 0) {
    const leaking = runs.filter((run) => leaked(run) > 0).length;
    const seeds = runs.length > 1 ? ` (the worst seed; ${leaking} of ${runs.length} leak)` : '';
    return `${formatNumber(slots)} of ${limit === undefined ? '?' : formatNumber(limit)} slots still held by no live work at the end${seeds}`;
  }
  const seconds = Math.max(...runs.map((run) => metricOf(run, 'leaked_slot_seconds', 'count') ?? 0));
  return seconds > 0 ? `every leaked slot came back, after ${formatValue(seconds, 'slot_seconds')} lost` : undefined;
}

export interface VerdictSentences {
  /** What a reader should know first. */
  readonly lead: string;
  readonly rest: string;
}

/** Metrics and laws that are about slots held without live work. */
const ABOUT_LEAKS: ReadonlySet<string> = new Set(['leaked_slots', 'leaked_slot_seconds', 'time_to_heal', 'S-ORPH', 'L-QUIET', 'L-HEAL']);

/**
 * The sentences of a verdict. They begin with what decided it: a bold "no slot was held without live work" over a failure
 * would speak of something else. Slots lead where leaks are what failed, and where nothing did.
 */
export function verdictSentences(result: ResultFile, gates: readonly SeededGate[]): VerdictSentences {
  const decisive = gates.filter(isDecisive);
  const first = decisive.find(({ verdict }) => verdict === 'fail') ?? decisive[0];
  if (first === undefined || leaksFailed(result, decisive)) return { lead: slotsSentence(result), rest: gatesSentence(gates) };
  const lead = first.kind === 'regression' && result.comparison != null ? `${capital(comparisonSentence(result.comparison))}.` : gateSentence(first);
  return { lead, rest: `${countSentence(gates)}. ${slotsSentence(result)}` };
}

function leaksFailed({ runs }: ResultFile, decisive: readonly SeededGate[]): boolean {
  const isAboutLeaks = ({ scope }: SeededGate): boolean => ABOUT_LEAKS.has(scope.replace(/\{.*$/s, ''));
  const leaked = runs.some((run) => (metricOf(run, 'leaked_slots', 'value') ?? 0) > 0 || (metricOf(run, 'leaked_slot_seconds', 'count') ?? 0) > 0);
  return leaked && decisive.some((gate) => gate.verdict === 'fail' && isAboutLeaks(gate));
}

/** `leaky: queue_latency p(95) < 5s failed: was 40s, limit 5s.` */
function gateSentence({ variant, scope, expression, verdict, actual, limit, note }: SeededGate): string {
  const what = `${variant == null ? '' : `${variant}: `}${scope} ${expression}`;
  const measured = `was ${actual}${limit === '–' || limit === 'none' ? '' : `, limit ${limit}`}`;
  return `${what} ${verdict === 'fail' ? 'failed' : 'could not be decided'}: ${measured}${note === '' ? '' : ` (${note})`}.`;
}

/** How the gates came out, in one sentence. */
export function gatesSentence(all: readonly SeededGate[]): string {
  const gates = observed(all);
  const decisive = gates.filter(isDecisive);
  if (gates.length === 0) return 'Nothing was checked.';
  const aside = asideOf(gates);
  const first = decisive.find((gate) => gate.verdict === 'fail') ?? decisive[0];
  if (first === undefined) return aside === '' ? `All ${plural(gates.length, 'check')} passed.` : `No check failed that counts; ${aside}.`;
  const where = first.variant == null ? '' : `${first.variant}: `;
  return `${countSentence(gates)}. First: ${where}${first.scope} ${first.expression}, was ${first.actual}.`;
}

/** `2 of 14 checks failed, 1 could not be decided; 1 warning`, without its full stop. */
function countSentence(all: readonly SeededGate[]): string {
  const gates = observed(all);
  const decisive = gates.filter(isDecisive);
  const failed = decisive.filter((gate) => gate.verdict === 'fail').length;
  const undecided = decisive.length - failed;
  const aside = asideOf(gates);
  const parts = [
    ...(failed > 0 ? [`${failed} of ${plural(gates.length, 'check')} failed`] : []),
    ...(undecided > 0 ? [`${undecided} could not be decided`] : []),
  ];
  return `${capital(parts.join(', '))}${aside === '' ? '' : `; ${aside}`}`;
}

/** What did not pass and does not count. */
function asideOf(gates: readonly SeededGate[]): string {
  const open = gates.filter((gate) => gate.verdict !== 'pass' && gate.level !== 'off');
  const known = open.filter((gate) => gate.quarantine != null).length;
  const warned = open.filter((gate) => gate.quarantine == null && gate.level === 'warn').length;
  return [...(warned > 0 ? [`${plural(warned, 'warning')}`] : []), ...(known > 0 ? [`${known} in quarantine`] : [])].join(', ');
}

/** Expected and unexpected violations are told apart, so that a green run about a broken platform does not look healthy. */
export function expectedViolations(gates: readonly SeededGate[]): number {
  return gates.filter((gate) => gate.kind === 'invariant' && gate.verdict === 'pass' && gate.note === 'violated, as expected').length;
}

/** `4 runs · 4 variants · 1 seed · 792 requests` */
export function scopeSentence(result: ResultFile): string {
  const named = result.variants.filter((variant) => variant.name != null).length;
  const parts = [
    plural(result.runs.length, 'run'),
    ...(named > 0 ? [plural(named, 'variant')] : []),
    plural(result.seeds.length, 'seed'),
    requestsText(result),
  ];
  return parts.join(' · ');
}

export function requestsText(result: ResultFile): string {
  const requests = result.runs.reduce((sum, run) => sum + (metricOf(run, 'requests', 'count') ?? 0), 0);
  return plural(requests, 'request');
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
