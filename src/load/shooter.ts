import type { ClientSink } from '../measure/client-calls.js';
import type { TraceSource } from '../sim/trace.js';
import type { LoadOrder } from './driver.js';
import type { PacingTally } from './pacing-tally.js';

/** The share of one of several load processes. */
export interface ShooterOrder extends LoadOrder {
  /** 0, 1, … */
  readonly process: number;
}

/** Sends a share of the load, inside a load process of its own. */
export interface Shooter {
  /** Virtual time 0 was, or will be, then. */
  start(epochMs: number): void;
  /** Every call is over. */
  readonly done: Promise<ShotReport>;
  /** Open calls are told to the sink as they stand; then `done` resolves. */
  stop(): void;
}

export interface ShotReport {
  readonly tally: PacingTally;
  readonly broken: readonly string[];
  readonly notes: readonly string[];
}

/** @param thread path of the script that worker threads run (`fal-client`) */
export type MakeShooter = (order: ShooterOrder, sink: ClientSink, traceSource: TraceSource, thread: string) => Promise<Shooter>;
