import type { ExerciseCounts } from './exercise.js';
import type { Checkers } from './invariants/checkers.js';
import { updateExcess } from './over-admission.js';
import type { SlotTruth } from './slot-truth.js';
import type { TaggedSets } from './tagged-sets.js';
import type { AccountTrace, PlatformView, RequestTrace } from './traces.js';

const NONE = -1;

/** Limits as they change, and the work that runs against them: feeds `effective_limit` and `over_admission_seconds`. */
export class LimitWatch {
  /** Of all accounts together. */
  total = 0;

  constructor(
    private readonly view: PlatformView,
    private readonly truth: SlotTruth,
    private readonly checkers: Checkers,
    private readonly sets: TaggedSets,
    private readonly exercise: ExerciseCounts,
  ) {}

  /** @param scopeNumber -1 for the account's own limit */
  limitSet(account: number, trace: AccountTrace, scopeNumber: number, limit: number): void {
    if (scopeNumber === NONE) this.accountLimitSet(account, trace, limit);
    else this.endpointLimitSet(account, scopeNumber, limit);
    this.checkers.workConservation?.limitSet(trace);
  }

  /** Work of a request that counts towards limits has begun or stopped. */
  runningChanged(trace: RequestTrace, by: 1 | -1): void {
    const { account, endpointScope } = trace;
    account.scope.running += by;
    if (endpointScope !== null) endpointScope.running += by;
    const change = updateExcess(account.scope) + (endpointScope === null ? 0 : updateExcess(endpointScope));
    if (change !== 0) this.noteExcess(trace.request.account.number, change);
  }

  private accountLimitSet(account: number, { scope, queued }: AccountTrace, limit: number): void {
    const former = scope.limit;
    const isFirst = scope.limitChangedUs === Number.NEGATIVE_INFINITY;
    this.checkers.limitSet(scope, limit);
    if (!isFirst && limit > former) this.exercise.add('limit_raised_while_waiting', queued);
    if (!isFirst && limit < former) this.exercise.add('limit_lowered_while_in_use', Math.max(0, scope.held - limit));
    this.total += limit - former;
    for (const set of this.sets.ofAccount(this.nameOf(account))) set.changeLimit(limit - former);
    this.noteExcess(account, updateExcess(scope));
  }

  private endpointLimitSet(account: number, scopeNumber: number, limit: number): void {
    const isNew = this.truth.scopes[scopeNumber] === undefined;
    const scope = this.truth.scopeAt(scopeNumber);
    if (isNew) this.truth.include(scope, ({ request }) => request.account.endpointScope(request.endpoint)?.number === scopeNumber);
    this.checkers.limitSet(scope, limit);
    // What ran before there was a limit was admitted by none.
    if (isNew) scope.allowance = scope.running;
    this.noteExcess(account, updateExcess(scope));
  }

  private noteExcess(account: number, change: number): void {
    for (const set of this.sets.ofAccount(this.nameOf(account))) set.excess.change(change);
  }

  private nameOf(account: number): string {
    return this.view.accounts[account]?.name as string;
  }
}
