import { disagreement, type Estimate, estimateFrom, SEEDS, standardErrorsOff } from './acceptance.js';
import { type Observation, observe } from './observation.js';
import type { QueueSetting } from './setting.js';

/** Something that theory knows exactly and a run shows. */
export interface Quantity {
  readonly name: string;
  readonly exact: number;
  /** What the standard error is compared with; without it the exact value. For differences, which are 0. */
  readonly scale?: number;
  readonly read: (run: Observation) => number;
}

/** The same point with one thing wrong in the platform or in the load. Held against the right values it must fail. */
export interface Twin {
  readonly wrong: string;
  readonly setting: QueueSetting;
  /** Requests a seed; fewer than the point's are enough to be caught. */
  readonly requests: number;
}

/** One queue with known answers. */
export interface TheoryPoint {
  readonly model: string;
  readonly parameters: string;
  readonly setting: QueueSetting;
  /** Requests a seed. */
  readonly requests: number;
  readonly quantities: readonly Quantity[];
  readonly twin: Twin;
}

/** Points that share a section of the document and a test file. */
export interface TheoryGroup {
  readonly title: string;
  readonly introduction: string;
  readonly points: readonly TheoryPoint[];
}

export interface QuantityResult {
  readonly name: string;
  readonly exact: number;
  readonly estimate: Estimate;
  /** In standard errors. */
  readonly off: number;
  readonly disagreement: string | undefined;
}

export interface PointResult {
  readonly point: TheoryPoint;
  readonly quantities: readonly QuantityResult[];
  /** Exact identities and invariants that some run broke. */
  readonly broken: readonly string[];
  /** The twin's quantity that is farthest off. */
  readonly twin: QuantityResult;
}

/** Runs a point and its twin with all seeds. */
export function runPoint(point: TheoryPoint): PointResult {
  const broken: string[] = [];
  const quantities = compare(point.quantities, point.setting, point.requests, broken);
  const twins = compare(point.quantities, point.twin.setting, point.twin.requests, []);
  const twin = twins.reduce((farthest, next) => (Math.abs(next.off) > Math.abs(farthest.off) ? next : farthest));
  return { point, quantities, broken, twin };
}

function compare(quantities: readonly Quantity[], setting: QueueSetting, requests: number, broken: string[]): QuantityResult[] {
  const values = quantities.map((): number[] => []);
  for (const seed of SEEDS) {
    const run = observe(setting, requests, seed);
    broken.push(...run.broken.map((what) => `seed ${seed}: ${what}`));
    for (const [n, quantity] of quantities.entries()) values[n]?.push(quantity.read(run));
  }
  return quantities.map(({ name, exact, scale }, n) => {
    const estimate = estimateFrom(values[n] as number[]);
    return { name, exact, estimate, off: standardErrorsOff(estimate, exact), disagreement: disagreement(estimate, exact, scale) };
  });
}
