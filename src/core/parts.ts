import type { ApiKey } from './accounts.js';
import type { EventCalendar } from './calendar.js';
import type { ExecutionPool } from './executions.js';
import type { History, Outcome } from './history.js';
import type { ConcurrencyLimiter } from './limiter.js';
import type { Policy } from './policy.js';
import type { Request, RequestPool } from './requests.js';
import type { Wire } from './wire.js';

/** Told when a request ends that somebody waits for. Must not call the platform back; it schedules instead. */
export interface Caller {
  requestEnded(request: Request, outcome: Outcome): void;
  /** Gateways have stopped accepting a key. */
  keyRefused(key: ApiKey): void;
}

/** The state that the platform's parts share. Each part owns its own; all see the same clock. */
export interface Parts {
  readonly calendar: EventCalendar;
  readonly history: History;
  readonly policy: Policy;
  readonly requests: RequestPool;
  readonly executions: ExecutionPool;
  readonly limiter: ConcurrencyLimiter;
  readonly wire: Wire;
  /** A uniform draw for the n-th delay of a request. */
  readonly requeueUniform: (ordinal: number, nth: number) => number;
  readonly caller: Caller;
}
