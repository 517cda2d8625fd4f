/** What the caller of a model gets in the end, the model's own words or the platform's: kept as it goes over the wire. */
export interface Answer {
  /** HTTP status. */
  readonly status: number;
  /** Beside `content-type: application/json`. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text, never empty. */
  readonly body: string;
}

/** Why a request is not done well: `error` and `error_type` of a COMPLETED status. */
export interface Failure {
  readonly error: string;
  /** fal's word, or undefined where the model itself failed. */
  readonly errorType: string | undefined;
}
