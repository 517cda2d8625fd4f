import { backoffDelayUs } from '../../../src/core/backoff.ts';
import { Outcome } from '../../../src/core/history.ts';
import type { PlayCall, PlayFlow, Telling } from '../../../src/load/k6/play.ts';
import { LOAD_HINT_HEADER, writeLoadHint } from '../../../src/protocol/load-hint.ts';
import { SDK_MODELS, type SdkModel } from '../../../src/sim/sdks.ts';
import type { CallExtras, FalAnswer, FalClient } from './fal.ts';
import { lostWork, mayRepeat, outcomeOfRun } from './outcomes.ts';
import { count, tell } from './tell.ts';
import type { Waiting } from './waiting.ts';
import { Watch } from './watch.ts';

/** Everything about one call. */
export interface CallTerms {
  readonly client: FalClient;
  readonly waiting: Waiting;
  readonly flow: PlayFlow;
  readonly call: PlayCall;
  readonly endpoint: string;
  readonly input: unknown;
  readonly takesHints: boolean;
  /** Whether k6 is to print and judge what it saw; slotstorm does so from the samples alone. */
  readonly isForPeople: boolean;
  /** Virtual µs at which the schedule wanted it. */
  readonly plannedUs: number;
  readonly numbers: Pick<Telling, 'flow' | 'target' | 'call'>;
}

/** A `submit` is looked after that often, virtual µs. */
const LOOK_EVERY_US = 1_000_000;

/** One call of an SDK's caller, from its planned time to its end: however many requests it takes, it is told once. */
export class LiveCall {
  readonly sdk: SdkModel;
  polls = 0;
  private sentUs: number | null = null;
  private acceptedUs: number | null = null;
  private attempts = 0;
  private refusals = 0;
  private queueLatencyUs: number | null = null;
  private requestId: string | null = null;
  private trouble: string | null = null;
  private isRepeat = false;
  private isTold = false;

  constructor(readonly terms: CallTerms) {
    this.sdk = SDK_MODELS[terms.flow.sdk];
  }

  play(): void {
    if (this.terms.flow.mode === 'run') this.run();
    else this.enqueue();
    // Nothing more is known of it: the run is over, or nobody follows it.
    if (!this.isTold) this.finish(0);
  }

  /** The first sign that its work has begun. @param atUs when, virtual */
  begun(atUs: number): void {
    if (this.queueLatencyUs !== null) return;
    this.queueLatencyUs = Math.max(0, Math.round(atUs - this.terms.plannedUs));
    if (!this.isTold) tell('open', this.telling(0));
  }

  get hasBegun(): boolean {
    return this.queueLatencyUs !== null;
  }

  finish(outcome: Outcome | 0, trouble?: string | undefined): void {
    this.isTold = true;
    if (trouble !== undefined) this.trouble = trouble;
    const telling = this.telling(outcome);
    tell('call', telling);
    if (this.terms.isForPeople) count(telling, this.terms.endpoint);
  }

  private run(): void {
    const { client, endpoint, input, waiting } = this.terms;
    for (;;) {
      const timeoutMs = waiting.runEndUs === Number.POSITIVE_INFINITY ? undefined : waiting.clock.wallMsUntil(waiting.runEndUs);
      const answer = this.handIn((extras) => client.run(endpoint, input, { ...extras, timeoutMs }));
      // k6 was told to hang up at the end of the run: the server may still be at work.
      if (answer.status === 0 && waiting.clock.nowUs >= waiting.runEndUs) return;
      if (!mayRepeat(answer, this.sdk, this.attempts)) {
        this.finish(outcomeOfRun(answer), answer.trouble);
        return;
      }
      this.isRepeat ||= lostWork(answer);
      const delayUs = backoffDelayUs(this.sdk.runBackoff, this.attempts, Math.random());
      if (!waiting.untilUs(waiting.clock.nowUs + delayUs)) return;
    }
  }

  private enqueue(): void {
    const { client, endpoint, input, flow } = this.terms;
    const answer = this.handIn((extras) => client.submit(endpoint, input, extras));
    const id = answer.body?.['request_id'];
    if (answer.trouble !== undefined || typeof id !== 'string') {
      const trouble = answer.trouble ?? `${answer.status} without a request_id`;
      this.finish(answer.status === 401 ? Outcome.unauthorized : Outcome.failed, trouble);
      return;
    }
    this.requestId = id;
    this.trouble = null;
    const everyUs = flow.mode === 'subscribe' ? this.sdk.pollEveryUs : LOOK_EVERY_US;
    const isFollowed = flow.mode === 'subscribe' || flow.follow !== 'none';
    if (isFollowed) tell('open', this.telling(0));
    new Watch(this, id, isFollowed ? everyUs : Number.POSITIVE_INFINITY).untilItEnds();
  }

  private handIn(send: (extras: CallExtras) => FalAnswer): FalAnswer {
    const { waiting, plannedUs, flow } = this.terms;
    this.sentUs ??= Math.max(plannedUs, waiting.clock.nowUs);
    this.attempts++;
    // A direct call has no other sign of life until its answer.
    if (flow.mode === 'run' && this.attempts === 1) tell('open', this.telling(0));
    const answer = send(this.extras());
    if (answer.status !== 0) this.acceptedUs ??= Math.max(0, waiting.clock.nowUs - plannedUs);
    if (answer.status === 429) this.refusals++;
    this.trouble = answer.trouble ?? null;
    return answer;
  }

  private extras(): CallExtras {
    const { call, flow, takesHints, plannedUs } = this.terms;
    const { serviceUs, end } = call;
    const hint = { [LOAD_HINT_HEADER]: writeLoadHint({ mode: flow.mode, calledUs: plannedUs, serviceUs, end, isRepeat: this.isRepeat }) };
    return { startTimeoutS: call.startTimeoutUs === null ? undefined : call.startTimeoutUs / 1e6, headers: takesHints ? hint : undefined };
  }

  private telling(outcome: Outcome | 0): Telling {
    const { numbers, plannedUs, waiting } = this.terms;
    return {
      ...numbers,
      plannedUs,
      sentUs: this.sentUs ?? plannedUs,
      acceptedUs: this.acceptedUs,
      attempts: this.attempts,
      refusals: this.refusals,
      polls: this.polls,
      queueLatencyUs: this.queueLatencyUs,
      elapsedUs: outcome === 0 ? null : Math.max(0, waiting.clock.nowUs - plannedUs),
      outcome,
      requestId: this.requestId,
      trouble: outcome === Outcome.ok ? null : this.trouble,
    };
  }
}
