import { ApiError, createFalClient, type FalClient } from '@fal-ai/client';
import { Outcome } from '../../core/history.js';
import { US_PER_MS, US_PER_SECOND } from '../../core/time.js';
import type { Follow } from '../driver.js';
import { LoadError } from '../driver.js';
import { type HttpAnswer, troubleOf } from '../engine/answer.js';
import { endOf } from '../engine/request-status.js';
import type { Target } from '../target/target.js';
import type { PlannedCall } from '../workload.js';
import { outcomeOfLast, outcomeOfRefusal, outcomeOfRun } from './answer-outcome.js';
import type { CountingFetch } from './counting-fetch.js';
import type { SdkCall } from './sdk-call.js';

type SubmitOptions = Parameters<FalClient['queue']['submit']>[1];

/** What a caller of the SDK was told. */
export interface CallEnd {
  /** 0: it was handed in, and nobody follows it. */
  readonly outcome: Outcome | 0;
  readonly trouble: string | undefined;
}

const WELL: CallEnd = { outcome: Outcome.ok, trouble: undefined };
const HANDED_IN: CallEnd = { outcome: 0, trouble: undefined };
/** How often a submit is asked after, virtual ms. */
const FOLLOW_EVERY_MS = 1000;
/** What the emulated models of every kind take. */
const INPUT = { prompt: 'a fox' };

/** Makes calls with the real SDK, a client for each key. */
export class SdkDesk {
  private readonly clients = new Map<string, FalClient>();

  constructor(
    private readonly target: Target,
    private readonly follow: Follow,
    private readonly http: CountingFetch,
    private readonly nowUs: () => number,
  ) {}

  /** Never rejects. */
  async make(call: SdkCall): Promise<CallEnd> {
    const { plan } = call;
    const key = this.keyOf(plan);
    try {
      const fal = this.clientOf(key);
      return await this.http.within(call, () => this.callBy(fal, call));
    } catch (error) {
      return endOfThrown(error, call, key);
    }
  }

  /** @throws LoadError when the target has no key for a call */
  keyOf({ account, key }: Pick<PlannedCall, 'account' | 'key'>): string {
    const name = `${account}/${key}`;
    const credentials = this.target.credentials[name];
    if (credentials === undefined) throw new LoadError(`expected a key for ${name}, which the workload calls with; give --key ${name}=id:secret`);
    return credentials;
  }

  private clientOf(credentials: string): FalClient {
    let client = this.clients.get(credentials);
    if (client === undefined) {
      client = createFalClient({ credentials, fetch: this.http.fetch });
      this.clients.set(credentials, client);
    }
    return client;
  }

  private async callBy(fal: FalClient, call: SdkCall): Promise<CallEnd> {
    const { mode, endpoint, startTimeoutUs, clientTimeoutUs } = call.plan;
    const options = { input: INPUT, ...(Number.isFinite(startTimeoutUs) ? { startTimeout: startTimeoutUs / US_PER_SECOND } : {}) };
    if (mode === 'run') {
      await fal.run(endpoint, options);
      return WELL;
    }
    if (mode === 'submit') return this.submit(fal, call, options);
    const timeout = Number.isFinite(clientTimeoutUs) ? { timeout: clientTimeoutUs / US_PER_MS } : {};
    await fal.subscribe(endpoint, { ...options, ...timeout, mode: 'polling', onQueueUpdate: (update) => this.saw(call, update) });
    return WELL;
  }

  private async submit(fal: FalClient, call: SdkCall, options: SubmitOptions): Promise<CallEnd> {
    const { request_id: requestId } = await fal.queue.submit(call.plan.endpoint, options);
    call.requestId = requestId;
    if (this.follow === 'none') return HANDED_IN;
    const last = await fal.queue.subscribeToStatus(call.plan.endpoint, {
      requestId,
      mode: 'polling',
      pollInterval: FOLLOW_EVERY_MS,
      onQueueUpdate: (update) => this.saw(call, update),
    });
    return endOfStatus(last);
  }

  private saw(call: SdkCall, { status, error, error_type: errorType, metrics }: StatusUpdate): void {
    if (status === 'IN_PROGRESS') call.workBegan(this.nowUs());
    // Who sees it only when it is done is told how long it took.
    else if (status === 'COMPLETED' && endOf(error, errorType) === Outcome.ok) call.workBegan(this.nowUs() - (metrics?.inference_time ?? 0) * US_PER_SECOND);
  }
}

/** As it comes over the wire: the SDK's own type knows nothing of errors. */
interface StatusUpdate {
  readonly status: string;
  readonly error?: string;
  readonly error_type?: string;
  readonly metrics?: { readonly inference_time: number | null };
}

/** A followed submit: its last status says how it ended. */
function endOfStatus({ error, error_type: errorType }: StatusUpdate): CallEnd {
  const outcome = endOf(error, errorType);
  return outcome === Outcome.ok ? WELL : { outcome, trouble: troubleOf({ status: 200, text: error ?? errorType ?? '', headers: {} }, undefined) };
}

function endOfThrown(error: unknown, call: SdkCall, key: string): CallEnd {
  const { mode } = call.plan;
  if (error instanceof ApiError) {
    const answer = answerOf(error);
    const wasRefused = call.requestId === undefined && mode !== 'run';
    const outcomeOfAnswer = mode === 'run' ? outcomeOfRun : outcomeOfLast;
    return { outcome: wasRefused ? outcomeOfRefusal(mode, answer) : outcomeOfAnswer(answer), trouble: troubleOf(answer, key) };
  }
  const reason = reasonOf(error);
  const gaveUp = mode === 'run' || /timed out waiting/.test(reason);
  return { outcome: gaveUp ? Outcome.gaveUp : Outcome.failed, trouble: troubleOf({ status: 0, text: reason, headers: {} }, key) };
}

/** The answer that the SDK has made an error of. */
function answerOf({ status, body, message, isUserTimeout }: ApiError<unknown>): HttpAnswer {
  const text = body === undefined ? message : JSON.stringify(body);
  return { status, text, headers: isUserTimeout ? { 'x-fal-request-timeout-type': 'user' } : {} };
}

/** A failed fetch hides the socket's error in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
