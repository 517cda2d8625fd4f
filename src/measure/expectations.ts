import { nearest } from '../core/nearest-name.js';
import { EXERCISES, type ExerciseName } from './exercise.js';
import { budgetAsError } from './gate/budgets.js';
import { type CheckPath, planGate, presetThresholds, type RawGate } from './gate/gate-plan.js';
import type { Level, VariantGate } from './gate/gate-result.js';
import { spaceless } from './gate/quarantine.js';
import { parseThreshold } from './gate/threshold-grammar.js';
import { INVARIANT_IDS, type InvariantId } from './invariants/registry.js';
import { METRICS, type MetricName } from './metrics.js';
import { type Complaint, type Operator, parseComparison, parseSelector, type Selector, type Threshold } from './thresholds.js';

/** `held`: must not break. `violated`: must break (a story about a broken platform). `off`: shown, not judged. */
export type InvariantExpectation = 'held' | 'violated' | 'off';

/** An expectation as it is, or with the level at which it counts. */
export type Leveled<Expected> = Expected | { readonly is: Expected; readonly level?: Level | undefined };

/** A threshold with more to say than its expression. */
export interface RawThreshold {
  readonly threshold: string;
  readonly level?: Level | undefined;
  readonly minSamples?: number | undefined;
}

const EMPTY_LIST =
  'expected at least one threshold such as "value == 0", got an empty list; to have one shown that does not count: { threshold: "value == 0", level: off }';

/** What a scenario expects, as written. */
export interface RawExpectations extends RawGate {
  readonly exercised: Readonly<Record<string, Leveled<string>>>;
  readonly thresholds: Readonly<Record<string, readonly (string | RawThreshold)[]>>;
  readonly invariants: Readonly<Record<string, Leveled<InvariantExpectation>>>;
}

export interface ExercisedExpectation {
  readonly name: ExerciseName;
  readonly expression: string;
  readonly operator: Operator;
  readonly limit: number;
  /** undefined: `error`. */
  readonly level?: Level | undefined;
}

/** What a scenario expects, understood. */
export interface ExpectationPlan {
  readonly thresholds: readonly Threshold[];
  readonly exercised: readonly ExercisedExpectation[];
  readonly invariants: Readonly<Partial<Record<InvariantId, InvariantExpectation>>>;
  /** Those that are no errors. */
  readonly invariantLevels?: Readonly<Partial<Record<InvariantId, Level>>> | undefined;
  /** What is held against all seeds together; undefined: nothing. */
  readonly gate?: VariantGate | undefined;
}

/** A complaint about one expectation. `path` leads to it inside the scenario's `expect`. */
export interface ExpectationComplaint extends Complaint {
  readonly path: readonly (string | number)[];
  /** Whether it is about the name (key) rather than the value. */
  readonly aboutName: boolean;
}

/** The steps that `within … of …` may name. */
export interface KnownSteps {
  readonly scripted: readonly { readonly do: string }[];
  /** Kinds that chance may add. */
  readonly drawn: readonly string[];
}

export interface PlannedExpectations {
  readonly plan: ExpectationPlan;
  readonly complaints: readonly ExpectationComplaint[];
  /** Where each check stands inside `expect`. */
  readonly paths: readonly CheckPath[];
}

/**
 * Reads all expectations and gathers every complaint.
 * @param steps undefined: steps are not looked up
 */
export function planExpectations(raw: RawExpectations, steps?: KnownSteps): PlannedExpectations {
  const planner = new Planner(raw, steps);
  return planner.plan();
}

class Planner {
  private readonly complaints: ExpectationComplaint[] = [];
  private readonly paths: CheckPath[] = [];

  constructor(
    private readonly raw: RawExpectations,
    private readonly steps: KnownSteps | undefined,
  ) {}

  plan(): PlannedExpectations {
    const thresholds = this.thresholds();
    const plan = { thresholds: [...thresholds, ...this.ofPresets(thresholds)], exercised: this.exercised(), ...this.invariants() };
    const { gate, complaints, paths } = planGate(this.raw);
    this.complaints.push(...complaints);
    this.paths.push(...paths);
    const whole: ExpectationPlan = gate === undefined ? plan : { ...plan, gate };
    const strict = gate?.presets.includes('strict') === true;
    return { plan: strict ? withStrictness(whole) : whole, complaints: this.complaints, paths: this.paths };
  }

