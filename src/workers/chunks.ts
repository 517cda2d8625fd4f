import { MOST_SEEDS } from './point-job.js';

/** A job should take about this long, ms: handing one over costs some ms, and a lost one is done again. */
const JOB_MS = { least: 100, most: 1_000 } as const;
/** So many jobs for each thread, so that all of them end at about the same time. */
const JOBS_A_THREAD = 3;

/** @param seedMs what a seed takes @param share of all that is asked for now, in ms of work @returns seeds in chunks, in their order */
export function chunksOf(seeds: readonly number[], seedMs: number, allMs: number, threads: number): (readonly number[])[] {
  const jobMs = Math.max(JOB_MS.least, Math.min(JOB_MS.most, allMs / (JOBS_A_THREAD * threads)));
  const size = Math.max(1, Math.min(MOST_SEEDS, Math.floor(jobMs / Math.max(seedMs, 0.001))));
  const chunks: (readonly number[])[] = [];
  for (let from = 0; from < seeds.length; from += size) chunks.push(seeds.slice(from, from + size));
  return chunks;
}

/** What seeds take, from those that were run: of the same point, else of the last one. */
export class SeedCosts {
  private readonly byPoint = new Map<string, number>();
  private lastMs = 50;

  of(point: string): number {
    return this.byPoint.get(point) ?? this.lastMs;
  }

  took(point: string, seeds: number, ms: number): void {
    this.lastMs = ms / seeds;
    this.byPoint.set(point, this.lastMs);
  }
}
