import type { Level, Quarantine } from '../measure/gate/gate-result.js';
import type { LiveRun } from '../measure/live-result.js';
import type { ExercisedVerdict, InvariantVerdict, ResultFile, RunResult, ThresholdVerdict, Verdict } from '../measure/result.js';
import { OPERATORS } from '../measure/thresholds.js';
import { formatNumber, formatValue, isNumber, plural } from './format.js';
import { GateMarks } from './gate-marks.js';
import { gatesOverSeeds } from './gate-rows.js';

export type GateKind = 'threshold' | 'invariant' | 'exercised' | 'load' | 'budget' | 'regression' | 'quarantine';

/** One thing that a run was held to. */
export interface Gate {
  readonly kind: GateKind;
  readonly variant: string | undefined;
  readonly seed: number;
  /** Metric, invariant, exercise counter, or `load`. */
  readonly scope: string;
  readonly expression: string;
  readonly actual: string;
  readonly limit: string;
  /** Room that was left, as a share of the limit; negative when it was missed. */
  readonly margin: number | undefined;
  /** How far it lies on the wrong side of the limit, in the metric's own unit; negative: on the right one. A margin has no share of a limit of zero. */
  readonly excess?: number | undefined;
  readonly n: number;
  readonly verdict: Verdict;
  /** In words: `violated, as expected`. */
  readonly note: string;
  /** undefined: `error`. */
  readonly level?: Level | undefined;
  /** It is known to fail: shown, not counted. */
  readonly quarantine?: Quarantine | undefined;
  /** Where it stands in the scenario file. */
  readonly place?: { readonly line: number; readonly column: number } | undefined;
}

/** A gate over all seeds: the numbers are those of the seed that came out worst. */
export interface SeededGate extends Gate {
  readonly seeds: number;
  readonly seedsFailing: number;
  readonly seedsUndecided: number;
}

const RANK: Readonly<Record<Verdict, number>> = { fail: 0, undecided: 1, pass: 2 };

/** What one seed was held to by itself: thresholds that speak over seeds are none of it. */
export function gatesOfRun(run: RunResult): Gate[] {
  return [
    ...run.thresholds.filter(({ over }) => (over ?? 'every') === 'every').map((threshold) => thresholdGate(run, threshold)),
    ...run.invariants.map((invariant) => invariantGate(run, invariant)),
    ...run.exercised.map((exercised) => exercisedGate(run, exercised)),
    ...(run.live == null ? [] : [loadGate(run, run.live)]),
  ];
}

/** How grave a gate is: failures, what is undecided, warnings, what is in quarantine, and what passed or is off. */
function gravityOf({ verdict, level, quarantine }: Pick<Gate, 'verdict' | 'level' | 'quarantine'>): number {
  if (verdict === 'pass' || level === 'off') return 4;
  if (quarantine != null) return 3;
  if (level === 'warn') return 2;
  return RANK[verdict];
}

/** Whether it decides the exit code: it did not pass, is an error, and is not known to fail. */
export function isDecisive(gate: Pick<Gate, 'verdict' | 'level' | 'quarantine'>): boolean {
  return gravityOf(gate) < 2;
}

/** Every gate of every variant, over its seeds; failures first, then the undecided, warnings, what is in quarantine, what passed. */
export function seededGates(result: ResultFile): SeededGate[] {
  const groups = new Map<string, Gate[]>();
  for (const run of result.runs) {
    for (const gate of gatesOfRun(run)) {
      const key = JSON.stringify([gate.variant, gate.kind, gate.scope, gate.expression]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [gate]);
      else group.push(gate);
    }
  }
  const gates = [...groups.values()].map(
    (group): SeededGate => ({
      ...(group.toSorted(worstFirst)[0] as Gate),
      seeds: group.length,
      seedsFailing: group.filter((gate) => gate.verdict === 'fail').length,
      seedsUndecided: group.filter((gate) => gate.verdict === 'undecided').length,
    }),
  );
  const marks = new GateMarks(result);
  return [...gates, ...gatesOverSeeds(result)].map((gate) => marks.mark(gate)).toSorted((a, b) => gravityOf(a) - gravityOf(b));
}

