/** What goes wrong on the wire, in one of fal's families: status, headers, JSON body. */
export interface Problem {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** fal's words for what the platform itself got wrong, each with its usual status. */
export const INFRASTRUCTURE_STATUS = {
  request_timeout: 504,
  startup_timeout: 504,
  runner_scheduling_failure: 503,
  runner_connection_timeout: 503,
  runner_disconnected: 503,
  runner_connection_refused: 503,
  runner_connection_error: 503,
  runner_incomplete_response: 502,
  runner_server_error: 500,
  client_disconnected: 499,
  client_cancelled: 499,
  bad_request: 400,
  internal_error: 500,
} as const;
export type ErrorType = keyof typeof INFRASTRUCTURE_STATUS;

/** What is wrong with one place of the input, as fal's models say it. */
export interface InputProblem {
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

export type PlatformErrorType = 'authorization_error' | 'validation_error' | 'not_found' | 'rate_limited' | 'server_error' | 'not_implemented';

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});
/** A direct call has no server that tries again, so its client is told to. */
const TRY_AGAIN = { 'x-fal-needs-retry': '1' } as const;

/** The plain family: `{"detail": …}`. */
export function plainProblem(status: number, detail: string, headers = NO_HEADERS): Problem {
  return { status, body: { detail }, headers };
}

/** `{"detail": …, "error_type": …}` and the header of the same word. */
export function infrastructureProblem(type: ErrorType, detail: string, headers = NO_HEADERS): Problem {
  return { status: INFRASTRUCTURE_STATUS[type], body: { detail, error_type: type }, headers: { ...headers, 'x-fal-error-type': type } };
}

/** 429 of a direct call at the limit. The key is `type`, not `error_type`. No Retry-After: fal sends none. */
export function atConcurrencyLimit(limit: number): Problem {
  return {
    status: 429,
    body: { detail: `Reached concurrent requests limit of ${limit}`, type: 'concurrent_requests_limit', data: { limit } },
    headers: TRY_AGAIN,
  };
}

export function noRunner(detail: string): Problem {
  return infrastructureProblem('runner_scheduling_failure', detail, TRY_AGAIN);
}

/** CHOICE (2.5): fal documents no body for `fal_max_queue_length`; the type keeps it apart from the concurrency limit. */
export function queueFull(detail: string): Problem {
  return { status: 429, body: { detail, type: 'max_queue_length' }, headers: NO_HEADERS };
}

export function badKey(): Problem {
  return plainProblem(401, 'invalid key credentials');
}

/** CHOICE (2.2): every endpoint asks for a key; fal's public models do not, but here a request must belong to an account. */
export function noKey(app: string | undefined): Problem {
  const what = app === undefined ? '' : `Cannot access application "${app}". `;
  return plainProblem(401, `${what}Authentication is required: send the header "Authorization: Key <FAL_KEY>"`);
}

/** @param reason the account's, as it was locked */
export function lockedAccount(reason: string): Problem {
  return plainProblem(403, reason.startsWith('User is locked') ? reason : `User is locked. Reason: ${reason}`);
}

export function unknownApp(app: string): Problem {
  return plainProblem(404, `Application "${app}" not found`);
}

/** An unknown request; one of another account is answered like it. */
export function unknownRequest(): Problem {
  return { status: 404, body: { status: 'NOT_FOUND' }, headers: NO_HEADERS };
}

export function alreadyCompleted(): Problem {
  return { status: 400, body: { status: 'ALREADY_COMPLETED' }, headers: NO_HEADERS };
}

/** CHOICE (2.3): the text is third parties'; fal documents no answer to a result asked too early. */
export function stillInProgress(): Problem {
  return plainProblem(400, 'Request is still in progress');
}

/** 422 in the shape of fal's models. */
export function invalidInput(...problems: readonly InputProblem[]): Problem {
  return { status: 422, body: { detail: problems }, headers: NO_HEADERS };
}

/** The family of `api.fal.ai`. */
export function platformProblem(status: number, type: PlatformErrorType, message: string): Problem {
  return { status, body: { error: { type, message } }, headers: NO_HEADERS };
}