  private thresholds(): Threshold[] {
    const thresholds: Threshold[] = [];
    const seen = new Map<string, string>();
    for (const [name, entries] of Object.entries(this.raw.thresholds)) {
      const selector = parseSelector(name);
      if ('complaint' in selector) {
        this.complain(['thresholds', name], selector.complaint, true);
        this.complainWhateverTheMetric(name, entries);
        continue;
      }
      const earlier = seen.get(selector.text);
      if (earlier !== undefined)
        this.complain(['thresholds', name], `"${name}" names the same metric as "${earlier}"; put all its thresholds in one list`, true);
      seen.set(selector.text, name);
      if (entries.length === 0) this.complain(['thresholds', name], EMPTY_LIST);
      const earlierEntries = new Map<string, number>();
      for (const [index, entry] of entries.entries()) {
        this.complainIfTwice(entry, earlierEntries, ['thresholds', name, index]);
        const threshold = this.threshold(selector, entry, ['thresholds', name, index]);
        if (threshold !== undefined) thresholds.push(threshold);
      }
    }
    return thresholds;
  }

  private threshold(selector: Selector, entry: string | RawThreshold, path: CheckPath['path']): Threshold | undefined {
    const { threshold: expression, level, minSamples } = typeof entry === 'string' ? { threshold: entry } : entry;
    const threshold = parseThreshold(selector, expression);
    const complaint = 'complaint' in threshold ? threshold.complaint : this.complaintAboutStep(threshold);
    if (complaint !== undefined) this.complain(path, complaint);
    if ('complaint' in threshold) return undefined;
    this.paths.push({ kind: 'threshold', scope: selector.text, expression: threshold.expression, path });
    return { ...threshold, ...levelled(level), ...(minSamples === undefined ? {} : { minSamples }) };
  }

  /** The name is wrong: of its thresholds only what no metric could take, in the words for the metric that was meant. */
  private complainWhateverTheMetric(name: string, entries: readonly (string | RawThreshold)[]): void {
    const selectors = selectorsNear(name);
    if (entries.length === 0) this.complain(['thresholds', name], EMPTY_LIST);
    for (const [index, entry] of entries.entries()) {
      const expression = typeof entry === 'string' ? entry : entry.threshold;
      const read = selectors.map((selector) => parseThreshold(selector, expression));
      const understood = read.find((threshold) => !('complaint' in threshold)) as Threshold | undefined;
      const complaint = understood === undefined ? (read[0] as Complaint).complaint : this.complaintAboutStep(understood);
      if (complaint !== undefined) this.complain(['thresholds', name, index], complaint);
    }
  }

  private complainIfTwice(entry: string | RawThreshold, earlier: Map<string, number>, path: CheckPath['path']): void {
    const expression = spaceless(typeof entry === 'string' ? entry : entry.threshold);
    const first = earlier.get(expression);
    if (first === undefined) earlier.set(expression, earlier.size + 1);
    else this.complain(path, `expected every threshold once, but number ${first} of this list is the same`);
  }

  private complaintAboutStep({ within }: Threshold): string | undefined {
    if (within === undefined || this.steps === undefined) return undefined;
    const { scripted, drawn } = this.steps;
    const number = /^step (\d+)$/.exec(within.step)?.[1];
    const kinds = [...new Set([...scripted.map((step) => step.do), ...drawn])];
    const isKnown = number === undefined ? kinds.includes(within.step) : Number(number) >= 1 && Number(number) <= scripted.length;
    if (isKnown) return undefined;
    const near = nearest(within.step, kinds);
    const known = [...kinds, ...(scripted.length === 0 ? [] : [scripted.length === 1 ? 'step 1' : `step 1 to step ${scripted.length}`])];
    return `unknown step "${within.step}"${near === undefined ? '' : `; did you mean "${near}"?`}; the scenario has ${known.length === 0 ? 'no steps' : known.join(', ')}`;
  }

  /** What the presets add to the scenario's own. */
  private ofPresets(own: readonly Threshold[]): Threshold[] {
    const named = new Set([...own.map(({ selector }) => selector.text), ...Object.keys(this.raw.thresholds)]);
    return presetThresholds(this.raw).flatMap(({ metric, expression, level }) => {
      const selector = parseSelector(metric) as Selector;
      if (named.has(selector.text)) return [];
      this.paths.push({ kind: 'threshold', scope: selector.text, expression, path: ['preset'] });
      return [{ ...(parseThreshold(selector, expression) as Threshold), ...levelled(level) }];
    });
  }

