import type { RunResult } from '../measure/result.js';
import type { PreparedVariant } from '../prepare.js';
import type { ScenarioInput } from '../scenario/schema.js';

/** What a run's story is made smaller from. */
export interface MinimalOrder {
  readonly variant: PreparedVariant;
  readonly run: RunResult;
  /** Whether a limiter of somebody else decided about slots. */
  readonly hasOwnLimiter: boolean;
}

/** Beyond this many events a run is too long to be repeated hundreds of times. */
export const MOST_EVENTS = 20_000;

/** Why a run cannot be shrunk; undefined: it can. */
export function whyNotShrunk({ variant, run, hasOwnLimiter }: MinimalOrder): string | undefined {
  if (run.live != null) return 'what happens on the wall clock cannot be repeated';
  if (hasOwnLimiter) return 'a limiter of your own decided about slots';
  if (variant.input === undefined) return 'the data of the scenario is not there';
  if (readsFile(variant.scenario)) return 'the scenario reads a recorded file';
  if (run.events > MOST_EVENTS) return `the run has ${run.events} events, more than ${MOST_EVENTS}`;
  return undefined;
}

/** The story alone, with the seed of the run: what is expected of it, and where its metrics begin, does not change what happens. */
export function storyOf({ variant, run }: MinimalOrder): ScenarioInput {
  const { $schema: _, description: _d, expect: _e, variants: _v, warmup: _w, zoo: _z, ...story } = variant.input as ScenarioInput;
  return { ...story, seed: run.seed };
}

/** Recorded arrivals and recorded durations lie in files, wherever in the scenario they are named. */
function readsFile(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { kind } = value as { readonly kind?: unknown };
  return kind === 'trace' || kind === 'samples' || Object.values(value).some(readsFile);
}
