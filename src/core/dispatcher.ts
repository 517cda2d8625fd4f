import { backoffDelayUs } from './backoff.js';
import { EventKind, eventKey } from './event-keys.js';
import { HistoryKind, Outcome, RefusalReason, RequeueReason } from './history.js';
import type { Ending } from './ending.js';
import { Refused } from './limiter.js';
import type { Parts } from './parts.js';
import { NONE, RequestState } from './requests.js';
import type { Slots, SlotWatcher } from './slots.js';

/** Decides who gets a slot and a runner, and when those who do not will be tried again. */
export class Dispatcher implements SlotWatcher {
  private slots!: Slots;

  constructor(
    private readonly parts: Parts,
    private readonly ending: Ending,
  ) {}

  /** The slots tell the dispatcher about every release, so one of the two must come first. */
  connect(slots: Slots): void {
    this.slots = slots;
  }

  /** A request has just joined the queue. */
  admit(id: number): void {
    if (this.parts.policy.waiting === 'fifo' && this.parts.requests.exempt[id] === 0) {
      const scope = this.lineAhead(id);
      if (scope !== NONE) {
        this.wait(id, scope);
        return;
      }
    }
    this.tryDispatch(id, false);
  }

  /** Whether a direct call can be served now: 0, or the reason why it is turned away. */
  roomForDirect(id: number): 0 | RefusalReason {
    const { fleet, requests, limiter, accounts } = this.parts;
    const account = requests.account[id] as number;
    const pool = requests.endpoint[id] as number;
    if (requests.exempt[id] === 0) {
      if (!limiter.hasRoom(accounts.scope[account] as number)) return RefusalReason.accountLimit;
      const endpointScope = accounts.endpointScope(account, pool);
      if (endpointScope !== NONE && !limiter.hasRoom(endpointScope)) return RefusalReason.endpointLimit;
    }
    return this.freeRunner(pool) === NONE && !fleet.canGrow(pool) ? RefusalReason.noRunner : 0;
  }

  /** Serves a direct call for which there is room: now, or as soon as a booting runner is ready. It holds its slot from now on. */
  serveDirect(id: number): void {
    const { requests } = this.parts;
    const runner = this.freeRunner(requests.endpoint[id] as number);
    if (requests.exempt[id] === 0) this.slots.grant(id);
    if (runner !== NONE) {
      this.assign(id, runner);
      return;
    }
    requests.state[id] = RequestState.dispatched;
    this.joinRunnerLine(id);
  }

  /** The request asks for a slot and a runner. @param isNext it stood at the head of the line for this runner */
  tryDispatch(id: number, isNext: boolean): void {
    const { requests, accounts, calendar, fleet } = this.parts;
    // At the deadline itself it is too late, whichever event of that instant comes first.
    if ((requests.deadlineUs[id] as number) <= calendar.nowUs) {
      this.ending.finish(id, Outcome.startTimeout);
      return;
    }
    if (accounts.keyAccepted[requests.key[id] as number] === false) {
      this.ending.finish(id, Outcome.revoked);
      return;
    }
    const pool = requests.endpoint[id] as number;
    const runner = isNext ? fleet.available(pool) : this.freeRunner(pool);
    if (runner === NONE) {
      requests.state[id] = RequestState.waitingForRunner;
      this.parts.history.record(HistoryKind.waitingForRunner, id, pool, 0);
      this.joinRunnerLine(id);
      return;
    }
    // `requeue: keep-slot` leaves a failed attempt its slot.
    if (requests.exempt[id] === 0 && requests.lease[id] === NONE && !this.slots.grant(id)) {
      this.wait(id, this.refusingScope(id));
      return;
    }
    this.assign(id, runner);
  }

  /** A runner of the pool has a free place: those who wait for one are tried in order. */
  runnerFreed(pool: number): void {
    const { lines, requests, fleet, runnerLine } = this.parts;
    const line = runnerLine[pool] as number;
    while (lines.length(line) > 0) {
      const runner = fleet.available(pool);
      if (runner === NONE) return;
      const id = lines.first(line);
      lines.leave(id);
      if (requests.state[id] === RequestState.dispatched) this.assign(id, runner);
      else this.tryDispatch(id, true);
    }
  }

  /** `waiting: fifo`: a free slot goes to whoever has waited longest and may use it. */
  slotFreed(account: number, endpointScope: number): void {
    if (this.parts.policy.waiting !== 'fifo') return;
    const { limiter, lines, slotLine, accounts } = this.parts;
    const accountScope = accounts.scope[account] as number;
    const accountLine = slotLine[accountScope] as number;
    const endpointLine = endpointScope === NONE ? NONE : (slotLine[endpointScope] as number);
    if (endpointLine !== NONE && !limiter.hasRoom(accountScope) && limiter.hasRoom(endpointScope) && lines.length(endpointLine) > 0) {
      // The endpoint has room again but the account has none: from now on this one waits for the account.
      const id = lines.first(endpointLine);
      lines.leave(id);
      lines.jumpIn(accountLine, id);
      return;
    }
    while (limiter.hasRoom(accountScope)) {
      const id = this.longestWaiting(accountLine, endpointLine, endpointScope);
      if (id === NONE) return;
      lines.leave(id);
      this.tryDispatch(id, false);
    }
  }

