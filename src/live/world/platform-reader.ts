import type { ApiKey } from '../../core/accounts.js';
import { HistoryKind, type Outcome, type RefusalReason } from '../../core/history.js';
import type { Platform } from '../../core/platform.js';
import type { Request } from '../../core/requests.js';
import type { StepSpec } from '../../scenario/types.js';
import type { RunSink } from '../../sim/simulation.js';
import type { PlatformWatcher } from '../driver/live-platform.js';
import type { ChangeBell } from './change-bell.js';

/** What the world makes of what the platform does. Called amid the platform's work: note now, act later. */
export interface PlatformNews {
  /** A slot is its own; its work may still be to begin. */
  granted(handle: number): void;
  /** @param isStale the work of an attempt that its request does not hold (any more) */
  began(handle: number, request: Request, runner: number, isStale: boolean): void;
  /** Its attempt was given up, or it has no slot after all. */
  backInQueue(handle: number): void;
  stopping(handle: number): void;
  requestEnded(handle: number, request: Request, outcome: Outcome): void;
  keyRevoked(key: ApiKey): void;
  keyRefused(key: ApiKey): void;
  stepBegan(step: StepSpec, index: number): void;
}

/** Reads the platform's history for the world. */
export class PlatformReader implements PlatformWatcher {
  /** Why the last call was refused. */
  lastRefusal: RefusalReason | 0 = 0;
  private platform!: Platform;
  /** By lease number: since when it is held, µs. */
  private readonly heldSince: number[] = [];
  /** By runner number: how many machines have had that place. */
  private readonly generations: number[] = [];

  /** @param bell rung whenever something that pages show has changed */
  constructor(
    private readonly news: PlatformNews,
    private readonly bell: ChangeBell,
  ) {}

  attach(run: Parameters<RunSink['attach']>[0]): void {
    this.platform = run.platform;
  }

  /** The name of whatever machine has that place now. */
  runnerName(runner: number): string {
    const generation = this.generations[runner] ?? 1;
    return generation === 1 ? `runner-${runner}` : `runner-${runner}.${generation}`;
  }

  /** Since when a lease is held, µs. */
  leaseSince(lease: number): number {
    return this.heldSince[lease] ?? 0;
  }

  record(kind: HistoryKind, id: number, a: number, b: number): void {
    switch (kind) {
      case HistoryKind.executionStarted:
      case HistoryKind.executionStartedStale:
        this.begin(id, b, kind === HistoryKind.executionStartedStale);
        return;
      case HistoryKind.leaseGranted:
        this.heldSince[a] = this.platform.calendar.nowUs;
        this.news.granted(this.platform.requests.at(id).owner);
        return;
      case HistoryKind.leaseRestored:
        this.heldSince[a] = this.platform.calendar.nowUs;
        this.bell.ring();
        return;
      case HistoryKind.requeued:
        this.news.backInQueue(this.platform.requests.at(id).owner);
        return;
      case HistoryKind.runnerReady:
        // A place in the fleet is used again: another machine, another name.
        this.generations[a] = (this.generations[a] ?? 0) + 1;
        this.bell.ring();
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
    this.begin(request, runner, false);
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

  private begin(request: number, runner: number, isStale: boolean): void {
    const begun = this.platform.requests.at(request);
    this.news.began(begun.owner, begun, runner, isStale);
  }
}
