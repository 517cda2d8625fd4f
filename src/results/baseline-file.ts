import { BASELINE_SCHEMA_VERSION, type Baseline, type BaselineVariant } from '../measure/comparison/baseline.js';
import type { ScenarioParts } from '../measure/result.js';
import { parseJson } from './parse-json.js';
import { preview } from './preview.js';
import { ResultError } from './result-error.js';
import { fail, finite, listOf, Mismatch, maybe, objectOf, oneOf, type Shape, tableOf, text, tupleOf, whole } from './shapes/shape.js';

/** Reads a file of `reports/baselines`. @param file where it comes from, for messages @throws ResultError */
export function readBaseline(content: string, file: string): Baseline {
  const data = parseJson(content, file);
  checkIsBaseline(data, file);
  try {
    const baseline = baselineShape(data);
    checkSeeds(baseline);
    return baseline;
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new ResultError(
      `${file}: ${error.where === '' ? '' : `at ${error.where}: `}expected ${error.expected}, got ${preview(error.got)}; the file is damaged or was edited: take it from git again, or set it anew with "slotstorm baseline update"`,
    );
  }
}

function isBaseline(data: unknown): boolean {
  return typeof data === 'object' && data !== null && (data as Record<string, unknown>)['kind'] === 'slotstorm-baseline';
}

/** As it lies in git: names in order, a number a line, so that a diff shows which seeds changed. The same baseline gives the same bytes. */
export function baselineText(baseline: Baseline): string {
  return `${printed(baseline, '')}\n`;
}

const day: Shape<string> = (given) => (typeof given === 'string' && /^\d{4}-\d\d-\d\d$/.test(given) ? given : fail('a day such as "2027-01-15"', given));

const parts = objectOf<ScenarioParts>({ load: text, platform: text, policy: text, expectations: text });

const simulated = objectOf<{ kind: 'simulated' }>({ kind: oneOf('simulated') });
const live = objectOf<Extract<Baseline['world'], { kind: 'live' }>>({ kind: oneOf('live'), driver: text, machine: text, expires: day });
const world: Shape<Baseline['world']> = (given) =>
  typeof given === 'object' && given !== null && (given as Record<string, unknown>)['kind'] === 'live' ? live(given) : simulated(given);

const variant = objectOf<BaselineVariant>({
  name: maybe(text),
  hashes: tableOf(text),
  metrics: tableOf(tableOf(tableOf(finite))),
  latencyCurve: listOf(tupleOf<readonly [number, number]>(finite, finite)),
});

const baselineShape = objectOf<Baseline>({
  schemaVersion: oneOf(BASELINE_SCHEMA_VERSION),
  kind: oneOf('slotstorm-baseline'),
  tool: text,
  randomScheme: whole,
  scenario: objectOf<Baseline['scenario']>({ name: text, file: text, sha256: text, parts }),
  world,
  seeds: listOf(whole, 1),
  reason: text,
  updated: day,
  variants: listOf(variant, 1),
});

/** Before anything is said about single fields: is it one of ours, and of a version that is known? */
function checkIsBaseline(data: unknown, file: string): void {
  const { schemaVersion, runs } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>;
  if (!isBaseline(data)) {
    const got = runs === undefined ? 'something else' : 'a result; make a baseline of it with "slotstorm baseline update"';
    throw new ResultError(`${file}: expected a baseline of slotstorm, got ${got}`);
  }
  if (typeof schemaVersion === 'number' && schemaVersion > BASELINE_SCHEMA_VERSION)
    throw new ResultError(
      `${file}: expected a baseline of schema version ${BASELINE_SCHEMA_VERSION}, got ${schemaVersion}: a newer slotstorm wrote it; use that one, or set the baseline anew`,
    );
}

function checkSeeds({ seeds, variants }: Baseline): void {
  const known = new Set(seeds.map(String));
  if (known.size !== seeds.length) throw new Mismatch('every seed once', seeds).inside('seeds');
  const names = new Set(variants.map(({ name }) => name));
  if (names.size !== variants.length) throw new Mismatch('every variant to have a name of its own', [...names]).inside('variants');
  for (const [at, { hashes }] of variants.entries()) {
    const stranger = Object.keys(hashes).find((seed) => !known.has(seed));
    if (stranger !== undefined) throw new Mismatch('one of the seeds', stranger).inside('hashes').inside(at).inside('variants');
  }
}

const STEP = '  ';

function printed(value: unknown, indent: string): string {
  if (Array.isArray(value)) return printedList(value, indent);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = indent + STEP;
  const fields = Object.entries(value)
    .filter(([, own]) => own !== undefined)
    .sort(([one], [other]) => byName(one, other))
    .map(([name, own]) => `${inner}${JSON.stringify(name)}: ${printed(own, inner)}`);
  return fields.length === 0 ? '{}' : `{\n${fields.join(',\n')}\n${indent}}`;
}

/** Lists of plain values stand on one line, so that seeds and points of a curve do not fill pages. */
function printedList(values: readonly unknown[], indent: string): string {
  if (values.every((value) => typeof value !== 'object' || value === null)) return `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
  const inner = indent + STEP;
  return `[\n${values.map((value) => `${inner}${printed(value, inner)}`).join(',\n')}\n${indent}]`;
}

/** Seeds by their size, all other names by their letters, whatever the language of the machine. */
function byName(one: string, other: string): number {
  const [first, second] = [Number(one), Number(other)];
  if (Number.isInteger(first) && Number.isInteger(second)) return first - second;
  return one < other ? -1 : one > other ? 1 : 0;
}