  /** A place on a runner and, unless exempt, a slot are taken: the work begins after the dispatch latency. */
  private assign(id: number, runner: number): void {
    const { requests, executions, fleet, calendar, policy } = this.parts;
    const execution = executions.take(id, runner);
    executions.lease[execution] = requests.lease[id] as number;
    executions.leaseToken[execution] = requests.leaseToken[id] as number;
    fleet.assign(execution, runner);
    requests.execution[id] = execution;
    requests.attempts[id] = (requests.attempts[id] as number) + 1;
    requests.state[id] = RequestState.dispatched;
    if (policy.dispatchLatencyUs === 0) this.begin(execution);
    else executions.timer[execution] = calendar.schedule(calendar.nowUs + policy.dispatchLatencyUs, eventKey(EventKind.start, execution));
  }

  /** The runner begins to work. */
  begin(execution: number): void {
    const { requests, executions, calendar, history } = this.parts;
    const id = executions.request[execution] as number;
    if (requests.state[id] === RequestState.dispatched) {
      requests.state[id] = RequestState.inProgress;
      this.ending.disarmDeadline(id);
    }
    executions.begun[execution] = 1;
    executions.startedUs[execution] = calendar.nowUs;
    executions.timer[execution] = calendar.schedule(calendar.nowUs + (requests.serviceUs[id] as number), eventKey(EventKind.serviceEnd, execution));
    history.record(HistoryKind.executionStarted, id, execution, executions.runner[execution] as number);
  }

  private wait(id: number, scope: number): void {
    const { requests, lines, slotLine, calendar, policy, history, requeueJitter, accounts } = this.parts;
    const byAccount = scope === accounts.scope[requests.account[id] as number];
    const reason = byAccount ? RequeueReason.accountLimit : RequeueReason.endpointLimit;
    const requeues = (requests.requeues[id] as number) + 1;
    requests.requeues[id] = requeues;
    history.record(HistoryKind.slotRefused, id, byAccount ? NONE : scope, 0);
    if (policy.waiting === 'fifo') {
      requests.state[id] = RequestState.waitingForSlot;
      lines.join(slotLine[scope] as number, id);
      history.record(HistoryKind.requeued, id, reason, -1);
      return;
    }
    const uniform = policy.requeueBackoff.jitter === 0 ? 0 : requeueJitter.uniform();
    const delayUs = backoffDelayUs(policy.requeueBackoff, requeues, uniform);
    requests.state[id] = RequestState.backingOff;
    requests.requeueTimer[id] = calendar.schedule(calendar.nowUs + delayUs, eventKey(EventKind.requeue, id));
    history.record(HistoryKind.requeued, id, reason, Math.round(delayUs / 1000));
  }

  /** A runner for somebody who has not waited for one: NONE while others do. */
  private freeRunner(pool: number): number {
    const { lines, runnerLine, fleet } = this.parts;
    return lines.length(runnerLine[pool] as number) > 0 ? NONE : fleet.available(pool);
  }

  private joinRunnerLine(id: number): void {
    const { lines, fleet, requests, runnerLine } = this.parts;
    const pool = requests.endpoint[id] as number;
    const line = runnerLine[pool] as number;
    lines.join(line, id);
    fleet.growFor(pool, lines.length(line));
  }

  /** The scope in whose line a newcomer must stand behind others, or NONE. */
  private lineAhead(id: number): number {
    const { accounts, requests, lines, slotLine } = this.parts;
    const account = requests.account[id] as number;
    const accountScope = accounts.scope[account] as number;
    if (lines.length(slotLine[accountScope] as number) > 0) return accountScope;
    const endpointScope = accounts.endpointScope(account, requests.endpoint[id] as number);
    return endpointScope !== NONE && lines.length(slotLine[endpointScope] as number) > 0 ? endpointScope : NONE;
  }

  private refusingScope(id: number): number {
    const { accounts, requests } = this.parts;
    const account = requests.account[id] as number;
    if (this.slots.refusedBy === Refused.byAccount) return accounts.scope[account] as number;
    return accounts.endpointScope(account, requests.endpoint[id] as number);
  }

  private longestWaiting(accountLine: number, endpointLine: number, endpointScope: number): number {
    const { lines, limiter, requests } = this.parts;
    const a = lines.first(accountLine);
    const b = endpointLine !== NONE && limiter.hasRoom(endpointScope) ? lines.first(endpointLine) : NONE;
    if (a === NONE || b === NONE) return a === NONE ? b : a;
    return (requests.ordinal[a] as number) < (requests.ordinal[b] as number) ? a : b;
  }
}
