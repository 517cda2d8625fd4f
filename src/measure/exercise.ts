import { HistoryKind, RefusalReason } from '../core/history.js';
import { Message } from '../core/topology.js';

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
  messages_lost: 'messages between parts that were lost, whichever they were',
  messages_delayed: 'messages between parts that came late',
  messages_duplicated: 'messages between parts that came twice',
  completions_lost: 'messages lost that said "done"',
  starts_lost: 'messages lost that said "begin"',
  grants_lost: 'answers of the slot store lost that granted a slot',
  releases_lost: 'messages lost that gave a slot back',
  renewals_lost: 'renewals of a lease lost, or the answers to them',
  wakeups_lost: 'messages lost that said "a slot is free"',
  crash_points_hit: 'crashes of a part between two named steps',
  parts_down_busy: 'crashes of a part while requests were open',
  runners_paused_busy: 'runners with work on them that stopped computing for a while',
  runners_hung_busy: 'runners whose work was made to never end',
  runners_slowed_busy: 'runners with work on them that were made slower',
  store_losses: 'losses of the slot store while slots were taken',
  leases_forgotten: 'slots that the slot store has lost',
  leases_restored: 'slots that were in the slot store again without a grant',
  stale_messages_refused: 'messages that a token, an attempt number or a state has refused',
  stale_starts: 'starts of work with a token that its request did not hold',
  clocks_skewed: 'clocks that were set wrong',
  renamed_in_use: 'slots taken when their account was renamed or deleted',
  releases_misdirected: 'releases that looked for an account of another name',
  disconnected_queued: 'clients that went while their request was in the queue',
  disconnected_in_progress: 'clients that went while their request was in progress',
  webhooks_failed: 'deliveries of a webhook that failed',
  children_awaited: 'requests that had to wait for another one of their own',
  redeliveries: 'requests handed out again while their work might still run',
  reconciliations: 'corrections of what admission counts that changed it',
} as const;

export type ExerciseName = keyof typeof EXERCISES;

const NO_COUNTS = Object.fromEntries(Object.keys(EXERCISES).map((name) => [name, 0])) as Record<ExerciseName, number>;

/** Faults that count one by one. */
const FAULTS: Readonly<Partial<Record<HistoryKind, ExerciseName>>> = {
  [HistoryKind.messageLost]: 'messages_lost',
  [HistoryKind.messageDelayed]: 'messages_delayed',
  [HistoryKind.messageDuplicated]: 'messages_duplicated',
  [HistoryKind.messageRefused]: 'stale_messages_refused',
  [HistoryKind.executionStartedStale]: 'stale_starts',
  [HistoryKind.leaseForgotten]: 'leases_forgotten',
  [HistoryKind.leaseRestored]: 'leases_restored',
  [HistoryKind.clockSkewed]: 'clocks_skewed',
  [HistoryKind.releaseMisdirected]: 'releases_misdirected',
  [HistoryKind.childAwaited]: 'children_awaited',
  [HistoryKind.redelivered]: 'redeliveries',
};

/** Lost messages that have a counter of their own. */
const LOST: Readonly<Partial<Record<number, ExerciseName>>> = {
  [Message.done]: 'completions_lost',
  [Message.start]: 'starts_lost',
  [Message.grant]: 'grants_lost',
  [Message.release]: 'releases_lost',
  [Message.renew]: 'renewals_lost',
  [Message.renewed]: 'renewals_lost',
  [Message.wake]: 'wakeups_lost',
};

const BUSY_RUNNERS = {
  [HistoryKind.runnerPaused]: 'runners_paused_busy',
  [HistoryKind.runnerHung]: 'runners_hung_busy',
  [HistoryKind.runnerSlowed]: 'runners_slowed_busy',
} as const;

export class ExerciseCounts {
  // A copy: to make an object of fifty names one by one takes longer than a short run's checks.
  readonly counts: Record<ExerciseName, number> = { ...NO_COUNTS };

  add(name: ExerciseName, by = 1): void {
    this.counts[name] += by;
  }

  /** Counts what operators, owners and scripts do, and what goes wrong. @param id @param a @param b as documented at the kind */
  countOperation(kind: HistoryKind, id: number, a: number, b: number): void {
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
        this.countFault(kind, id, a, b);
    }
  }

  private countFault(kind: HistoryKind, id: number, a: number, b: number): void {
    const counter = FAULTS[kind];
    if (counter !== undefined) {
      this.add(counter);
      if (kind === HistoryKind.messageLost && LOST[a] !== undefined) this.add(LOST[a]);
      return;
    }
    switch (kind) {
      case HistoryKind.runnerPaused:
      case HistoryKind.runnerHung:
      case HistoryKind.runnerSlowed:
        if (b > 0) this.add(BUSY_RUNNERS[kind]);
        return;
      case HistoryKind.partDown:
        if (a !== 0) this.add('crash_points_hit');
        return;
      case HistoryKind.storeLost:
        if (id > 0) this.add('store_losses');
        return;
      case HistoryKind.accountRenamed:
        this.add('renamed_in_use', a);
        return;
      case HistoryKind.disconnected:
        this.add(a === 1 ? 'disconnected_in_progress' : 'disconnected_queued');
        return;
      case HistoryKind.webhookSent:
        if (a === 0) this.add('webhooks_failed');
        return;
      case HistoryKind.reconciled:
        if (a !== b) this.add('reconciliations');
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
