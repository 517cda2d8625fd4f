import type { Follow, LoadDriver } from '../load/driver.js';
import type { TargetOptions } from '../load/target/resolve-target.js';
import type { TraceSource } from '../sim/trace.js';

/** How scenarios are run live. */
export interface LiveTerms {
  readonly driver: LoadDriver;
  /** Virtual seconds in a second of the wall clock. */
  readonly speed: number;
  /** undefined: what suits the driver. */
  readonly follow: Follow;
  /** How many load processes share the calls. */
  readonly processes: number;
  /** undefined: an emulator of one's own. */
  readonly target: TargetOptions | undefined;
}

/** What a live run needs of the outside. */
export interface LiveSurroundings {
  readonly traceSource: TraceSource;
  readonly interrupt: AbortSignal;
  /** Lets timers, signals and sockets have their turn. */
  breathe(): Promise<void>;
  /** @param share 0 to 1 */
  progress(share: number, what: string): void;
}
