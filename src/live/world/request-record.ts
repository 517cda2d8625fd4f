import { randomUUID } from 'node:crypto';
import { type Request, type WireStatus, wireStatus } from '../../core/requests.js';
import type { AppId } from '../../protocol/app-id.js';
import type { Answer, Failure } from '../answer.js';
import type { Json } from '../json.js';
import type { Model, ModelCall, WorkPlan } from '../models/model.js';
import type { EndpointBook } from './endpoint-book.js';
import type { LiveRequest, LogLine, RequestChange } from './live-request.js';

const NO_LINES: readonly LogLine[] = [];
const NO_PARTS: readonly Json[] = [];

/** What a record is made from. */
export interface RecordParts {
  readonly id: string;
  /** In order of acceptance. It is the request's handle on the platform too. */
  readonly ordinal: number;
  readonly app: AppId;
  /** As it was called. */
  readonly endpoint: string;
  /** Where it waits: the scenario's endpoint that serves it. */
  readonly book: EndpointBook;
  readonly account: string;
  readonly keyId: string;
  readonly mode: 'queue' | 'direct';
  readonly style: 'stream' | 'open' | undefined;
  readonly input: Json | undefined;
  readonly low: boolean;
  readonly hint: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly webhook: string | undefined;
  readonly storesPayload: boolean;
  /** undefined: it was handed in before a restart. */
  readonly publicUrl: string | undefined;
  readonly submittedUs: number;
  readonly model: Model;
}

/** One request from its acceptance until its result is not kept any more. */
export class RequestRecord implements LiveRequest {
  readonly id: string;
  readonly ordinal: number;
  readonly app: AppId;
  readonly endpoint: string;
  readonly book: EndpointBook;
  readonly account: string;
  readonly keyId: string;
  readonly mode: 'queue' | 'direct';
  readonly style: 'stream' | 'open' | undefined;
  readonly low: boolean;
  readonly hint: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly webhook: string | undefined;
  readonly storesPayload: boolean;
  publicUrl: string | undefined;
  readonly submittedUs: number;
  readonly model: Model;
  input: Json | undefined;
  /** What its payload weighs, about: its input, and its answer once that is there. */
  bytes = 0;
  /** It on the platform, until it ends. */
  live: Request | undefined;
  startedUs: number | undefined;
  endedUs: number | undefined;
  attempts = 0;
  gatewayRequestId: string;
  runner = '';
  isStopping = false;
  answer: Answer | undefined;
  failure: Failure | undefined;
  inferenceUs = 0;
  outcome: string | undefined;
  parts: Json[] | readonly Json[] = NO_PARTS;
  /** Lines that a handler printed. */
  printed: LogLine[] | readonly LogLine[] = NO_LINES;
  /** What its work will be like; undefined for a handler's, and for an `open` call. */
  plan: WorkPlan | undefined;
  /** µs of work that each attempt was given; Infinity: until it is finished. */
  serviceUs = 0;
  /** It is counted among those in progress. */
  atWork = false;
  /** What a handler's attempt came to, before the platform has heard of it. */
  settledAnswer: Answer | undefined;
  private listeners: Set<(change: RequestChange) => void> | undefined;
  private foreseen: readonly string[] | undefined;

  constructor(
    parts: RecordParts,
    private readonly clock: { nowUs(): number },
  ) {
    this.id = parts.id;
    this.gatewayRequestId = parts.id;
    this.ordinal = parts.ordinal;
    this.app = parts.app;
    this.endpoint = parts.endpoint;
    this.book = parts.book;
    this.account = parts.account;
    this.keyId = parts.keyId;
    this.mode = parts.mode;
    this.style = parts.style;
    this.input = parts.input;
    this.low = parts.low;
    this.hint = parts.hint;
    this.tags = parts.tags;
    this.webhook = parts.webhook;
    this.storesPayload = parts.storesPayload;
    this.publicUrl = parts.publicUrl;
    this.submittedUs = parts.submittedUs;
    this.model = parts.model;
  }

  get state(): WireStatus {
    if (this.outcome !== undefined) return 'COMPLETED';
    return this.live === undefined ? 'IN_QUEUE' : wireStatus(this.live.state);
  }

  /** What a model is told of it. */
  call(chance: number): ModelCall {
    return {
      requestId: this.id,
      endpoint: this.endpoint,
      input: this.input ?? null,
      attempt: Math.max(1, this.attempts),
      chance,
      publicUrl: this.publicUrl ?? '',
    };
  }

  /** Lines of a fake model appear in step with its work. */
  get logs(): readonly LogLine[] {
    const { model, startedUs } = this;
    if (model.kind === 'handler' || startedUs === undefined || this.style === 'open') return this.printed;
    this.foreseen ??= this.input === undefined && this.endedUs !== undefined ? [] : model.logs(this.call(0));
    const { foreseen, serviceUs } = this;
    const everyUs = serviceUs / Math.max(1, foreseen.length);
    const shown =
      this.endedUs === undefined ? Math.min(foreseen.length, Math.floor((this.clock.nowUs() - startedUs) / Math.max(1, everyUs)) + 1) : foreseen.length;
    return foreseen.slice(0, shown).map((message, index) => ({ message, level: 'INFO', atUs: Math.round(startedUs + index * everyUs) }));
  }

  queuePosition(): number {
    return this.state === 'IN_QUEUE' ? this.book.queue.position(this.ordinal, this.low) : 0;
  }

  watch(listener: (change: RequestChange) => void): () => void {
    this.listeners ??= new Set();
    this.listeners.add(listener);
    return () => this.listeners?.delete(listener);
  }

  /** An attempt has begun. */
  begin(attempt: number, runner: string, atUs: number): void {
    this.attempts = attempt;
    if (attempt > 1) this.gatewayRequestId = randomUUID();
    this.runner = runner;
    this.startedUs = atUs;
    this.settledAnswer = undefined;
  }

  /** Whether anybody would hear. */
  get isWatched(): boolean {
    return this.listeners !== undefined && this.listeners.size > 0;
  }

  tell(change: RequestChange): void {
    if (this.listeners === undefined) return;
    for (const listener of [...this.listeners]) listener(change);
    if (change === 'end') this.listeners = undefined;
  }
}
