import type { LimiterSource } from '../../core/own-limiter-terms.js';
import type { Scenario } from '../../scenario/types.js';
import type { RunSink } from '../../sim/simulation.js';
import type { TraceSource } from '../../sim/trace.js';
import type { InputLog } from '../driver/inputs.js';
import type { JudgedRun } from '../driver/live-platform.js';
import type { WallClock } from '../driver/wall-clock.js';
import type { ModelShelf } from '../models/model.js';
import type { Ledger } from '../store/ledger.js';

export interface WorldOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly speed: number | 'manual';
  readonly wall: WallClock;
  /** Time stands still until `clock.resume`. */
  readonly holdsClock?: boolean | undefined;
  readonly ledger: Ledger;
  readonly models: ModelShelf;
  readonly traceSource: TraceSource;
  /** By `account/key`: `id:secret` for keys of the scenario; the others are drawn. */
  readonly credentials: Readonly<Record<string, string>>;
  /** The operator's `id:secret`; undefined: drawn. */
  readonly operator?: string | undefined;
  /** Reads the history too: metrics and invariants. */
  readonly reader?: RunSink | undefined;
  readonly inputs?: InputLog | undefined;
  readonly limiter?: LimiterSource | undefined;
  /** A run with an end; undefined: it goes on. */
  readonly run?: JudgedRun | undefined;
  readonly onHandlerThrew?: ((requestId: string, message: string) => void) | undefined;
  /** Called when something fails that nobody waits for, and it cannot go on. */
  readonly onFailure: (error: unknown) => void;
  /** Called when what has happened cannot be put on disk now: nobody is answered, and it is tried again. */
  readonly onTrouble: (error: unknown) => void;
}
