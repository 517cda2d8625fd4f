import { createHash } from 'node:crypto';
import { PRESETS } from '../../core/policy.js';
import { recordingsOf, sha256OfRecording } from '../../plan/recordings.js';
import { loadOfScenario, type ScenarioLoad } from '../../plan/scenario/load-from-scenario.js';
import { Slos } from '../../plan/slos.js';
import { usualTiers } from '../../plan/tiers.js';
import { type PreparedScenario, type PreparedVariant, prepareScenario } from '../../prepare.js';
import type { Setting } from '../../scenario/set-path.js';
import { UsageError } from '../failures.js';
import { loadScenario } from '../load-scenario.js';
import type { Outside } from '../outside.js';
import { PinnedTraces } from '../trace-files.js';
import { variantNamed } from '../variant-named.js';
import type { AskedLoad, Waiting } from './asked-load.js';
import type { PlanArguments } from './options.js';
import { tiersAskedFor } from './tiers.js';

/** A scenario file as the load of a plan. @throws ScenarioError, UsageError, PlanError */
export async function askedScenario(file: string, given: PlanArguments, outside: Outside): Promise<AskedLoad> {
  const source = await loadScenario(file, outside.files);
  const settings = settingsOf(given);
  const scenario = prepareScenario(source, settings);
  const variant = plannedVariant(scenario, given.variant);
  const recordings = new PinnedTraces(file, outside.files);
  const slos = given.slo === undefined ? undefined : new Slos(given.slo);
  const load = loadOfScenario(variant, { file, account: given.account, slos, traceSource: recordings.source });
  // What none of its own requests needs, other accounts may.
  for (const recording of recordingsOf(load.point({ limit: 1 }).input)) sha256OfRecording(recording, recordings.source);
  const { policy } = load.platform;
  const data = source.data as { readonly seed?: number };
  return {
    load,
    slos: load.slos,
    name: given.name ?? nameOf(scenario.name, variant),
    recordings,
    policy: policy.preset,
    switches: switchesOf(load, settings),
    waiting: policy.waiting === 'newest-first' ? undefined : (policy.waiting satisfies Waiting),
    seed: given.seed ?? data.seed ?? FIRST_SEED,
    tiers: tiersAskedFor(given, usualTiers(load.platform)),
    change: (part) => part,
    notes: load.notes,
  };
}

const FIRST_SEED = 1;
const MOST_NAME = 60;
const HASH_DIGITS = 6;

/** A plan is of one story, and the one without its variants is none that anything else runs. @throws UsageError where nobody has said which */
function plannedVariant(scenario: PreparedScenario, wanted: string | undefined): PreparedVariant {
  const { file, variants } = scenario;
  if (wanted !== undefined) return variantNamed(scenario, wanted);
  if (variants.length === 1) return variants[0] as PreparedVariant;
  throw new UsageError(`${file}: expected --variant, for the scenario has ${variants.length}: ${variants.map(({ name }) => name).join(', ')}`);
}

/** Variants have folders and baselines of their own: where a name cannot stand in that of a file as it is, a hash tells it from its like. */
function nameOf(scenario: string, { name }: PreparedVariant): string {
  if (name === undefined) return scenario;
  const plain = name.slice(0, MOST_NAME).replaceAll(/[^\p{L}\p{N}._-]+/gu, '-');
  return plain === name ? `${scenario}-${name}` : `${scenario}-${plain}-${createHash('sha256').update(name).digest('hex').slice(0, HASH_DIGITS)}`;
}

/** A whole policy comes before its switches. */
function settingsOf({ policy, waiting, set = [] }: PlanArguments): Setting[] {
  return [
    ...(policy === undefined ? [] : [{ path: 'platform.policy', value: policy }]),
    ...(waiting === undefined ? [] : [{ path: 'platform.policy.waiting', value: waiting }]),
    ...set,
  ];
}

/** The way of waiting, where it is not the preset's, and what the command line set. */
function switchesOf({ platform: { policy } }: ScenarioLoad, settings: readonly Setting[]): string[] {
  const isOwn = policy.waiting !== PRESETS[policy.preset].policy.waiting;
  const set = settings
    .filter(({ path }) => !['platform.policy', 'platform.policy.waiting'].includes(path))
    .map(({ path, value }) => `${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [...(isOwn ? [`waiting=${policy.waiting}`] : []), ...set];
}
