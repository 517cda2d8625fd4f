import type { Dispatcher } from './dispatcher.js';
import { Rejected } from './errors.js';
import { HistoryKind, RefusalReason } from './history.js';
import type { Lifecycle } from './lifecycle.js';
import { Parcel } from './parcels.js';
import type { Parts } from './parts.js';
import { CallMode, type Request, RequestState, type Submission } from './requests.js';
import { CrashPoint, Message, Part } from './topology.js';

/** Where calls come in: turns away those whose key is not accepted, and hands the others on. */
export class Gateway {
  constructor(
    private readonly parts: Parts,
    private readonly dispatcher: Dispatcher,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** Hands a request to the queue. @returns the request, or why it was turned away */
  submit(submission: Submission): Request | Rejected {
    const request = this.take(submission, CallMode.queue);
    if (!submission.key.accepted) return this.refuse(request, Rejected.unauthorized, RefusalReason.badKey);
    if (this.parts.wire.isDown(Part.gateway)) return this.refuse(request, Rejected.noRunner, RefusalReason.gatewayDown);
    this.accept(request, submission.startTimeoutUs);
    this.enqueue(request);
    return request;
  }

  /** A direct call: served now, or refused now. @returns the request, or why it was turned away */
  call(submission: Submission): Request | Rejected {
    const request = this.take(submission, CallMode.direct);
    if (!submission.key.accepted) return this.refuse(request, Rejected.unauthorized, RefusalReason.badKey);
    if (this.parts.wire.isDown(Part.gateway)) return this.refuse(request, Rejected.noRunner, RefusalReason.gatewayDown);
    // Refused attempts never become requests, so the history hears "submitted" only when the answer is yes.
    const refusal = this.dispatcher.roomForDirect(request);
    if (refusal !== 0) return this.refuse(request, isScarcity(refusal) ? Rejected.noRunner : Rejected.tooManyRequests, refusal);
    this.accept(request, submission.startTimeoutUs);
    this.dispatcher.serveDirect(request);
    return request;
  }

  cancel(request: Request): void {
    const { wire } = this.parts;
    if (wire.calm) this.lifecycle.cancel(request);
    else if (!wire.isDown(Part.gateway)) wire.send(new Parcel(Message.cancel, request));
  }

  private take(submission: Submission, mode: CallMode): Request {
    const request = this.parts.requests.take();
    const { key, endpoint } = submission;
    request.mode = mode;
    request.key = key;
    request.account = key.account;
    request.endpoint = endpoint;
    request.traffic = submission.traffic;
    request.isRepeat = submission.isRepeat;
    request.owner = submission.owner;
    request.serviceUs = submission.serviceUs;
    request.end = submission.end;
    request.terms = submission.terms;
    if (submission.terms !== null) request.attempts = submission.terms.attemptsBefore;
    request.calledUs = submission.calledUs;
    request.errand = submission.errand;
    request.exempt = endpoint.owner === key.account;
    return request;
  }

  private accept(request: Request, startTimeoutUs: number): void {
    const { calendar, history, policy, requests } = this.parts;
    request.ordinal = ++requests.accepted;
    request.deadlineUs = calendar.nowUs + startTimeoutUs;
    request.state = RequestState.backingOff;
    // A key that was revoked but is still accepted somewhere authorises no completion either.
    if (request.key.revoked && policy.onRevoke === 'strand') request.stranded = true;
    history.record(HistoryKind.submitted, request.number, request.mode, 0);
  }

  private enqueue(request: Request): void {
    const { wire } = this.parts;
    if (wire.calm) {
      this.dispatcher.admit(request);
      return;
    }
    const parcel = new Parcel(Message.enqueue, request);
    if (wire.passes(CrashPoint['accept-enqueue'])) wire.send(parcel);
    else wire.retry(parcel);
  }

  private refuse(request: Request, status: Rejected, reason: RefusalReason): Rejected {
    this.parts.history.record(HistoryKind.refused, request.number, status, reason);
    this.parts.requests.give(request);
    return status;
  }
}

/** Whether what is missing is not the caller's slot. */
function isScarcity(reason: RefusalReason): boolean {
  return reason === RefusalReason.noRunner || reason === RefusalReason.gatewayDown;
}
