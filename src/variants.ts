import { examine, type Sound } from './examine.js';
import type { Findings } from './findings.js';
import { Doubts } from './scenario/doubts.js';
import type { Problem, ScenarioPath } from './scenario/problems.js';
import type { ScenarioInput } from './scenario/schema.js';
import type { FailedSetting, Setting } from './scenario/set-path.js';
import { valueAt } from './scenario/value-at.js';
import { type Made, withSettings } from './settings.js';

type VariantSpec = NonNullable<ScenarioInput['variants']>[number];

interface VariantPlace {
  readonly index: number;
  /** Of the command line: they come after what the variant sets. */
  readonly overrides: readonly Setting[];
}

/**
 * Reads one variant of a scenario.
 * @param base the scenario without variants; what is wrong with it is told already
 * @param findings hear of what is wrong only with this variant
 */
export function readVariant(base: Sound, { index, overrides }: VariantPlace, findings: Findings): Sound | undefined {
  const own: ScenarioPath = ['variants', index];
  // What it sets could not be read: nobody knows what it is like.
  if (base.doubts.covers(own) || base.doubts.touches([...own, 'set'])) return undefined;
  const spec = variantsOf(base)[index] as VariantSpec;
  const story = withoutVariants(base.data);
  const settings = Object.entries(spec.set ?? {}).map(([path, value]) => ({ path, value }));
  const set = withSettings({ ...story, expect: mergeExpect(story['expect'], spec.expect) }, settings, (failed) => {
    const message = `"${failed.setting.path}": ${failed.message}`;
    if (!mayLeadSomewhere(failed, base)) findings.add([{ path: [...own, 'set'], aboutName: false, message }]);
  });
  const overridden = withSettings(set.data, overrides, (failed) => {
    if (!mayLeadSomewhere(failed, base)) findings.unplaced(`--set ${failed.setting.path}: ${failed.message}`);
  });
  const known = whatIsKnown(base, own, spec, { set, overridden });
  const { sound, problems } = examine(overridden.data, known);
  const name = base.doubts.touches([...own, 'name']) ? `number ${index + 1}` : `"${spec.name}"`;
  // What is wrong only with these settings stands where they stand.
  const place = (problem: Problem): Problem => ({
    path: problem.path[0] === 'expect' && spec.expect !== undefined ? [...own, ...problem.path] : own,
    aboutName: problem.aboutName && problem.path[0] === 'expect',
    message: `variant ${name}: ${problem.path.join('.')}: ${problem.message}`,
  });
  findings.add(problems.map(place));
  return sound;
}

/** What is wrong with a variant and told already: all that is wrong with the story and not replaced, and what is wrong with the variant itself. */
function whatIsKnown(base: Sound, own: ScenarioPath, spec: VariantSpec, { set, overridden }: { readonly set: Made; readonly overridden: Made }): Doubts {
  const known = new Doubts(overridden.data, base.doubts);
  for (const path of [...set.paths, ...pathsOfExpect(spec.expect)]) known.lift(path);
  for (const path of set.paths) addWhatIsAbove(path, base.doubts, known);
  for (const path of overridden.paths) known.include(base.doubts, path);
  known.include(base.doubts, [...own, 'expect'], ['expect']);
  known.include(set.doubts);
  known.include(overridden.doubts);
  return known;
}

/** Whether a path leads nowhere only because what is there could not be read. */
function mayLeadSomewhere({ reached, byName }: FailedSetting, { doubts, data }: Sound): boolean {
  if (reached === undefined) return false;
  const list = valueAt(data, reached);
  return doubts.covers(reached) || (byName && Array.isArray(list) && doubts.touchesAny(reached, list.length, ['id', 'name']));
}

/** Something was set inside what could not be read, or what may be there under another name: the whole of it is still unknown. */
function addWhatIsAbove(path: ScenarioPath, base: Doubts, known: Doubts): void {
  for (let length = 1; length < path.length; length++) if (base.covers(path.slice(0, length))) known.add(path.slice(0, length));
}

export function namesThatComeTwice(base: Sound): Problem[] {
  const names = variantsOf(base).map(({ name }) => name);
  return names.flatMap((name, index): Problem[] => {
    const path: ScenarioPath = ['variants', index, 'name'];
    if (names.indexOf(name) === index || base.doubts.touches(path)) return [];
    return [{ path, aboutName: false, message: `expected every variant to have a name of its own, but "${name}" comes twice` }];
  });
}

export function withoutVariants(data: unknown): Record<string, unknown> {
  const { variants: _, ...story } = data as Record<string, unknown>;
  return story;
}

function variantsOf({ data }: Sound): readonly VariantSpec[] {
  return (data as ScenarioInput).variants ?? [];
}

const BY_NAME = ['exercised', 'thresholds', 'invariants', 'budgets'] as const;

/** A variant's expectations replace the story's, one by one. */
function mergeExpect(story: unknown, variant: VariantSpec['expect']): unknown {
  if (variant === undefined) return story;
  const base = (story ?? {}) as Record<string, unknown>;
  const merged: Record<string, unknown> = { ...base };
  for (const part of BY_NAME) {
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

/** What of the story's expectations a variant replaces. */
function pathsOfExpect(variant: VariantSpec['expect']): ScenarioPath[] {
  if (variant === undefined) return [];
  const named = BY_NAME.flatMap((part) => Object.keys(variant[part] ?? {}).map((name) => ['expect', part, name]));
  const terms = typeof variant.regression === 'object' ? Object.keys(variant.regression).map((term) => ['expect', 'regression', term]) : [];
  return [...named, ...terms, ...(variant.preset === undefined ? [] : [['expect', 'preset']])];
}
