import { AsyncLocalStorage } from 'node:async_hooks';
import { Agent, fetch as undiciFetch } from 'undici';
import { LOAD_HINT_HEADER, writeLoadHint } from '../../protocol/load-hint.js';
import type { HttpAnswer } from '../engine/answer.js';
import type { LoadClock } from '../engine/load-clock.js';
import type { PaceMeter } from '../engine/pace-meter.js';
import { withUsualAuthorities } from '../target/authorities.js';
import type { Target } from '../target/target.js';
import type { SdkCall } from './sdk-call.js';

/** What the runtime's own fetch waits for headers and for a body, ms. */
const RUNTIME_TIMEOUT_MS = 300_000;
/** Undici's timers are no finer. */
const LEAST_TIMEOUT_MS = 1000;

const RUN_HOST = 'fal.run';
const QUEUE_HOST = 'queue.fal.run';

type Kind = 'hand-in' | 'status' | 'other';

/**
 * The `fetch` that the SDK is given: leads what is meant for fal's hosts to the target, and counts for each call what the SDK
 * sends. Which call a request belongs to, it knows from the asynchronous context.
 */
export class CountingFetch {
  private readonly calls = new AsyncLocalStorage<SdkCall>();
  private readonly agent: Agent;
  private isClosed = false;

  constructor(
    private readonly target: Target,
    private readonly speed: number,
    private readonly clock: LoadClock,
    private readonly meter: PaceMeter,
    private readonly changed: (call: SdkCall) => void,
  ) {
    const timeoutMs = Math.max(LEAST_TIMEOUT_MS, RUNTIME_TIMEOUT_MS / speed);
    const { ca } = target;
    this.agent = new Agent({ headersTimeout: timeoutMs, bodyTimeout: timeoutMs, ...(ca === undefined ? {} : { connect: { ca: withUsualAuthorities(ca) } }) });
  }

  /** Whether the code that runs now belongs to a call of the SDK. */
  get isSdk(): boolean {
    return this.calls.getStore() !== undefined;
  }

  /** Lets the SDK make a call. */
  within<T>(call: SdkCall, make: () => Promise<T>): Promise<T> {
    return this.calls.run(call, make);
  }

  /** For `createFalClient`. */
  readonly fetch: typeof fetch = async (input, init) => {
    const call = this.calls.getStore();
    if (call === undefined) throw new Error('the SDK sent a request outside of every call');
    // The SDK tries every other error again.
    if (this.isClosed) throw new DOMException('the run is over', 'AbortError');
    const asked = new URL(String(input));
    const kind = kindOf(asked, init?.method ?? 'GET');
    const headers = { ...(init?.headers as Readonly<Record<string, string>> | undefined) };
    if (kind === 'hand-in' && this.target.takesHints) headers[LOAD_HINT_HEADER] = hintOf(call);
    this.begins(call, kind);
    const sentMs = performance.now();
    try {
      const answer = await this.send(this.led(asked), { ...init, headers });
      this.meter.answered((performance.now() - sentMs) * 1000);
      this.ended(call, kind, heard(answer));
      return answer;
    } catch (error) {
      this.ended(call, kind, undefined);
      throw this.isClosed ? new DOMException('the run is over', 'AbortError') : error;
    }
  };

  /** Breaks every connection: the SDK's calls end with an error that it does not try again. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.agent.destroy();
  }

  /** Outside of the call's context: the timers of sockets are nobody's delays. */
  private send(url: string, init: RequestInit): Promise<Response> {
    const options = { ...init, dispatcher: this.agent } as Parameters<typeof undiciFetch>[1];
    return this.calls.exit(() => undiciFetch(url, options)) as unknown as Promise<Response>;
  }

  private led({ hostname, pathname, search, href }: URL): string {
    const { queueUrl, runUrl } = this.target;
    if (hostname === QUEUE_HOST) return queueUrl + pathname + search;
    if (hostname === RUN_HOST) return runUrl + pathname + search;
    throw new Error(`the SDK wanted to call ${href.slice(0, 100)}, which is neither ${QUEUE_HOST} nor ${RUN_HOST}`);
  }

  private begins(call: SdkCall, kind: Kind): void {
    this.meter.httpRequests++;
    call.openHttp++;
    if (kind === 'status') call.pollBegins();
    if (kind !== 'hand-in') return;
    const nowUs = this.clock.nowUs();
    if (call.attempts === 0) this.meter.callSent((nowUs - call.plan.atUs) / this.speed);
    call.handIn(nowUs);
  }

  private ended(call: SdkCall, kind: Kind, answer: HttpAnswer | undefined): void {
    call.openHttp--;
    if (kind === 'status') call.pollAnswered(answer?.status);
    if (kind === 'hand-in' && answer !== undefined) call.handInAnswered(answer, this.clock.nowUs());
    this.changed(call);
  }
}

function kindOf({ hostname, pathname }: URL, method: string): Kind {
  if (method.toUpperCase() === 'POST') return 'hand-in';
  return hostname === QUEUE_HOST && pathname.endsWith('/status') ? 'status' : 'other';
}

/** The body is the SDK's to read. */
function heard({ status, headers }: Response): HttpAnswer {
  return { status, text: '', headers: Object.fromEntries(headers) };
}

function hintOf({ plan, isRepeat }: SdkCall): string {
  const { mode, atUs, serviceUs, end } = plan;
  return writeLoadHint({ mode, calledUs: atUs, serviceUs, end, isRepeat });
}
