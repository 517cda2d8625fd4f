import type { Answer } from '../answer.js';
import type { Json } from '../json.js';
import { failureAnswer } from './endings.js';

/** By this name a bundled module of handlers finds the very class. */
export const MODEL_ERROR_SYMBOL = Symbol.for('slotstorm.ModelError');

/** What a handler throws to answer with a status and a body of its own choice. */
export class ModelError extends Error {
  /**
   * @param status 400 to 599. 503 and 504 are tried again by the platform, as if the runner had said so
   * @param body JSON; a text becomes `{"detail": text}`
   * @throws RangeError for any other status; TypeError for a body that JSON cannot say
   */
  constructor(
    readonly status: number,
    body: Json,
  ) {
    super(`the model answers ${status}`);
    this.name = 'ModelError';
    if (!Number.isInteger(status) || status < 400 || status > 599) throw new RangeError(`ModelError: expected a status from 400 to 599, got ${status}`);
    this.body = typeof body === 'string' ? { detail: body } : body;
    if (JSON.stringify(this.body) === undefined) throw new TypeError(`ModelError: expected a body that JSON can say, got ${typeof body}`);
  }

  readonly body: Json;

  /**
   * Reads what a handler threw. A module that was bundled on its own has its own copy of this class, so that it is known by
   * its name and what it holds.
   * @returns undefined for anything else, and for a status or body that could not be sent
   */
  static read(thrown: unknown): ModelError | undefined {
    if (thrown instanceof ModelError) return thrown;
    if (!(thrown instanceof Error) || thrown.name !== 'ModelError') return undefined;
    const { status, body } = thrown as Partial<ModelError>;
    try {
      return new ModelError(status as number, body as Json);
    } catch {
      return undefined;
    }
  }

  /** What the caller gets. */
  answer(): Answer {
    return failureAnswer(this.status, this.body);
  }
}

(globalThis as Record<symbol, unknown>)[MODEL_ERROR_SYMBOL] = ModelError;
