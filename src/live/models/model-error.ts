import type { Answer } from '../answer.js';
import type { Json } from '../json.js';
import { failureAnswer } from './endings.js';

/** By this name a bundled module of handlers finds the very class. */
export const MODEL_ERROR_SYMBOL = Symbol.for('slotstorm.ModelError');

/** What a model says of its failure beside status and body. */
export interface ModelErrorTerms {
  /** Whether the platform is to try again, whatever the status says: `X-Fal-Needs-Retry`. Heard on 5xx and 429 only. */
  readonly retry?: boolean | undefined;
}

/** What a handler throws to answer with a status and a body of its own choice. */
export class ModelError extends Error {
  /**
   * @param status 400 to 599. 503 and 504 are tried again by the platform, as if the runner had said so
   * @param body JSON; a text becomes `{"detail": text}`
   * @throws RangeError for any other status; TypeError for a body that JSON cannot say, and for a `retry` that is no boolean
   */
  constructor(
    readonly status: number,
    body: Json,
    { retry }: ModelErrorTerms = {},
  ) {
    super(`the model answers ${status}`);
    this.name = 'ModelError';
    if (!Number.isInteger(status) || status < 400 || status > 599) throw new RangeError(`ModelError: expected a status from 400 to 599, got ${status}`);
    this.body = typeof body === 'string' ? { detail: body } : body;
    if (JSON.stringify(this.body) === undefined) throw new TypeError(`ModelError: expected a body that JSON can say, got ${typeof body}`);
    if (retry !== undefined && typeof retry !== 'boolean') throw new TypeError(`ModelError: expected retry to be true or false, got ${typeof retry}`);
    this.retry = retry;
  }

  readonly body: Json;
  readonly retry: boolean | undefined;

  /**
   * Reads what a handler threw. A module that was bundled on its own has its own copy of this class, so that it is known by
   * its name and what it holds.
   * @returns undefined for anything else, and for a status or body that could not be sent
   */
  static read(thrown: unknown): ModelError | undefined {
    if (thrown instanceof ModelError) return thrown;
    if (!(thrown instanceof Error) || thrown.name !== 'ModelError') return undefined;
    const { status, body, retry } = thrown as Partial<ModelError>;
    try {
      return new ModelError(status as number, body as Json, { retry });
    } catch {
      return undefined;
    }
  }

  /** What the caller gets. */
  answer(): Answer {
    return failureAnswer(this.status, this.body, this.retry);
  }
}

(globalThis as Record<symbol, unknown>)[MODEL_ERROR_SYMBOL] = ModelError;
