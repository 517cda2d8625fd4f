import { type AppId, appName } from './app-id.js';

/*
 * Bodies of the queue as JSON text, put together by hand: a queue is polled far more often than anything else.
 * Ids and addresses that go in hold no character that JSON would have to escape; texts of models are escaped.
 */

/** One line of a request's log as the wire has it. */
export interface WireLog {
  readonly message: string;
  readonly level: string;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** The members that every queue body shares: the id and its three absolute addresses. @param base `http://127.0.0.1:8080/queue` */
export function requestLinks(base: string, app: AppId, id: string): string {
  const url = `${base}/${appName(app)}/requests/${id}`;
  return `"request_id":"${id}","response_url":"${url}","status_url":"${url}/status","cancel_url":"${url}/cancel"`;
}

export function submittedBody(links: string, queuePosition: number, gatewayRequestId: string | undefined): string {
  const gateway = gatewayRequestId === undefined ? '' : `,"gateway_request_id":"${gatewayRequestId}"`;
  return `{"status":"IN_QUEUE",${links},"queue_position":${queuePosition}${gateway}}`;
}

export function inQueueBody(links: string, queuePosition: number): string {
  return `{"status":"IN_QUEUE",${links},"queue_position":${queuePosition}}`;
}

/** @param logs JSON text of `logsJson`, or `null`. The key is there either way: Python looks it up blindly */
export function inProgressBody(links: string, logs: string): string {
  return `{"status":"IN_PROGRESS",${links},"logs":${logs}}`;
}

/** @param error undefined: done well @param errorType undefined: the model itself failed */
export function completedBody(links: string, logs: string, inferenceSeconds: number, error: string | undefined, errorType: string | undefined): string {
  const failure = error === undefined ? '' : `,"error":${JSON.stringify(error)}${errorType === undefined ? '' : `,"error_type":${JSON.stringify(errorType)}`}`;
  return `{"status":"COMPLETED",${links},"logs":${logs},"metrics":{"inference_time":${inferenceSeconds}}${failure}}`;
}

export function logsJson(lines: readonly WireLog[]): string {
  return JSON.stringify(lines.map(({ message, level, timestamp }) => ({ message, level, source: 'USER', timestamp })));
}

export const CANCELLATION_REQUESTED = '{"status":"CANCELLATION_REQUESTED"}';
