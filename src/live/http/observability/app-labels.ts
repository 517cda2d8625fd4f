import type { EndpointView } from '../../world/live-world.js';

const OTHER = 'other';

/**
 * The value of the label `application`. Everybody may read metrics and callers can name any endpoint, so only those of the
 * scenario have one of their own; the rest share one.
 */
export class AppLabels {
  private readonly own: ReadonlySet<string>;

  constructor(known: readonly EndpointView[]) {
    this.own = new Set(known.filter(({ isDeclared }) => isDeclared).map(({ endpoint }) => endpoint));
  }

  labelOf(endpoint: string): string {
    return this.own.has(endpoint) ? endpoint : OTHER;
  }
}
