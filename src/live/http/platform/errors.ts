import { type PlatformErrorType, plainProblem, platformProblem } from '../../../protocol/problem.js';
import { WireError } from '../wire-error.js';

/** @param message what was expected, what came, what to do */
export function platformError(status: number, type: PlatformErrorType, message: string): WireError {
  return WireError.of(platformProblem(status, type, message));
}

export function notFound(what: string): WireError {
  return platformError(404, 'not_found', `There is no such ${what} in this account`);
}

/** The same as `rest.fal.ai` words it. */
export function notFoundAtRest(what: string): WireError {
  return WireError.of(plainProblem(404, `There is no such ${what} in this account`));
}

export function invalid(message: string): WireError {
  return platformError(400, 'validation_error', message);
}

/** Not as things are now: asking again the same way will not help. */
export function conflict(message: string): WireError {
  return platformError(409, 'validation_error', message);
}
