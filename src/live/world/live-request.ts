import type { WireStatus } from '../../core/requests.js';
import type { AppId } from '../../protocol/app-id.js';
import type { Answer, Failure } from '../answer.js';
import type { Json } from '../json.js';

export interface LogLine {
  readonly message: string;
  readonly level: 'STDERR' | 'STDOUT' | 'ERROR' | 'INFO' | 'WARN' | 'DEBUG';
  /** Virtual µs. */
  readonly atUs: number;
}

/** What has changed about a request. `state`: IN_QUEUE ⇄ IN_PROGRESS. `end`: COMPLETED; nothing comes after it. */
export type RequestChange = 'state' | 'log' | 'part' | 'end';

/** A request as the wire knows it. Times in virtual µs; see `LiveClock`. */
export interface LiveRequest {
  /** UUID, unguessable. */
  readonly id: string;
  /** As it was called. */
  readonly app: AppId;
  /** The whole endpoint id as it was called. */
  readonly endpoint: string;
  readonly account: string;
  readonly keyId: string;
  readonly mode: 'queue' | 'direct';
  /** undefined: not kept, or deleted. */
  readonly input: Json | undefined;
  readonly low: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly webhook: string | undefined;
  readonly submittedUs: number;
  /** When its last attempt began; undefined: none has. */
  readonly startedUs: number | undefined;
  readonly endedUs: number | undefined;
  readonly state: WireStatus;
  /** Attempts on a runner so far. */
  readonly attempts: number;
  /** The id of the last attempt: `id` for the first, another for each one after it. */
  readonly gatewayRequestId: string;
  /** The runner of the last attempt; '' before the first. */
  readonly runner: string;
  /** A cancel was accepted. */
  readonly isStopping: boolean;
  readonly logs: readonly LogLine[];
  /** What was streamed so far. */
  readonly parts: readonly Json[];
  /** There once it is COMPLETED, unless it is not kept any more. */
  readonly answer: Answer | undefined;
  /** There once it is COMPLETED and not done well. */
  readonly failure: Failure | undefined;
  /** µs of the last attempt's work; 0 before its end. */
  readonly inferenceUs: number;
  /** How it ended: ok, failed, startTimeout, cancelled, revoked; undefined before. */
  readonly outcome: string | undefined;
  /** Requests of its endpoint that are ahead of it, whoever's they are; 0 once it is not IN_QUEUE. */
  queuePosition(): number;
  /** Calls `listener` after each change. @returns a function that stops listening */
  watch(listener: (change: RequestChange) => void): () => void;
}
