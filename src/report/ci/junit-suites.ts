import type { ResultFile, RunResult } from '../../measure/result.js';
import { plural } from '../format.js';
import { type Gate, gatesOfRun, type SeededGate, seededGates } from '../gates.js';
import { runLabel, shownVariants } from '../runs.js';
import type { JUnitCheck } from './junit-case.js';
import { seedsText } from './standing.js';

/** So many suites of single runs, so that thousands of seeds leave a file that a server still reads. */
const MOST_RUN_SUITES = 50;

/** Checks that belong together. */
export interface JUnitSuite {
  readonly name: string;
  /** The run it is about; undefined: several. */
  readonly run: RunResult | undefined;
  readonly checks: readonly JUnitCheck[];
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * A suite for each run, and one for what is judged over all seeds. Of more than 50 runs only the first 50 that did not pass
 * have one; the others are folded into one suite a variant, in which each check stands once.
 */
export function suitesOf(result: ResultFile): JUnitSuite[] {
  const seeded = seededGates(result);
  const terms = new Map(seeded.map((gate) => [keyOf(gate), gate]));
  const together = new Set((result.gate?.acrossSeeds ?? []).map((verdict) => keyOf(verdict)));
  const checksOf = (run: RunResult): JUnitCheck[] =>
    gatesOfRun(run).flatMap((gate) => (together.has(keyOf(gate)) ? [] : [{ gate: withTerms(gate, terms), run, seeds: '' }]));
  const alone = runsWithSuite(result.runs);
  const suites = [...alone].map((run) => runSuite(result, run, checksOf(run)));
  const folded = foldedSuites(result, alone, terms, together);
  const ofRuns = new Set(result.runs.flatMap((run) => gatesOfRun(run).map(keyOf)));
  const overall = seeded.filter((gate) => together.has(keyOf(gate)) || !ofRuns.has(keyOf(gate)));
  return [...suites, ...folded, ...(overall.length === 0 ? [] : [overallSuite(result, overall)])];
}

function keyOf({ variant, kind, scope, expression }: Pick<Gate, 'variant' | 'kind' | 'scope' | 'expression'>): string {
  return JSON.stringify([variant ?? null, kind, scope, expression]);
}

/** What is known of a check beside this run: its level, its place, and who answers for it. */
function withTerms(gate: Gate, terms: ReadonlyMap<string, SeededGate>): Gate {
  const known = terms.get(keyOf(gate));
  return known === undefined ? gate : { ...gate, level: gate.level ?? known.level, quarantine: known.quarantine, place: gate.place ?? known.place };
}

function runsWithSuite(runs: readonly RunResult[]): Set<RunResult> {
  return new Set(runs.length <= MOST_RUN_SUITES ? runs : runs.filter((run) => run.verdict !== 'pass').slice(0, MOST_RUN_SUITES));
}

function runSuite(result: ResultFile, run: RunResult, checks: readonly JUnitCheck[]): JUnitSuite {
  const label = runLabel(result, run);
  const name = label === undefined ? result.scenario.name : `${result.scenario.name} ${label}`;
  return { name, run, checks, properties: { seed: String(run.seed), hash: run.hash, ...modeOf(run), exitCode: String(run.exitCode) } };
}

function modeOf({ live }: RunResult): Record<string, string> {
  if (live == null) return { mode: 'simulation' };
  return { mode: 'live', driver: live.driver, target: live.target.url, speed: String(live.speed), judgedBy: live.judgedBy };
}

function foldedSuites(result: ResultFile, alone: ReadonlySet<RunResult>, terms: ReadonlyMap<string, SeededGate>, together: ReadonlySet<string>): JUnitSuite[] {
  return shownVariants(result).flatMap(({ info, runs }) => {
    const folded = runs.filter((run) => !alone.has(run));
    if (folded.length === 0) return [];
    const seeds = plural(folded.length, 'seed');
    const gates = seededGates({ ...result, runs: folded, gate: undefined, comparison: undefined }).filter((gate) => !together.has(keyOf(gate)));
    return [
      {
        name: `${[result.scenario.name, ...(info.name == null ? [] : [info.name])].join(' ')} (${seeds} together)`,
        run: undefined,
        checks: gates.map((gate) => ({ gate: withTerms(gate, terms), run: folded.find((run) => run.seed === gate.seed), seeds: seedsText(gate) })),
        properties: { seeds: String(folded.length), folded: `one suite for ${seeds}: of many runs only those that did not pass have a suite of their own` },
      },
    ];
  });
}

function overallSuite(result: ResultFile, gates: readonly SeededGate[]): JUnitSuite {
  return {
    name: `${result.scenario.name} over all seeds`,
    run: undefined,
    checks: gates.map((gate) => ({ gate, run: undefined, seeds: seedsText(gate) })),
    properties: { seeds: String(result.seeds.length), exitCode: String(result.exitCode) },
  };
}
