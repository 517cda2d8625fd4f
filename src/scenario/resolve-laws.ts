import { US_PER_MS, US_PER_SECOND } from '../core/time.js';
import { type DurationSpec, paretoMinOf } from './durations.js';
import type { ParsedScenario } from './schema.js';

type ParsedLaw = ParsedScenario['platform']['endpoints'][number]['service'];
type ParsedPareto = NonNullable<Exclude<ParsedLaw, number>['pareto']>;
type ParsedEmpirical = NonNullable<Exclude<ParsedLaw, number>['empirical']>;
type ParsedUnit = 's' | 'ms' | 'us' | number;

const UNIT_US = { s: US_PER_SECOND, ms: US_PER_MS, us: 1 };

/** µs in one unit of a column. */
export function unitUs(unit: ParsedUnit | undefined): number {
  return typeof unit === 'number' ? unit : UNIT_US[unit ?? 's'];
}

/** A duration, or one of the laws; the schema has seen to it that exactly one is named. */
export function resolveLaw(law: ParsedLaw): DurationSpec {
  if (typeof law === 'number') return { kind: 'constant', us: law };
  const { uniform, exponential, lognormal, gamma, erlang, pareto, empirical } = law;
  if (uniform !== undefined) return { kind: 'uniform', minUs: uniform.min, maxUs: uniform.max };
  if (exponential !== undefined) return { kind: 'exponential', meanUs: exponential.mean };
  if (lognormal !== undefined) return { kind: 'lognormal', meanUs: lognormal.mean, cv: lognormal.cv };
  if (gamma !== undefined) return { kind: 'gamma', meanUs: gamma.mean, shape: 1 / (gamma.cv * gamma.cv) };
  if (erlang !== undefined) return { kind: 'gamma', meanUs: erlang.mean, shape: erlang.stages };
  if (pareto !== undefined) return resolvePareto(pareto);
  if (empirical !== undefined) return resolveEmpirical(empirical);
  return { kind: 'constant', us: law.constant as number };
}

function resolvePareto({ shape, min, mean = 0, max = Number.POSITIVE_INFINITY }: ParsedPareto): DurationSpec {
  const minUs = min ?? (max === Number.POSITIVE_INFINITY ? (mean * (shape - 1)) / shape : paretoMinOf(mean, max, shape));
  return { kind: 'pareto', minUs, maxUs: max, shape };
}

function resolveEmpirical(empirical: ParsedEmpirical): DurationSpec {
  if ('values' in empirical) return { kind: 'values', valuesUs: empirical.values, weights: empirical.weights };
  if ('quantiles' in empirical) return { kind: 'quantiles', points: empirical.quantiles.map(({ p, is }) => ({ p, us: is })) };
  return { kind: 'samples', file: empirical.file, column: empirical.column, unitUs: unitUs(empirical.unit) };
}