function worstFirst(a: Gate, b: Gate): number {
  return RANK[a.verdict] - RANK[b.verdict] || byRoom(a, b);
}

/** The least room first. */
function byRoom(a: Gate, b: Gate): number {
  return (a.margin ?? 0) - (b.margin ?? 0) || (b.excess ?? 0) - (a.excess ?? 0);
}

/** One line for a gate that several variants passed; the number is that of the variant with the least room. */
export function mergeVariants(gates: readonly SeededGate[]): SeededGate[] {
  const groups = new Map<string, SeededGate[]>();
  for (const gate of gates) {
    const key = `${gate.kind} ${gate.scope} ${gate.expression}`;
    groups.set(key, [...(groups.get(key) ?? []), gate]);
  }
  return [...groups.values()].map((group) => {
    const tightest = group.toSorted(byRoom)[0] as SeededGate;
    return group.length === 1 ? tightest : { ...tightest, variant: `${group.length} variants` };
  });
}

function thresholdGate(run: RunResult, threshold: ThresholdVerdict): Gate {
  const text = (value: number | undefined): string => {
    const perSecond = threshold.expression.trimStart().startsWith('rate') && threshold.unit !== 'ratio';
    return perSecond && isNumber(value) ? `${formatNumber(value)} a second` : formatValue(value, threshold.unit);
  };
  return {
    kind: 'threshold',
    variant: run.variant,
    seed: run.seed,
    scope: threshold.metric,
    expression: threshold.expression,
    actual: text(threshold.actual),
    limit: isNumber(threshold.limit) ? text(threshold.limit) : '–',
    margin: marginOf(threshold.expression, threshold.actual, threshold.limit),
    excess: excessOf(threshold.expression, threshold.actual, threshold.limit),
    n: threshold.n,
    verdict: threshold.verdict,
    note: threshold.note ?? (threshold.verdict === 'undecided' ? undecidedNote(threshold) : ''),
    ...levelOf(threshold),
  };
}

/** Like most results, most gates are errors. */
function levelOf({ level }: { readonly level?: Level | null | undefined }): Pick<Gate, 'level'> {
  return level == null || level === 'error' ? {} : { level };
}

function undecidedNote({ expression, actual, limit, n }: ThresholdVerdict): string {
  if (!isNumber(actual) && /\bwithin\b/.test(expression)) return 'no time was left after such a step in which the level could have settled';
  if (!isNumber(actual) && n === 0) return 'nothing was measured, so nothing passes';
  if (!isNumber(limit)) return 'there is no baseline for this seed';
  return `fewer samples than the scenario asks for: ${formatNumber(n)}`;
}

function invariantGate(run: RunResult, invariant: InvariantVerdict): Gate {
  return {
    kind: 'invariant',
    variant: run.variant,
    seed: run.seed,
    scope: invariant.id,
    expression: { held: 'must hold', violated: 'must be violated', off: 'not judged' }[invariant.expected],
    actual: invariant.violations === 0 ? invariant.state : plural(invariant.violations, 'violation'),
    limit: { held: 'none', violated: 'at least 1', off: '–' }[invariant.expected],
    margin: undefined,
    excess: invariant.expected === 'violated' ? -invariant.violations : invariant.violations,
    n: invariant.examined,
    verdict: invariant.verdict,
    note: invariantNote(invariant),
    ...levelOf(invariant),
  };
}

function invariantNote(invariant: InvariantVerdict): string {
  if (invariant.expected === 'off') return `${invariant.state}, not judged`;
  if (invariant.expected === 'violated') return expectedToBreakNote(invariant);
  if (invariant.state === 'not-promised') {
    const how = invariant.verdict === 'undecided' ? '; nobody has looked: add the promise to platform.policy.promises' : '';
    return `${NOT_PROMISED}: ${invariant.reason ?? 'the policy does not promise it'}${how}`;
  }
  if (invariant.state === 'idle') return invariant.reason ?? 'idle: there was nothing to examine';
  return invariant.state === 'undecided' ? (invariant.reason ?? 'undecided') : invariant.state;
}

