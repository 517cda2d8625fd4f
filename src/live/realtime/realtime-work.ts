import { randomUUID } from 'node:crypto';
import type { Json } from '../json.js';
import type { Model, ModelCall } from '../models/model.js';
import { ModelError } from '../models/model-error.js';
import type { LiveRequest } from '../world/live-request.js';

/** What a message is answered with. */
export type MessageOutcome = { readonly output: Json } | { readonly error: string; readonly reason: string };

/** Asks an endpoint's model, message by message. */
export class RealtimeWork {
  #messages = 0;

  constructor(
    private readonly request: LiveRequest,
    private readonly model: Model,
    private readonly publicUrl: string,
    private readonly signal: AbortSignal,
  ) {}

  /** Never rejects: what a model throws is an outcome. */
  async answer(input: Json): Promise<MessageOutcome> {
    try {
      return await this.#ask(this.#call(input));
    } catch (error) {
      if (error instanceof ModelError) return failed(error.status, error.body);
      return { error: 'INTERNAL_ERROR', reason: 'Internal Server Error' };
    }
  }

  /** CHOICE (2.4): a pretended model answers at once. Its service time is the whole connection's, whose slot is held all along. */
  async #ask(call: ModelCall): Promise<MessageOutcome> {
    if (this.model.kind === 'handler') return { output: await this.model.handle({ ...call, signal: this.signal, log: nothing, emit: nothing }) };
    const { status, body } = this.model.answer(call);
    const output = JSON.parse(body) as Json;
    return status < 400 ? { output } : failed(status, output);
  }

  #call(input: Json): ModelCall {
    this.#messages += 1;
    const { endpoint, attempts } = this.request;
    const chance = hash(`${endpoint}#${this.#messages}`);
    return { requestId: randomUUID(), endpoint, input, attempt: Math.max(1, attempts), chance, publicUrl: this.publicUrl };
  }
}

function failed(status: number, body: Json): MessageOutcome {
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body['detail'] : body;
  return { error: status < 500 ? 'INVALID_INPUT' : 'MODEL_ERROR', reason: typeof detail === 'string' ? detail : JSON.stringify(detail) };
}

/** The same message of the same endpoint draws the same: 32 bits of FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

function nothing(): void {}
