import type { EndpointView } from '../../world/live-world.js';

const MOST_LABELS = 200;
const OTHER = 'other';

/**
 * The value of the label `application`. Callers can name any endpoint, so only so many get one of their own: those that
 * are there from the start, then whoever comes first. The rest share one.
 */
export class AppLabels {
  private readonly own: Set<string>;

  constructor(known: readonly EndpointView[]) {
    this.own = new Set(known.map(({ endpoint }) => endpoint));
  }

  labelOf(endpoint: string): string {
    if (this.own.has(endpoint)) return endpoint;
    if (this.own.size >= MOST_LABELS) return OTHER;
    this.own.add(endpoint);
    return endpoint;
  }
}
