import type { AccountBook } from './accounts.js';
import type { EventCalendar } from './calendar.js';
import type { ExecutionPool } from './executions.js';
import type { History, Outcome } from './history.js';
import type { ConcurrencyLimiter } from './limiter.js';
import type { Lines } from './lines.js';
import type { Policy } from './policy.js';
import type { RandomStream } from './random.js';
import type { RequestPool } from './requests.js';
import type { RunnerFleet } from './runners.js';

/** Told when a request ends that somebody waits for. Must not call the platform back; it schedules instead. */
export interface Caller {
  requestEnded(owner: number, request: number, outcome: Outcome): void;
}

/** The state that the platform's parts share. Each part owns its own; all see the same clock. */
export interface Parts {
  readonly calendar: EventCalendar;
  readonly history: History;
  readonly policy: Policy;
  readonly requests: RequestPool;
  readonly executions: ExecutionPool;
  readonly fleet: RunnerFleet;
  readonly limiter: ConcurrencyLimiter;
  readonly accounts: AccountBook;
  readonly lines: Lines;
  readonly requeueJitter: RandomStream;
  readonly caller: Caller;
  /** By endpoint: the line of requests that wait for a runner. */
  readonly runnerLine: number[];
  /** By limiter scope: the line of requests that wait for a slot (`waiting: fifo`). */
  readonly slotLine: number[];
}
