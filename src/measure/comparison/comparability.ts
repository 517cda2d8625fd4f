import type { ScenarioParts } from '../result.js';
import type { Baseline } from './baseline.js';
import { UNKNOWN_PART } from './baseline-of.js';
import { LEAST_RUNS, LEAST_SEEDS } from './terms.js';

/** What may differ on purpose: parts of the scenario, and for live runs the machine. */
export const ALLOWABLE = ['policy', 'platform', 'load', 'machine'] as const;
export type Allowable = (typeof ALLOWABLE)[number];

/** Whether two sides can be compared at all. */
export interface Comparability {
  /** Why not; empty: they can. */
  readonly obstacles: readonly string[];
  /** What differs, and may. */
  readonly allowed: readonly string[];
  /** Seeds of both sides, in order. */
  readonly commonSeeds: readonly number[];
}

const PARTS: Readonly<Record<'policy' | 'platform' | 'load', string>> = {
  load: 'the load (arrivals, clients, service times, steps, faults, recovery, warm-up)',
  platform: 'the platform (accounts, limits, keys, endpoints, runners)',
  policy: 'the policy',
};

export interface ComparabilityTerms {
  readonly allow: readonly Allowable[];
  /** `2027-01-15`: live baselines expire. */
  readonly today: string;
  /** Whether a variant wants to be held against a baseline. */
  readonly asks: (variant: string | undefined) => boolean;
  /** Seeds in common, and live runs on each side, that it takes; undefined: what statistics need. */
  readonly least?: Least | undefined;
}

interface Least {
  readonly seeds: number;
  readonly runs: number;
}

const FOR_STATISTICS: Least = { seeds: LEAST_SEEDS, runs: LEAST_RUNS };

export function comparabilityOf(candidate: Baseline, baseline: Baseline, { allow, today, asks, least = FOR_STATISTICS }: ComparabilityTerms): Comparability {
  const obstacles: string[] = [];
  const allowed: string[] = [];
  const differs = (what: Allowable, text: string): void => {
    if (allow.includes(what)) allowed.push(text);
    else obstacles.push(`${text}; if that is meant, allow it (--allow ${what}), or set the baseline anew`);
  };
  const formerSeeds = new Set(baseline.seeds);
  const commonSeeds = candidate.seeds.filter((seed) => formerSeeds.has(seed));
  obstacles.push(...originObstacles(candidate, baseline));
  const gone = goneVariants(candidate, baseline);
  obstacles.push(...gone);
  // A part is hashed over all variants: with some of them gone it differs in any case, and nothing of it can be said.
  if (gone.length === 0) for (const { part, words } of differentParts(candidate, baseline)) differs(part, words);
  for (const name of newVariants(candidate, baseline)) {
    const words = `the variant ${JSON.stringify(name ?? '')} is new: the baseline has nothing to hold it against`;
    if (asks(name)) obstacles.push(`${words}; set the baseline anew`);
    else allowed.push(words);
  }
  if (candidate.world.kind === 'live' && baseline.world.kind === 'live') {
    obstacles.push(...liveObstacles(candidate, baseline, today, least));
    const [here, there] = [candidate.world.machine, baseline.world.machine];
    if (here !== there) differs('machine', `the machine is ${JSON.stringify(here)}, the baseline's ${JSON.stringify(there)}`);
  } else if (candidate.world.kind === baseline.world.kind) {
    const { obstacle, remark } = seedsInWords(candidate, baseline, commonSeeds, least);
    if (obstacle !== undefined) obstacles.push(obstacle);
    if (remark !== undefined) allowed.push(remark);
  }
  return { obstacles, allowed, commonSeeds };
}

function originObstacles(candidate: Baseline, baseline: Baseline): string[] {
  const obstacles: string[] = [];
  if (candidate.scenario.name !== baseline.scenario.name)
    obstacles.push(`the baseline is of the scenario ${JSON.stringify(baseline.scenario.name)}, the result of ${JSON.stringify(candidate.scenario.name)}`);
  if (candidate.world.kind !== baseline.world.kind)
    obstacles.push(`the baseline is ${baseline.world.kind}, the result ${candidate.world.kind}: virtual time and the wall clock are never mixed`);
  else if (candidate.world.kind === 'simulated' && candidate.randomScheme !== baseline.randomScheme)
    obstacles.push(
      `the random scheme is ${candidate.randomScheme}, the baseline's ${baseline.randomScheme}: the same seed is another run now; set the baseline anew`,
    );
  return obstacles;
}

