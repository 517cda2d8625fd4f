import { HistoryKind, RefusalReason } from '../core/history.js';

/** What a run has exercised: a green run that never met its fault proves nothing. */
export const EXERCISES = {
  revoked_in_progress: 'requests in progress when their key was revoked',
  revoked_queued: 'requests in the queue when their key was revoked',
  completions_dropped: 'completions that were dropped because their key was revoked',
  start_timeouts: 'requests dropped by start_timeout',
  requeued_at_limit: 'times a request went back to the line because its account or endpoint was at its limit',
  endpoint_limit_reached: 'times a per-endpoint limit refused while the account had room',
  refused_429: 'direct calls refused with 429',
  refused_503: 'direct calls refused because no runner could be had',
  client_retries: 'repetitions by an SDK',
  dropped_iterations: 'arrivals that clients dropped because maxVUs calls were open',
  exempt_starts: 'starts of calls to the account’s own app, which no limit counts',
  runner_crashes_busy: 'runners that crashed with work on them',
  attempts_repeated: 'requests put back after their runner was lost',
  cold_starts: 'runners that had to boot',
  cancelled_queued: 'requests cancelled in the queue',
  cancelled_in_progress: 'cancels of requests in progress',
  limit_raised_while_waiting: 'requests waiting when a limit was raised',
  limit_lowered_while_in_use: 'slots in use above the new limit when a limit was lowered',
  invoices_paid: 'invoices paid during the run',
  leases_taken_back: 'slots taken back: expired, held too long, or forced',
  stuck_released: 'stuck slots that their owner released',
} as const;

export type ExerciseName = keyof typeof EXERCISES;

export class ExerciseCounts {
  readonly counts = Object.fromEntries(Object.keys(EXERCISES).map((name) => [name, 0])) as Record<ExerciseName, number>;

  add(name: ExerciseName, by = 1): void {
    this.counts[name] += by;
  }

  /** Counts what operators, owners and scripts do. @param a @param b as documented at the kind */
  countOperation(kind: HistoryKind, a: number, b: number): void {
    switch (kind) {
      case HistoryKind.keyRevoked:
        this.add('revoked_in_progress', a);
        this.add('revoked_queued', b);
        return;
      case HistoryKind.cancelRequested:
        // What a revocation stops is no cancel.
        if (b === 0) this.add(a === 1 ? 'cancelled_in_progress' : 'cancelled_queued');
        return;
      case HistoryKind.runnerCrashed:
        if (b > 0) this.add('runner_crashes_busy');
        return;
      case HistoryKind.runnerBooting:
        this.add('cold_starts');
        return;
      case HistoryKind.invoicePaid:
        this.add('invoices_paid');
        return;
      case HistoryKind.selfServiceRelease:
        this.add('stuck_released', a);
        return;
      case HistoryKind.completionDropped:
        this.add('completions_dropped');
        return;
      case HistoryKind.leaseTakenBack:
        this.add('leases_taken_back');
        return;
      case HistoryKind.refused:
        this.countRefusal(b);
        return;
      default:
    }
  }

  private countRefusal(reason: number): void {
    if (reason === RefusalReason.accountLimit || reason === RefusalReason.endpointLimit) this.add('refused_429');
    if (reason === RefusalReason.endpointLimit) this.add('endpoint_limit_reached');
    if (reason === RefusalReason.noRunner) this.add('refused_503');
  }
}
