import type { PresetName } from '../../core/policy.js';
import { type PreparedScenario, prepareScenario } from '../../prepare.js';
import type { Setting } from '../../scenario/set-path.js';
import { loadScenario } from '../load-scenario.js';
import type { Files } from '../outside.js';
import { ownFile, shipped } from '../shipped.js';

/**
 * A shipped experiment, with all its variants: always that of this very package, under the name by which the user finds it.
 * @param id its name without `.yaml`
 */
export async function shippedExperiment(id: string, files: Files, settings: readonly Setting[] = []): Promise<PreparedScenario> {
  const name = `scenarios/score/${id}.yaml`;
  return prepareScenario({ ...(await loadScenario(ownFile(name, files), files)), file: shipped(name, files) }, settings);
}

/** The same for one profile, as `run --variant` would run it. */
export function ofProfile(prepared: PreparedScenario, profile: PresetName): PreparedScenario {
  const variants = prepared.variants.filter(({ name }) => name === profile);
  if (variants.length === 0) throw new Error(`expected ${prepared.file} to have a variant ${profile}`);
  return { ...prepared, variants, otherWords: [`--variant ${profile}`] };
}
