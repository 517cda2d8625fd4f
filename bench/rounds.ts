import { spawnSync } from 'node:child_process';
import type { ProgramResult } from './results.js';
import { countsOf, type Sample } from './sample.js';
import type { Program, Suite } from './suite.js';

/** Hears of every sample as it comes. */
export type SampleListener = (round: number, program: string, figure: number) => void;

/**
 * Round 1 runs every program once, round 2 runs them in the opposite order, and so on: what slows the machine for a while
 * slows all of them.
 * @throws Error when a program fails, or when the programs did not do the same work
 */
export function measure(suite: Suite, rounds: number, heard: SampleListener): ProgramResult[] {
  const runnable = suite.programs.filter((program) => program.missing === undefined);
  const figures = new Map<string, number[]>(runnable.map((program) => [program.name, []]));
  const firstCounts = new Map<string, string>();
  for (let round = 1; round <= rounds; round++) {
    const samples = new Map<string, Sample>();
    for (const program of round % 2 === 1 ? runnable : [...runnable].reverse()) {
      const sample = run(program);
      samples.set(program.name, sample);
      requireSameCounts(suite, program, sample, firstCounts);
      const figure = suite.figure(sample);
      figures.get(program.name)?.push(figure);
      heard(round, program.name, figure);
    }
    const disagreements = suite.disagreements(samples);
    if (disagreements.length > 0) throw new Error(`${suite.name}: the programs did not do the same work: ${disagreements.join('; ')}`);
  }
  return suite.programs.map(({ name, missing }) => ({ name, figures: figures.get(name) ?? [], missing }));
}

/** Runs one sample in a process of its own. */
function run({ name, command }: Program): Sample {
  const [file, ...values] = command as readonly [string, ...string[]];
  const { status, signal, error, stdout, stderr } = spawnSync(file, values, { encoding: 'utf8' });
  if (error !== undefined || status !== 0) {
    const why = error?.message ?? (signal === null ? `exit code ${status}` : `signal ${signal}`);
    throw new Error(`${name}: expected a sample from "${command.join(' ')}", got ${why}\n${stderr ?? ''}`);
  }
  return JSON.parse(stdout) as Sample;
}

/** A program is deterministic: another count in another round is a bug, and the figures would mean nothing. */
function requireSameCounts(suite: Suite, program: Program, sample: Sample, first: Map<string, string>): void {
  const counts = JSON.stringify(countsOf(sample));
  const before = first.get(program.name) ?? counts;
  first.set(program.name, before);
  if (before !== counts) throw new Error(`${suite.name}: ${program.name} counted ${before} in the first round and ${counts} in another`);
}
