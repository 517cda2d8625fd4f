import { type Estimate, estimateFrom, SEEDS, STANDARD_ERRORS_AT_MOST } from '../acceptance.js';
import { BOUNDED_QUEUES, type BoundedQueue, LEE_LONGTON } from '../groups/bounds.js';
import { observe } from '../observation.js';
import type { QueueSetting } from '../setting.js';
import { digits, table } from './numbers.js';
import type { DocumentSection } from './section.js';

/** Queues of which theory knows a bound or an approximation only. */
export class BoundsSection implements DocumentSection {
  readonly heading = 'Bounds and approximations';
  readonly queues = BOUNDED_QUEUES;
  readonly scaling = LEE_LONGTON;
  private readonly waits = new Map<QueueSetting, Estimate>();

  /** Mean wait, run once. @throws Error where an exact identity or an invariant does not hold */
  meanWait(setting: QueueSetting, requests: number): Estimate {
    const known = this.waits.get(setting);
    if (known !== undefined) return known;
    const runs = SEEDS.map((seed) => observe(setting, requests, seed));
    const broken = runs.flatMap((run) => run.broken);
    if (broken.length > 0) throw new Error(broken.join('; '));
    const estimate = estimateFrom(runs.map((run) => run.meanWaitOfServed));
    this.waits.set(setting, estimate);
    return estimate;
  }

  staysBelow({ setting, requests, bound }: BoundedQueue): boolean {
    const { mean, standardError } = this.meanWait(setting, requests);
    return mean + STANDARD_ERRORS_AT_MOST * standardError < bound;
  }

  text(): string {
    const { setting, requests, approximation } = this.scaling;
    const many = this.meanWait(setting, requests);
    const rows = this.queues.map((queue) => {
      const { mean, standardError } = this.meanWait(queue.setting, queue.requests);
      return [queue.model, queue.parameters, digits(mean), digits(standardError), digits(queue.bound), queue.exact === undefined ? '' : digits(queue.exact)];
    });
    return [
      `## ${this.heading}`,
      "Kingman's upper bound on the mean wait of GI/G/1, λ(σa² + σs²) / (2(1 − ρ)), must lie above the simulated mean by more than four standard errors.",
      table(['model', 'parameters', 'simulated mean wait', 'standard error', 'bound', 'exact'], rows),
      `Lee and Longton's scaling, the mean wait of M/M/c times (ca² + cs²)/2, is an approximation and serves as a sanity check: M/D/10 at λ = 9 ` +
        `waits ${digits(many.mean)} (standard error ${digits(many.standardError)}) where the scaling says ${digits(approximation)}.`,
    ].join('\n\n');
  }
}
