import { CheckPlaces } from './check-places.js';
import { examine, type Sound } from './examine.js';
import { Findings } from './findings.js';
import type { LimiterModule } from './limiter-module.js';
import type { ExpectationPlan } from './measure/expectations.js';
import type { CheckPlace } from './measure/gate/gate-result.js';
import type { Warmup } from './measure/warmup.js';
import type { Setting } from './scenario/set-path.js';
import type { ScenarioSource } from './scenario/source.js';
import type { Scenario } from './scenario/types.js';
import { withSettings } from './settings.js';
import { namesThatComeTwice, readVariant, withoutVariants } from './variants.js';

export interface PreparedVariant {
  /** undefined for a scenario without variants. */
  readonly name: string | undefined;
  readonly description: string;
  readonly scenario: Scenario;
  readonly plan: ExpectationPlan;
  /** Its steps as they are written, after all settings: what a server's operator is told. */
  readonly writtenSteps?: readonly unknown[] | undefined;
  /** What it was resolved from: a scenario file's data after all settings, without variants. */
  readonly input?: unknown;
  /** Where its checks stand in the scenario file; none for a script. */
  readonly places?: readonly CheckPlace[] | undefined;
  /** Where metrics begin, once that is decided; undefined: with the run. */
  readonly warmup?: Warmup | undefined;
}

/** A scenario that is ready to run: nothing in it can be wrong any more. */
export interface PreparedScenario {
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly seed: number;
  readonly settings: readonly Setting[];
  readonly variants: readonly PreparedVariant[];
  /** Decides about slots in every variant, instead of its policy. */
  readonly limiter?: LimiterModule | undefined;
  /** What else stood on the command line that runs it, as words of a shell. */
  readonly otherWords?: readonly string[] | undefined;
}

/**
 * Turns a scenario's data into runnable variants.
 * @param settings `--set` of the command line; they come after what variants set
 * @throws ScenarioError with every problem found
 */
export function prepareScenario(source: ScenarioSource, settings: readonly Setting[] = []): PreparedScenario {
  const findings = new Findings(source);
  const { data, made, doubts } = withSettings(source.data, settings, (failed) => findings.unplaced(`--set ${failed.setting.path}: ${failed.message}`));
  const base = examine(data, doubts);
  findings.add(base.problems);
  const { sound } = base;
  if (sound === undefined) throw findings.error();
  const { variants: specs = [], ...story } = sound.parsed;
  const variants = specs.map((_, index) => readVariant(sound, { index, overrides: made }, findings));
  findings.add(namesThatComeTwice(sound));
  if (findings.isAny) throw findings.error();
  const places = new CheckPlaces(source);
  const prepared = variants.flatMap((variant, index): PreparedVariant[] =>
    variant === undefined ? [] : [toRun(variant, specs[index], places.ofVariant(index))],
  );
  const asWritten = toRun({ ...sound, data: withoutVariants(sound.data) }, { name: undefined, description: story.description }, places.ofStory);
  return {
    file: source.file,
    name: story.name,
    description: story.description ?? '',
    seed: sound.scenario.seed,
    settings,
    variants: prepared.length > 0 ? prepared : [asWritten],
  };
}

function toRun(
  { data, scenario, plan, paths }: Pick<Sound, 'data' | 'scenario' | 'plan' | 'paths'>,
  spec: { readonly name?: string | undefined; readonly description?: string | undefined } | undefined,
  placesOf: ReturnType<CheckPlaces['ofVariant']>,
): PreparedVariant {
  const { steps = [] } = data as { readonly steps?: readonly unknown[] };
  const places = placesOf(paths, data);
  const { name, description = '' } = spec ?? {};
  return { name, description, scenario, plan, writtenSteps: steps, input: data, ...(places.length === 0 ? {} : { places }) };
}
