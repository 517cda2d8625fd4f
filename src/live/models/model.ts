import type { WorkEnd } from '../../core/requests.js';
import type { Answer } from '../answer.js';
import type { Json } from '../json.js';

/** One call of a model, as the runner sees it. */
export interface ModelCall {
  readonly requestId: string;
  /** The whole endpoint id, path and all. */
  readonly endpoint: string;
  readonly input: Json;
  /** From 1. */
  readonly attempt: number;
  /** A whole number drawn for this request from the run's seed: the same seed, the same number. */
  readonly chance: number;
  /** Where files that the emulator serves are reached: `http://127.0.0.1:8080`, without a slash at its end. */
  readonly publicUrl: string;
}

/** What a request will do to its runner, known when it is handed in. */
export interface WorkPlan {
  /** How many times as long as the scenario's service time the work takes. 1: as long. */
  readonly slowness: number;
  /** How the work of every attempt ends. */
  readonly end: WorkEnd;
}

/** A model that only pretends: the scenario says how long its work takes, and its answer is a function of the call. */
export interface FakeModel {
  readonly kind: 'fake';
  plan(call: ModelCall): WorkPlan;
  /** What the caller gets when the work has ended as planned. */
  answer(call: ModelCall): Answer;
  /** What a caller of `stream` gets on the way, spread evenly over the service time; the last one is what `done()` gives. */
  parts(call: ModelCall): readonly Json[];
  /** Lines that the model prints, spread evenly over the service time. */
  logs(call: ModelCall): readonly string[];
}

/** What a handler may do while it works. */
export interface HandlerContext extends ModelCall {
  /** Aborted when the request is cancelled, its client is gone, or its slot was taken away. */
  readonly signal: AbortSignal;
  log(message: string): void;
  /** Tells whoever runs the emulator what a handler has thrown: its caller hears of a 500 only. */
  threw?(message: string): void;
  /** Hands a part to whoever streams. */
  emit(part: Json): void;
}

/** A model of the user's own: its work takes as long as it takes. */
export interface HandlerModel {
  readonly kind: 'handler';
  /** Resolves with the output. Rejects with a `ModelError` for an answer of its own choice; anything else is a 500. */
  handle(context: HandlerContext): Promise<Json>;
}

export type Model = FakeModel | HandlerModel;

/** Finds the model behind an endpoint. */
export interface ModelShelf {
  modelFor(endpoint: string): Model;
}
