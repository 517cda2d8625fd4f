import type { ApiKey } from '../../core/accounts.js';
import { HistoryKind, type Outcome, type RefusalReason, RequeueReason } from '../../core/history.js';
import type { Platform } from '../../core/platform.js';
import type { Request } from '../../core/requests.js';
import type { StepSpec } from '../../scenario/types.js';
import type { RunSink } from '../../sim/simulation.js';
import type { PlatformWatcher } from '../driver/live-platform.js';
import type { ChangeBell } from './change-bell.js';

/** What the world makes of what the platform does. Called amid the platform's work: note now, act later. */
export interface PlatformNews {
  began(handle: number, request: Request, runner: number): void;
  backInQueue(handle: number): void;
  stopping(handle: number): void;
  requestEnded(handle: number, request: Request, outcome: Outcome): void;
  keyRevoked(key: ApiKey): void;
  keyRefused(key: ApiKey): void;
  stepBegan(step: StepSpec, index: number): void;
}

const BACK_IN_QUEUE: ReadonlySet<number> = new Set([RequeueReason.attemptFailed, RequeueReason.leaseExpired, RequeueReason.redelivered]);

/** Reads the platform's history for the world. */
export class PlatformReader implements PlatformWatcher {
  /** Why the last call was refused. */
  lastRefusal: RefusalReason | 0 = 0;
  private platform!: Platform;
  /** By lease number: since when it is held, µs. */
  private readonly heldSince: number[] = [];

  /** @param bell rung whenever something that pages show has changed */
  constructor(
    private readonly news: PlatformNews,
    private readonly bell: ChangeBell,
  ) {}

  attach(run: Parameters<RunSink['attach']>[0]): void {
    this.platform = run.platform;
  }

  /** Since when a lease is held, µs. */
  leaseSince(lease: number): number {
    return this.heldSince[lease] ?? 0;
  }

  record(kind: HistoryKind, id: number, a: number, b: number): void {
    switch (kind) {
      case HistoryKind.executionStarted:
      case HistoryKind.executionStartedStale:
        this.begin(id, b);
        return;
      case HistoryKind.leaseGranted:
      case HistoryKind.leaseRestored:
        this.heldSince[a] = this.platform.calendar.nowUs;
        this.bell.ring();
        return;
      case HistoryKind.requeued:
        if (BACK_IN_QUEUE.has(a)) this.news.backInQueue(this.platform.requests.at(id).owner);
        return;
      case HistoryKind.redelivered:
        this.news.backInQueue(this.platform.requests.at(id).owner);
        return;
      case HistoryKind.cancelRequested:
        this.news.stopping(this.platform.requests.at(id).owner);
        return;
      case HistoryKind.refused:
        this.lastRefusal = b as RefusalReason;
        return;
      case HistoryKind.keyRevoked:
        this.news.keyRevoked(this.platform.keys[id] as ApiKey);
        return;
      default:
        this.bell.ring();
    }
  }

  dispatched(request: number, lease: number, _count: number, _execution: number, runner: number): void {
    this.heldSince[lease] = this.platform.calendar.nowUs;
    this.begin(request, runner);
  }

  // The end of the request is told beside it.
  completed(): void {}
  callBegan(): void {}
  callRetried(): void {}
  callEnded(): void {}
  zombiePolls(): void {}
  iterationDropped(): void {}

  requestEnded(handle: number, request: Request, outcome: Outcome): void {
    this.news.requestEnded(handle, request, outcome);
  }

  keyRefused(key: ApiKey): void {
    this.news.keyRefused(key);
  }

  stepBegan(step: StepSpec, index: number): void {
    this.news.stepBegan(step, index);
  }

  private begin(request: number, runner: number): void {
    const begun = this.platform.requests.at(request);
    this.news.began(begun.owner, begun, runner);
  }
}
