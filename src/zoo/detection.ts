import { EXIT_CODES, worstExitCode } from '../measure/exit-codes.js';
import { INVARIANT_IDS, type InvariantId } from '../measure/invariants/registry.js';
import type { RunResult, Verdict } from '../measure/result.js';
import type { ZooEntry } from './entry.js';

/** One seed in which something was not as it should be. */
export interface Remark {
  readonly seed: number;
  readonly what: string;
}

/** What the checkers said about one entry, over all seeds. */
export interface Detection {
  readonly entry: ZooEntry;
  readonly seeds: number;
  /** Seeds in which the fault found a victim: only they say anything about the checkers. */
  readonly victims: number;
  /** In how many of these each checker spoke of a violation; by invariant. */
  readonly fired: Readonly<Record<InvariantId, number>>;
  /** Seeds with a victim in which the decisive checker kept silent. */
  readonly missed: readonly Remark[];
  /** Seeds with a victim in which another expectation of the broken variant was not met. */
  readonly unlike: readonly Remark[];
  /** Seeds in which the cured platform did not hold what it promises. */
  readonly alarms: readonly Remark[];
  readonly verdict: Verdict;
  readonly exitCode: number;
}

/** @param broken @param cured runs of the two variants, over the same seeds */
export function detect(entry: ZooEntry, broken: readonly RunResult[], cured: readonly RunResult[]): Detection {
  const hit = broken.filter(foundVictim);
  const fired = Object.fromEntries(INVARIANT_IDS.map((id) => [id, hit.filter((run) => isViolated(run, id)).length])) as Record<InvariantId, number>;
  const missed = hit.filter((run) => !isViolated(run, entry.decisive)).map((run) => ({ seed: run.seed, what: `${entry.decisive} kept silent` }));
  const unlike = hit.flatMap((run) => remarksOn(run, entry.decisive));
  const alarms = cured.flatMap((run) => remarksOn(run, undefined));
  const exitCode = worstExitCode([
    missed.length > 0 || alarms.length > 0 ? EXIT_CODES.invariant.code : EXIT_CODES.passed.code,
    unlike.length > 0 ? EXIT_CODES.threshold.code : EXIT_CODES.passed.code,
    hit.length === 0 ? EXIT_CODES.undecided.code : EXIT_CODES.passed.code,
  ]);
  const verdict = exitCode === EXIT_CODES.passed.code ? 'pass' : exitCode === EXIT_CODES.undecided.code ? 'undecided' : 'fail';
  return { entry, seeds: broken.length, victims: hit.length, fired, missed, unlike, alarms, verdict, exitCode };
}

/** Whether the run met everything that shows that the fault struck. */
function foundVictim(run: RunResult): boolean {
  return run.exercised.every((counter) => counter.verdict === 'pass');
}

function isViolated(run: RunResult, id: InvariantId): boolean {
  return run.invariants.some((invariant) => invariant.id === id && invariant.state === 'violated');
}

/** Every expectation that a run did not meet. @param except the checker that is spoken of elsewhere */
function remarksOn(run: RunResult, except: InvariantId | undefined): Remark[] {
  const { seed } = run;
  const remarks: Remark[] = [];
  for (const { id, verdict, state, expected, examples, reason } of run.invariants) {
    if (verdict === 'pass' || id === except) continue;
    remarks.push({ seed, what: `${id}: ${state}, expected ${expected}${aside(examples[0]?.message ?? reason)}` });
  }
  for (const { metric, expression, actual, verdict } of run.thresholds) {
    if (verdict !== 'pass') remarks.push({ seed, what: `${metric}: ${actual ?? 'no samples'}, expected ${expression}` });
  }
  return remarks;
}

function aside(text: string | undefined): string {
  return text === undefined ? '' : ` (${text})`;
}
