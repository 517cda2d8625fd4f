type SetTimeout = typeof globalThis.setTimeout;
type SetInterval = typeof globalThis.setInterval;

/**
 * Makes the SDK's delays (backoffs, poll intervals, client timeouts) pass `speed` times as fast. The global timers of this
 * thread are replaced, but only those that are set amid a call of the SDK are shortened: sockets and our own code keep real
 * time. At speed 1 nothing is replaced.
 */
export class ScaledTimers {
  private readonly setTimeout: SetTimeout = globalThis.setTimeout;
  private readonly setInterval: SetInterval = globalThis.setInterval;

  /** @param isSdk whether the code that runs now is the SDK's */
  constructor(
    private readonly speed: number,
    private readonly isSdk: () => boolean,
  ) {}

  install(): this {
    if (this.speed === 1) return this;
    const { setTimeout, setInterval } = this;
    const scaled = (ms: number | undefined): number | undefined => (ms !== undefined && this.isSdk() ? ms / this.speed : ms);
    const timeout = (what: () => void, ms?: number, ...rest: never[]): unknown => setTimeout(what, scaled(ms), ...rest);
    const interval = (what: () => void, ms?: number, ...rest: never[]): unknown => setInterval(what, scaled(ms), ...rest);
    globalThis.setTimeout = Object.assign(timeout, setTimeout) as unknown as SetTimeout;
    globalThis.setInterval = Object.assign(interval, setInterval) as unknown as SetInterval;
    return this;
  }

  remove(): void {
    globalThis.setTimeout = this.setTimeout;
    globalThis.setInterval = this.setInterval;
  }
}
