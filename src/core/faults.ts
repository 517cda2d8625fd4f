import type { Account } from './accounts.js';
import type { Dispatcher } from './dispatcher.js';
import type { Endpoint } from './endpoints.js';
import type { Execution } from './executions.js';
import type { Healing, StoreCopy } from './healing.js';
import { ExecutionEnd, HistoryKind } from './history.js';
import type { Lifecycle, Machines } from './lifecycle.js';
import type { Parts } from './parts.js';
import type { Renewals } from './renewals.js';
import type { RunnerHost } from './runner-host.js';
import type { Runner } from './runners.js';
import { US_PER_MS } from './time.js';
import type { CrashPoint, Link, Message, Part } from './topology.js';
import type { Disturbance, Meddling } from './wire.js';

/** Everything that can be made to go wrong on the platform. What has a duration ends by an event of its own. */
export class Faults implements Machines {
  constructor(
    private readonly parts: Parts,
    private readonly lifecycle: Lifecycle,
    private readonly host: RunnerHost,
    private readonly renewals: Renewals,
    private readonly healing: Healing,
    private readonly dispatcher: Dispatcher,
  ) {}

  /** Kills the busiest runner of an endpoint. @param silent no connection closes, so nobody is told @returns whether there was one */
  crashRunner(endpoint: Endpoint, silent = false): boolean {
    const victim = endpoint.runners.crash();
    if (victim === null) return false;
    this.buryRunner(endpoint, victim, silent, null);
    return true;
  }

  /** A runner dies when the work on it is done, before it has told anybody. */
  crashRunnerOf(execution: Execution): void {
    const { runner, request } = execution;
    runner.pool.kill(runner);
    this.buryRunner(request.endpoint, runner, false, execution);
  }

  endRunnerOf({ runner, request }: Execution): void {
    runner.pool.kill(runner);
    this.buryRunner(request.endpoint, runner, false, null);
  }

  /** The work of the busiest runner never ends, its heartbeats go on. @returns whether there was any */
  hangRunner(endpoint: Endpoint): boolean {
    return this.host.hang(endpoint.runners);
  }

  /** The busiest runner computes nothing for a while. @returns whether there was one with work */
  pauseRunner(endpoint: Endpoint, forUs: number): boolean {
    return this.host.pause(endpoint.runners, forUs);
  }

  /** The busiest runner takes `factor` times as long for a while. @returns whether there was one with work */
  slowRunner(endpoint: Endpoint, factor: number, forUs: number): boolean {
    return this.host.slow(endpoint.runners, factor, forUs);
  }

  /** A part stops: now (0), or when it next passes the point. */
  crashPart(part: Part, between: CrashPoint | 0, forUs: number): void {
    this.parts.wire.crash(part, between, forUs);
  }

  /** Faults are over: what was prepared and has not struck never will. */
  disarm(): void {
    this.parts.wire.disarm();
  }

  cutLink(link: Link, forUs: number): void {
    this.parts.wire.cut(link, forUs);
  }

  disturbLink(disturbance: Disturbance): void {
    this.parts.wire.disturb(disturbance);
  }

  /** The next messages of a kind are lost, doubled or late. */
  meddle(how: Meddling, message: Message, count: number, byUs: number): void {
    this.parts.wire.meddle(how, message, count, byUs);
  }

  /** A copy of the slot store, as it may be restored later. */
  snapshotStore(): StoreCopy {
    return { leases: this.parts.limiter.copy(), atUs: this.parts.calendar.nowUs, isUsed: false };
  }

  /** The slot store is empty, or what the copy says. */
  loseStore(copy?: StoreCopy): void {
    this.healing.loseStore(copy);
  }

  /** A part's clock is ahead of the others (negative: behind). */
  skewClock(part: Part, byUs: number): void {
    this.parts.history.record(HistoryKind.clockSkewed, part, Math.round(byUs / US_PER_MS), 0);
    this.renewals.skew(part, byUs);
  }

  /** From now on the account is found under another name, or under none. */
  renameAccount(account: Account, deleted: boolean): void {
    account.renames++;
    const held = this.parts.limiter.liveLeases(account.scope).length;
    this.parts.history.record(HistoryKind.accountRenamed, account.number, held, deleted ? 1 : 0);
  }

  /** The account's webhook receiver answers nothing for a while. */
  webhookDown(account: Account, forUs: number): void {
    account.webhookDownUntilUs = Math.max(account.webhookDownUntilUs, this.parts.calendar.nowUs + forUs);
  }

  /** @param finished work that was done when its runner died: nobody will hear of it */
  private buryRunner(endpoint: Endpoint, victim: Runner, silent: boolean, finished: Execution | null): void {
    this.host.forget(victim);
    for (const execution of this.parts.executions.on(victim)) {
      // The end of one may have ended another that waited for it.
      if (!execution.assigned || execution.runner !== victim) continue;
      if (execution === finished) this.lifecycle.vanish(execution, ExecutionEnd.completed);
      else if (silent) this.lifecycle.vanish(execution, ExecutionEnd.crashed);
      else this.lifecycle.executionEnded(execution, ExecutionEnd.crashed);
    }
    endpoint.runners.refill();
    this.dispatcher.runnerFreed(endpoint);
    // Those who waited for the one that is gone need another.
    endpoint.runners.growFor(endpoint.line.length);
  }
}
