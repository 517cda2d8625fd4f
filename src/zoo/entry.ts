import { INVARIANT_IDS, type InvariantId } from '../measure/invariants/registry.js';
import { type Problem, ScenarioError, type ScenarioPath } from '../scenario/problems.js';
import { FAULT_CLASSES, type FaultClass } from '../scenario/schema/zoo.js';
import type { ParsedScenario } from '../scenario/schema.js';
import type { ScenarioSource } from '../scenario/source.js';
import { validateShape } from '../scenario/validate.js';

/** The variants that every entry has, in this order: the platform with the fault, and the same one without it. */
export const ENTRY_VARIANTS = ['broken', 'cured'] as const;

export interface Incident {
  readonly product: string;
  /** Each as owner/repository#number. */
  readonly refs: readonly string[];
  readonly what: string;
}

/** A switch in which the two platforms differ, as text. undefined: left as the scenario has it. */
export interface Difference {
  /** Path inside the scenario: `platform.policy.onRevoke`. */
  readonly path: string;
  readonly broken: string | undefined;
  readonly cured: string | undefined;
}

/** An expected figure: the metric or counter, and what is expected of it. */
export interface Figure {
  readonly name: string;
  readonly expression: string;
}

/** One known way to leak a slot, or to give out too many: what its scenario file says about it. */
export interface ZooEntry {
  readonly name: string;
  readonly file: string;
  readonly description: string;
  readonly faultClass: FaultClass;
  /** What all of its class have in common. */
  readonly mechanism: string;
  readonly decisive: InvariantId;
  readonly lesson: string;
  readonly incidents: readonly Incident[];
  readonly differences: readonly Difference[];
  /** What shows that the fault found a victim. */
  readonly victims: readonly Figure[];
  /** Further figures of the broken platform. */
  readonly figures: readonly Figure[];
  /** Figures of the cured platform. */
  readonly curedFigures: readonly Figure[];
}

type ZooFacts = NonNullable<ParsedScenario['zoo']>;
type VariantSpec = NonNullable<ParsedScenario['variants']>[number];

/** Reads what a scenario says of itself as an entry of the zoo. @throws ScenarioError with everything that is missing */
export function readEntry(source: ScenarioSource): ZooEntry {
  const shape = validateShape(source.data);
  if ('problems' in shape) throw new ScenarioError(shape.problems.map((problem) => source.locate(problem)));
  const { parsed } = shape;
  const problems = problemsOf(parsed);
  if (problems.length > 0) throw new ScenarioError(problems.map((problem) => source.locate(problem)));
  const { class: faultClass, decisive, lesson, incidents = [] } = parsed.zoo as ZooFacts;
  const [broken, cured] = parsed.variants as [VariantSpec, VariantSpec];
  return {
    name: parsed.name,
    file: source.file,
    description: parsed.description ?? '',
    faultClass,
    mechanism: FAULT_CLASSES[faultClass],
    decisive: decisive as InvariantId,
    lesson,
    incidents,
    differences: differencesOf(broken, cured),
    victims: Object.entries(exercisedOf(parsed, broken)).map(([name, expression]) => ({ name, expression })),
    figures: thresholdsOf(parsed, broken),
    curedFigures: thresholdsOf(parsed, cured),
  };
}

/** In the order of the classes, and by name within one. */
export function byClass(one: ZooEntry, other: ZooEntry): number {
  return CLASSES.indexOf(one.faultClass) - CLASSES.indexOf(other.faultClass) || (one.name < other.name ? -1 : 1);
}

const CLASSES = Object.keys(FAULT_CLASSES);

function problemsOf(parsed: ParsedScenario): Problem[] {
  const problems: Problem[] = [];
  const complain = (path: ScenarioPath, message: string): void => {
    problems.push({ path, aboutName: false, message });
  };
  const { zoo, variants = [] } = parsed;
  if (zoo === undefined) complain([], 'expected an entry of the zoo, with zoo: { class, decisive, lesson, incidents }');
  else if (!INVARIANT_IDS.includes(zoo.decisive as InvariantId))
    complain(['zoo', 'decisive'], `expected the id of an invariant (${INVARIANT_IDS.join(', ')}), got "${zoo.decisive}"`);
  if (readsFiles(parsed)) complain([], 'expected an entry that stands for itself, but it reads a trace or samples from another file');
  const names = variants.map((variant) => variant.name);
  if (names.join() !== ENTRY_VARIANTS.join()) {
    complain(['variants'], `expected exactly the variants ${ENTRY_VARIANTS.join(' and ')}, in this order, got ${names.join(', ') || 'none'}`);
    return problems;
  }
  const [broken, cured] = variants as [VariantSpec, VariantSpec];
  if (Object.keys(exercisedOf(parsed, broken)).length === 0)
    complain(['variants', 0], 'expected expect.exercised with the counters that show that the fault found a victim, got none');
  const expected = { ...parsed.expect?.invariants, ...broken.expect?.invariants };
  if (zoo !== undefined && expected[zoo.decisive] !== 'violated') complain(['variants', 0], `expected expect.invariants to say ${zoo.decisive}: violated`);
  const excused = Object.entries({ ...parsed.expect?.invariants, ...cured.expect?.invariants }).filter(([, state]) => state !== 'held');
  if (excused.length > 0) complain(['variants', 1], `expected the cured variant to hold every invariant, but ${excused.map(([id]) => id).join(', ')} need not`);
  return problems;
}

function exercisedOf(parsed: ParsedScenario, variant: VariantSpec): Record<string, string> {
  const exercised = { ...parsed.expect?.exercised, ...variant.expect?.exercised };
  return Object.fromEntries(Object.entries(exercised).map(([name, given]) => [name, typeof given === 'string' ? given : given.is]));
}

function thresholdsOf(parsed: ParsedScenario, variant: VariantSpec): Figure[] {
  const thresholds = { ...parsed.expect?.thresholds, ...variant.expect?.thresholds };
  return Object.entries(thresholds).flatMap(([name, given]) =>
    [given].flat().map((entry) => ({ name, expression: typeof entry === 'string' ? entry : entry.threshold })),
  );
}

function differencesOf(broken: VariantSpec, cured: VariantSpec): Difference[] {
  const paths = new Set([...Object.keys(broken.set ?? {}), ...Object.keys(cured.set ?? {})]);
  return [...paths].map((path) => ({ path, broken: textOf(broken.set?.[path]), cured: textOf(cured.set?.[path]) }));
}

/** Whether a trace or a file of samples is named anywhere. */
function readsFiles(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => ((key === 'trace' || key === 'file') && typeof inner === 'string') || readsFiles(inner));
}

/** A value as a scenario file would write it. */
function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([key, inner]) => `${key}: ${textOf(inner)}`);
  return `{ ${fields.join(', ')} }`;
}
