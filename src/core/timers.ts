import type { Account, ApiKey } from './accounts.js';
import type { Endpoint } from './endpoints.js';
import { EventKind, idOf, kindOf } from './event-keys.js';
import { type FaultTimerOwners, FaultTimers } from './fault-timers.js';
import { ExecutionEnd } from './history.js';
import type { KeyService } from './key-service.js';
import type { Parts } from './parts.js';
import { NONE } from './requests.js';
import { Part } from './topology.js';

/** Whose timers they are. */
export interface TimerOwners extends FaultTimerOwners {
  readonly keyService: KeyService;
}

/** The platform's own calendar events: each is handed to the part that has scheduled it. */
export class Timers {
  private readonly faultTimers: FaultTimers;

  constructor(
    private readonly parts: Parts,
    private readonly owners: TimerOwners,
  ) {
    this.faultTimers = new FaultTimers(parts, owners);
  }

  /** What every request may need comes first. */
  fire(key: number): void {
    const number = idOf(key);
    switch (kindOf(key)) {
      case EventKind.startDeadline: {
        const request = this.parts.requests.at(number);
        request.deadlineTimer = NONE;
        if (!this.parts.wire.isDown(Part.dispatcher)) this.owners.lifecycle.deadlinePassed(request);
        return;
      }
      case EventKind.requeue: {
        const request = this.parts.requests.at(number);
        request.requeueTimer = NONE;
        this.owners.dispatcher.retry(request);
        return;
      }
      case EventKind.serviceEnd: {
        const execution = this.parts.executions.at(number);
        execution.timer = NONE;
        this.owners.lifecycle.workDone(execution);
        return;
      }
      default:
        this.fireRarely(kindOf(key), number);
    }
  }

  private fireRarely(kind: number, number: number): void {
    const { executions, limiter, wire } = this.parts;
    const { register, dispatcher, lifecycle, renewals, host, keyService } = this.owners;
    switch (kind) {
      case EventKind.start: {
        const execution = executions.at(number);
        execution.timer = NONE;
        host.launch(execution);
        return;
      }
      case EventKind.stopConfirmed: {
        const execution = executions.at(number);
        execution.stopTimer = NONE;
        lifecycle.executionEnded(execution, ExecutionEnd.stopped);
        return;
      }
      case EventKind.runnerReady: {
        const runner = register.runners.at(number);
        runner.pool.booted(runner);
        dispatcher.runnerFreed(register.endpoints[runner.pool.number] as Endpoint);
        return;
      }
      case EventKind.runnerIdleOut: {
        const runner = register.runners.at(number);
        runner.pool.idleOut(runner);
        return;
      }
      case EventKind.leaseExpired: {
        const lease = limiter.lease(number);
        lease.expiryTimer = NONE;
        if (wire.expectsFaults) renewals.reap(lease);
        else lifecycle.takeAway(lease);
        return;
      }
      case EventKind.holdTooLong: {
        const lease = limiter.lease(number);
        lease.holdTimer = NONE;
        lifecycle.holdTooLong(lease);
        return;
      }
      case EventKind.limitEffective:
        register.renewLimit(register.accounts[number] as Account);
        return;
      case EventKind.keyRefused:
        keyService.refuse(register.keys[number] as ApiKey);
        return;
      default:
        this.faultTimers.fire(kind, number);
    }
  }
}