function differentParts(candidate: Baseline, baseline: Baseline): { part: 'policy' | 'platform' | 'load'; words: string }[] {
  const [here, there] = [candidate.scenario, baseline.scenario];
  if (here.sha256 === there.sha256) return [];
  const knows = (parts: ScenarioParts): boolean => parts.load !== UNKNOWN_PART;
  if (!knows(here.parts) || !knows(there.parts)) return [{ part: 'load', words: 'the scenario differs, and an older result does not say in which part' }];
  return (['load', 'platform', 'policy'] as const).flatMap((part) =>
    here.parts[part] === there.parts[part] ? [] : [{ part, words: `${PARTS[part]} differs` }],
  );
}

/** A baseline does not say which of its variants asked, so none may vanish. */
function goneVariants(candidate: Baseline, baseline: Baseline): string[] {
  const names = new Set(candidate.variants.map(({ name }) => name));
  const missing = baseline.variants.filter(({ name }) => !names.has(name)).map(({ name }) => JSON.stringify(name ?? ''));
  return missing.length === 0
    ? []
    : [`the result lacks ${missing.length === 1 ? 'the variant' : 'the variants'} ${missing.join(', ')} of the baseline; run all variants`];
}

function newVariants(candidate: Baseline, baseline: Baseline): (string | undefined)[] {
  const names = new Set(baseline.variants.map(({ name }) => name));
  return candidate.variants.map(({ name }) => name).filter((name) => !names.has(name));
}

function liveObstacles({ world: here, seeds }: Baseline, { world: there, seeds: former }: Baseline, today: string, { runs }: Least): string[] {
  if (here.kind !== 'live' || there.kind !== 'live') return [];
  const obstacles: string[] = [];
  if (here.driver !== there.driver) obstacles.push(`the load came from ${JSON.stringify(here.driver)}, in the baseline from ${JSON.stringify(there.driver)}`);
  if (there.expires < today) obstacles.push(`the baseline expired on ${there.expires}: a live baseline holds for a while only; set it anew`);
  for (const [whose, { length }] of [['the result', seeds] as const, ['the baseline', former] as const]) {
    if (length < runs) obstacles.push(`expected at least ${runs} live runs a side, but ${whose} has ${length}; run more seeds`);
  }
  return obstacles;
}

interface SeedWords {
  readonly obstacle?: string;
  readonly remark?: string;
}

function seedsInWords(candidate: Baseline, baseline: Baseline, common: readonly number[], least: Least): SeedWords {
  const own = new Set(candidate.seeds);
  const missing = baseline.seeds.filter((seed) => !own.has(seed));
  const lacks = missing.length === 0 ? '' : `; the result lacks ${rangesOf(missing)}`;
  if (common.length === 0)
    return { obstacle: `the result has seeds ${rangesOf(candidate.seeds)}, the baseline ${rangesOf(baseline.seeds)}: none in common; run the baseline's` };
  // What is exactly the same needs no statistics, so no number of seeds either.
  if (common.length < least.seeds && !areIdentical(candidate, baseline, common))
    return {
      obstacle: `expected at least ${least.seeds} seeds in common, got ${common.length}${lacks}; run the baseline's seeds (${rangesOf(baseline.seeds)})`,
    };
  return missing.length === 0 ? {} : { remark: `${common.length} of the baseline's ${baseline.seeds.length} seeds are compared${lacks}` };
}

function areIdentical(candidate: Baseline, baseline: Baseline, seeds: readonly number[]): boolean {
  return baseline.variants.every(({ name, hashes }) => {
    const own = candidate.variants.find((variant) => variant.name === name)?.hashes;
    return own !== undefined && seeds.every((seed) => hashes[seed] !== undefined && own[seed] === hashes[seed]);
  });
}

const MOST_RANGES = 8;

/** `1–20, 25` */
export function rangesOf(seeds: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const seed of seeds.toSorted((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && seed === last[1] + 1) last[1] = seed;
    else ranges.push([seed, seed]);
  }
  const shown = ranges.slice(0, MOST_RANGES).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  return ranges.length > MOST_RANGES ? `${shown.join(', ')} and more` : shown.join(', ');
}
