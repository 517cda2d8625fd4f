import { PLATFORM_ERRORS } from '../../core/errors.js';
import { Outcome } from '../../core/history.js';
import { WorkEnd } from '../../core/requests.js';
import type { Answer, Failure } from '../answer.js';
import type { Json } from '../json.js';

/** How a request ended, as the wire and the store say it. */
export interface EndingText {
  readonly answer: Answer;
  readonly failure: Failure | undefined;
}

export const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  [Outcome.ok]: 'ok',
  [Outcome.failed]: 'failed',
  [Outcome.startTimeout]: 'startTimeout',
  [Outcome.cancelled]: 'cancelled',
  [Outcome.revoked]: 'revoked',
  [Outcome.gaveUp]: 'gaveUp',
  [Outcome.unauthorized]: 'unauthorized',
};

/**
 * What the platform itself says of a request that no model has answered. Which words fal uses for a cancelled or revoked
 * request is not documented: 499 `client_cancelled` is our choice (fal-platform.md 3, 7), and so is `startup_timeout` for
 * the start deadline (4).
 */
export function platformEnding(outcome: Outcome, end: WorkEnd): EndingText {
  switch (outcome) {
    case Outcome.startTimeout:
      return ending(504, 'startup_timeout', 'The request was not started within its start timeout', PLATFORM_ERRORS.startup_timeout.headers);
    case Outcome.cancelled:
      return ending(499, 'client_cancelled', 'The request was cancelled by its caller', {});
    case Outcome.revoked:
      return ending(499, 'client_cancelled', 'The key that this request was made with has been revoked', {});
    default:
      if (end === WorkEnd.timedOut) return ending(504, 'request_timeout', 'The request took longer than its app allows', {});
      return ending(503, 'runner_disconnected', 'The runner was lost before the request was done', PLATFORM_ERRORS.runner_disconnected.headers);
  }
}

/** What a model has said. @param says undefined: nothing that could be read */
export function modelEnding(says: Answer): EndingText {
  return { answer: says, failure: says.status < 400 ? undefined : { error: textOf(says), errorType: undefined } };
}

/** A model that failed without a word: fal's shape of a runner that answers 500. */
export const MODEL_CRASHED: Answer = jsonAnswer(500, { detail: 'Internal Server Error' }, { 'x-fal-error-type': 'runner_server_error' });

export function jsonAnswer(status: number, body: Json, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: JSON.stringify(body) };
}

function ending(status: number, errorType: string, detail: string, headers: Readonly<Record<string, string>>): EndingText {
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { answer: jsonAnswer(status, { detail, error_type: errorType }, { ...lower, 'x-fal-error-type': errorType }), failure: { error: detail, errorType } };
}

/** The words of a model's error: its `detail`, or what its status says. */
function textOf({ status, body }: Answer): string {
  try {
    const { detail } = JSON.parse(body) as { detail?: unknown };
    if (typeof detail === 'string' && detail !== '') return detail;
  } catch {
    // No JSON, no detail.
  }
  return `Invalid status code: ${status}`;
}
