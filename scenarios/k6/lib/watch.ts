import { Outcome } from '../../../src/core/history.ts';
import type { LiveCall } from './call.ts';
import type { FalAnswer } from './fal.ts';
import { outcomeOfError } from './outcomes.ts';
import { ZombiePoller } from './zombie-poller.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** A status that cannot be had so many times in a row is given up. */
const MOST_FAILED_POLLS = 10;

/** Watches one queued request by polls, until it ends, its caller has waited enough, or the run is over. */
export class Watch {
  private readonly calledUs: number;
  private readonly timeoutAtUs: number;
  private patienceAtUs: number;
  private nextPollUs: number;
  private failedPolls = 0;
  private isOver = false;

  /** @param everyUs virtual; Infinity: it is looked at only where patience ends */
  constructor(
    private readonly live: LiveCall,
    private readonly requestId: string,
    private readonly everyUs: number,
  ) {
    const { call, plannedUs, waiting } = live.terms;
    this.calledUs = plannedUs;
    this.timeoutAtUs = plannedUs + (call.clientTimeoutUs ?? NEVER);
    this.patienceAtUs = plannedUs + (call.patienceUs ?? NEVER);
    // The SDKs ask for the status as soon as they have an id.
    this.nextPollUs = everyUs === NEVER ? NEVER : waiting.clock.nowUs;
  }

  untilItEnds(): void {
    const { waiting } = this.live.terms;
    while (!this.isOver) {
      const wakeUs = Math.min(this.nextPollUs, this.patienceAtUs, this.timeoutAtUs);
      if (wakeUs === NEVER || !waiting.untilUs(wakeUs)) return;
      this.wake(waiting.clock.nowUs);
    }
  }

  private wake(nowUs: number): void {
    if (nowUs >= this.timeoutAtUs) {
      this.giveUp();
      return;
    }
    this.look();
    if (this.isOver) return;
    if (this.live.hasBegun) this.patienceAtUs = NEVER;
    else if (nowUs >= this.patienceAtUs) this.losePatience();
    if (nowUs >= this.nextPollUs) this.nextPollUs = this.nextTickUs();
  }

  /** Polls keep to the ticks of the call's beginning: one that took long is not made up for. */
  private nextTickUs(): number {
    const sinceUs = this.live.terms.waiting.clock.nowUs - this.calledUs;
    return this.calledUs + (Math.floor(sinceUs / this.everyUs) + 1) * this.everyUs;
  }

  private look(): void {
    const { client, endpoint, waiting } = this.live.terms;
    this.live.polls++;
    const answer = client.status(endpoint, this.requestId);
    if (answer.trouble !== undefined) {
      this.statusRefused(answer);
      return;
    }
    this.failedPolls = 0;
    const state = answer.body?.['status'];
    if (state === 'IN_PROGRESS') this.live.begun(waiting.clock.nowUs);
    else if (state === 'COMPLETED') this.completed(answer.body as Readonly<Record<string, unknown>>);
  }

  private statusRefused({ status, trouble }: FalAnswer): void {
    const mayPass = status === 0 || status === 429 || status >= 500;
    if (mayPass && ++this.failedPolls < MOST_FAILED_POLLS) return;
    this.end(status === 401 ? Outcome.unauthorized : Outcome.failed, trouble);
  }

  private completed(body: Readonly<Record<string, unknown>>): void {
    const { error, error_type: errorType } = body as { error?: unknown; error_type?: unknown };
    this.noteBeginning(body);
    if (error !== undefined) {
      const text = String(error).slice(0, 160);
      this.end(outcomeOfError(typeof errorType === 'string' ? errorType : undefined, text), text);
    } else if (this.live.terms.flow.mode === 'subscribe') {
      this.fetchResult();
    } else {
      this.end(Outcome.ok);
    }
  }

  /** Work that was short enough to begin and end between two polls: the server says how long it took. */
  private noteBeginning({ metrics }: Readonly<Record<string, unknown>>): void {
    const seconds = (metrics as { inference_time?: unknown } | undefined)?.inference_time;
    if (typeof seconds === 'number' && seconds > 0) this.live.begun(this.live.terms.waiting.clock.nowUs - seconds * 1e6);
  }

  private fetchResult(): void {
    const { client, endpoint } = this.live.terms;
    const { status, trouble } = client.result(endpoint, this.requestId);
    if (trouble === undefined) this.end(Outcome.ok);
    else this.end(status === 401 ? Outcome.unauthorized : Outcome.failed, trouble);
  }

  private losePatience(): void {
    const { flow, client, endpoint } = this.live.terms;
    if (flow.mode === 'subscribe') {
      this.giveUp();
      return;
    }
    const { trouble } = client.cancel(endpoint, this.requestId);
    // Too late: it has ended, as the next poll will see.
    if (trouble === undefined) this.end(Outcome.cancelled);
    this.patienceAtUs = NEVER;
  }

  /** The caller has waited enough: both SDKs cancel once, and the poller of one goes on. */
  private giveUp(): void {
    const { client, endpoint, waiting } = this.live.terms;
    this.end(Outcome.gaveUp);
    client.cancel(endpoint, this.requestId);
    if (this.live.sdk.zombiePoller) waiting.leaveBehind(new ZombiePoller(this.live.terms, this.requestId, this.live.sdk.pollEveryUs));
  }

  private end(outcome: Outcome, trouble?: string | undefined): void {
    this.isOver = true;
    this.live.finish(outcome, trouble);
  }
}
