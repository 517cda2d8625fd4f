import { Outcome } from '../../core/history.js';
import { US_PER_SECOND } from '../../core/time.js';
import type { HttpAnswer } from './answer.js';
import type { CallParts } from './call-parts.js';
import type { RequestStatus } from './request-status.js';
import type { RequestRef } from './wire.js';

/** Hears what becomes of a request. */
export interface StatusListener {
  /** A status request was sent, or an event of a stream has come. */
  polled(): void;
  statusSeen(status: RequestStatus): void;
  /** No more will be seen. @param outcome what the call came to by that; 0: nobody knows */
  followLost(outcome: Outcome | 0, answer: HttpAnswer): void;
}

/** Watches a request until it has ended. */
export interface Follower {
  begin(): void;
  /** Nothing more is heard. Safe at any time. */
  stop(): void;
}

/** Both SDKs ask for about that long before they believe that a server will not answer: JavaScript 31 s, Python 51 s. Virtual µs. */
const PATIENCE_WITH_TROUBLE_US = 30 * US_PER_SECOND;

/** What the ways to follow a request share: when to ask again, and when to leave it. */
export abstract class TroubleTaking implements Follower {
  protected isStopped = false;
  #troubleSinceUs: number | undefined;

  constructor(
    protected readonly parts: CallParts,
    protected readonly request: RequestRef,
    protected readonly listener: StatusListener,
    /** Questions come at this time and at whole multiples of `everyUs` after it. Virtual µs. */
    private readonly fromUs: number,
    private readonly everyUs: number,
  ) {}

  abstract begin(): void;
  abstract stop(): void;
  protected abstract ask(): void;

  protected seen(status: RequestStatus): void {
    this.#troubleSinceUs = undefined;
    if (status.state === 'COMPLETED') this.stop();
    this.listener.statusSeen(status);
  }

  /** The server did not say how the request stands. */
  protected troubled(answer: HttpAnswer): void {
    const nowUs = this.parts.clock.nowUs();
    this.#troubleSinceUs ??= nowUs;
    const { status } = answer;
    if (status === 401) this.#lose(Outcome.unauthorized, answer);
    else if (isFinal(status)) this.#lose(Outcome.failed, answer);
    else if (nowUs - this.#troubleSinceUs >= PATIENCE_WITH_TROUBLE_US) this.#lose(0, answer);
    else this.askAtNextTick();
  }

  protected askAtNextTick(): void {
    const ticks = Math.floor((this.parts.clock.nowUs() - this.fromUs) / this.everyUs) + 1;
    this.parts.timers.at(this.fromUs + ticks * this.everyUs, () => {
      if (!this.isStopped) this.ask();
    });
  }

  #lose(outcome: Outcome | 0, answer: HttpAnswer): void {
    this.stop();
    this.listener.followLost(outcome, answer);
  }
}

/** The server will not say anything else, however often it is asked. */
function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 409 && status !== 429;
}