/** How the note of a law begins that the policy does not promise to keep. */
export const NOT_PROMISED = 'not promised';

/** How the note of a law begins that nobody could look at. */
export const NOT_OBSERVED = 'not observed';

/** Gates that somebody looked at: what nobody could see has not passed. */
export function observed<Seen extends Pick<Gate, 'verdict' | 'note'>>(gates: readonly Seen[]): readonly Seen[] {
  return gates.filter(({ verdict, note }) => verdict !== 'pass' || !note.startsWith(NOT_OBSERVED));
}

function expectedToBreakNote({ state, reason }: InvariantVerdict): string {
  if (state === 'violated') return 'violated, as expected';
  if (state === 'not-promised') return `${NOT_PROMISED}, so it cannot be violated: ${reason ?? ''}; add the promise to platform.policy.promises`;
  return `${state}, but expected to be violated`;
}

function exercisedGate(run: RunResult, exercised: ExercisedVerdict): Gate {
  const limit = Number(/-?[\d.]+\s*$/.exec(exercised.expression)?.[0]);
  return {
    kind: 'exercised',
    variant: run.variant,
    seed: run.seed,
    scope: exercised.name,
    expression: exercised.expression,
    actual: isNumber(exercised.actual) ? formatNumber(exercised.actual) : NOT_OBSERVED,
    limit: isNumber(limit) ? formatNumber(limit) : '–',
    margin: isNumber(limit) ? marginOf(exercised.expression, exercised.actual, limit) : undefined,
    excess: excessOf(exercised.expression, exercised.actual, limit),
    n: isNumber(exercised.actual) ? exercised.actual : 0,
    verdict: exercised.verdict,
    note: { fail: 'the run did not exercise what it is about', undecided: 'clients cannot see it', pass: '' }[exercised.verdict],
    ...levelOf(exercised),
  };
}

/** Whether a live run was made as the scenario says. A run that was not says nothing, whatever its metrics are. */
function loadGate(run: RunResult, { broken, undecided, pacing: { planned, sent } }: LiveRun): Gate {
  return {
    kind: 'load',
    variant: run.variant,
    seed: run.seed,
    scope: 'load',
    expression: 'sent as planned',
    actual: `${formatNumber(sent)} of ${plural(planned, 'call')}`,
    limit: plural(planned, 'call'),
    margin: undefined,
    excess: planned - sent,
    n: planned,
    verdict: broken.length > 0 ? 'fail' : undecided.length > 0 ? 'undecided' : 'pass',
    note: [...broken, ...undecided].join('; '),
  };
}

/** Room as a share of the limit. A limit of zero has no shares: only meeting it exactly has a margin. */
function marginOf(expression: string, actual: number | undefined, limit: number): number | undefined {
  const excess = excessOf(expression, actual, limit);
  if (excess === undefined || operatorOf(expression) === '!=') return undefined;
  if (excess === 0) return 0;
  return limit === 0 ? undefined : -excess / Math.abs(limit);
}

/** How far beyond the limit a value lies, by the operator's sense of beyond. */
function excessOf(expression: string, actual: number | undefined, limit: number): number | undefined {
  const operator = operatorOf(expression);
  if (!isNumber(actual) || !isNumber(limit) || operator === undefined) return undefined;
  if (operator.startsWith('<')) return actual - limit;
  if (operator.startsWith('>')) return limit - actual;
  return operator === '!=' ? -Math.abs(actual - limit) : Math.abs(actual - limit);
}

function operatorOf(expression: string): (typeof OPERATORS)[number] | undefined {
  return OPERATORS.find((candidate) => expression.includes(candidate));
}