  private exercised(): ExercisedExpectation[] {
    const exercised: ExercisedExpectation[] = [];
    for (const [name, given] of Object.entries(this.raw.exercised)) {
      const path = ['exercised', name];
      const { is: expression, level } = typeof given === 'string' ? { is: given } : given;
      const isKnown = Object.hasOwn(EXERCISES, name);
      if (!isKnown) this.complain(path, unknownName('exercise counter', name, Object.keys(EXERCISES)), true);
      const comparison = parseComparison(expression);
      if ('complaint' in comparison) this.complain(path, comparison.complaint);
      if (!isKnown || 'complaint' in comparison) continue;
      exercised.push({ name: name as ExerciseName, expression, ...comparison, ...levelled(level) });
      this.paths.push({ kind: 'exercised', scope: name, expression, path });
    }
    return exercised;
  }

  private invariants(): Pick<ExpectationPlan, 'invariants' | 'invariantLevels'> {
    const invariants: Record<string, InvariantExpectation> = {};
    const levels: Record<string, Level> = {};
    for (const [name, given] of Object.entries(this.raw.invariants)) {
      const path = ['invariants', name];
      const { is, level } = typeof given === 'string' ? { is: given } : given;
      if (!INVARIANT_IDS.includes(name as InvariantId)) this.complain(path, unknownName('invariant', name, INVARIANT_IDS), true);
      invariants[name] = is;
      this.paths.push({ kind: 'invariant', scope: name, expression: is, path });
      if (level !== undefined && level !== 'error') levels[name] = level;
    }
    return Object.keys(levels).length === 0 ? { invariants } : { invariants, invariantLevels: levels };
  }

  private complain(path: CheckPath['path'], complaint: string, aboutName = false): void {
    this.complaints.push({ path, aboutName, complaint });
  }
}

/** The preset `strict`: what would only be warned of counts as an error, and a percentile passes only with samples enough. */
function withStrictness(plan: ExpectationPlan): ExpectationPlan {
  const counted = <Check extends { readonly level?: Level | undefined }>(check: Check): Check => {
    if (check.level !== 'warn') return check;
    const { level: _, ...rest } = check;
    return rest as unknown as Check;
  };
  const always = <Check extends { readonly level: Level }>(check: Check): Check => (check.level === 'warn' ? { ...check, level: 'error' } : check);
  const { gate, invariantLevels } = plan;
  const levels = Object.entries(invariantLevels ?? {}).filter(([, level]) => level !== 'warn');
  return {
    ...plan,
    thresholds: plan.thresholds.map((threshold) => ({ ...counted(threshold), needsSamples: true })),
    exercised: plan.exercised.map(counted),
    invariantLevels: levels.length === 0 ? undefined : Object.fromEntries(levels),
    gate: gate && {
      ...gate,
      budgets: gate.budgets.map(budgetAsError),
      regression: gate.regression && { ...gate.regression, gated: gate.regression.gated.map(always) },
    },
  };
}

/** Metrics that are kept because a check asks for them. */
export function askedSelectors({ thresholds, gate }: ExpectationPlan): Selector[] {
  const asked = [...(gate?.budgets ?? []).map(({ name }) => name), ...(gate?.regression?.gated ?? []).map(({ metric }) => metric)];
  const tagged = asked.filter((name) => name.includes('{')).map((name) => parseSelector(name) as Selector);
  return [...thresholds.map(({ selector }) => selector), ...tagged];
}

/** All metrics without tags; the one that a wrong name comes nearest to first. */
function selectorsNear(name: string): Selector[] {
  const names = Object.keys(METRICS) as MetricName[];
  const word = /^\s*([A-Za-z0-9_]*)/.exec(name)?.[1] ?? '';
  const near = nearest(word, names);
  return [...names].sort((a, b) => Number(b === near) - Number(a === near)).map((metric) => ({ text: metric, metric, tags: [] }));
}

function levelled(level: Level | undefined): { readonly level?: Level } {
  return level === undefined || level === 'error' ? {} : { level };
}

function unknownName(what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `unknown ${what} "${name}"${near === undefined ? `; known: ${known.join(', ')}` : `; did you mean "${near}"?`}`;
}
