import { WorkEnd } from '../../core/requests.js';
import type { Answer } from '../answer.js';
import type { Json } from '../json.js';

/** One thing that is wrong with an input, as fal's models say it. */
export interface InputProblem {
  /** Where: `["body", "image_size", "width"]`. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
  readonly input?: Json;
  readonly ctx?: { readonly [key: string]: Json };
}

export const UNPROCESSABLE = 422;
const INTERNAL = 'Internal Server Error';

export function okAnswer(output: Json, billableUnits: number): Answer {
  return { status: 200, headers: { 'x-fal-billable-units': String(billableUnits) }, body: JSON.stringify(output) };
}

/** The model's own refusal of its input. */
export function problemAnswer(problems: readonly InputProblem[]): Answer {
  return failureAnswer(UNPROCESSABLE, { detail: problems as unknown as Json });
}

/**
 * What the caller of a model that fails gets. fal's pages name two markers of what may be tried again: both are sent.
 * @param retry the model's own word; undefined: as its status says
 */
export function failureAnswer(status: number, body: Json, retry?: boolean): Answer {
  // The platform hears the model's word on 5xx and 429 only.
  const isHeard = status >= 500 || (status === 429 && retry !== undefined);
  const again = isHeard && retry !== undefined ? retry : endOf(status) !== WorkEnd.failed;
  const needsRetry: Record<string, string> = isHeard ? { 'x-fal-needs-retry': again ? '1' : '0' } : {};
  return { status, headers: { 'x-fal-retryable': String(again), ...needsRetry }, body: JSON.stringify(body) };
}

/** What a request of a `-failing` endpoint ends with. */
export function staged(status: number): Answer {
  if (status !== UNPROCESSABLE) return failureAnswer(status, { detail: status === 500 ? INTERNAL : `The model fails with ${status}, as its name says.` });
  return problemAnswer([{ loc: ['body'], msg: 'The model refuses every input, as its name says.', type: 'value_error' }]);
}

/** A failure that is nobody's business but the model's own. */
export function internalFailure(): { readonly status: number; readonly body: Json } {
  return { status: 500, body: { detail: INTERNAL } };
}

/** How the platform understands an answer of a model. */
export function endOf(status: number): WorkEnd {
  if (status === 503) return WorkEnd.runnerGone;
  if (status === 504) return WorkEnd.tryAgain;
  return status >= 400 ? WorkEnd.failed : WorkEnd.ok;
}
