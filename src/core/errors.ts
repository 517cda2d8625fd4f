/** How the platform turns callers away or ends their requests, by fal's `type` or `error_type`. */
export interface PlatformError {
  /** HTTP status. */
  readonly status: number;
  /** Response headers that belong to it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether fal's own clients may repeat the request. */
  readonly retriable: boolean;
  readonly doc: string;
}

/** Sources: seed 003 for the first, fal's pages on errors for the others. The live emulator answers with the same table. */
export const PLATFORM_ERRORS = {
  concurrent_requests_limit: {
    status: 429,
    headers: { 'X-Fal-needs-retry': '1' },
    retriable: true,
    doc: 'A direct call met the account’s or the endpoint’s limit. Queue-based requests never get it.',
  },
  runner_scheduling_failure: { status: 503, headers: { 'X-Fal-needs-retry': '1' }, retriable: true, doc: 'A direct call for which no runner can be had.' },
  runner_disconnected: {
    status: 503,
    headers: { 'X-Fal-needs-retry': '1' },
    retriable: true,
    doc: 'The runner of a direct call was lost. Queue-based requests are tried again by the platform.',
  },
  startup_timeout: {
    status: 504,
    headers: { 'X-Fal-Request-Timeout-Type': 'user' },
    retriable: false,
    doc: 'start_timeout passed before the work began: the only way in which a waiting request is dropped.',
  },
  unauthorized: { status: 401, headers: {}, retriable: false, doc: 'The key is not accepted.' },
} as const satisfies Record<string, PlatformError>;

/** Why a request was turned away, as HTTP says it. */
export const Rejected = {
  unauthorized: PLATFORM_ERRORS.unauthorized.status,
  tooManyRequests: PLATFORM_ERRORS.concurrent_requests_limit.status,
  noRunner: PLATFORM_ERRORS.runner_scheduling_failure.status,
} as const;
export type Rejected = (typeof Rejected)[keyof typeof Rejected];
