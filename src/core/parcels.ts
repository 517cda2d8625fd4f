import type { Account, ApiKey } from './accounts.js';
import type { Execution } from './executions.js';
import { ExecutionEnd } from './history.js';
import type { Lease } from './limiter.js';
import type { Request } from './requests.js';
import { Message } from './topology.js';

/** What a runner says of an attempt that has ended: the same whether it is heard at once or much later. */
export interface AttemptFacts {
  /** Of the execution. */
  readonly number: number;
  readonly lease: Lease | null;
  readonly leaseToken: number;
  readonly startedUs: number;
  /** Which attempt of its request it was, from 1. */
  readonly attempt: number;
}

/** A message on its way: made only where a link is disturbed, for it carries copies of what may have changed on arrival. */
export class Parcel implements AttemptFacts {
  execution: Execution | null = null;
  number = 0;
  /** Which use of the execution object is meant. */
  serial = 0;
  lease: Lease | null = null;
  leaseToken = 0;
  startedUs = 0;
  attempt = 0;
  how: ExecutionEnd = ExecutionEnd.completed;
  account: Account | null = null;
  key: ApiKey | null = null;

  /** @param request whose message it is; null: nobody's */
  constructor(
    readonly message: Message,
    readonly request: Request | null,
  ) {}

  /** A slot of the account is free. */
  static to(account: Account): Parcel {
    const parcel = new Parcel(Message.wake, null);
    parcel.account = account;
    return parcel;
  }

  /** An attempt of the request has ended. */
  static done(request: Request, facts: AttemptFacts, how: ExecutionEnd): Parcel {
    const parcel = new Parcel(Message.done, request);
    parcel.number = facts.number;
    parcel.lease = facts.lease;
    parcel.leaseToken = facts.leaseToken;
    parcel.startedUs = facts.startedUs;
    parcel.attempt = facts.attempt;
    parcel.how = how;
    return parcel;
  }

  /** A key is not to be accepted any more. */
  static revoking(key: ApiKey): Parcel {
    const parcel = new Parcel(Message.revoked, null);
    parcel.key = key;
    return parcel;
  }

  /** Of an attempt: read now, for the execution object may be used again before the parcel arrives. */
  about(execution: Execution): this {
    this.execution = execution;
    this.number = execution.number;
    this.serial = execution.serial;
    this.lease = execution.lease;
    this.leaseToken = execution.leaseToken;
    this.startedUs = execution.startedUs;
    this.attempt = execution.attempt;
    return this;
  }

  /** Of a slot. */
  giving(lease: Lease, token: number): this {
    this.lease = lease;
    this.leaseToken = token;
    return this;
  }

  /** Whether it still speaks of the attempt that the execution object stands for now. */
  get isAboutLiveExecution(): boolean {
    return this.execution !== null && this.execution.serial === this.serial && this.execution.assigned;
  }
}
