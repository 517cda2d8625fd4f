import { Outcome } from '../../core/history.js';

/** What a server says of a request. */
export interface RequestStatus {
  readonly state: 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED';
  /** 0: it has not ended. */
  readonly outcome: Outcome | 0;
  /** How long its work took, virtual µs; 0: not told. */
  readonly inferenceUs: number;
  /** What went wrong, as the server says it: not for reports; undefined: nothing, or not told. */
  readonly error: string | undefined;
}

const STATES: readonly unknown[] = ['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED'] satisfies RequestStatus['state'][];

/** @param text JSON, as a status poll or an event of a status stream has it @returns undefined for what is no status */
export function readStatus(text: string): RequestStatus | undefined {
  const body = jsonObject(text);
  if (body === undefined || !STATES.includes(body['status'])) return undefined;
  const state = body['status'] as RequestStatus['state'];
  if (state !== 'COMPLETED') return { state, outcome: 0, inferenceUs: 0, error: undefined };
  const error = textOf(body['error']);
  const type = textOf(body['error_type']);
  return { state, outcome: endOf(error, type), inferenceUs: inferenceUsOf(body['metrics']), error: error ?? type };
}

/** How a request ended by its `error` and `error_type`; undefined both: well. */
export function endOf(error: string | undefined, type: string | undefined): Outcome {
  if (error === undefined && type === undefined) return Outcome.ok;
  if (type === 'startup_timeout') return Outcome.startTimeout;
  if (type !== 'client_cancelled') return Outcome.failed;
  // The wire has one type for both; only its words tell who cancelled.
  return error !== undefined && /\brevoked\b/i.test(error) ? Outcome.revoked : Outcome.cancelled;
}

/** Ids stand in paths: nothing may hide in one. */
const REQUEST_ID = /^[A-Za-z0-9._~-]{1,200}$/;

/** @param text the answer to a submit @returns undefined where it names no request */
export function readRequestId(text: string): string | undefined {
  return idIn(jsonObject(text)?.['request_id']);
}

/** @returns undefined for what cannot be the id of a request */
export function idIn(id: unknown): string | undefined {
  return typeof id === 'string' && REQUEST_ID.test(id) && !/^\.+$/.test(id) ? id : undefined;
}

/** Members of a JSON object; undefined for anything else. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function inferenceUsOf(metrics: unknown): number {
  if (typeof metrics !== 'object' || metrics === null) return 0;
  const seconds = (metrics as Record<string, unknown>)['inference_time'];
  return typeof seconds === 'number' && seconds > 0 && seconds < 1e9 ? Math.round(seconds * 1e6) : 0;
}
