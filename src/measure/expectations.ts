import { nearest } from '../core/nearest-name.js';
import { EXERCISES, type ExerciseName } from './exercise.js';
import { INVARIANT_IDS, type InvariantId } from './invariants/registry.js';
import { type Complaint, type Operator, parseComparison, parseSelector, parseThreshold, type Selector, type Threshold } from './thresholds.js';

/** `held`: must not break. `violated`: must break (a story about a broken platform). `off`: shown, not judged. */
export type InvariantExpectation = 'held' | 'violated' | 'off';

/** What a scenario expects, as written. */
export interface RawExpectations {
  readonly exercised: Readonly<Record<string, string>>;
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  readonly invariants: Readonly<Record<string, InvariantExpectation>>;
}

export interface ExercisedExpectation {
  readonly name: ExerciseName;
  readonly expression: string;
  readonly operator: Operator;
  readonly limit: number;
}

/** What a scenario expects, understood. */
export interface ExpectationPlan {
  readonly thresholds: readonly Threshold[];
  readonly exercised: readonly ExercisedExpectation[];
  readonly invariants: Readonly<Partial<Record<InvariantId, InvariantExpectation>>>;
}

/** A complaint about one expectation. `path` leads to it inside the scenario's `expect`. */
export interface ExpectationComplaint extends Complaint {
  readonly path: readonly (string | number)[];
  /** Whether it is about the name (key) rather than the value. */
  readonly aboutName: boolean;
}

/** Reads all expectations and gathers every complaint. */
export function planExpectations(raw: RawExpectations): { readonly plan: ExpectationPlan; readonly complaints: readonly ExpectationComplaint[] } {
  const complaints: ExpectationComplaint[] = [];
  const thresholds = readThresholds(raw, complaints);
  const exercised: ExercisedExpectation[] = [];
  for (const [name, expression] of Object.entries(raw.exercised)) {
    const path = ['exercised', name];
    if (!Object.hasOwn(EXERCISES, name)) {
      complaints.push({ path, aboutName: true, complaint: unknownName('exercise counter', name, Object.keys(EXERCISES)) });
      continue;
    }
    const comparison = parseComparison(expression);
    if ('complaint' in comparison) complaints.push({ path, aboutName: false, ...comparison });
    else exercised.push({ name: name as ExerciseName, expression, ...comparison });
  }
  for (const name of Object.keys(raw.invariants)) {
    if (!INVARIANT_IDS.includes(name as InvariantId)) {
      complaints.push({ path: ['invariants', name], aboutName: true, complaint: unknownName('invariant', name, INVARIANT_IDS) });
    }
  }
  return { plan: { thresholds, exercised, invariants: raw.invariants }, complaints };
}

function readThresholds(raw: RawExpectations, complaints: ExpectationComplaint[]): Threshold[] {
  const thresholds: Threshold[] = [];
  const seen = new Map<string, string>();
  for (const [name, expressions] of Object.entries(raw.thresholds)) {
    const selector: Selector | Complaint = parseSelector(name);
    if ('complaint' in selector) {
      complaints.push({ path: ['thresholds', name], aboutName: true, ...selector });
      continue;
    }
    const earlier = seen.get(selector.text);
    if (earlier !== undefined) {
      complaints.push({
        path: ['thresholds', name],
        aboutName: true,
        complaint: `"${name}" names the same metric as "${earlier}"; put all its thresholds in one list`,
      });
    }
    seen.set(selector.text, name);
    for (const [index, expression] of expressions.entries()) {
      const threshold = parseThreshold(selector, expression);
      if ('complaint' in threshold) complaints.push({ path: ['thresholds', name, index], aboutName: false, ...threshold });
      else thresholds.push(threshold);
    }
  }
  return thresholds;
}

function unknownName(what: string, name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `unknown ${what} "${name}"${near === undefined ? `; known: ${known.join(', ')}` : `; did you mean "${near}"?`}`;
}
