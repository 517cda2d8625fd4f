import { verdictOfCode, worstExitCode } from '../measure/exit-codes.js';
import type { RunResult, Verdict } from '../measure/result.js';
import { type Detection, detect } from './detection.js';
import { ENTRY_VARIANTS, type ZooEntry } from './entry.js';

/** Entries against checkers. */
export interface DetectionMatrix {
  readonly seeds: readonly number[];
  readonly rows: readonly Detection[];
  readonly verdict: Verdict;
  readonly exitCode: number;
}

/** @param runs entry by entry: all seeds of its broken variant, then all of its cured one */
export function matrixOf(entries: readonly ZooEntry[], runs: readonly RunResult[], seeds: readonly number[]): DetectionMatrix {
  const perEntry = ENTRY_VARIANTS.length * seeds.length;
  if (runs.length !== entries.length * perEntry) throw new Error(`expected ${entries.length * perEntry} runs, got ${runs.length}`);
  const rows = entries.map((entry, at) => {
    const from = at * perEntry;
    return detect(entry, runs.slice(from, from + seeds.length), runs.slice(from + seeds.length, from + perEntry));
  });
  const exitCode = worstExitCode(rows.map((row) => row.exitCode));
  return { seeds, rows, verdict: verdictOfCode(exitCode), exitCode };
}
