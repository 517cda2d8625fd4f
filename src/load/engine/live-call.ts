import type { Outcome } from '../../core/history.js';
import type { CallRecord } from '../../measure/client-calls.js';
import { type LoadHint, writeLoadHint } from '../../protocol/load-hint.js';
import type { CallWatcher } from '../../sim/open-calls.js';
import type { SdkModel } from '../../sim/sdks.js';
import type { TrafficClass } from '../../sim/traffic.js';
import { type HttpAnswer, saidBy, troubleOf } from './answer.js';
import type { CallParts } from './call-parts.js';
import type { HandIn, RequestRef } from './wire.js';

/** What the scenario drew for a call. Virtual µs; Infinity: none. */
export interface CallTerms {
  readonly traffic: TrafficClass;
  readonly sdk: SdkModel;
  /** 1, 2, 3, … over all `run`s and `subscribe`s of the workload: keys the jitter. */
  readonly ordinal: number;
  readonly plannedUs: number;
  readonly serviceUs: number;
  readonly end: LoadHint['end'];
  readonly startTimeoutUs: number;
  readonly clientTimeoutUs: number;
  readonly patienceUs: number;
  /** Wants to know when the caller is free again; null: nobody does. */
  readonly watcher: CallWatcher | null;
}

/** A call under way: what a client does between its caller and the server, and what it sees. Told to the sink once. */
export abstract class LiveCall {
  protected attempts = 0;
  protected isRepeat = false;
  protected polls = 0;
  protected request: RequestRef | undefined;
  /** Goes into reports: what a server says only by `inWords` and `saidBy`. */
  protected trouble: string | undefined;
  protected requestId: string | undefined;
  #refusals = 0;
  #sentUs: number | undefined;
  #acceptedUs: number | undefined;
  #queueLatencyUs: number | undefined;
  #foundNoConnection = false;
  #wasTold = false;
  #isOpen = true;
  #watcher: CallWatcher | null;

  constructor(
    protected readonly parts: CallParts,
    readonly terms: CallTerms,
  ) {
    this.#watcher = terms.watcher;
  }

  /** Its planned time has come. */
  abstract begin(): void;

  /** The run is over, and the call stands where it stands. */
  tellAsItStands(): void {
    if (this.attempts > 0 && !this.parts.wire.isFull) this.#noteNoConnection();
    this.tell(0, undefined);
  }

  /** `account/key` */
  protected get key(): string {
    const { account, key } = this.terms.traffic;
    return `${account}/${key}`;
  }

  protected get workBegan(): boolean {
    return this.#queueLatencyUs !== undefined;
  }

  protected handIn(): HandIn {
    const { traffic, startTimeoutUs, plannedUs, serviceUs, end } = this.terms;
    const { endpoint, mode } = traffic;
    const hint = this.parts.takesHints ? writeLoadHint({ mode, calledUs: plannedUs, serviceUs, end, isRepeat: this.isRepeat }) : undefined;
    return { endpoint, key: this.key, startTimeoutUs, hint };
  }

  protected readonly sent = (): void => {
    if (this.#sentUs !== undefined) return;
    this.#sentUs = Math.max(this.terms.plannedUs, this.parts.clock.nowUs());
    if (this.#foundNoConnection) this.parts.meter.connectedAtLast();
    else this.parts.meter.callSent(-this.parts.clock.msUntil(this.terms.plannedUs) * 1e3);
  };

  /** Takes down what an answer to a hand-in says. */
  protected heardBack(answer: HttpAnswer): void {
    if (answer.status !== 0) this.#acceptedUs ??= this.sincePlannedUs();
    else this.#noteNoConnection();
    if (answer.status === 429) this.#refusals++;
    this.trouble = answer.status >= 200 && answer.status < 300 ? undefined : this.inWords(answer);
  }

  protected acceptedAs(id: string): RequestRef {
    this.requestId = id;
    this.request = this.parts.wire.requestOf(this.terms.traffic.endpoint, this.key, id);
    return this.request;
  }

  /** Work had begun so long ago at the latest. @param beforeUs virtual µs before now */
  protected workHadBegun(beforeUs = 0): void {
    const sinceUs = Math.max(0, this.sincePlannedUs() - beforeUs);
    this.#queueLatencyUs = this.#queueLatencyUs === undefined ? sinceUs : Math.min(this.#queueLatencyUs, sinceUs);
  }

  protected inWords(answer: HttpAnswer): string {
    return troubleOf(answer, this.parts.wire.secretOf(this.key));
  }

  protected saidBy(text: string | undefined): string | undefined {
    return text === undefined ? undefined : saidBy(text, this.parts.wire.secretOf(this.key));
  }

  protected sincePlannedUs(): number {
    return Math.max(0, this.parts.clock.nowUs() - this.terms.plannedUs);
  }

  /** The client was in time, and the server took no connection. */
  #noteNoConnection(): void {
    if (this.#sentUs !== undefined || this.#foundNoConnection) return;
    this.#foundNoConnection = true;
    this.parts.meter.unconnected++;
  }

  /** The caller has what it will get; work may be left for the client. */
  protected tellEnd(outcome: Outcome | 0): void {
    this.tell(outcome, outcome === 0 ? undefined : this.sincePlannedUs());
    this.freeCaller();
  }

  protected freeCaller(): void {
    const watcher = this.#watcher;
    this.#watcher = null;
    if (watcher !== null) this.parts.book.callerIsFree(watcher);
  }

  /** Nothing is left to do. */
  protected close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.parts.book.closed(this);
  }

  protected end(outcome: Outcome | 0): void {
    this.tellEnd(outcome);
    this.close();
  }

  private tell(outcome: Outcome | 0, elapsedUs: number | undefined): void {
    if (this.#wasTold) return;
    this.#wasTold = true;
    const { traffic, plannedUs } = this.terms;
    const record: CallRecord = {
      account: traffic.account,
      key: traffic.key,
      endpoint: traffic.endpoint,
      mode: traffic.mode,
      plannedUs,
      sentUs: this.#sentUs ?? Math.max(plannedUs, this.parts.clock.nowUs()),
      acceptedUs: this.#acceptedUs,
      attempts: this.attempts,
      refusals: this.#refusals,
      polls: this.polls,
      queueLatencyUs: this.#queueLatencyUs,
      elapsedUs,
      outcome,
      requestId: this.requestId,
      trouble: this.trouble,
    };
    this.parts.sink.calls([record]);
  }
}
