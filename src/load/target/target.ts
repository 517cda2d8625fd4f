/** Where calls go, as plain data: it crosses to threads and processes. */
export interface Target {
  /** `own`: an emulator that this run started; `slotstorm`: somebody's `slotstorm serve`; `fal`: anything else that speaks fal's API. */
  readonly kind: 'own' | 'slotstorm' | 'fal';
  /** `${queueUrl}/owner/alias/path` takes submits, `${queueUrl}/owner/alias/requests/ID/status` tells the status. No slash at the end. */
  readonly queueUrl: string;
  /** `${runUrl}/owner/alias/path` takes direct calls. */
  readonly runUrl: string;
  /** The platform API, `/v1` included. */
  readonly apiUrl: string;
  /** PEM of an authority that is trusted besides the usual ones; undefined: only those. */
  readonly ca: string | undefined;
  /** Whether it heeds `x-slotstorm-call` (`src/protocol/load-hint.ts`): what the scenario drew for each call. */
  readonly takesHints: boolean;
  /** `id:secret` by `account/key`. Never printed. */
  readonly credentials: Readonly<Record<string, string>>;
  /** `id:secret` of an operator (slotstorm) or an admin key (fal), for steps; undefined: none. */
  readonly operator: string | undefined;
}
