import type { Complaint } from '../thresholds.js';
import { FAILED_SEEDS, parseBudget } from './budgets.js';
import type { Budget, CheckPlace, GatedNumber, Level, RegressionTerms, VariantGate } from './gate-result.js';
import { shareOfPercent } from './percent.js';
import { PRESET_CHECKS, type Preset } from './presets.js';
import { parseGatedNumber, parseShare, USUAL_REGRESSION } from './regression-terms.js';

/** What a scenario expects of all its seeds together, as written. */
export interface RawGate {
  readonly presets?: readonly Preset[] | undefined;
  readonly budgets?: Readonly<Record<string, string | { readonly is: string; readonly level?: Level | undefined }>> | undefined;
  /** false: held to no baseline, even where others are. */
  readonly regression?: RawRegression | false | undefined;
}

export interface RawRegression {
  /** undefined: the usual ones. */
  readonly gate?: readonly (string | { readonly number: string; readonly level?: Level | undefined })[] | undefined;
  readonly margin?: string | undefined;
  readonly absoluteUs?: number | undefined;
  readonly misrate?: string | undefined;
}

/** Where a check stands inside a scenario's `expect`. */
export interface CheckPath extends Pick<CheckPlace, 'kind' | 'scope' | 'expression'> {
  readonly path: readonly (string | number)[];
}

interface GateComplaint extends Complaint {
  readonly path: CheckPath['path'];
  readonly aboutName: boolean;
}

interface PlannedGate {
  /** undefined: nothing is expected of the seeds together. */
  readonly gate: VariantGate | undefined;
  readonly complaints: readonly GateComplaint[];
  readonly paths: readonly CheckPath[];
}

export function planGate(raw: RawGate): PlannedGate {
  const complaints: GateComplaint[] = [];
  const paths: CheckPath[] = [];
  const budgets = planBudgets(raw, complaints, paths);
  const regression = raw.regression ? planRegression(raw.regression, complaints) : undefined;
  const off = raw.regression === false ? { regressionOff: true as const } : {};
  const presets = raw.presets ?? [];
  const isEmpty = presets.length === 0 && budgets.length === 0 && raw.regression === undefined;
  return { gate: isEmpty ? undefined : { presets, budgets, regression, ...off }, complaints, paths };
}

interface PresetThreshold {
  readonly metric: string;
  readonly expression: string;
  readonly level: Level;
}

/** Of a check that two presets have, the graver level holds. */
export function presetThresholds({ presets = [] }: RawGate): PresetThreshold[] {
  return mergePresets(presets, 'thresholds').map(([metric, check]) => ({ metric, ...check }));
}

function mergePresets(presets: readonly Preset[], part: 'thresholds' | 'budgets'): [string, { readonly level: Level; readonly expression: string }][] {
  const merged = new Map<string, { readonly level: Level; readonly expression: string }>();
  for (const preset of presets) {
    for (const [name, check] of Object.entries(PRESET_CHECKS[preset][part])) {
      if (merged.get(name)?.level !== 'error') merged.set(name, check);
    }
  }
  return [...merged];
}

function planBudgets({ presets = [], budgets = {} }: RawGate, complaints: GateComplaint[], paths: CheckPath[]): Budget[] {
  const planned: Budget[] = [];
  const seen = new Map<string, string>();
  const plan = (name: string, expression: string, level: Level, path: CheckPath['path']): void => {
    const budget = parseBudget(name, expression, level);
    if ('complaint' in budget) {
      const aboutName = budget.complaint.startsWith('unknown ');
      complaints.push({ path, aboutName, ...budget });
      // What is no share is none for any budget.
      if (aboutName && shareOfPercent(expression) === undefined)
        complaints.push({ path, aboutName: false, ...(parseBudget(FAILED_SEEDS, expression, level) as Complaint) });
      return;
    }
    const earlier = seen.get(budget.name);
    if (earlier !== undefined) complaints.push({ path, aboutName: true, complaint: `"${name}" is the same budget as "${earlier}"` });
    seen.set(budget.name, name);
    planned.push(budget);
    paths.push({ kind: 'budget', scope: budget.name, expression: budget.expression, path });
  };
  for (const [name, given] of Object.entries(budgets)) {
    const { is, level = 'error' } = typeof given === 'string' ? { is: given } : given;
    plan(name, is, level, ['budgets', name]);
  }
  for (const [name, { expression, level }] of mergePresets(presets, 'budgets')) {
    if (!seen.has(name) && !Object.hasOwn(budgets, name)) plan(name, expression, level, ['preset']);
  }
  return planned;
}

function planRegression({ gate, margin, absoluteUs, misrate }: RawRegression, complaints: GateComplaint[]): RegressionTerms {
  const understood = <Value extends object | number>(value: Value | Complaint, path: CheckPath['path'], otherwise: Value): Value => {
    if (typeof value === 'object' && 'complaint' in value) {
      complaints.push({ path: ['regression', ...path], aboutName: false, complaint: value.complaint });
      return otherwise;
    }
    return value;
  };
  const { gated, marginShare, marginMs, misrate: usualMisrate } = USUAL_REGRESSION;
  const seen = new Set<string>();
  const numbers = gate?.map((entry, index): GatedNumber => {
    const { number, level = 'error' } = typeof entry === 'string' ? { number: entry } : entry;
    const read = parseGatedNumber(number, level);
    const key = 'complaint' in read ? undefined : `${read.metric} ${read.number}`;
    if (key !== undefined && seen.has(key)) complaints.push({ path: ['regression', 'gate', index], aboutName: false, complaint: 'this number is gated twice' });
    if (key !== undefined) seen.add(key);
    return understood(read, ['gate', index], gated[0] as GatedNumber);
  });
  const chance = misrate === undefined ? usualMisrate : understood(parseShare(misrate), ['misrate'], usualMisrate);
  if (chance === 0) complaints.push({ path: ['regression', 'misrate'], aboutName: false, complaint: `expected a share above 0% such as 1%, got "${misrate}"` });
  return {
    gated: numbers ?? gated,
    marginShare: margin === undefined ? marginShare : understood(parseShare(margin), ['margin'], marginShare),
    marginMs: absoluteUs === undefined ? marginMs : absoluteUs / 1000,
    misrate: chance,
  };
}
