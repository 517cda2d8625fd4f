import type { Dispatcher, Launcher } from './dispatcher.js';
import { EventKind, eventKey } from './event-keys.js';
import type { Execution } from './executions.js';
import { ExecutionEnd, HistoryKind } from './history.js';
import type { Lifecycle } from './lifecycle.js';
import { Parcel } from './parcels.js';
import type { Parts } from './parts.js';
import type { Renewals } from './renewals.js';
import { NONE, RequestState } from './requests.js';
import type { Runner, RunnerPool } from './runners.js';
import { Message, ROUTES } from './topology.js';

/** The physical side: what happens on the runners' machines, whatever the platform believes. */
export class RunnerHost implements Launcher {
  private lifecycle!: Lifecycle;
  /** By runner number: what came while it was paused. */
  private readonly mail = new Map<number, Parcel[]>();

  constructor(
    private readonly parts: Parts,
    private readonly dispatcher: Dispatcher,
    private readonly renewals: Renewals,
  ) {}

  connect(lifecycle: Lifecycle): void {
    this.lifecycle = lifecycle;
  }

  launch(execution: Execution): void {
    const { wire } = this.parts;
    if (wire.calm && !wire.expectsFaults) this.dispatcher.begin(execution);
    else wire.send(new Parcel(Message.start, execution.request).about(execution));
  }

  begun(execution: Execution): void {
    const { calendar, policy, wire } = this.parts;
    if (wire.expectsFaults) this.renewals.begun(execution);
    if (policy.redeliverAfterUs === undefined) return;
    execution.redeliveryTimer = calendar.scheduleIn(policy.redeliverAfterUs, eventKey(EventKind.redelivery, execution.number));
  }

  /** A runner is told to begin. */
  startArrived(parcel: Parcel): void {
    const execution = parcel.execution as Execution;
    if (!parcel.isAboutLiveExecution) this.startLate(parcel);
    else if (execution.runner.paused) this.keepFor(execution.runner, parcel);
    else if (execution.begun) this.startTwice(parcel);
    else if (this.mayBegin(execution)) this.dispatcher.begin(execution);
  }

  /** A runner is told to stop: its work ends `stopDelayUs` later. */
  stopArrived(parcel: Parcel): void {
    const execution = parcel.execution as Execution;
    if (!parcel.isAboutLiveExecution || execution.stopTimer !== NONE) return;
    if (execution.runner.paused) this.keepFor(execution.runner, parcel);
    else this.stopSoon(execution);
  }

  /** The busiest runner computes nothing for a while. @returns whether there was one with work */
  pause(pool: RunnerPool, forUs: number): boolean {
    const victim = pool.busiestAtWork();
    if (victim === null) return false;
    const executions = this.parts.executions.on(victim);
    pool.pause(victim);
    this.parts.history.record(HistoryKind.runnerPaused, pool.number, victim.number, executions.length);
    for (const execution of executions) this.suspend(execution);
    this.parts.calendar.scheduleIn(forUs, eventKey(EventKind.runnerResumed, victim.number));
    return true;
  }

  /** The pause is over, unless the runner has died meanwhile. */
  resume(runner: Runner): void {
    if (!runner.paused) return;
    runner.pool.resume(runner);
    this.parts.history.record(HistoryKind.runnerResumed, runner.pool.number, runner.number, runner.load);
    for (const execution of this.parts.executions.on(runner)) if (execution.paused && execution.assigned && execution.runner === runner) this.wakeUp(execution);
    const mail = this.mail.get(runner.number) ?? [];
    this.mail.delete(runner.number);
    for (const parcel of mail) {
      const { request } = parcel;
      if (parcel.message === Message.start) this.startArrived(parcel);
      else this.stopArrived(parcel);
      if (request === null) continue;
      request.strays--;
      this.lifecycle.letGo(request);
    }
  }

  /** The work of the busiest runner never ends by itself, but goes on renewing its leases. @returns whether there was any */
  hang(pool: RunnerPool): boolean {
    const victim = pool.busiestAtWork();
    if (victim === null) return false;
    const executions = this.parts.executions.on(victim).filter((execution) => execution.begun);
    for (const execution of executions) {
      execution.hung = true;
      this.stopTheClock(execution);
    }
    this.parts.history.record(HistoryKind.runnerHung, pool.number, victim.number, executions.length);
    return true;
  }

  /** The busiest runner works more slowly for a while. @returns whether there was one with work */
  slow(pool: RunnerPool, factor: number, forUs: number): boolean {
    const victim = pool.busiestAtWork();
    if (victim === null) return false;
    const { calendar, history, executions } = this.parts;
    const begun = executions.on(victim).filter((execution) => execution.begun).length;
    history.record(HistoryKind.runnerSlowed, pool.number, victim.number, begun);
    this.pace(victim, factor);
    victim.slowUntilUs = Math.max(victim.slowUntilUs, calendar.nowUs + forUs);
    calendar.scheduleIn(forUs, eventKey(EventKind.runnerSpedUp, victim.number));
    return true;
  }

  /** Its slow time is over, unless another one has come upon it. */
  speedUp(runner: Runner): void {
    if (this.parts.calendar.nowUs >= runner.slowUntilUs) this.pace(runner, 1);
  }

