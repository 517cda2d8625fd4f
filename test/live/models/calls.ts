import type { Answer } from '../../../src/live/answer.js';
import type { Json } from '../../../src/live/json.js';
import type { FakeModel, HandlerContext, ModelCall } from '../../../src/live/models/model.js';
import { createShelf } from '../../../src/live/models/shelf.js';

export const BASE = 'http://127.0.0.1:8080';

export function callOf(endpoint: string, input: Json, more: Partial<ModelCall> = {}): ModelCall {
  return { requestId: 'r-1', endpoint, input, attempt: 1, chance: 42, publicUrl: BASE, ...more };
}

/** The pretended model behind an endpoint. */
export function fakeModel(endpoint: string, seed = 1): FakeModel {
  const model = createShelf({ seed }).modelFor(endpoint);
  if (model.kind !== 'fake') throw new Error(`${endpoint} has a handler`);
  return model;
}

export function answerOf(endpoint: string, input: Json, more: Partial<ModelCall> = {}): Answer {
  return fakeModel(endpoint).answer(callOf(endpoint, input, more));
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
export function outputOf(endpoint: string, input: Json, more: Partial<ModelCall> = {}): any {
  const answer = answerOf(endpoint, input, more);
  if (answer.status !== 200) throw new Error(`${endpoint} answered ${answer.status}: ${answer.body}`);
  return JSON.parse(answer.body);
}

/** What a 422 says is wrong: where, and of what kind. */
export function problemsOf(endpoint: string, input: Json): string[] {
  const answer = answerOf(endpoint, input);
  if (answer.status !== 422) throw new Error(`${endpoint} answered ${answer.status}`);
  const { detail } = JSON.parse(answer.body) as { detail: { loc: (string | number)[]; type: string; msg: string }[] };
  return detail.map(({ loc, type }) => `${loc.join('.')}: ${type}`);
}

export function contextOf(endpoint: string, input: Json): HandlerContext & { readonly lines: string[]; readonly emitted: Json[] } {
  const lines: string[] = [];
  const emitted: Json[] = [];
  return {
    ...callOf(endpoint, input),
    signal: new AbortController().signal,
    log: (message) => lines.push(message),
    emit: (part) => emitted.push(part),
    lines,
    emitted,
  };
}
