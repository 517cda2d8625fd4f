import type { PresetName } from '../../core/policy.js';
import { type PreparedScenario, prepareScenario } from '../../prepare.js';
import { loadScenario } from '../load-scenario.js';
import type { Files } from '../outside.js';
import { shipped } from '../shipped.js';

/** @param id its name without `.yaml` */
export function experimentFile(id: string, files: Files): string {
  return shipped(`scenarios/score/${id}.yaml`, files);
}

/** A shipped experiment, with all its variants. */
export async function shippedExperiment(id: string, files: Files): Promise<PreparedScenario> {
  return prepareScenario(await loadScenario(experimentFile(id, files), files));
}

/** The same for one profile, as `run --variant` would run it. */
export function ofProfile(prepared: PreparedScenario, profile: PresetName): PreparedScenario {
  const variants = prepared.variants.filter(({ name }) => name === profile);
  if (variants.length === 0) throw new Error(`expected ${prepared.file} to have a variant ${profile}`);
  return { ...prepared, variants, otherWords: [`--variant ${profile}`] };
}
