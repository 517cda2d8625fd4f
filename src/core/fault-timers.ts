import type { Account } from './accounts.js';
import type { Dispatcher } from './dispatcher.js';
import type { Endpoint } from './endpoints.js';
import type { Errands } from './errands.js';
import { EventKind } from './event-keys.js';
import type { Healing } from './healing.js';
import type { Lifecycle } from './lifecycle.js';
import type { Parts } from './parts.js';
import type { Register } from './register.js';
import type { Renewals } from './renewals.js';
import { NONE } from './requests.js';
import type { RunnerHost } from './runner-host.js';
import type { Part } from './topology.js';

/** Whose timers they are. */
export interface FaultTimerOwners {
  readonly register: Register;
  readonly dispatcher: Dispatcher;
  readonly lifecycle: Lifecycle;
  readonly renewals: Renewals;
  readonly host: RunnerHost;
  readonly errands: Errands;
  readonly healing: Healing;
}

/** Calendar events that only come where something fails, or a policy has a switch that takes a step apart. */
export class FaultTimers {
  constructor(
    private readonly parts: Parts,
    private readonly owners: FaultTimerOwners,
  ) {}

  fire(kind: number, number: number): void {
    const { wire, requests } = this.parts;
    const { register, dispatcher, errands, healing } = this.owners;
    switch (kind) {
      case EventKind.parcel:
        wire.arrive(number);
        return;
      case EventKind.partUp:
        wire.restart(number as Part);
        return;
      case EventKind.linkWhole:
        wire.becomesWhole(number);
        return;
      case EventKind.wakeTick:
        dispatcher.tick(register.accounts[number] as Account);
        return;
      case EventKind.webhook:
        errands.tryDelivery(requests.at(number));
        return;
      case EventKind.housekeeping:
        healing.fire(number);
        return;
      default:
        this.fireOnRunner(kind, number);
    }
  }

  private fireOnRunner(kind: number, number: number): void {
    const { executions } = this.parts;
    const { register, dispatcher, lifecycle, renewals, host } = this.owners;
    switch (kind) {
      case EventKind.renewal:
        renewals.renew(executions.at(number));
        return;
      case EventKind.fence:
        renewals.fence(executions.at(number));
        return;
      case EventKind.runnerResumed: {
        const runner = register.runners.at(number);
        host.resume(runner);
        dispatcher.runnerFreed(register.endpoints[runner.pool.number] as Endpoint);
        return;
      }
      case EventKind.runnerSpedUp:
        host.speedUp(register.runners.at(number));
        return;
      case EventKind.redelivery: {
        const execution = executions.at(number);
        execution.redeliveryTimer = NONE;
        if (execution.request.execution === execution) lifecycle.redeliver(execution.request);
        return;
      }
      default:
        throw new Error(`the calendar holds an event of unknown kind ${kind}`);
    }
  }
}
