import type { DurationSpec } from '../scenario/durations.js';
import { type DurationLaw, durationLaw } from './duration-laws.js';
import type { TraceSource } from './table.js';

/**
 * The laws of a scenario, each made once, for they have no state. Whoever runs many seeds keeps one of these for all of them,
 * so that a file of samples is read and parsed once, however many seeds and endpoints draw from it.
 */
export class Laws {
  private readonly known = new Map<DurationSpec | string, DurationLaw>();

  /** @throws TraceError when a file of samples cannot be used */
  of(spec: DurationSpec, source: TraceSource): DurationLaw {
    const key = spec.kind === 'samples' ? JSON.stringify([spec.file, spec.column, spec.unitUs]) : spec;
    const law = this.known.get(key) ?? durationLaw(spec, source);
    this.known.set(key, law);
    return law;
  }
}