  /** The runner is gone, and with it what waited for it to wake up. */
  forget(runner: Runner): void {
    const mail = this.mail.get(runner.number) ?? [];
    this.mail.delete(runner.number);
    for (const { request } of mail) {
      if (request === null) continue;
      request.strays--;
      this.lifecycle.letGo(request);
    }
  }

  /** A fencing runner looks whether the slot it is to work in is still its own. @returns whether it begins */
  private mayBegin(execution: Execution): boolean {
    const { policy, wire } = this.parts;
    const { request, lease, leaseToken } = execution;
    if (policy.deadlineCheck === 'at-start' && request.deadlineUs <= this.parts.calendar.nowUs) return this.refuse(execution);
    if (policy.fence === 'none') return true;
    if (wire.exchange(Message.renew, request) === 'lost' || wire.exchange(Message.renewed, request) === 'lost') {
      // It cannot look, so it does not begin: to the dispatcher this is a start that got lost.
      wire.retry(new Parcel(Message.start, request).about(execution));
      return false;
    }
    return request.exempt || lease?.isHeldWith(leaseToken) === true || this.refuse(execution);
  }

  /** @returns false: it does not begin */
  private refuse(execution: Execution): false {
    this.parts.history.record(HistoryKind.messageRefused, execution.request.number, Message.start, 0);
    this.lifecycle.executionEnded(execution, ExecutionEnd.stopped, ExecutionEnd.crashed);
    return false;
  }

  /** The attempt was given up before its start arrived. */
  private startLate(parcel: Parcel): void {
    const { policy, history, executions } = this.parts;
    const { request } = parcel;
    if (request === null) return;
    const runner = request.endpoint.runners.available();
    if (policy.fence === 'token' || runner === null) {
      history.record(HistoryKind.messageRefused, request.number, Message.start, 0);
      return;
    }
    const execution = executions.take(request, runner);
    runner.pool.takePlace(runner);
    execution.lease = parcel.lease;
    execution.leaseToken = parcel.leaseToken;
    execution.attempt = parcel.attempt;
    request.strays++;
    this.dispatcher.begin(execution);
  }

  private startTwice(parcel: Parcel): void {
    if (this.parts.policy.fence === 'none' && parcel.request?.state === RequestState.inProgress) this.startLate(parcel);
  }

  private suspend(execution: Execution): void {
    if (execution.paused) return;
    execution.paused = true;
    this.renewals.rest(execution);
    if (execution.stopTimer !== NONE) {
      // It was about to stop: it will be when it wakes up.
      this.parts.calendar.cancel(execution.stopTimer);
      execution.stopTimer = NONE;
      execution.mustStop = true;
    }
    if (!execution.begun) return;
    if (!execution.hung && !execution.waits) execution.endsUs = this.stopTheClock(execution);
    this.parts.history.record(HistoryKind.executionPaused, execution.request.number, execution.number, execution.runner.number);
  }

  private wakeUp(execution: Execution): void {
    execution.paused = false;
    if (!execution.begun) return;
    if (this.renewals.mustFence(execution)) {
      this.lifecycle.fenced(execution);
      return;
    }
    this.parts.history.record(HistoryKind.executionResumed, execution.request.number, execution.number, execution.runner.number);
    if (!execution.hung && !execution.waits) this.goOnFor(execution, execution.endsUs);
    if (execution.mustStop) this.stopSoon(execution);
    this.renewals.resumed(execution);
  }

  /** From now on the runner's work takes so many times as long as on others, what is left of it too. */
  private pace(runner: Runner, slowness: number): void {
    const ratio = slowness / runner.slowness;
    runner.slowness = slowness;
    if (ratio === 1) return;
    for (const execution of this.parts.executions.on(runner)) {
      if (!execution.begun || execution.hung || execution.waits) continue;
      if (execution.paused) execution.endsUs = Math.round(execution.endsUs * ratio);
      else this.goOnFor(execution, Math.round(this.stopTheClock(execution) * ratio));
    }
  }

  /** @returns how much of the work is left, µs */
  private stopTheClock(execution: Execution): number {
    const { calendar } = this.parts;
    if (execution.timer !== NONE) calendar.cancel(execution.timer);
    execution.timer = NONE;
    return Math.max(0, execution.endsUs - calendar.nowUs);
  }

  private stopSoon(execution: Execution): void {
    const { calendar, policy } = this.parts;
    execution.mustStop = false;
    execution.stopTimer = calendar.scheduleIn(policy.stopDelayUs, eventKey(EventKind.stopConfirmed, execution.number));
  }

  private goOnFor(execution: Execution, leftUs: number): void {
    const { calendar } = this.parts;
    execution.endsUs = calendar.nowUs + leftUs;
    if (leftUs === Number.POSITIVE_INFINITY) return;
    execution.timer = calendar.scheduleIn(leftUs, eventKey(EventKind.serviceEnd, execution.number));
  }

  private keepFor(runner: Runner, parcel: Parcel): void {
    const { request, message } = parcel;
    this.parts.history.record(HistoryKind.messageDelayed, request?.number ?? NONE, message, ROUTES[message].link);
    if (request !== null) request.strays++;
    const mail = this.mail.get(runner.number);
    if (mail === undefined) this.mail.set(runner.number, [parcel]);
    else mail.push(parcel);
  }
}
