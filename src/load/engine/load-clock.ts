import { US_PER_MS } from '../../core/time.js';

/** Virtual time of a load process. */
export interface LoadClock {
  /** Whole virtual µs since the load began; negative before it. */
  nowUs(): number;
  /** Wall ms from now until then; negative: it is over. */
  msUntil(atUs: number): number;
}

/** Virtual time on the wall clock. Until it is started, the load has not begun: time is at minus infinity. */
export class WallClock implements LoadClock {
  #startMs = Number.POSITIVE_INFINITY;

  constructor(private readonly speed: number) {}

  /** @param epochMs virtual time 0, by `performance.timeOrigin + performance.now()` of any process of this machine */
  start(epochMs: number): void {
    this.#startMs = epochMs - performance.timeOrigin;
  }

  nowUs(): number {
    return Math.floor((performance.now() - this.#startMs) * US_PER_MS * this.speed);
  }

  msUntil(atUs: number): number {
    return this.#startMs + atUs / US_PER_MS / this.speed - performance.now();
  }
}
