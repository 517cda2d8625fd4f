import type { Outcome } from '../../core/history.js';
import type { CallRecord } from '../../measure/client-calls.js';
import { type HttpAnswer, workWasLost } from '../engine/answer.js';
import { textOf } from '../engine/request-status.js';
import type { PlannedCall } from '../workload.js';
import { isRefusal } from './answer-outcome.js';

/** A status request that fails is tried again by the SDK this often, on these answers. */
const STATUS_RETRIES = 5;
const STATUS_RETRIED: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** One call of the SDK, as the HTTP requests that it makes show it. Times in virtual µs. */
export class SdkCall {
  attempts = 0;
  refusals = 0;
  polls = 0;
  /** Polls that began after its caller had its answer. */
  zombiePolls = 0;
  sentUs: number | undefined;
  requestId: string | undefined;
  /** An earlier attempt had begun to work and was lost. */
  isRepeat = false;
  /** HTTP requests without an answer yet. */
  openHttp = 0;
  private firstAnswerUs: number | undefined;
  private beganUs: number | undefined;
  private isSettled = false;
  /** The SDK's poller waits for a status, or will ask again: it does not hear that its caller is gone. */
  private isPolling = false;
  private statusFailures = 0;

  constructor(readonly plan: PlannedCall) {}

  /** Neither caller nor poller is left. */
  get isOver(): boolean {
    return this.isSettled && !this.isPolling && this.openHttp === 0;
  }

  /** The SDK hands its work in, once more perhaps. */
  handIn(nowUs: number): void {
    this.attempts++;
    this.requestId = undefined;
    this.sentUs ??= Math.max(nowUs, this.plan.atUs);
  }

  handInAnswered(answer: HttpAnswer, nowUs: number): void {
    this.firstAnswerUs ??= nowUs;
    if (answer.status === 429) this.refusals++;
    if (isRefusal(answer)) return;
    this.requestId = textOf(answer.headers['x-fal-request-id']);
    if (workWasLost(answer)) this.isRepeat = true;
  }

  pollBegins(): void {
    this.isPolling = true;
    if (this.isSettled) this.zombiePolls++;
    else this.polls++;
  }

  /** @param status undefined: no answer came */
  pollAnswered(status: number | undefined): void {
    if (status === undefined || STATUS_RETRIED.has(status)) {
      this.isPolling = this.statusFailures++ < STATUS_RETRIES;
      return;
    }
    this.statusFailures = 0;
    // Whoever's caller is gone asks again all the same: the SDK stops its poller only between two polls.
    this.isPolling = this.isSettled && status === 202;
  }

  /** A status shows that its work has begun, or was done. */
  workBegan(atUs: number): void {
    this.beganUs ??= atUs;
  }

  /** Its caller has got an answer, good or bad. */
  settle(): void {
    this.isSettled = true;
  }

  /** @param endUs undefined: it is open, or nobody follows it */
  record(outcome: Outcome | 0, endUs: number | undefined, trouble: string | undefined): CallRecord {
    const { plan } = this;
    const sincePlanned = (us: number | undefined): number | undefined => (us === undefined ? undefined : Math.max(0, us - plan.atUs));
    return {
      account: plan.account,
      key: plan.key,
      endpoint: plan.endpoint,
      mode: plan.mode,
      plannedUs: plan.atUs,
      sentUs: this.sentUs ?? plan.atUs,
      acceptedUs: sincePlanned(this.firstAnswerUs),
      attempts: this.attempts,
      refusals: this.refusals,
      polls: this.polls,
      queueLatencyUs: sincePlanned(this.beganUs),
      elapsedUs: sincePlanned(endUs),
      outcome,
      requestId: this.requestId,
      trouble,
    };
  }
}
