import type { ResultFile, ShardInfo, VariantInfo } from '../measure/result.js';
import { ResultError } from './result-error.js';

export interface GivenResult {
  /** Where it comes from, for messages. */
  readonly file: string;
  /** The schema version that it was written with. */
  readonly schemaVersion: number;
  readonly result: ResultFile;
}

/** A result that is known to be a shard. */
export interface GivenShard extends GivenResult {
  readonly shard: ShardInfo;
}

/** Results of one scenario that may be joined, in the order of the shards. @throws ResultError */
export function checkComparable(given: readonly GivenResult[]): readonly [GivenShard, ...GivenShard[]] {
  const shards = given.map(asShard).toSorted((a, b) => a.shard.index - b.shard.index);
  const first = shards[0] as GivenShard;
  for (const other of shards.slice(1)) {
    for (const [what, of] of SAME) {
      if (of(first) !== of(other))
        throw new ResultError(`${other.file}: expected ${what} of ${first.file}, ${of(first)}, got ${of(other)}; merge only shards of one run`);
    }
    for (const [what, of] of SAME_UNSHOWN) {
      if (of(first) !== of(other)) throw new ResultError(`${other.file}: expected ${what} of ${first.file}, got others; merge only shards of one run`);
    }
  }
  for (const [at, { shard, file }] of shards.entries()) {
    const former = shards[at - 1];
    if (former?.shard.index !== shard.index) continue;
    if (former.file === file) throw new ResultError(`${file}: expected every shard once, but this file was named twice; name it once`);
    throw new ResultError(`${file}: expected every shard once, got shard ${shard.index} of ${shard.of} also in ${former.file}; leave one of them out`);
  }
  return [first, ...shards.slice(1)];
}

function asShard(given: GivenResult): GivenShard {
  const { result, file } = given;
  const { shard } = result;
  if (shard === undefined) {
    const version = given.schemaVersion === result.schemaVersion ? '' : ` (of schema version ${given.schemaVersion}, which had no shards)`;
    throw new ResultError(`${file}: expected a shard, as "slotstorm run --shard 2/5" writes it, got the result of a whole run${version}`);
  }
  if (shard.index < 1 || shard.index > shard.of)
    throw new ResultError(`${file}: expected a shard from 1 up to ${shard.of}, got ${shard.index}; the file is damaged`);
  const whole = new Set(shard.seeds);
  const foreign = result.seeds.find((seed) => !whole.has(seed));
  if (foreign !== undefined)
    throw new ResultError(`${file}: expected a shard of the seeds that it names, got seed ${foreign}, which is none of them; the file is damaged`);
  // No run stands twice in a result: where their number is right, none is missing.
  const runs = result.seeds.length * result.variants.length;
  if (result.runs.length !== runs)
    throw new ResultError(`${file}: expected a run of every variant with every seed, ${runs}, got ${result.runs.length}; the file is damaged`);
  if (result.agreement !== undefined) throw new ResultError(`${file}: expected shards without --compare-with-sim: agreement of several machines is not joined`);
  return { ...given, shard };
}

type Trait = readonly [what: string, of: (given: GivenShard) => string | number];

/** What shards of one run have in common, short enough to be shown. */
const SAME: readonly Trait[] = [
  ['the schema version', ({ schemaVersion }) => schemaVersion],
  ['the scenario (sha256)', ({ result }) => result.scenario.sha256.slice(0, 16)],
  ['the version of slotstorm', ({ result }) => result.tool.version],
  ['the random scheme', ({ result }) => result.randomScheme],
  ['the world', ({ result }) => worldOf(result)],
  ['the number of shards', ({ shard }) => shard.of],
  ['the command of the whole run', ({ shard }) => shard.rerun],
];

const SAME_UNSHOWN: readonly Trait[] = [
  ['the seeds of the whole run', ({ shard }) => JSON.stringify(shard.seeds)],
  ['the variants', ({ result }) => JSON.stringify(result.variants.map(withoutStatistics))],
];

function withoutStatistics({ acrossSeeds: _, ...info }: VariantInfo): Omit<VariantInfo, 'acrossSeeds'> {
  return info;
}

/** `simulated`, `live, engine against own`. */
export function worldOf({ runs }: Pick<ResultFile, 'runs'>): string {
  const worlds = new Set(runs.map(({ live }) => (live === undefined ? 'simulated' : `live, ${live.driver} against ${live.target.kind}`)));
  return [...worlds].join(' and ');
}

const LISTED = 10;

/**
 * Whether every seed was run by one of the shards.
 * @returns what is missing, in words; undefined: nothing
 * @throws ResultError for seeds that were run twice
 */
export function missingOf(shards: readonly [GivenShard, ...GivenShard[]]): string | undefined {
  const ran = new Map<number, GivenShard>();
  for (const given of shards) {
    for (const seed of given.result.seeds) {
      const other = ran.get(seed);
      if (other !== undefined)
        throw new ResultError(`${given.file}: expected every seed in one shard, got seed ${seed} also in ${other.file}; merge only shards of one run`);
      ran.set(seed, given);
    }
  }
  const [{ shard }] = shards;
  const missing = shard.seeds.filter((seed) => !ran.has(seed));
  if (missing.length === 0) return undefined;
  const indexes = new Set(shards.map((given) => given.shard.index));
  const absent = Array.from({ length: shard.of }, (_, at) => at + 1).filter((index) => !indexes.has(index));
  return `${shards.length} of ${shard.of} shards were given; missing: ${some('shard', absent)}, with ${some('seed', missing)}`;
}

/** @param missing of every scenario, by its name @throws ResultError that names all scenarios which lack something */
export function checkComplete(missing: readonly (readonly [scenario: string, what: string | undefined])[]): void {
  const lacking = missing.flatMap(([scenario, what]) => (what === undefined ? [] : [`${scenario}: expected all shards of the run, but ${what}`]));
  if (lacking.length > 0) throw new ResultError(`${lacking.join('\n')}; give them too, or take what there is with --allow-missing (exit code 96)`);
}

function some(what: string, numbers: readonly number[]): string {
  const listed = numbers.slice(0, LISTED).join(', ');
  return `${what}${numbers.length === 1 ? '' : 's'} ${listed}${numbers.length > LISTED ? ` and ${numbers.length - LISTED} more` : ''}`;
}
