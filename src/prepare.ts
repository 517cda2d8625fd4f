import { CheckPlaces } from './check-places.js';
import { complaintsAboutTags } from './check-tags.js';
import type { LimiterModule } from './limiter-module.js';
import { type ExpectationPlan, planExpectations } from './measure/expectations.js';
import type { CheckPlace } from './measure/gate/gate-result.js';
import type { Warmup } from './measure/warmup.js';
import { type LocatedProblem, type Problem, ScenarioError, type ScenarioPath } from './scenario/problems.js';
import { resolveScenario } from './scenario/resolve.js';
import type { ParsedScenario } from './scenario/schema.js';
import { applySettings, type Setting, SettingError } from './scenario/set-path.js';
import type { ScenarioSource } from './scenario/source.js';
import type { Scenario } from './scenario/types.js';
import { validateShape } from './scenario/validate.js';

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
  const data = withSettings(source, source.data, settings, (path) => `--set ${path}`);
  const parsed = parse(source, data);
  const { variants: variantSpecs = [], ...story } = parsed;
  const places = new CheckPlaces(source);
  const terms = { name: undefined, description: story.description ?? '', place: (problem: Problem) => problem, placesOf: places.ofStory };
  const base = prepareVariant(source, withoutVariants(data), terms);
  const variants = variantSpecs.map((spec, index) => variantOf(source, withoutVariants(data), spec, { index, settings, places }));
  checkVariantNames(source, variantSpecs);
  return {
    file: source.file,
    name: parsed.name,
    description: parsed.description ?? '',
    seed: base.scenario.seed,
    settings,
    variants: variants.length > 0 ? variants : [base],
  };
}

type VariantSpec = NonNullable<ParsedScenario['variants']>[number];

interface VariantPlace {
  readonly index: number;
  /** Of the command line. */
  readonly settings: readonly Setting[];
  readonly places: CheckPlaces;
}

function variantOf(source: ScenarioSource, data: Record<string, unknown>, spec: VariantSpec, at: VariantPlace): PreparedVariant {
  const { index, settings: overrides, places } = at;
  const own: ScenarioPath = ['variants', index];
  const settings = Object.entries(spec.set ?? {}).map(([path, value]) => ({ path, value }));
  const changed = withSettings(source, { ...data, expect: mergeExpect(data['expect'], spec.expect) }, settings, (path) => `"${path}"`, [...own, 'set']);
  const final = withSettings(source, changed, overrides, (path) => `--set ${path}`);
  // What is wrong only with these settings stands where they stand.
  const place = (problem: Problem): Problem => ({
    path: problem.path[0] === 'expect' && spec.expect !== undefined ? [...own, ...problem.path] : own,
    aboutName: problem.aboutName && problem.path[0] === 'expect',
    message: `variant "${spec.name}": ${problem.path.join('.')}: ${problem.message}`,
  });
  return prepareVariant(source, final, { name: spec.name, description: spec.description ?? '', place, placesOf: places.ofVariant(index) });
}

interface VariantTerms {
  readonly name: string | undefined;
  readonly description: string;
  /** Where a problem of the variant is to be shown. */
  readonly place: (problem: Problem) => Problem;
  readonly placesOf: ReturnType<CheckPlaces['ofVariant']>;
}

function prepareVariant(source: ScenarioSource, data: unknown, { name, description, place, placesOf }: VariantTerms): PreparedVariant {
  const fail = (problems: readonly Problem[]): never => {
    throw new ScenarioError(problems.map((problem) => source.locate(place(problem))));
  };
  const shape = validateShape(data);
  if ('problems' in shape) return fail(shape.problems);
  const resolved = resolveScenario(shape.parsed);
  if ('problems' in resolved) return fail(resolved.problems);
  const { scenario } = resolved;
  const { plan, complaints, paths } = planExpectations(scenario.expect, { scripted: scenario.steps, drawn: scenario.faults?.kinds ?? [] });
  const allComplaints = [...complaints, ...complaintsAboutTags(scenario.expect, scenario)];
  if (allComplaints.length > 0) {
    return fail(allComplaints.map(({ path, aboutName, complaint }) => ({ path: ['expect', ...path], aboutName, message: complaint })));
  }
  const { steps = [] } = data as { readonly steps?: readonly unknown[] };
  const places = placesOf(paths, data);
  return { name, description, scenario, plan, writtenSteps: steps, input: data, ...(places.length === 0 ? {} : { places }) };
}

function parse(source: ScenarioSource, data: unknown): ParsedScenario {
  const shape = validateShape(data);
  if ('problems' in shape) throw new ScenarioError(shape.problems.map((problem) => source.locate(problem)));
  return shape.parsed;
}

function withSettings(source: ScenarioSource, data: unknown, settings: readonly Setting[], name: (path: string) => string, path: ScenarioPath = []): unknown {
  try {
    return applySettings(data, settings).data;
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    const problem: Problem = { path, aboutName: false, message: `${settings.map((setting) => name(setting.path)).join(', ')}: ${error.message}` };
    throw new ScenarioError([path.length === 0 ? { ...problem, file: source.file, line: undefined, column: undefined } : source.locate(problem)]);
  }
}

function checkVariantNames(source: ScenarioSource, variants: readonly VariantSpec[]): void {
  const problems: LocatedProblem[] = [];
  for (const [index, { name }] of variants.entries()) {
    if (variants.findIndex((other) => other.name === name) === index) continue;
    problems.push(
      source.locate({
        path: ['variants', index, 'name'],
        aboutName: false,
        message: `expected every variant to have a name of its own, but "${name}" comes twice`,
      }),
    );
  }
  if (problems.length > 0) throw new ScenarioError(problems);
}

function withoutVariants(data: unknown): Record<string, unknown> {
  const { variants: _, ...story } = data as Record<string, unknown>;
  return story;
}

/** A variant's expectations replace the story's, one by one. */
function mergeExpect(story: unknown, variant: VariantSpec['expect']): unknown {
  if (variant === undefined) return story;
  const base = (story ?? {}) as Record<string, unknown>;
  const merged: Record<string, unknown> = { ...base };
  for (const part of ['exercised', 'thresholds', 'invariants', 'budgets'] as const) {
    if (variant[part] !== undefined) merged[part] = { ...(base[part] as object | undefined), ...variant[part] };
  }
  if (variant.preset !== undefined) merged['preset'] = variant.preset;
  if (variant.regression !== undefined) merged['regression'] = mergeRegression(base['regression'], variant.regression);
  return merged;
}

/** `true` and `false` replace, terms go on top of the story's. */
function mergeRegression(story: unknown, variant: NonNullable<VariantSpec['expect']>['regression']): unknown {
  return typeof variant === 'object' && typeof story === 'object' && story !== null ? { ...story, ...variant } : variant;
}
