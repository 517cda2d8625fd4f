import type { Scenario } from '../../scenario/types.js';
import { MOST_CALLS, nameOf } from './plan-play.js';

/** What k6 cannot play: each a sentence. */
export function k6Complaints({ workload }: Pick<Scenario, 'workload'>): readonly string[] {
  return workload.flatMap((spec, flow) => {
    const name = nameOf(spec, flow);
    const { arrivals } = spec;
    const complaints: string[] = [];
    if (spec.child !== undefined) complaints.push(`${name}: k6 cannot make the request that a request waits for ("child")`);
    if (spec.webhook === true) complaints.push(`${name}: k6 cannot receive a webhook`);
    if (arrivals.kind === 'burst' && arrivals.count > MOST_CALLS)
      complaints.push(`${name}: expected a burst of at most ${MOST_CALLS} calls, which k6 can hold as a schedule, got ${arrivals.count}`);
    return complaints;
  });
}
