import type { LiveRequest } from '../../world/live-request.js';

const SMALLEST_SWEEP = 64;

/**
 * Requests whose end is still to be counted. They are looked at from time to time instead of being listened to, which
 * costs a request nothing but its place in a list; the list is swept when it has doubled, so that it never holds more
 * than twice as many as are open.
 */
export class OpenRequests {
  private open: LiveRequest[] = [];
  private sweepAt = SMALLEST_SWEEP;

  /** @param onEnd called once for each request that has ended */
  constructor(private readonly onEnd: (request: LiveRequest) => void) {}

  add(request: LiveRequest): void {
    this.open.push(request);
    if (this.open.length >= this.sweepAt) this.sweep();
  }

  sweep(): void {
    const still: LiveRequest[] = [];
    for (const request of this.open) {
      if (request.state === 'COMPLETED') this.onEnd(request);
      else still.push(request);
    }
    this.open = still;
    this.sweepAt = Math.max(SMALLEST_SWEEP, 2 * still.length);
  }
}
