import { formatDurationUs } from './core/units.js';
import type { RunResult } from './measure/result.js';
import { MIN_BATCHES, MSER_BATCH, NO_WARMUP, type PilotLevels, type Warmup, type WarmupCut, warmupCut } from './measure/warmup.js';
import type { PreparedScenario, PreparedVariant } from './prepare.js';

/** How many seeds the pilot of `warmup: auto` averages over. */
export const PILOT_SEEDS = 5;

/** Runs one seed of a variant to its end, with evidence, here or on a worker. */
export type PilotRun = (variant: PreparedVariant, seed: number) => Promise<Pick<RunResult, 'loadEndUs' | 'evidence'>>;

/** The scenario with every variant's warm-up decided. Without a warm-up nothing is run. */
export async function decideWarmups(prepared: PreparedScenario, runPilot: PilotRun): Promise<PreparedScenario> {
  const variants: PreparedVariant[] = [];
  for (const variant of prepared.variants) variants.push({ ...variant, warmup: await findWarmup(variant, runPilot) });
  return { ...prepared, variants };
}

/**
 * Decides where the metrics of a variant begin. For `auto` it runs a pilot: the load phase of the scenario's first
 * seeds, whichever seeds were asked for, so that a seed run alone has the same cut as among many.
 */
export async function findWarmup(variant: PreparedVariant, runPilot: PilotRun): Promise<Warmup> {
  const { scenario } = variant;
  const { warmup } = scenario;
  if (warmup === undefined) return NO_WARMUP;
  if (warmup.kind === 'fixed') return { us: warmup.us, rule: `fixed: ${formatDurationUs(warmup.us)}`, isSteady: true };
  // Recovery is no part of what may settle; without it every bin of the timeline lies in the load phase.
  const loadOnly = { ...variant, scenario: { ...scenario, recoveryUs: 0 } };
  const seeds = Array.from({ length: PILOT_SEEDS }, (_, n) => scenario.seed + n);
  const runs = await Promise.all(seeds.map((seed) => runPilot(loadOnly, seed)));
  const cut = warmupCut(runs.map(levelsOf));
  return { us: cut.cutUs, rule: autoRule(cut, seeds), isSteady: cut.kind === 'found' };
}

function levelsOf({ loadEndUs, evidence }: Pick<RunResult, 'loadEndUs' | 'evidence'>): PilotLevels {
  if (evidence === undefined) throw new Error('a pilot of the warm-up must keep evidence');
  return { loadEndUs, timeline: evidence.timeline };
}

function autoRule({ kind, cutUs }: WarmupCut, seeds: readonly number[]): string {
  const rule = `auto: MSER-5 on the number in the system, mean of seeds ${seeds[0]} to ${seeds.at(-1)}, first half of the load`;
  const outcome: Readonly<Record<WarmupCut['kind'], string>> = {
    found: cutUs === 0 ? 'steady from the start' : `cut at ${formatDurationUs(cutUs)}`,
    'not-steady': 'no cut found',
    'nothing-seen': 'nothing waited or held a slot, so there was nothing to look at',
    'too-short': `load too short, fewer than ${MIN_BATCHES * MSER_BATCH} steps of time`,
  };
  return `${rule}: ${outcome[kind]}`;
}
