import type { ResultFile, RunResult } from '../../measure/result.js';
import { plural } from '../format.js';
import { type Gate, gatesOfRun, type SeededGate, seededGates } from '../gates.js';
import { runLabel, shownVariants } from '../runs.js';
import type { JUnitCheck } from './junit-case.js';
import { seedsText } from './standing.js';

/** Checks that belong together. */
export interface JUnitSuite {
  readonly name: string;
  /** The run it is about; undefined: several. */
  readonly run: RunResult | undefined;
  readonly checks: readonly JUnitCheck[];
  readonly properties: Readonly<Record<string, string>>;
}

/** A suite for each run, or for those of a variant together, in which each check stands once; and one for what is judged over all seeds. */
export class JUnitSuites {
  private readonly terms: ReadonlyMap<string, SeededGate>;
  /** Checks that are judged over all seeds, and by no single run. */
  private readonly overSeeds: ReadonlySet<string>;

  constructor(private readonly result: ResultFile) {
    this.terms = new Map(seededGates(result).map((gate) => [keyOf(gate), gate]));
    this.overSeeds = new Set((result.gate?.acrossSeeds ?? []).map((verdict) => keyOf(verdict)));
  }

  ofRun(run: RunResult): JUnitSuite {
    const { scenario } = this.result;
    const label = runLabel(this.result, run);
    const name = label === undefined ? scenario.name : `${scenario.name} ${label}`;
    const gates = gatesOfRun(run).filter((gate) => !this.overSeeds.has(keyOf(gate)));
    const checks = gates.map((gate) => ({ gate: this.withTerms(gate), run, about: `seed-${run.seed}`, seeds: '' }));
    return { name, run, checks, properties: { seed: String(run.seed), hash: run.hash, ...modeOf(run), exitCode: String(run.exitCode) } };
  }

  /** @param alone runs that have a suite of their own */
  together(alone: ReadonlySet<RunResult>): JUnitSuite[] {
    const { result } = this;
    return shownVariants(result).flatMap(({ info, runs }) => {
      const folded = runs.filter((run) => !alone.has(run));
      if (folded.length === 0) return [];
      const seeds = plural(folded.length, 'seed');
      const gates = seededGates({ ...result, runs: folded, gate: undefined, comparison: undefined }).filter((gate) => !this.overSeeds.has(keyOf(gate)));
      const worst = ({ seed }: SeededGate): RunResult | undefined => folded.find((run) => run.seed === seed);
      return [
        {
          name: `${[result.scenario.name, ...(info.name == null ? [] : [info.name])].join(' ')} (${seeds} together)`,
          run: undefined,
          checks: gates.map((gate) => ({ gate: this.withTerms(gate), run: worst(gate), about: 'together', seeds: seedsText(gate) })),
          properties: { seeds: String(folded.length), folded: `one suite for ${seeds}: of many runs only those that did not pass have a suite of their own` },
        },
      ];
    });
  }

  overall(): JUnitSuite[] {
    const { result } = this;
    const ofRuns = new Set(result.runs.flatMap((run) => gatesOfRun(run).map(keyOf)));
    const gates = [...this.terms].filter(([key]) => this.overSeeds.has(key) || !ofRuns.has(key)).map(([, gate]) => gate);
    if (gates.length === 0) return [];
    return [
      {
        name: `${result.scenario.name} over all seeds`,
        run: undefined,
        checks: gates.map((gate) => ({ gate, run: undefined, about: 'all-seeds', seeds: seedsText(gate) })),
        properties: { seeds: String(result.seeds.length), exitCode: String(result.exitCode) },
      },
    ];
  }

  /** What is known of a check beside this run: its level, its place, and who answers for it. */
  private withTerms<Known extends Gate>(gate: Known): Known {
    const known = this.terms.get(keyOf(gate));
    return known === undefined ? gate : { ...gate, level: gate.level ?? known.level, quarantine: known.quarantine, place: gate.place ?? known.place };
  }
}

function keyOf({ variant, kind, scope, expression }: Pick<Gate, 'variant' | 'kind' | 'scope' | 'expression'>): string {
  return JSON.stringify([variant ?? null, kind, scope, expression]);
}

function modeOf({ live }: RunResult): Record<string, string> {
  if (live == null) return { mode: 'simulation' };
  return { mode: 'live', driver: live.driver, target: live.target.url, speed: String(live.speed), judgedBy: live.judgedBy };
}
