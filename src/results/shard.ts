import { ResultError } from './result-error.js';

/** A share of the work of a run that several machines do. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly of: number;
}

const MOST_SHARDS = 10_000;

/** @param text `2/5` @throws ResultError */
export function parseShard(text: string): Shard {
  const [, index, of] = (/^([0-9]{1,5})\/([0-9]{1,5})$/.exec(text.trim()) ?? []).map(Number);
  if (index === undefined || of === undefined || index < 1 || index > of || of > MOST_SHARDS)
    throw new ResultError(`--shard: expected which shard of how many, such as 2/5 (at most ${MOST_SHARDS}), got ${JSON.stringify(text)}`);
  return { index, of };
}

/**
 * The seeds that a shard runs. Runs are dealt like cards, scenario after scenario and seed after seed, so that no shard has
 * more than one more than another, and each scenario's are spread over all.
 * @param before runs of the scenarios before this one
 * @returns in order; none where there are fewer runs than shards
 */
export function shardSeeds(seeds: readonly number[], { index, of }: Shard, before = 0): number[] {
  return seeds.filter((_, at) => (before + at) % of === index - 1);
}

/** What the name of a shard's output folder ends in. */
export function shardSuffix({ index, of }: Shard): string {
  return `-shard-${index}-of-${of}`;
}

/** Whether a folder has the name of a shard's output folder. */
export function isShardFolder(path: string): boolean {
  return /-shard-\d+-of-\d+$/.test(path);
}
