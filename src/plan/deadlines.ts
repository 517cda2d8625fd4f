import { PlanError } from './plan-error.js';
import type { PlannedLoad } from './point.js';
import type { Slo, Slos } from './slos.js';

const DROPPED = 'start_timeouts';

/**
 * Where no request has a start_timeout none is ever dropped by one: a promise about that is kept by every limit, and says
 * nothing.
 * @param asked the flag or the file that makes the promises
 * @param isOwn the scenario makes them itself, for its own ends: beside others such a promise is only noted
 * @returns notes
 * @throws PlanError
 */
export function checkDeadlines(load: PlannedLoad, slos: Slos, asked: string, isOwn: boolean): string[] {
  const idle = slos.all.filter(isAboutDeadlines);
  if (idle.length === 0 || hasDeadline(load)) return [];
  if (isOwn && idle.length < slos.all.length)
    return idle.map(({ text }) => `No request of the load has a start_timeout: every limit keeps "${text}", and it has no part in the answer.`);
  throw new PlanError(
    `${asked} ${JSON.stringify(idle[0]?.text)}: expected requests with a start_timeout, but none has one, so that every limit keeps this promise; give --start-timeout 30s, or promise a wait such as --slo 'p(95)<2s'`,
  );
}

function isAboutDeadlines(slo: Slo): boolean {
  return slo.kind === 'budget' ? slo.budget.name === DROPPED : slo.threshold.selector.metric === DROPPED;
}

/** Where all requests are its own, whoever may wait only so long says so in the data, whatever the load was made of. */
function hasDeadline(load: PlannedLoad): boolean {
  return load.hasDeadline ?? JSON.stringify(load.point({ limit: 1 }).input).includes('"startTimeout":');
}
