import type { Dials, Planning } from '../point.js';

/** The same setting with nobody dropped for having waited too long, whatever the load says. */
export function withoutDeadline(planning: Planning, dials: Dials): Dials {
  return planning.load.dials.has('startTimeoutMs') ? { ...dials, startTimeoutMs: Number.POSITIVE_INFINITY } : dials;
}
