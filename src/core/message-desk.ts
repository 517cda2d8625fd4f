import type { Account, ApiKey } from './accounts.js';
import type { Dispatcher } from './dispatcher.js';
import type { Ending } from './ending.js';
import type { KeyService } from './key-service.js';
import type { Lifecycle } from './lifecycle.js';
import type { Parcel } from './parcels.js';
import type { Parts } from './parts.js';
import type { Register } from './register.js';
import { NONE, type Request, RequestState } from './requests.js';
import type { RunnerHost } from './runner-host.js';
import type { Slots } from './slots.js';
import { Message, Part } from './topology.js';
import type { Receiver } from './wire.js';

/** Hands what arrives to the part that it is for, and starts parts again after a crash. */
export class MessageDesk implements Receiver {
  constructor(
    private readonly parts: Parts,
    private readonly slots: Slots,
    private readonly ending: Ending,
    private readonly dispatcher: Dispatcher,
    private readonly lifecycle: Lifecycle,
    private readonly host: RunnerHost,
    private readonly keys: KeyService,
    private readonly register: Register,
  ) {}

  deliver(parcel: Parcel): void {
    switch (parcel.message) {
      case Message.done:
        this.lifecycle.doneArrived(parcel);
        return;
      case Message.start:
        this.host.startArrived(parcel);
        return;
      case Message.stop:
        this.host.stopArrived(parcel);
        return;
      case Message.wake:
        this.dispatcher.slotFreed(parcel.account as Account);
        return;
      case Message.revoked:
        this.keys.revocationArrived(parcel.key as ApiKey);
        return;
      default:
        this.deliverFor(parcel, parcel.request as Request);
    }
  }

  partStopped(part: Part): void {
    if (part === Part.dispatcher && this.parts.policy.queue === 'memory') this.forgetQueue();
  }

  partStarted(part: Part): void {
    if (part === Part.dispatcher) this.restartDispatcher();
    if (part === Part.keys) this.keys.recover();
  }

  letGo(request: Request): void {
    this.ending.forgetIfLoose(request);
  }

  private deliverFor(parcel: Parcel, request: Request): void {
    switch (parcel.message) {
      case Message.enqueue:
        this.enqueueArrived(request);
        return;
      case Message.cancel:
        this.lifecycle.cancel(request);
        return;
      case Message.expired:
        this.lifecycle.expiryArrived(request, parcel.attempt);
        return;
      case Message.release:
        if (parcel.lease !== null) this.slots.release(request, parcel.lease, parcel.leaseToken);
        return;
      default:
        throw new Error(`nobody takes message ${parcel.message}`);
    }
  }

  /** Under a fence the queue knows what it has; without one, what comes twice is worked on twice. */
  private enqueueArrived(request: Request): void {
    if (!request.enqueued && request.isQueued) this.dispatcher.admit(request);
    else if (this.parts.policy.fence === 'none') this.lifecycle.redeliver(request);
  }

  /** What only memory held is gone: nobody will ever look at these requests again. */
  private forgetQueue(): void {
    for (const request of this.parts.requests.open()) {
      // What is still on its way to the queue is in no memory yet.
      if (!request.isQueued || !request.enqueued) continue;
      request.line?.leave(request);
      this.ending.disarm(request);
      request.forgotten = true;
    }
  }

  private restartDispatcher(): void {
    const { calendar, requests } = this.parts;
    // Whatever was seen before the crash is to be looked at again.
    for (const request of requests.open()) request.acting = false;
    // Deadlines that passed meanwhile.
    for (const request of requests.open()) {
      const waits = request.isQueued || request.state === RequestState.dispatched;
      if (waits && !request.forgotten && request.deadlineTimer === NONE && request.deadlineUs <= calendar.nowUs) this.lifecycle.deadlinePassed(request);
    }
    this.dispatcher.recover(this.register.accounts, this.register.endpoints);
  }
}
