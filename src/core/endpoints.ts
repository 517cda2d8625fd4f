import type { Account } from './accounts.js';
import { Line } from './line.js';
import type { RunnerPool, RunnerPoolConfig } from './runners.js';

export interface EndpointConfig {
  readonly name: string;
  /** The account whose own app this is, or null. Its calls are exempt from limits (seed 003). */
  readonly owner: Account | null;
  readonly runners: RunnerPoolConfig;
  /** A limit for every account on this endpoint, on top of the account's own; undefined: none. */
  readonly limitPerAccount: number | undefined;
}

/** A model or app that requests are made to. */
export class Endpoint {
  /** Requests that wait for a runner. */
  readonly line = new Line();

  constructor(
    readonly number: number,
    readonly name: string,
    /** Whose own app this is. Its owner's calls are exempt from limits (seed 003). */
    readonly owner: Account | null,
    /** A limit for every account here, on top of the account's own. */
    readonly limitPerAccount: number | undefined,
    readonly runners: RunnerPool,
  ) {}
}
