import { Outcome } from '../../core/history.js';
import { foreignWords, secretsOf } from '../target/foreign-words.js';
import { endOf, idIn, jsonObject, textOf } from './request-status.js';

/** What came of one HTTP request. */
export interface HttpAnswer {
  /** 0: no answer came. */
  readonly status: number;
  /** The beginning of the body; the socket's error where no answer came. */
  readonly text: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** The longest that a report shows of what a server said. Characters. */
const LONGEST_TROUBLE = 160;

/** For people: what a server said, in one short line. @param credentials `id:secret`: a server may say the key back */
export function saidBy(text: string, credentials: string | undefined): string {
  return foreignWords(text, secretsOf([credentials]), LONGEST_TROUBLE);
}

/** For people: the status and the beginning of what the server said. @param credentials `id:secret`: a server may say the key back */
export function troubleOf({ status, text }: HttpAnswer, credentials: string | undefined): string {
  const said = saidBy(text, credentials);
  if (status === 0) return `no answer: ${said}`;
  return said === '' ? `HTTP ${status}` : `HTTP ${status}: ${said}`;
}

export function errorTypeOf({ headers, text }: HttpAnswer): string | undefined {
  return textOf(headers['x-fal-error-type']) ?? textOf(jsonObject(text)?.['error_type']);
}

/** Work that had begun and was lost with its runner: the next request of the call is no first start. */
const LOST_WORK: ReadonlySet<string | undefined> = new Set([
  'runner_disconnected',
  'runner_connection_error',
  'runner_connection_timeout',
  'runner_incomplete_response',
  'request_timeout',
]);

export function workWasLost(answer: HttpAnswer): boolean {
  return answer.status >= 502 && LOST_WORK.has(errorTypeOf(answer));
}

/**
 * What the server called the work of a direct call, where it took any: every answer of fal's has an id, those that turn a call
 * away too. @returns undefined where no work was taken, or its id is none
 */
export function takenAs(answer: HttpAnswer): string | undefined {
  const { status, headers } = answer;
  const wasTaken = (status >= 200 && status < 300) || status === 422 || status === 499 || workWasLost(answer) || (status >= 500 && !TURNED_AWAY.has(status));
  return wasTaken || endOfRun(answer) === Outcome.startTimeout ? idIn(headers['x-fal-request-id']) : undefined;
}

/** Answers by which a gateway turns a call away without having worked on it. */
export const TURNED_AWAY: ReadonlySet<number> = new Set([0, 408, 409, 429, 502, 503, 504]);

/** What a direct call came to, as far as its answer alone decides; undefined: that is up to the client's retries. */
export function endOfRun(answer: HttpAnswer): Outcome | undefined {
  const { status, headers, text } = answer;
  if (status >= 200 && status < 300) return Outcome.ok;
  if (status === 401) return Outcome.unauthorized;
  if (status === 504 && headers['x-fal-request-timeout-type'] === 'user') return Outcome.startTimeout;
  if (status !== 499 && status !== 504) return undefined;
  const end = endOf(textOf(jsonObject(text)?.['detail']), errorTypeOf(answer));
  return end === Outcome.failed || end === Outcome.ok ? undefined : end;
}
