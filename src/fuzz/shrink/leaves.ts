import { US_PER_MS, US_PER_SECOND } from '../../core/time.js';
import { parseDurationUs } from '../../core/units.js';
import { durationText } from '../../scenario/duration-text.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import { copyOf, type Reduction } from './reduction.js';

type Path = readonly (string | number)[];
type Holder = Record<string | number, unknown>;

/** Names and references stay, what says what a thing is, and the policy as a whole: it is what is tried. */
const KEPT = new Set([
  'name',
  'seed',
  'id',
  'keys',
  'as',
  'key',
  'account',
  'endpoint',
  'do',
  'at',
  'for',
  'by',
  'recovery',
  'arrivals',
  'burst',
  'preset',
  'policy',
  'service',
]);

/** Leaves out what may be left out: switches, deadlines, second thoughts. Whether it may, the schema decides. */
export const fewerWords: Reduction = {
  name: 'fewer words',
  *candidates(story) {
    for (const { path, value } of leavesAndObjects(story)) {
      const key = path.at(-1);
      if (typeof key === 'number' || KEPT.has(key as string) || Array.isArray(value) || path.length < 2 || isAccountLimit(path)) continue;
      const changed = copyOf(story);
      const holder = holderOf(changed, path);
      delete holder[key as string];
      yield changed;
    }
  },
};

/** Smaller whole numbers: limits, counts, runners. */
export const smallerNumbers: Reduction = {
  name: 'smaller numbers',
  *candidates(story) {
    for (const { path, value } of leavesAndObjects(story)) {
      if (typeof value !== 'number' || path[0] === 'seed') continue;
      for (const smaller of smallerThan(value)) yield changedAt(story, path, smaller);
    }
  },
};

/** Rounder and shorter durations. */
export const simplerDurations: Reduction = {
  name: 'simpler durations',
  *candidates(story) {
    for (const { path, value } of leavesAndObjects(story)) {
      const us = typeof value === 'string' && !isName(path) ? parseDurationUs(value) : undefined;
      if (us === undefined || path[0] === 'recovery') continue;
      for (const simpler of simplerThan(us)) yield changedAt(story, path, durationText(simpler));
    }
  },
};

/** A recovery no longer than needed: whoever reads the story waits for less. */
export const shorterRecovery: Reduction = {
  name: 'a shorter recovery',
  *candidates(story) {
    const us = parseDurationUs(story.recovery ?? '');
    if (us === undefined) return;
    for (const shorter of RECOVERIES_S) if (shorter * US_PER_SECOND < us) yield { ...story, recovery: durationText(shorter * US_PER_SECOND) };
  },
};

const RECOVERIES_S = [10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600];

function smallerThan(value: number): Set<number> {
  if (!Number.isInteger(value)) return new Set(value > 0 && value < 1 ? [1] : []);
  return new Set([1, Math.floor(value / 2), value - 1].filter((smaller) => smaller > 0 && smaller < value));
}

/** Grains of time, coarse ones first: a time is simpler on a coarser grain, and then if it is shorter. */
const GRAINS_US = [US_PER_SECOND, 500 * US_PER_MS, 100 * US_PER_MS, 10 * US_PER_MS, US_PER_MS, 1];

function simplerThan(us: number): Set<number> {
  const grain = grainOf(us);
  const candidates = [0, US_PER_SECOND];
  for (const finer of GRAINS_US.slice(0, grain)) candidates.push(Math.round(us / finer) * finer, Math.floor(us / finer) * finer, Math.ceil(us / finer) * finer);
  const own = GRAINS_US[grain] as number;
  candidates.push(Math.round(us / 2 / own) * own, us - Math.sign(us) * own);
  return new Set(candidates.filter((simpler) => isSimpler(simpler, us)));
}

function isSimpler(one: number, other: number): boolean {
  const difference = grainOf(one) - grainOf(other);
  return difference < 0 || (difference === 0 && Math.abs(one) < Math.abs(other));
}

function grainOf(us: number): number {
  return GRAINS_US.findIndex((grain) => us % grain === 0);
}

/** Left out, it would be that of a tier, which the story does not show. */
function isAccountLimit(path: Path): boolean {
  return path[1] === 'accounts' && path[3] === 'limit';
}

function isName(path: Path): boolean {
  const key = path.at(-1);
  return path[0] === 'name' || key === 'id' || key === 'as' || key === 'key' || path.includes('keys');
}

function changedAt(story: ScenarioInput, path: Path, value: unknown): ScenarioInput {
  const changed = copyOf(story);
  holderOf(changed, path)[path.at(-1) as string | number] = value;
  return changed;
}

function holderOf(story: ScenarioInput, path: Path): Holder {
  let holder = story as unknown as Holder;
  for (const part of path.slice(0, -1)) holder = holder[part] as Holder;
  return holder;
}

/** Everything in the story, what holds others before them. */
function* leavesAndObjects(value: unknown, path: Path = []): Generator<{ readonly path: Path; readonly value: unknown }> {
  if (path.length > 0) yield { path, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* leavesAndObjects(inner, [...path, Array.isArray(value) ? Number(key) : key]);
}
