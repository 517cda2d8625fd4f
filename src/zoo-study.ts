import type { RunResult } from './measure/result.js';
import { type PreparedVariant, prepareScenario } from './prepare.js';
import { RunSetup, runToEnd, ScenarioRun } from './run.js';
import { parseSource } from './scenario/source.js';
import type { TraceSource } from './sim/trace.js';
import { type DetectionMatrix, matrixOf } from './zoo/detection-matrix.js';
import { type Drill, DrillTally } from './zoo/drill.js';
import { byClass, readEntry } from './zoo/entry.js';

/** A scenario file by its path and its text. */
export interface ZooFile {
  readonly path: string;
  readonly text: string;
}

/** Runs every entry over the seeds, one after the other in this thread. `slotstorm zoo` says the same. */
export function studyZoo(files: readonly ZooFile[], seeds: readonly number[]): DetectionMatrix {
  const read = files.map(({ path, text }) => {
    const source = parseSource(path, text);
    return { entry: readEntry(source), variants: prepareScenario(source).variants };
  });
  read.sort((one, other) => byClass(one.entry, other.entry));
  const runs = read.flatMap(({ variants }) => variants.flatMap((variant) => [...runsOf(variant, seeds)]));
  return matrixOf(
    read.map(({ entry }) => entry),
    runs,
    seeds,
  );
}

/**
 * Runs platforms that work, and counts who speaks all the same.
 * @param runs how many in all; they are spread evenly over the variants, each with seeds from 1 up
 */
export function runDrill({ path, text }: ZooFile, runs: number): Drill {
  const { name, description, variants } = prepareScenario(parseSource(path, text));
  const tally = new DrillTally();
  for (const [n, variant] of variants.entries()) {
    const share = Math.floor(runs / variants.length) + (n < runs % variants.length ? 1 : 0);
    for (const run of runsOf(variant, seedsUpTo(share))) tally.add(run);
  }
  return tally.drill(
    name,
    description,
    variants.map((variant) => variant.name ?? name),
  );
}

/** 1, 2, 3, … */
export function seedsUpTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}

function* runsOf({ scenario, plan, name }: PreparedVariant, seeds: readonly number[]): Generator<RunResult> {
  const setup = new RunSetup(scenario, plan);
  for (const seed of seeds) yield runToEnd(new ScenarioRun(scenario, plan, { seed, variant: name, evidence: false, traceSource: NO_TRACES }, setup));
}

/** Entries stand for themselves. */
const NO_TRACES: TraceSource = (file) => {
  throw new Error(`expected a scenario that reads no other file, but it names ${file}`);
};
